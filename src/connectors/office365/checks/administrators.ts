import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";
import { type About, named, recordsOf, some, unknown, verdict } from "./check.ts";
import { globalAdministrator, privilegedRoleAdministrator, privilegedRoles } from "./roles.ts";

const roles = "Microsoft Entra admin center → **Roles & admins**";
const pim =
  "Microsoft Entra admin center → **Identity Governance** → **Privileged Identity Management** → **Microsoft Entra roles**";

/** Who holds a highly privileged role now, people and applications. */
const administratorsOf = (snapshot: PostureSnapshot) => recordsOf(snapshot, "administrators");
const holds = ({ roles: held }: Record<string, unknown>, role: string): boolean => listOf(held).includes(role);
const isPerson = ({ kind }: Record<string, unknown>): boolean => kind === "user";
const namesOf = (records: readonly Record<string, unknown>[]): unknown[] => some(records).map(({ name }) => name);

const person = (index: number, held: string[], more: object = {}) => ({
  ...{ id: String(index), kind: "user", name: `admin${index}@fabrikam.example`, userType: "Member" },
  ...{ synchronised: false, licences: 0, roles: held, ...more },
});
const people = (count: number, role: string) => Array.from({ length: count }, (_, index) => person(index, [role]));
const userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";

export const administratorChecks: readonly Check[] = [
  {
    slug: "office365-global-administrators",
    title: "Have two to eight Global Administrators",
    description: "One can be locked out; many are many ways in.",
    remediation: `${roles} → *Global Administrator*: give those who administer one service the role of that service instead.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ cis: "1.1.3", scuba: "MS.AAD.7.1v1" }),
    needs: ["administrators"],
    evaluate(snapshot) {
      const found = administratorsOf(snapshot).filter((one) => isPerson(one) && holds(one, globalAdministrator));
      return verdict(found.length >= 2 && found.length <= 8, { count: found.length, accounts: namesOf(found) });
    },
    examples: {
      pass: { administrators: people(3, globalAdministrator) },
      fail: { administrators: people(9, globalAdministrator) },
    },
  },
  {
    slug: "office365-finer-roles",
    title: "Give most administrators a finer role than Global Administrator",
    description: "There are as many people in the other privileged roles as Global Administrators, or more.",
    remediation: `${roles}: replace Global Administrator by the role that the person's work needs.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ scuba: "MS.AAD.7.2v1" }),
    needs: ["administrators"],
    evaluate(snapshot) {
      const all = administratorsOf(snapshot).filter(isPerson);
      const global = all.filter((one) => holds(one, globalAdministrator)).length;
      const finer = all.length - global;
      return verdict(global <= finer, { globalAdministrators: global, inOtherRoles: finer });
    },
    examples: {
      pass: {
        administrators: [
          ...people(2, globalAdministrator),
          person(8, [userAdministrator]),
          person(9, [userAdministrator]),
        ],
      },
      fail: { administrators: people(3, globalAdministrator) },
    },
  },
  {
    slug: "office365-cloud-only-administrators",
    title: "Keep administrators apart from the directory on premises",
    description: "An attacker who takes over the directory on premises takes over every account that comes from it.",
    remediation: `${roles}: give the roles to accounts that exist in the cloud only, and remove those named here.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ cis: "1.1.1", scuba: "MS.AAD.7.3v1" }),
    needs: ["administrators"],
    evaluate(snapshot) {
      const found = administratorsOf(snapshot).filter(({ synchronised }) => synchronised === true);
      return verdict(found.length === 0, { count: found.length, accounts: namesOf(found) });
    },
    examples: {
      pass: { administrators: people(2, globalAdministrator) },
      fail: { administrators: [person(1, [globalAdministrator], { synchronised: true })] },
    },
  },
  {
    slug: "office365-administrator-licences",
    title: "Give administrators' accounts no mailbox and no apps",
    description: "An account that reads mail is an account that opens attachments.",
    remediation:
      "Microsoft 365 admin center → **Users**: use separate accounts for administration, without licences of apps.",
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "1.1.4 (licences of any product are counted)" }),
    needs: ["administrators"],
    evaluate(snapshot) {
      const found = administratorsOf(snapshot).filter(({ licences }) => Number(licences) > 0);
      return verdict(found.length === 0, { count: found.length, accounts: namesOf(found) });
    },
    examples: {
      pass: { administrators: people(2, globalAdministrator) },
      fail: { administrators: [person(1, [globalAdministrator], { licences: 2 })] },
    },
  },
  {
    slug: "office365-application-administrators",
    title: "Give applications no highly privileged role",
    description: "The application's secret alone gives the role, without a second factor.",
    remediation: `${roles}: remove the applications named here, and grant them the permissions of Graph that they need.`,
    severity: "HIGH",
    maxPoints: 5,
    needs: ["administrators"],
    evaluate(snapshot) {
      const found = administratorsOf(snapshot).filter(({ kind }) => kind === "servicePrincipal");
      return verdict(found.length === 0, { count: found.length, applications: namesOf(found) });
    },
    examples: {
      pass: { administrators: people(2, globalAdministrator) },
      fail: { administrators: [person(1, [globalAdministrator], { kind: "servicePrincipal", name: "Backup" })] },
    },
  },
  {
    slug: "office365-permanent-administrators",
    title: "Make no assignment of a highly privileged role permanent",
    description: "A role that is held for the hours of its use cannot be stolen on the other days.",
    remediation: `${pim} → **Assignments**: make people eligible, and end the active assignments. Emergency accounts may stay.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ scuba: "MS.AAD.7.4v1" }),
    needs: ["activeRoles"],
    evaluate(snapshot) {
      const found = recordsOf(snapshot, "activeRoles").filter(({ permanent }) => permanent === true);
      return verdict(found.length === 0, { count: found.length, assignments: some(found).map(assignment) });
    },
    examples: {
      pass: { activeRoles: [{ role: globalAdministrator, principal: "1", permanent: false }] },
      fail: { activeRoles: [{ role: globalAdministrator, principal: "1", permanent: true }] },
    },
  },
  {
    slug: "office365-eligible-administrators",
    title: "Manage highly privileged roles by eligibility",
    description: "At least one person is eligible for a highly privileged role instead of holding it.",
    remediation: `${pim} → **Assignments**: assign the roles as eligible.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "5.3.1", scuba: "MS.AAD.7.5v1 (as far as assignments show it)" }),
    needs: ["eligibleRoles"],
    evaluate(snapshot) {
      const found = recordsOf(snapshot, "eligibleRoles");
      return verdict(found.length > 0, { count: found.length });
    },
    examples: {
      pass: { eligibleRoles: [{ role: globalAdministrator, principal: "1" }] },
      fail: { eligibleRoles: [] },
    },
  },
  approval({
    slug: "office365-global-administrator-approval",
    title: "Require approval to activate Global Administrator",
    description: "A second person sees who takes the highest role, and why.",
    remediation: `${pim} → **Settings** → *Global Administrator*: require approval to activate, with approvers.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "5.3.4", scuba: "MS.AAD.7.6v1" }),
    role: globalAdministrator,
  }),
  approval({
    slug: "office365-privileged-role-administrator-approval",
    title: "Require approval to activate Privileged Role Administrator",
    description: "Who holds it can give any role to anybody.",
    remediation: `${pim} → **Settings** → *Privileged Role Administrator*: require approval to activate, with approvers.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "5.3.5" }),
    role: privilegedRoleAdministrator,
  }),
  notified({
    slug: "office365-role-assignment-alerts",
    title: "Report each assignment of a highly privileged role",
    description: "An attacker who has come in gives themselves a role next.",
    remediation: `${pim} → **Settings** → each role → *Notifications*: add a recipient for assignments as eligible and as active.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ scuba: "MS.AAD.7.7v1" }),
    roles: Object.keys(privilegedRoles),
    rules: ["Notification_Admin_Admin_Eligibility", "Notification_Admin_Admin_Assignment"],
  }),
  notified({
    slug: "office365-global-administrator-alerts",
    title: "Report each activation of Global Administrator",
    description: "It should be rare enough to look at each.",
    remediation: `${pim} → **Settings** → *Global Administrator* → *Notifications*: add a recipient for activations.`,
    severity: "MEDIUM",
    maxPoints: 3,
    ...named({ scuba: "MS.AAD.7.8v1" }),
    roles: [globalAdministrator],
    rules: ["Notification_Admin_EndUser_Assignment"],
  }),
  notified({
    slug: "office365-role-activation-alerts",
    title: "Report each activation of the other highly privileged roles",
    description: "They reach mail, files, accounts and applications of everybody.",
    remediation: `${pim} → **Settings** → each role → *Notifications*: add a recipient for activations.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ scuba: "MS.AAD.7.9v1" }),
    roles: Object.keys(privilegedRoles).filter((role) => role !== globalAdministrator),
    rules: ["Notification_Admin_EndUser_Assignment"],
  }),
];

function assignment({ role, principal }: Record<string, unknown>): object {
  return { role: privilegedRoles[String(role)], principal };
}

/** Settings of one role in Privileged Identity Management, by the id of the rule. */
function rulesOf(snapshot: PostureSnapshot, role: string): Record<string, unknown> {
  return objectOf(objectOf(snapshot.get("roleRules"))[role]);
}

function approval({ role, ...about }: About & { role: string }): Check {
  const rule = "Approval_EndUser_Assignment";
  const example = (isApprovalRequired: boolean) => ({
    roleRules: {
      [role]: { [rule]: { setting: { isApprovalRequired, approvalStages: [{ primaryApprovers: [{ id: "1" }] }] } } },
    },
  });
  return {
    ...about,
    needs: ["roleRules"],
    evaluate(snapshot) {
      const setting = objectOf(valueAt(rulesOf(snapshot, role)[rule], "setting"));
      if (typeof setting.isApprovalRequired !== "boolean")
        return unknown("Microsoft shows no settings of this role: Privileged Identity Management is not in use.");
      const approvers = listOf(setting.approvalStages).flatMap((stage) => listOf(objectOf(stage).primaryApprovers));
      const evidence = { required: setting.isApprovalRequired, approvers: approvers.length };
      return verdict(setting.isApprovalRequired && approvers.length > 0, evidence);
    },
    examples: { pass: example(true), fail: example(false) },
  };
}

interface NotifiedCheck extends About {
  roles: readonly string[];
  rules: readonly string[];
}

function notified({ roles: wanted, rules, ...about }: NotifiedCheck): Check {
  const example = (notificationRecipients: string[]) => ({
    roleRules: Object.fromEntries(
      wanted.map((role) => [role, Object.fromEntries(rules.map((rule) => [rule, { notificationRecipients }]))]),
    ),
  });
  return {
    ...about,
    needs: ["roleRules"],
    evaluate(snapshot) {
      const known = wanted.filter((role) => Object.keys(rulesOf(snapshot, role)).length > 0);
      if (known.length === 0)
        return unknown("Microsoft shows no settings of these roles: Privileged Identity Management is not in use.");
      const without = known.filter((role) =>
        rules.some((rule) => listOf(objectOf(rulesOf(snapshot, role)[rule]).notificationRecipients).length === 0),
      );
      return verdict(without.length === 0, { withoutRecipient: without.map((role) => privilegedRoles[role]) });
    },
    examples: { pass: example(["soc@fabrikam.example"]), fail: example([]) },
  };
}
