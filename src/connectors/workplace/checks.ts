import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import type { AdminFacts, GroupFacts, PeopleFacts } from "./posture.ts";

const people = (snapshot: PostureSnapshot) => snapshot.get("people") as PeopleFacts;
const admins = (snapshot: PostureSnapshot) => snapshot.get("admins") as AdminFacts;
const groups = (snapshot: PostureSnapshot) => snapshot.get("groups") as GroupFacts;

const goodPeople: PeopleFacts = {
  active: 80,
  withSso: 80,
  unknownMethod: 0,
  withoutSso: [],
  staleInvitations: [],
  staleInvitationCount: 0,
  overstayed: [],
  overstayedCount: 0,
};
const goodAdmins: AdminFacts = { count: 3, withoutSso: [], unclaimed: [], inactive: [] };
const goodGroups: GroupFacts = { groups: 12, openSensitive: [], secretWithoutActiveAdmin: [] };

export const checks: readonly Check[] = [
  {
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
    needs: ["people"],
    evaluate: (snapshot) => {
      const { active, withSso, withoutSso, unknownMethod } = people(snapshot);
      if (active === 0) return { result: "unknown", because: "The community has no active members." };
      if (unknownMethod === active)
        return { result: "unknown", because: "Workplace does not tell how people sign in." };
      const evidence = { active, withSso, withoutSso, unknownMethod };
      return withSso === active ? { result: "pass", evidence } : { result: "fail", share: withSso / active, evidence };
    },
    examples: {
      pass: { people: goodPeople },
      fail: { people: { ...goodPeople, withSso: 79, withoutSso: ["mira.holt@acme.test"] } },
    },
  },
  {
    slug: "workplace-admin-count",
    title: "Keep administrators few",
    description: "At most five people administer the community, and at least one does.",
    remediation: "*Admin Panel > People > Administrators*: take the role from those who do not need it.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["admins"],
    evaluate: (snapshot) => {
      const { count } = admins(snapshot);
      return { result: count >= 1 && count <= 5 ? "pass" : "fail", evidence: { count } };
    },
    examples: { pass: { admins: goodAdmins }, fail: { admins: { ...goodAdmins, count: 9 } } },
  },
  {
    slug: "workplace-admin-accounts",
    title: "Administrators use SSO and live accounts",
    description: "Every administrator signs in through single sign-on, has claimed the account, and is active.",
    remediation: "Move the administrators named to single sign-on, and take the role from accounts nobody uses.",
    severity: "HIGH",
    maxPoints: 8,
    needs: ["admins"],
    evaluate: (snapshot) => {
      const { withoutSso, unclaimed, inactive } = admins(snapshot);
      const good = withoutSso.length + unclaimed.length + inactive.length === 0;
      return { result: good ? "pass" : "fail", evidence: { withoutSso, unclaimed, inactive } };
    },
    examples: { pass: { admins: goodAdmins }, fail: { admins: { ...goodAdmins, withoutSso: ["ana.ruiz@acme.test"] } } },
  },
  {
    slug: "workplace-stale-invitations",
    title: "Withdraw invitations nobody took up",
    description: "No invitation is older than 30 days. Anyone who obtains the mail can claim the account.",
    remediation: "*Admin Panel > People*: delete the accounts named, which were never claimed, or invite again.",
    severity: "LOW",
    maxPoints: 3,
    needs: ["people"],
    evaluate: (snapshot) => {
      const { staleInvitations, staleInvitationCount } = people(snapshot);
      return {
        result: staleInvitationCount === 0 ? "pass" : "fail",
        evidence: { staleInvitationCount, staleInvitations },
      };
    },
    examples: {
      pass: { people: goodPeople },
      fail: { people: { ...goodPeople, staleInvitations: ["kim.lee@acme.test"], staleInvitationCount: 1 } },
    },
  },
  {
    slug: "workplace-ended-contracts",
    title: "Deactivate people who have left",
    description: "No account is active after the person's last day.",
    remediation: "*Admin Panel > People*: deactivate the accounts named, or let your identity provider do so by SCIM.",
    severity: "HIGH",
    maxPoints: 8,
    needs: ["people"],
    evaluate: (snapshot) => {
      const { overstayed, overstayedCount } = people(snapshot);
      return { result: overstayedCount === 0 ? "pass" : "fail", evidence: { overstayedCount, overstayed } };
    },
    examples: {
      pass: { people: goodPeople },
      fail: { people: { ...goodPeople, overstayed: ["tom.berg@acme.test"], overstayedCount: 1 } },
    },
  },
  {
    slug: "workplace-open-sensitive-groups",
    title: "Close groups with sensitive subjects",
    description: "No group open to everybody has a name that speaks of pay, legal matters, mergers and the like.",
    remediation: "Make the groups named *Closed* or *Secret* in their settings.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["groups"],
    evaluate: (snapshot) => {
      const { openSensitive } = groups(snapshot);
      return { result: openSensitive.length === 0 ? "pass" : "fail", evidence: { openSensitive } };
    },
    examples: { pass: { groups: goodGroups }, fail: { groups: { ...goodGroups, openSensitive: ["Payroll 2026"] } } },
  },
  {
    slug: "workplace-secret-groups-admin",
    title: "Every secret group has an active administrator",
    description: "A secret group without one is seen by its members only, and governed by nobody.",
    remediation: "Make an active member administrator of each group named, or archive it.",
    severity: "LOW",
    maxPoints: 2,
    needs: ["groups"],
    evaluate: (snapshot) => {
      const { secretWithoutActiveAdmin } = groups(snapshot);
      return {
        result: secretWithoutActiveAdmin.length === 0 ? "pass" : "fail",
        evidence: { secretWithoutActiveAdmin },
      };
    },
    examples: {
      pass: { groups: goodGroups },
      fail: { groups: { ...goodGroups, secretWithoutActiveAdmin: ["Project Heron"] } },
    },
  },
];
