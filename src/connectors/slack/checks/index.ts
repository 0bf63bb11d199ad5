import type { Check } from "#src/connector-kit/contract/checks.ts";
import { staleDays, staleGuestDays } from "../posture.ts";
import { checkOf, none, share, somebody, verdict } from "./judge.ts";

const people = "*Organization settings > People*";
const security = "*Organization settings > Security*";
const [fewest, most] = [2, 4];
const adminShare = 0.05;
const fewAdmins = 5;
const noMember = "Slack shows no active member.";
const noAdmin = "Slack shows no active admin.";

/** By what accounts, apps and workspaces show: Slack's API shows hardly any setting, and nobody has published a benchmark. */
export const checks: readonly Check[] = [
  checkOf("people", {
    slug: "slack-single-sign-on",
    title: "Let every member sign in by single sign-on",
    description: "Every active member who is no guest is bound to single sign-on.",
    remediation: `${security} > *SSO configuration*: require single sign-on for everybody.`,
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ members, withoutSignOn }) => share(members, withoutSignOn, noMember),
    failing: { withoutSignOn: somebody },
  }),
  checkOf("people", {
    slug: "slack-second-factor",
    title: "Have nobody sign in with a password alone",
    description:
      "Every person, guests included, has two-factor authentication or single sign-on, which asks for the factor elsewhere.",
    remediation: `${security}: require two-factor authentication of those who do not use single sign-on.`,
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ members, guests, withoutFactor }) => share(members + guests, withoutFactor, noMember),
    failing: { withoutFactor: somebody },
  }),
  checkOf("people", {
    slug: "slack-admins-with-factor",
    title: "Let every admin have a second factor, or single sign-on",
    description: "No owner or admin signs in with a password alone.",
    remediation: `${people}: have those in the evidence set up two-factor authentication, or bind them to single sign-on.`,
    severity: "CRITICAL",
    maxPoints: 10,
    judge: ({ admins, adminsWithoutFactor }) => share(admins.count, adminsWithoutFactor, noAdmin),
    failing: { adminsWithoutFactor: somebody },
  }),
  checkOf("people", {
    slug: "slack-owners",
    title: `Have between ${fewest} and ${most} owners`,
    description: "An owner may do everything in the organization. One alone locks it when they leave.",
    remediation: `${people}: make owners admins or members who do not need the role.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ owners }) => verdict(owners.count >= fewest && owners.count <= most, { owners }),
    failing: { owners: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "slack-admins",
    title: "Have few admins",
    description: `At most ${adminShare * 100} % of the members are admins or owners; ${fewAdmins} are few in any organization.`,
    remediation: `${people}: take the role from those who do not need it.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ members, admins }) =>
      verdict(admins.count <= Math.max(fewAdmins, members * adminShare), { members, admins }),
    failing: { admins: { count: 20, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "slack-stale-admins",
    title: "Take the role from admins who no longer use Slack",
    description: `Every admin was active within the last ${staleDays} days.`,
    remediation: `${people}: make those in the evidence members, or deactivate them.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ admins, staleAdmins }) => share(admins.count, staleAdmins, noAdmin),
    failing: { staleAdmins: somebody },
  }),
  checkOf("people", {
    slug: "slack-stale-members",
    title: "Deactivate members who no longer use Slack",
    description: `Every member was active within the last ${staleDays} days.`,
    remediation: `${people}: deactivate those in the evidence, or suspend them here.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ members, staleMembers }) => share(members, staleMembers, noMember),
    failing: { staleMembers: somebody },
  }),
  checkOf("people", {
    slug: "slack-guests-end",
    title: "Give every guest a last day",
    description: "The account of every guest ends by itself.",
    remediation: `${people}: set a time limit for the guests in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ guests, endlessGuests }) => none(guests, endlessGuests),
    failing: { endlessGuests: somebody },
  }),
  checkOf("people", {
    slug: "slack-stale-guests",
    title: "Deactivate guests who no longer use Slack",
    description: `Every guest was active within the last ${staleGuestDays} days.`,
    remediation: `${people}: deactivate the guests in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ guests, staleGuests }) => none(guests, staleGuests),
    failing: { staleGuests: somebody },
  }),
  checkOf("apps", {
    slug: "slack-sensitive-apps",
    title: "Approve no unknown app for sensitive data",
    description:
      "No approved app that is neither the organization's own nor reviewed by Slack has a scope that Slack calls sensitive.",
    remediation: "*Organization settings > Apps*: restrict the apps in the evidence, or have their scopes reviewed.",
    severity: "HIGH",
    maxPoints: 7,
    judge: ({ apps, sensitive }) => none(apps, sensitive),
    failing: { sensitive: { count: 1, names: ["Mailmerge"] } },
  }),
  checkOf("apps", {
    slug: "slack-unlisted-apps",
    title: "Approve apps that Slack has reviewed",
    description: "Every approved app is in Slack's Marketplace, or is the organization's own.",
    remediation: "*Organization settings > Apps*: restrict the apps in the evidence unless they are known to be safe.",
    severity: "LOW",
    maxPoints: 3,
    judge: ({ apps, unlisted }) => none(apps, unlisted),
    failing: { unlisted: { count: 1, names: ["Mailmerge"] } },
  }),
  checkOf("workspaces", {
    slug: "slack-open-workspaces",
    title: "Let nobody join a workspace without being asked in",
    description: "No workspace is open to everybody in the organization, guests of other workspaces included.",
    remediation: "*Organization settings > Workspaces*: make those in the evidence join by request or by invitation.",
    severity: "LOW",
    maxPoints: 3,
    judge: ({ workspaces, open }) => share(workspaces, open, "Slack shows no workspace."),
    failing: { open: { count: 1, names: ["Field"] } },
  }),
];
