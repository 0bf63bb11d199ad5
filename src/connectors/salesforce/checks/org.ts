import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";

interface ListCheck {
  slug: string;
  title: string;
  description: string;
  remediation: string;
  severity: Severity;
  maxPoints: number;
  key: string;
  /** Which records of the list are found. Default: all. */
  isBad?: (record: Json) => boolean;
  /** So many may be there. Default 0. */
  allowed?: number;
  /** A record that is found. */
  bad: Json;
}

/** A check that a list of records has few or none that are bad. At most 50 names stand in the evidence. */
function listCheck({ key, isBad = () => true, allowed = 0, bad, ...facts }: ListCheck): Check {
  const many = Array.from({ length: allowed + 1 }, () => bad);
  return {
    ...facts,
    slug: `salesforce-${facts.slug}`,
    needs: [key],
    evaluate(snapshot): CheckResult {
      const found = listOf(snapshot.get(key)).map(objectOf).filter(isBad);
      const names = found.slice(0, 50).map((one) => textOf(one.name) ?? textOf(one.id));
      return { result: found.length <= allowed ? "pass" : "fail", evidence: { count: found.length, names } };
    },
    examples: { pass: { [key]: many.slice(1) }, fail: { [key]: many } },
  };
}

const users = "Setup → **Users**";
const isIdle = (record: Json): boolean => record.idle === true;

