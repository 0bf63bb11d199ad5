import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { benchmarkOf } from "./setting.ts";

const rules = "Admin console → **Rules**";

const values = (snapshot: PostureSnapshot, type: string): Json[] =>
  listOf(objectOf(snapshot.get("policies"))[type]).map((one) => objectOf(objectOf(one).value));

const example = (type: string, value: Json) => ({ policies: { [type]: [{ target: "/", value }] } });

/** A system-defined rule that has to be active. Google shows those that were changed: one that it does not show proves nothing. */
function alertRule(name: string, cis: string, slug: string, description: string): Check {
  const type = "rule.system_defined_alerts";
  const benchmark = benchmarkOf({ scuba: "COMMONCONTROLS.13.1v1", cis });
  return {
    slug: `google-alert-${slug}`,
    title: `Have the alert “${name}” on`,
    description,
    remediation: `${rules}: filter by type *System defined*, open **${name}**, and send it to the alert center.`,
    severity: "LOW",
    maxPoints: 1,
    ...(benchmark ? { benchmark } : {}),
    needs: ["policies"],
    evaluate(snapshot) {
      const found = values(snapshot, type).find(({ displayName }) => displayName === name);
      const state = textOf(found?.state);
      if (state === null) return { result: "unknown", because: `The Policy API does not show the rule “${name}”.` };
      return { result: state === "ACTIVE" ? "pass" : "fail", evidence: { rule: name, state } };
    },
    examples: {
      pass: example(type, { displayName: name, state: "ACTIVE" }),
      fail: example(type, { displayName: name, state: "INACTIVE" }),
    },
  };
}

export const ruleChecks: readonly Check[] = [
  alertRule(
    "User's password changed",
    "6.1",
    "password-changed",
    "A reset by an intruder is seen on the day it happens.",
  ),
  alertRule(
    "Government-backed attacks",
    "6.2",
    "government-attack",
    "Google warns of attackers who have time and means.",
  ),
  alertRule(
    "User suspended due to suspicious activity",
    "6.3",
    "suspicious-suspension",
    "Google has locked an account that another person seems to use.",
  ),
  alertRule("User granted Admin privilege", "6.4", "admin-granted", "Who became an administrator is seen at once."),
  alertRule(
    "Suspicious programmatic login",
    "6.5",
    "programmatic-login",
    "An app signs in from where the person never was.",
  ),
  alertRule("Suspicious login", "6.6", "suspicious-login", "A sign-in comes from where the person never was."),
  alertRule("Leaked password", "6.7", "leaked-password", "A password of the organisation was found in a leak."),
  alertRule(
    "Gmail potential employee spoofing",
    "6.8",
    "employee-spoofing",
    "Mail from outside has the name of a colleague.",
  ),
  {
    slug: "google-drive-dlp",
    title: "Have a data protection rule for Drive",
    description: "A rule finds personal data in files, and keeps it from being shared outside.",
    remediation:
      "Admin console → **Security** → **Access and data control** → **Data protection**: add a rule for Drive.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: benchmarkOf({ scuba: "COMMONCONTROLS.18.1v1", cis: "4.2.3.1" }) ?? "",
    needs: ["policies"],
    evaluate(snapshot) {
      const active = values(snapshot, "rule.dlp").filter(
        ({ state, triggers }) =>
          state === "ACTIVE" && listOf(triggers).some((one) => String(one).startsWith("google.workspace.drive.")),
      );
      const names = active.slice(0, 50).map(({ displayName }) => displayName);
      return { result: active.length > 0 ? "pass" : "fail", evidence: { rules: names } };
    },
    examples: {
      pass: example("rule.dlp", { state: "ACTIVE", triggers: ["google.workspace.drive.file.v1.share"] }),
      fail: example("rule.dlp", { state: "INACTIVE", triggers: ["google.workspace.drive.file.v1.share"] }),
    },
  },
];
