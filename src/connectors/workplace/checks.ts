import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Facts } from "./streams/posture.ts";

const good: Facts = {
  people: {
    ...{ active: 80, withSso: 80, unknownMethod: 0, withoutSso: [] },
    ...{ staleInvitations: [], staleInvitationCount: 0, overstayed: [], overstayedCount: 0 },
  },
  admins: { count: 3, withoutSso: [], unclaimed: [], inactive: [] },
  groups: { groups: 12, openSensitive: [], secretWithoutActiveAdmin: [] },
};

interface Judged<K extends keyof Facts>
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  judge: (facts: Facts[K]) => CheckResult;
  /** What makes good facts fail. */
  failing: Partial<Facts[K]>;
}

function checkOf<K extends keyof Facts>(key: K, { judge, failing, ...about }: Judged<K>): Check {
  return {
    ...about,
    needs: [key],
    evaluate: (snapshot) => judge(snapshot.get(key) as Facts[K]),
    examples: { pass: { [key]: good[key] }, fail: { [key]: { ...good[key], ...failing } } },
  };
}

const verdict = (isGood: boolean, evidence: Record<string, unknown>): CheckResult => ({
  result: isGood ? "pass" : "fail",
  evidence,
});

export const checks: readonly Check[] = [
  checkOf("people", {
    slug: "workplace-sso",
    title: "Adopt SSO (Single sign on) in Workplace by Meta",
    description:
      "Every active member signs in through single sign-on. Passwords kept in Workplace escape the rules of your identity provider.",
    remediation: [
      "1. *Admin Panel > Security > Authentication*: set up single sign-on with your identity provider.",
      "2. Set **SSO** as the method for everybody, and force a check of all accounts.",
      "3. Change the method of those named in the evidence.",
    ].join("\n"),
    severity: "HIGH",
    maxPoints: 10,
    judge: ({ active, withSso, withoutSso, unknownMethod }) => {
      if (active === 0) return { result: "unknown", because: "The community has no active members." };
      if (unknownMethod === active)
        return { result: "unknown", because: "Workplace does not report how people sign in." };
      const judged = verdict(withSso === active, { active, withSso, withoutSso, unknownMethod });
      return { ...judged, share: withSso / active };
    },
    failing: { withSso: 79, withoutSso: ["mira.holt@acme.test"] },
  }),
  checkOf("admins", {
    slug: "workplace-admin-count",
    title: "Keep administrators few",
    description: "At most five people administer the community, and at least one does.",
    remediation: "*Admin Panel > People > Administrators*: take the role from those who do not need it.",
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ count }) => verdict(count >= 1 && count <= 5, { count }),
    failing: { count: 9 },
  }),
  checkOf("admins", {
    slug: "workplace-admin-accounts",
    title: "Administrators use SSO and live accounts",
    description: "Every administrator signs in through single sign-on, has claimed the account, and is active.",
    remediation: "Move the administrators named to single sign-on, and take the role from accounts nobody uses.",
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ withoutSso, unclaimed, inactive }) =>
      verdict(withoutSso.length + unclaimed.length + inactive.length === 0, { withoutSso, unclaimed, inactive }),
    failing: { withoutSso: ["ana.ruiz@acme.test"] },
  }),
  checkOf("people", {
    slug: "workplace-stale-invitations",
    title: "Withdraw invitations nobody took up",
    description: "No invitation is older than 30 days. Anyone who obtains the mail can claim the account.",
    remediation: "*Admin Panel > People*: delete the accounts named, which were never claimed, or invite again.",
    severity: "LOW",
    maxPoints: 3,
    judge: ({ staleInvitations, staleInvitationCount }) =>
      verdict(staleInvitationCount === 0, { staleInvitationCount, staleInvitations }),
    failing: { staleInvitations: ["kim.lee@acme.test"], staleInvitationCount: 1 },
  }),
  checkOf("people", {
    slug: "workplace-ended-contracts",
    title: "Deactivate people who have left",
    description: "No account is active after the person's last day.",
    remediation: "*Admin Panel > People*: deactivate the accounts named, or let your identity provider do so by SCIM.",
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ overstayed, overstayedCount }) => verdict(overstayedCount === 0, { overstayedCount, overstayed }),
    failing: { overstayed: ["tom.berg@acme.test"], overstayedCount: 1 },
  }),
  checkOf("groups", {
    slug: "workplace-open-sensitive-groups",
    title: "Close groups with sensitive subjects",
    description: "No group open to everybody has a name that speaks of pay, legal matters, mergers and the like.",
    remediation: "Make the groups named *Closed* or *Secret* in their settings.",
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ openSensitive }) => verdict(openSensitive.length === 0, { openSensitive }),
    failing: { openSensitive: ["Payroll 2026"] },
  }),
  checkOf("groups", {
    slug: "workplace-secret-groups-admin",
    title: "Every secret group has an active administrator",
    description: "A secret group without one is seen by its members only, and governed by nobody.",
    remediation: "Make an active member administrator of each group named, or archive it.",
    severity: "LOW",
    maxPoints: 2,
    judge: ({ secretWithoutActiveAdmin }) =>
      verdict(secretWithoutActiveAdmin.length === 0, { secretWithoutActiveAdmin }),
    failing: { secretWithoutActiveAdmin: ["Project Heron"] },
  }),
];