export const orgChecks: readonly Check[] = [
  {
    slug: "salesforce-health-score",
    title: "Reach 90 % in Health Check",
    description: "Salesforce weighs all settings of its baseline into one score.",
    remediation: "Setup → **Health Check**: work down the high-risk settings first.",
    severity: "HIGH",
    maxPoints: 8,
    benchmark: "Salesforce Security Health Check",
    needs: ["score"],
    evaluate(snapshot): CheckResult {
      const score = Number(snapshot.get("score") ?? Number.NaN);
      if (Number.isNaN(score)) return { result: "unknown", because: "Health Check states no score." };
      return {
        result: score >= 90 ? "pass" : "fail",
        share: Math.max(0, Math.min(1, score / 90)),
        evidence: { score },
      };
    },
    examples: { pass: { score: 95 }, fail: { score: 60 } },
  },
  listCheck({
    ...{
      slug: "administrators",
      title: "Have few administrators",
      severity: "HIGH",
      maxPoints: 6,
      key: "admins",
      allowed: 5,
    },
    description: "At most five active people may change all data or all users, by profile, permission set or group.",
    remediation: `${users}: take profiles and permission sets with *Modify All Data* or *Manage Users* from those who do not need them.`,
    bad: { name: "ana@acme.test" },
  }),
  listCheck({
    ...{
      slug: "idle-administrators",
      title: "Have no idle administrators",
      severity: "HIGH",
      maxPoints: 5,
      key: "admins",
      isBad: isIdle,
    },
    description: "Nobody notices when an administrator's account that is not used for 90 days is used again.",
    remediation: `${users}: freeze or deactivate administrators who have not signed in for 90 days.`,
    bad: { name: "ana@acme.test", idle: true },
  }),
  listCheck({
    ...{
      slug: "idle-users",
      title: "Deactivate accounts that are not used",
      severity: "MEDIUM",
      maxPoints: 4,
      key: "idleUsers",
    },
    description: "Active people of the org who have not signed in for 90 days.",
    remediation: `${users}: deactivate them; what they own stays.`,
    bad: { name: "bo@acme.test" },
  }),
  listCheck({
    ...{
      slug: "frozen-users",
      title: "Deactivate accounts that were frozen",
      severity: "LOW",
      maxPoints: 2,
      key: "frozenUsers",
    },
    description: "Freezing is for an hour of need: a frozen account still holds its licence, shares and jobs.",
    remediation: `${users}: deactivate frozen users who do not come back, and unfreeze the others.`,
    bad: { name: "bo@acme.test" },
  }),
  listCheck({
    ...{
      slug: "endless-passwords",
      title: "Let no password last for ever",
      severity: "MEDIUM",
      maxPoints: 4,
      key: "endlessPasswords",
    },
    description: "The permission *Password Never Expires* takes a user out of the password policy.",
    remediation: "Setup → **Permission Sets** and **Profiles**: remove *Password Never Expires*.",
    bad: { name: "api@acme.test" },
  }),
  listCheck({
    ...{
      slug: "view-all-data",
      title: "Let few people see all data",
      severity: "MEDIUM",
      maxPoints: 4,
      key: "viewAllData",
      allowed: 10,
    },
    description: "At most ten active people hold *View All Data*, administrators included.",
    remediation: "Setup → **Permission Sets** and **Profiles**: give access by object and by sharing instead.",
    bad: { name: "bo@acme.test" },
  }),
  listCheck({
    ...{
      slug: "uninstalled-apps",
      title: "Let few people use apps that are not installed",
      severity: "HIGH",
      maxPoints: 6,
      key: "appApprovers",
      allowed: 5,
    },
    description:
      "*Approve Uninstalled Connected Apps* lets a person allow any app that asks, such as one that only looks like Data Loader.",
    remediation:
      "Setup → **Permission Sets** and **Profiles**: remove the permission, and install the apps that people need.",
    bad: { name: "bo@acme.test" },
  }),
  listCheck({
    ...{
      slug: "self-authorized-apps",
      title: "Let administrators decide who may use an app",
      severity: "HIGH",
      maxPoints: 6,
      key: "apps",
    },
    description: "An app that all users may authorize by themselves is as safe as the most trusting of them.",
    remediation:
      "Setup → **Manage Connected Apps** → the app → *OAuth Policies*: *Admin approved users are pre-authorized*.",
    isBad: (app) => app.adminApproved !== true,
    bad: { name: "Sync tool", adminApproved: false },
  }),
  listCheck({
    ...{
      slug: "unused-tokens",
      title: "Revoke tokens that are not used",
      severity: "MEDIUM",
      maxPoints: 4,
      key: "unusedTokens",
    },
    description: "Tokens of apps that were not used for 90 days still open the org.",
    remediation: "Setup → **Connected Apps OAuth Usage**: revoke them, or revoke the app in Gatehouse.",
    bad: { name: "Sync tool" },
  }),
  listCheck({
    ...{
      slug: "guest-users",
      title: "Have few sites with guests",
      severity: "MEDIUM",
      maxPoints: 3,
      key: "guests",
      allowed: 3,
    },
    description: "Each active guest user is a site that anybody on the internet may open.",
    remediation: "Setup → **Sites** and **Digital Experiences**: deactivate sites that are not used.",
    bad: { name: "site guest" },
  }),
  listCheck({
    ...{
      slug: "open-links",
      title: "Protect public links by a password",
      severity: "HIGH",
      maxPoints: 5,
      key: "publicLinks",
    },
    description: "Public links of files that ask for no password.",
    remediation:
      "Remove the links, or make them again with a password. Setup → **Content Deliveries and Public Links**: require one by default.",
    isBad: (link) => link.password !== true,
    bad: { name: "Price list", password: false, expires: true },
  }),
  listCheck({
    ...{
      slug: "endless-links",
      title: "Let public links expire",
      severity: "MEDIUM",
      maxPoints: 4,
      key: "publicLinks",
    },
    description: "Public links of files that never end.",
    remediation: "Give the links a date on which they end.",
    isBad: (link) => link.expires !== true,
    bad: { name: "Price list", password: true, expires: false },
  }),
  listCheck({
    ...{
      slug: "unencrypted-sites",
      title: "Keep remote sites without HTTPS out",
      severity: "MEDIUM",
      maxPoints: 3,
      key: "remoteSites",
    },
    description: "Active remote sites that are called without encryption, or with protocol security switched off.",
    remediation: "Setup → **Remote Site Settings**: use https addresses, and clear *Disable Protocol Security*.",
    isBad: (site) => site.isPlain === true,
    bad: { name: "Old billing", isPlain: true },
  }),
];
