import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { instantOf, type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

/** Identifiers of the DISA STIG "Okta as a Service" V1R2. */
const stig = (...ids: string[]) => `DISA STIG Okta IDaaS V1R2: ${ids.join(", ")}`;

const maxSuperAdmins = 4;
const inactiveAfterDays = 35;
const dayMs = 86_400_000;

const list = (snapshot: PostureSnapshot, key: string): Json[] => listOf(snapshot.get(key)).map(objectOf);
const active = (items: readonly Json[]): Json[] =>
  items.filter(({ status }) => status === undefined || status === "ACTIVE");
const rulesOf = (policies: readonly Json[]): { policy: unknown; rule: Json }[] =>
  active(policies).flatMap((policy) =>
    active(listOf(policy.rules).map(objectOf)).map((rule) => ({ policy: policy.name, rule })),
  );
const signOnOf = (rule: Json): Json => objectOf(objectOf(rule.actions).signon);
const appSignOnOf = (rule: Json): Json => objectOf(objectOf(rule.actions).appSignOn);
const named = (found: readonly { policy: unknown; rule: Json }[]) =>
  found.slice(0, 50).map(({ policy, rule }) => ({ policy, rule: rule.name }));

/** How many of several are good, and which are not. Nothing to look at proves nothing. */
function judge<T>(all: readonly T[], bad: readonly T[], evidence: unknown, none: string): CheckResult {
  if (all.length === 0) return { result: "unknown", because: none };
  return { result: bad.length === 0 ? "pass" : "fail", share: 1 - bad.length / all.length, evidence };
}

/** Every active password policy meets the rule; `values` shows what each has. */
function passwords(
  good: (settings: Json) => boolean,
  shown: (settings: Json) => unknown,
): (snapshot: PostureSnapshot) => CheckResult {
  return (snapshot) => {
    const policies = active(list(snapshot, "passwordPolicies"));
    const settings = (policy: Json) => objectOf(objectOf(policy.settings).password);
    const bad = policies.filter((policy) => !good(settings(policy)));
    return judge(
      policies,
      bad,
      policies.map((policy) => ({ policy: policy.name, value: shown(settings(policy)) })),
      "Okta lists no password policy.",
    );
  };
}

const within = (value: unknown, low: number, high: number): boolean =>
  typeof value === "number" && value >= low && value <= high;
const passwordPolicy = (password: Json) => ({
  passwordPolicies: [{ name: "Default Policy", status: "ACTIVE", settings: { password } }],
});
const signOnRule = (signon: Json) => ({
  signOnPolicies: [
    { name: "Default Policy", status: "ACTIVE", rules: [{ name: "Everybody", status: "ACTIVE", actions: { signon } }] },
  ],
});
const appRule = (appSignOn: Json) => [{ name: "Everybody", status: "ACTIVE", actions: { appSignOn } }];
const passwordSteps = (what: string) =>
  `1. Admin Console → **Security** → **Authenticators** → *Password* → *Actions* → **Edit**.\n2. In each policy: ${what}`;

export const checks: readonly Check[] = [
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
      const allowing = rulesOf(list(snapshot, "signOnPolicies")).filter(({ rule }) => signOnOf(rule).access !== "DENY");
      const leftToApps = allowing.filter(
        ({ rule }) =>
          signOnOf(rule).requireFactor !== true && signOnOf(rule).primaryFactor === "PASSWORD_IDP_ANY_FACTOR",
      );
      const without = allowing.filter((one) => signOnOf(one.rule).requireFactor !== true && !leftToApps.includes(one));
      if (without.length > 0 || leftToApps.length === 0) {
        return judge(
          allowing,
          without,
          { rules: allowing.length, withoutFactor: named(without) },
          "Okta lists no sign-on rule.",
        );
      }
      const because = snapshot.unreadable("appPolicies");
      if (because) return { result: "unknown", because };
      const apps = rulesOf(list(snapshot, "appPolicies")).filter(({ rule }) => appSignOnOf(rule).access !== "DENY");
      const single = apps.filter(({ rule }) => objectOf(appSignOnOf(rule).verificationMethod).factorMode !== "2FA");
      return judge(
        apps,
        single,
        { appRules: apps.length, withoutFactor: named(single) },
        "The sign-on rules leave it to the apps, and Okta lists no app sign-on rule.",
      );
    },
    examples: {
      pass: signOnRule({ access: "ALLOW", requireFactor: true }),
      fail: signOnRule({ access: "ALLOW", requireFactor: false }),
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
      const rules = active(list(snapshot, "adminConsoleRules")).filter((rule) => appSignOnOf(rule).access !== "DENY");
      const weak = rules.filter((rule) => {
        const method = objectOf(appSignOnOf(rule).verificationMethod);
        const constraints = listOf(method.constraints).map((one) => objectOf(objectOf(one).possession));
        const resistant =
          constraints.length > 0 && constraints.every(({ phishingResistant }) => phishingResistant === "REQUIRED");
        return method.factorMode !== "2FA" || !resistant;
      });
      return judge(
        rules,
        weak,
        { rules: rules.length, weak: weak.map(({ name }) => name) },
        "Okta lists no rule for the Admin Console.",
      );
    },
    examples: {
      pass: {
        adminConsoleRules: appRule({
          access: "ALLOW",
          verificationMethod: { factorMode: "2FA", constraints: [{ possession: { phishingResistant: "REQUIRED" } }] },
        }),
      },
      fail: {
        adminConsoleRules: appRule({ access: "ALLOW", verificationMethod: { factorMode: "2FA", constraints: [] } }),
      },
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
      const sessions = rulesOf(list(snapshot, "signOnPolicies"))
        .filter(({ rule }) => signOnOf(rule).access !== "DENY")
        .map(({ policy, rule }) => ({ policy, rule: rule.name, session: objectOf(signOnOf(rule).session) }));
      if (sessions.length === 0) return { result: "unknown", because: "Okta lists no sign-on rule." };
      const shares = sessions.map(
        ({ session: { maxSessionIdleMinutes: idle, maxSessionLifetimeMinutes: lifetime, usePersistentCookie } }) => {
          const ends = typeof lifetime === "number" && lifetime !== 0 && usePersistentCookie !== true;
          if (within(idle, 1, 15)) return ends ? 1 : 0.5;
          return within(idle, 1, 120) && ends ? 0.5 : 0;
        },
      );
      const share = Math.min(...shares);
      return { result: share === 1 ? "pass" : "fail", share, evidence: sessions.slice(0, 50) };
    },
    examples: {
      pass: signOnRule({
        access: "ALLOW",
        session: { maxSessionIdleMinutes: 15, maxSessionLifetimeMinutes: 720, usePersistentCookie: false },
      }),
      fail: signOnRule({
        access: "ALLOW",
        session: { maxSessionIdleMinutes: 480, maxSessionLifetimeMinutes: 0, usePersistentCookie: true },
      }),
    },
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
      if (typeof idle !== "number")
        return { result: "unknown", because: "Okta does not name the idle time of the Admin Console." };
      return {
        result: within(idle, 1, 15) && within(lifetime, 1, 720) ? "pass" : "fail",
        evidence: { idleMinutes: idle, lifetimeMinutes: lifetime },
      };
    },
    examples: {
      pass: { adminConsole: { sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 } },
      fail: { adminConsole: { sessionIdleTimeoutMinutes: 60, sessionMaxLifetimeMinutes: 1440 } },
    },
  },
  {
    slug: "okta-password-length",
    title: "Ask for passwords of 15 characters",
    description: "Length is what makes guessing a password hopeless.",
    remediation: passwordSteps("*Minimum length* 15."),
    severity: "MEDIUM",
    maxPoints: 5,
    benchmark: stig("V-273195"),
    needs: ["passwordPolicies"],
    evaluate: passwords(
      ({ complexity }) => within(objectOf(complexity).minLength, 15, 1000),
      ({ complexity }) => objectOf(complexity).minLength ?? null,
    ),
    examples: {
      pass: passwordPolicy({ complexity: { minLength: 15 } }),
      fail: passwordPolicy({ complexity: { minLength: 8 } }),
    },
  },
  {
    slug: "okta-password-complexity",
    title: "Ask for mixed passwords and refuse common ones",
    description:
      "Passwords hold lower and upper case letters, a digit and a symbol, and are not among those everybody tries first.",
    remediation: passwordSteps("tick lower case, upper case, number, symbol, and *Restrict use of common passwords*."),
    severity: "LOW",
    maxPoints: 3,
    needs: ["passwordPolicies"],
    evaluate: passwords(
      ({ complexity }) => {
        const { minLowerCase, minUpperCase, minNumber, minSymbol, dictionary } = objectOf(complexity);
        return (
          [minLowerCase, minUpperCase, minNumber, minSymbol].every((count) => within(count, 1, 1000)) &&
          objectOf(objectOf(dictionary).common).exclude === true
        );
      },
      ({ complexity }) => complexity ?? null,
    ),
    examples: {
      pass: passwordPolicy({
        complexity: {
          minLowerCase: 1,
          minUpperCase: 1,
          minNumber: 1,
          minSymbol: 1,
          dictionary: { common: { exclude: true } },
        },
      }),
      fail: passwordPolicy({
        complexity: {
          minLowerCase: 1,
          minUpperCase: 1,
          minNumber: 1,
          minSymbol: 0,
          dictionary: { common: { exclude: false } },
        },
      }),
    },
  },
  {
    slug: "okta-password-history",
    title: "Do not let old passwords come back",
    description: "The last five passwords cannot be chosen again.",
    remediation: passwordSteps("*Enforce password history for last* 5 passwords."),
    severity: "LOW",
    maxPoints: 2,
    needs: ["passwordPolicies"],
    evaluate: passwords(
      ({ age }) => within(objectOf(age).historyCount, 5, 1000),
      ({ age }) => objectOf(age).historyCount ?? null,
    ),
    examples: {
      pass: passwordPolicy({ age: { historyCount: 5 } }),
      fail: passwordPolicy({ age: { historyCount: 0 } }),
    },
  },
  {
    slug: "okta-password-age",
    title: "Let passwords expire within 60 days",
    description:
      "The STIG asks for it; NIST SP 800-63B advises against regular changes. Dismiss this finding if you follow NIST.",
    remediation: passwordSteps("*Password expires after* 60 days or less."),
    severity: "INFORMATIONAL",
    maxPoints: 1,
    benchmark: stig("V-273201"),
    needs: ["passwordPolicies"],
    evaluate: passwords(
      ({ age }) => within(objectOf(age).maxAgeDays, 1, 60),
      ({ age }) => objectOf(age).maxAgeDays ?? null,
    ),
    examples: { pass: passwordPolicy({ age: { maxAgeDays: 60 } }), fail: passwordPolicy({ age: { maxAgeDays: 0 } }) },
  },
  {
    slug: "okta-lockout",
    title: "Lock accounts after three failed attempts",
    description: "Guessing stops after at most three wrong passwords.",
    remediation: passwordSteps("*Lock out user after* 3 unsuccessful attempts."),
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: stig("V-273189"),
    needs: ["passwordPolicies"],
    evaluate: passwords(
      ({ lockout }) => within(objectOf(lockout).maxAttempts, 1, 3),
      ({ lockout }) => objectOf(lockout).maxAttempts ?? null,
    ),
    examples: {
      pass: passwordPolicy({ lockout: { maxAttempts: 3 } }),
      fail: passwordPolicy({ lockout: { maxAttempts: 10 } }),
    },
  },
  {
    slug: "okta-super-admins",
    title: "Have few super administrators, all of them active",
    description: `At most ${maxSuperAdmins} people may do everything, and each of them has signed in within the last ${inactiveAfterDays} days.`,
    remediation:
      "Admin Console → **Security** → **Administrators**: give those who do not need everything a smaller role, and take it from those who no longer sign in.",
    severity: "HIGH",
    maxPoints: 8,
    benchmark: stig("V-273188"),
    needs: ["superAdmins"],
    evaluate(snapshot) {
      const admins = list(snapshot, "superAdmins");
      if (admins.length === 0)
        return { result: "unknown", because: "Okta names no super administrator to this credential." };
      const inactive = admins.filter(({ lastLogin, readAt }) => {
        const [last, now] = [instantOf(lastLogin), instantOf(readAt)];
        return !last || !now || now.getTime() - last.getTime() > inactiveAfterDays * dayMs;
      });
      return {
        result: admins.length <= maxSuperAdmins && inactive.length === 0 ? "pass" : "fail",
        evidence: {
          count: admins.length,
          superAdmins: admins.map(({ login }) => login).slice(0, 50),
          inactive: inactive.map(({ login }) => login).slice(0, 50),
        },
      };
    },
    examples: {
      pass: {
        superAdmins: [
          { login: "mira.holt@acme.test", lastLogin: "2026-11-18T07:42:19.000Z", readAt: "2026-11-20T00:00:00.000Z" },
        ],
      },
      fail: {
        superAdmins: [
          { login: "mira.holt@acme.test", lastLogin: "2026-08-18T07:42:19.000Z", readAt: "2026-11-20T00:00:00.000Z" },
        ],
      },
    },
  },
  {
    slug: "okta-api-tokens",
    title: "Bind API tokens to networks, and let no super administrator own one",
    description:
      "A token that works from anywhere is a password without a second factor; one that belongs to a super administrator opens everything.",
    remediation:
      "1. Admin Console → **Security** → **API** → **Tokens**: edit each token listed and choose a network zone.\n2. Make tokens with service accounts of a small role, or use a service app instead.",
    severity: "HIGH",
    maxPoints: 7,
    needs: ["apiTokens", "superAdmins"],
    evaluate(snapshot) {
      const tokens = list(snapshot, "apiTokens");
      const superAdmins = new Set(list(snapshot, "superAdmins").map(({ id }) => id));
      const anywhere = tokens.filter(({ connection }) => connection === "ANYWHERE" || connection === null);
      const powerful = tokens.filter(({ userId }) => superAdmins.has(userId));
      const bad = tokens.filter((token) => anywhere.includes(token) || powerful.includes(token));
      return {
        result: bad.length === 0 ? "pass" : "fail",
        share: tokens.length === 0 ? 1 : 1 - bad.length / tokens.length,
        evidence: {
          tokens: tokens.length,
          fromAnywhere: anywhere.map(({ name }) => name).slice(0, 50),
          ofSuperAdmins: powerful.map(({ name }) => name).slice(0, 50),
        },
      };
    },
    examples: {
      pass: { apiTokens: [{ name: "backup", userId: "00u2", connection: "ZONE" }], superAdmins: [{ id: "00u1" }] },
      fail: { apiTokens: [{ name: "backup", userId: "00u1", connection: "ANYWHERE" }], superAdmins: [{ id: "00u1" }] },
    },
  },
  {
    slug: "okta-threat-insight",
    title: "Block addresses that attack other organizations",
    description: "ThreatInsight refuses sign-ins from addresses Okta has seen attacking.",
    remediation:
      "Admin Console → **Security** → **General** → *Okta ThreatInsight settings*: *Log and enforce security based on threat level*.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["threatInsight"],
    evaluate(snapshot) {
      const { action } = objectOf(snapshot.get("threatInsight"));
      if (typeof action !== "string")
        return { result: "unknown", because: "Okta does not name the ThreatInsight action." };
      return {
        result: action === "block" ? "pass" : "fail",
        share: action === "block" ? 1 : action === "audit" ? 0.3 : 0,
        evidence: { action },
      };
    },
    examples: { pass: { threatInsight: { action: "block" } }, fail: { threatInsight: { action: "audit" } } },
  },
  {
    slug: "okta-support-access",
    title: "Keep Okta Support out until it is needed",
    description: "Support acts in your org only after an administrator has let it in, and only for a time.",
    remediation:
      "Admin Console → **Settings** → **Account** → *Give access to Okta Support*: switch it off; grant it for a case when Support asks.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["oktaSupport"],
    evaluate(snapshot) {
      const { support } = objectOf(snapshot.get("oktaSupport"));
      if (typeof support !== "string")
        return { result: "unknown", because: "Okta does not say whether Support has access." };
      return { result: support === "DISABLED" ? "pass" : "fail", evidence: { support } };
    },
    examples: { pass: { oktaSupport: { support: "DISABLED" } }, fail: { oktaSupport: { support: "ENABLED" } } },
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
      const weak = active(all).filter(({ key }) => key === "security_question" || key === "phone_number");
      if (all.length === 0) return { result: "unknown", because: "Okta lists no authenticator." };
      return {
        result: weak.length === 0 ? "pass" : "fail",
        evidence: { active: active(all).map(({ key }) => key), weak: weak.map(({ key }) => key) },
      };
    },
    examples: {
      pass: {
        authenticators: [
          { key: "webauthn", status: "ACTIVE" },
          { key: "phone_number", status: "INACTIVE" },
        ],
      },
      fail: {
        authenticators: [
          { key: "webauthn", status: "ACTIVE" },
          { key: "phone_number", status: "ACTIVE" },
        ],
      },
    },
  },
  {
    slug: "okta-client-privileges",
    title: "Give new service apps no administrator role by default",
    description: "With this setting on, every new service app is a super administrator from its first minute.",
    remediation: "Admin Console → **Settings** → **Account** → *Public client app admins*: switch it off.",
    severity: "HIGH",
    maxPoints: 5,
    needs: ["clientPrivileges"],
    evaluate(snapshot) {
      const { clientPrivilegesSetting } = objectOf(snapshot.get("clientPrivileges"));
      if (typeof clientPrivilegesSetting !== "boolean")
        return { result: "unknown", because: "Okta does not show this setting." };
      return { result: clientPrivilegesSetting ? "fail" : "pass", evidence: { clientPrivilegesSetting } };
    },
    examples: {
      pass: { clientPrivileges: { clientPrivilegesSetting: false } },
      fail: { clientPrivileges: { clientPrivilegesSetting: true } },
    },
  },
];
