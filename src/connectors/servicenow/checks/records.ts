import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

interface Facts {
  slug: string;
  title: string;
  description: string;
  remediation: string;
  severity: Severity;
  maxPoints: number;
  key: string;
  benchmark?: string;
}

/** A check that a record of the base system is active. */
function activeCheck({ key, slug, ...facts }: Facts): Check {
  return {
    ...{ ...facts, slug: `servicenow-${slug}`, needs: [key] },
    evaluate: (snapshot): CheckResult => ({ result: snapshot.get(key) === true ? "pass" : "fail" }),
    examples: { pass: { [key]: true }, fail: { [key]: false } },
  };
}

/** A check that a list has few or no records that are bad. At most 50 names stand in the evidence. */
function listCheck({
  key,
  slug,
  isBad = () => true,
  allowed = 0,
  bad,
  ...facts
}: Facts & { isBad?: (record: Json) => boolean; allowed?: number; bad: Json }): Check {
  const many = Array.from({ length: allowed + 1 }, () => bad);
  return {
    ...{ ...facts, slug: `servicenow-${slug}`, needs: [key] },
    evaluate(snapshot): CheckResult {
      const found = listOf(snapshot.get(key)).map(objectOf).filter(isBad);
      const names = found.slice(0, 50).map(({ name }) => name);
      return { result: found.length <= allowed ? "pass" : "fail", evidence: { count: found.length, names } };
    },
    examples: { pass: { [key]: many.slice(1) }, fail: { [key]: many } },
  };
}

/** ServiceNow's own default, 100 days. */
const usualRefreshSeconds = 8_640_000;

export const recordChecks: readonly Check[] = [
  activeCheck({
    ...{ slug: "multi-factor-by-role", severity: "HIGH", maxPoints: 6, key: "mfaByRole" },
    title: "Ask holders of roles for a second factor",
    description:
      "The criterion *Role-based multi-factor authentication* covers administrators; without it people are asked one by one.",
    remediation:
      "*Multi-factor Authentication → Multi-factor Criteria*: activate *Role-based multi-factor authentication*.",
    benchmark: "ServiceNow Instance Security Hardening: Activate role based multi-factor authentication",
  }),
  activeCheck({
    ...{ slug: "lock-out", severity: "HIGH", maxPoints: 6, key: "lockOut" },
    title: "Lock accounts out after failed sign-ins",
    description:
      "One of the two script actions *SNC User Lockout Check* has to be active, or failed sign-ins are never counted.",
    remediation:
      "*System Policy → Script Actions*: activate *SNC User Lockout Check* or *SNC User Lockout Check with Auto Unlock*.",
    benchmark: "ServiceNow Instance Security Hardening: Limit Allowed Number of Failed Login Attempts Before Lockout",
  }),
  listCheck({
    ...{ slug: "administrators", severity: "HIGH", maxPoints: 6, key: "admins", allowed: 10 },
    title: "Have few administrators",
    description: "At most ten active accounts have the role *admin*.",
    remediation: "*User Administration → Roles → admin*: take the role from those who do not need it.",
    isBad: ({ roles }) => listOf(roles).includes("admin"),
    bad: { name: "ana.lind", roles: ["admin"] },
  }),
  listCheck({
    ...{ slug: "idle-administrators", severity: "HIGH", maxPoints: 5, key: "admins" },
    title: "Have no idle administrators",
    description: "Nobody notices when an administrator's account that was not used for 90 days is used again.",
    remediation:
      "*User Administration → Users*: take administrative roles from accounts that have not signed in for 90 days.",
    isBad: ({ idle }) => idle === true,
    bad: { name: "ana.lind", roles: ["user_admin"], idle: true },
  }),
  listCheck({
    ...{ slug: "idle-users", severity: "MEDIUM", maxPoints: 4, key: "idleUsers" },
    title: "Deactivate accounts that are not used",
    description: "Active accounts of people who have not signed in for 90 days.",
    remediation: "*User Administration → Users*: deactivate them; their records stay.",
    bad: { name: "bo.lee" },
  }),
  listCheck({
    ...{ slug: "locked-out-users", severity: "LOW", maxPoints: 2, key: "lockedUsers" },
    title: "Deactivate accounts that are locked out",
    description: "An account that is locked out still holds its roles, and a script may unlock it.",
    remediation: "*User Administration → Users*: deactivate accounts that do not come back, and unlock the others.",
    bad: { name: "bo.lee" },
  }),
  listCheck({
    ...{ slug: "endless-refresh-tokens", severity: "MEDIUM", maxPoints: 3, key: "oauthClients" },
    title: "Let refresh tokens end",
    description:
      "Clients whose refresh tokens live longer than the hundred days that ServiceNow gives them by default.",
    remediation:
      "*Machine Identity Console → Inbound integrations* → the client: shorten the *Refresh Token Lifespan*.",
    isBad: ({ refreshSeconds }) => Number(refreshSeconds) > usualRefreshSeconds,
    bad: { name: "Sync tool", refreshSeconds: 31_536_000 },
  }),
];
