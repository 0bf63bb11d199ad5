import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";
import { active, judge, list, some, stig, unknown, verdict, within } from "./judge.ts";

/** A rule in force that lets people in, and the policy it belongs to. */
interface Allowing {
  policy: unknown;
  rule: unknown;
  action: Json;
}

function allowingRules(snapshot: PostureSnapshot, key: string, kind: "signon" | "appSignOn"): Allowing[] {
  return active(list(snapshot, key)).flatMap((policy) =>
    active(listOf(policy.rules).map(objectOf))
      .map((rule) => ({ policy: policy.name, rule: rule.name, action: actionOf(rule, kind) }))
      .filter(({ action }) => action.access !== "DENY"),
  );
}

const actionOf = (rule: Json, kind: "signon" | "appSignOn"): Json => objectOf(objectOf(rule.actions)[kind]);
const named = (rules: readonly Allowing[]) => rules.slice(0, 50).map(({ policy, rule }) => ({ policy, rule }));

const ruleExample = (actions: Json) => [{ name: "Everybody", status: "ACTIVE", actions }];
const signOnExample = (signon: Json) => ({
  signOnPolicies: [{ name: "Default Policy", status: "ACTIVE", rules: ruleExample({ signon }) }],
});
const consoleExample = (constraints: Json[]) => ({
  adminConsoleRules: ruleExample({
    appSignOn: { access: "ALLOW", verificationMethod: { factorMode: "2FA", constraints } },
  }),
});
const sessionExample = (idle: number, lifetime: number, usePersistentCookie: boolean) =>
  signOnExample({
    access: "ALLOW",
    session: { maxSessionIdleMinutes: idle, maxSessionLifetimeMinutes: lifetime, usePersistentCookie },
  });

export const signInChecks: readonly Check[] = [
  {
    slug: "okta-mfa-at-sign-on",
    title: "Require multifactor authentication at sign-on",
    description:
      "Every rule that lets people in asks for a second factor: in the global session policy, or, where that leaves it to the apps, in every app sign-on policy.",
    remediation:
      "1. Admin Console → **Security** → **Global Session Policy**: in each rule that allows access, require a factor.\n2. With Identity Engine: **Security** → **Authentication Policies**: in each rule choose *any 2 factor types*.",
    severity: "CRITICAL",
    maxPoints: 10,
    needs: ["signOnPolicies"],
    evaluate(snapshot) {
      const rules = allowingRules(snapshot, "signOnPolicies", "signon");
      const unforced = rules.filter(({ action }) => action.requireFactor !== true);
      const without = unforced.filter(({ action }) => action.primaryFactor !== "PASSWORD_IDP_ANY_FACTOR");
      if (without.length > 0 || unforced.length === 0) {
        const evidence = { rules: rules.length, withoutFactor: named(without) };
        return judge(rules, without, evidence, "Okta lists no sign-on rule.");
      }
      const because = snapshot.unreadable("appPolicies");
      if (because) return unknown(because);
      const apps = allowingRules(snapshot, "appPolicies", "appSignOn");
      const single = apps.filter(({ action }) => valueAt(action, "verificationMethod.factorMode") !== "2FA");
      const evidence = { appRules: apps.length, withoutFactor: named(single) };
      return judge(
        apps,
        single,
        evidence,
        "The sign-on rules leave it to the apps, and Okta lists no app sign-on rule.",
      );
    },
    examples: {
      pass: signOnExample({ access: "ALLOW", requireFactor: true }),
      fail: signOnExample({ access: "ALLOW", requireFactor: false }),
    },
  },
  {
    slug: "okta-admin-console-phishing-resistant",
    title: "Guard the Admin Console with phishing-resistant factors",
    description:
      "Administrators prove themselves with two factors, one of which cannot be given to a false sign-in page: a security key, a passkey, or Okta FastPass.",
    remediation:
      "Admin Console → **Security** → **Authentication Policies** → *Okta Admin Console*: in each rule choose *any 2 factor types* and tick *Phishing resistant*.",
    severity: "CRITICAL",
    maxPoints: 10,
    benchmark: stig("V-273191", "V-273193"),
    needs: ["adminConsoleRules"],
    evaluate(snapshot) {
      const rules = active(list(snapshot, "adminConsoleRules")).filter(
        (rule) => actionOf(rule, "appSignOn").access !== "DENY",
      );
      const weak = rules.filter((rule) => {
        const { factorMode, constraints } = objectOf(actionOf(rule, "appSignOn").verificationMethod);
        const possessions = listOf(constraints).map((one) => valueAt(one, "possession.phishingResistant"));
        const resistant = possessions.length > 0 && possessions.every((one) => one === "REQUIRED");
        return factorMode !== "2FA" || !resistant;
      });
      const evidence = { rules: rules.length, weak: weak.map(({ name }) => name) };
      return judge(rules, weak, evidence, "Okta lists no rule for the Admin Console.");
    },
    examples: {
      pass: consoleExample([{ possession: { phishingResistant: "REQUIRED" } }]),
      fail: consoleExample([]),
    },
  },
  {
    slug: "okta-session-idle",
    title: "End idle sessions",
    description:
      "A session nobody uses ends within 15 minutes (within two hours earns part of the points), every session ends one day, and none outlives the browser.",
    remediation:
      "Admin Console → **Security** → **Global Session Policy**: in each rule set *Maximum Okta global session idle time* to 15 minutes, a maximum lifetime, and *Session cookies do not persist*.",
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: stig("V-273186"),
    needs: ["signOnPolicies"],
    evaluate(snapshot) {
      const sessions = allowingRules(snapshot, "signOnPolicies", "signon").map(({ policy, rule, action }) => ({
        policy,
        rule,
        session: objectOf(action.session),
      }));
      if (sessions.length === 0) return unknown("Okta lists no sign-on rule.");
      const shares = sessions.map(
        ({ session: { maxSessionIdleMinutes: idle, maxSessionLifetimeMinutes: lifetime, usePersistentCookie } }) => {
          const ends = typeof lifetime === "number" && lifetime !== 0 && usePersistentCookie !== true;
          if (within(idle, 1, 15)) return ends ? 1 : 0.5;
          return within(idle, 1, 120) && ends ? 0.5 : 0;
        },
      );
      const share = Math.min(...shares);
      return { ...verdict(share === 1, sessions.slice(0, 50)), share };
    },
    examples: { pass: sessionExample(15, 720, false), fail: sessionExample(480, 0, true) },
  },
  {
    slug: "okta-admin-console-session",
    title: "End idle sessions of the Admin Console",
    description: "The Admin Console signs out after 15 idle minutes, and after 12 hours in any case.",
    remediation:
      "Admin Console → **Applications** → *Okta Admin Console* → **Sign On** → *Okta Admin Console session*: 15 minutes idle, 12 hours lifetime.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: stig("V-273187"),
    needs: ["adminConsole"],
    evaluate(snapshot) {
      const { sessionIdleTimeoutMinutes: idle, sessionMaxLifetimeMinutes: lifetime } = objectOf(
        snapshot.get("adminConsole"),
      );
      if (typeof idle !== "number") return unknown("Okta does not name the idle time of the Admin Console.");
      const good = within(idle, 1, 15) && within(lifetime, 1, 720);
      return verdict(good, { idleMinutes: idle, lifetimeMinutes: lifetime });
    },
    examples: {
      pass: { adminConsole: { sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 } },
      fail: { adminConsole: { sessionIdleTimeoutMinutes: 60, sessionMaxLifetimeMinutes: 1440 } },
    },
  },
  {
    slug: "okta-weak-authenticators",
    title: "Switch off weak authenticators",
    description: "Security questions can be looked up; text messages and calls can be redirected.",
    remediation:
      "Admin Console → **Security** → **Authenticators**: deactivate *Security Question* and *Phone*, after everybody has enrolled something better.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["authenticators"],
    evaluate(snapshot) {
      const all = list(snapshot, "authenticators");
      if (all.length === 0) return unknown("Okta lists no authenticator.");
      const weak = active(all).filter(({ key }) => key === "security_question" || key === "phone_number");
      return verdict(weak.length === 0, { active: some(active(all), "key"), weak: some(weak, "key") });
    },
    examples: {
      pass: { authenticators: [{ key: "webauthn" }, { key: "phone_number", status: "INACTIVE" }] },
      fail: { authenticators: [{ key: "webauthn" }, { key: "phone_number", status: "ACTIVE" }] },
    },
  },
];
