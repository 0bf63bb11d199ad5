import type { Check } from "#src/connector-kit/contract/checks.ts";
import { staleAdminDays, staleMemberDays } from "../posture-people.ts";
import { checkOf, share, verdict } from "./judge.ts";

const users = "Admin Center → **Users**";
const [fewest, most] = [2, 5];

export const peopleChecks: readonly Check[] = [
  checkOf("people", {
    slug: "smartsheet-system-admins",
    title: `Have between ${fewest} and ${most} System Admins`,
    description: "A System Admin reads every item of the plan as anybody. One alone locks the plan when they leave.",
    remediation: `${users}: take the role System Admin from those who do not need it, or give it to a second person.`,
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ systemAdmins }) => verdict(systemAdmins.count >= fewest && systemAdmins.count <= most, { systemAdmins }),
    failing: { systemAdmins: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "smartsheet-inactive-admins",
    title: "Take the role from administrators who no longer sign in",
    description: `Every System Admin and Group Admin has signed in within the last ${staleAdminDays} days.`,
    remediation: `${users}: take the role from those in the evidence, or deactivate their accounts.`,
    severity: "HIGH",
    maxPoints: 7,
    judge: ({ admins, inactiveAdmins }) =>
      share(admins, inactiveAdmins.length, { admins, inactiveAdmins }, "The plan shows no active administrator."),
    failing: { inactiveAdmins: ["mira.holt@acme.test"] },
  }),
  checkOf("people", {
    slug: "smartsheet-outside-admins",
    title: "Let nobody outside the organisation administer the plan",
    description: "No System Admin or Group Admin is of another organisation.",
    remediation: `${users}: take the role from those in the evidence.`,
    severity: "CRITICAL",
    maxPoints: 8,
    judge: ({ outsideAdmins }) => verdict(outsideAdmins.length === 0, { outsideAdmins }),
    failing: { outsideAdmins: ["pat@partner.test"] },
  }),
  checkOf("people", {
    slug: "smartsheet-invited-admins",
    title: "Leave no invitation open that carries an administrator's role",
    description: "Access to the invitation's mail is enough to become an administrator.",
    remediation: `${users}: remove the invitations in the evidence, and give the role once the person has joined.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ invitedAdmins }) => verdict(invitedAdmins.length === 0, { invitedAdmins }),
    failing: { invitedAdmins: ["new@acme.test"] },
  }),
  checkOf("people", {
    slug: "smartsheet-stale-members",
    title: "Deactivate members who no longer sign in",
    description: `Everybody with a seat has signed in within the last ${staleMemberDays} days.`,
    remediation: `${users}: deactivate those in the evidence, or take their seats.`,
    severity: "LOW",
    maxPoints: 4,
    judge: ({ members, staleMembers }) =>
      share(members, staleMembers.count, { members, staleMembers }, "The plan shows nobody with a seat."),
    failing: { staleMembers: { count: 1, names: ["jo@acme.test"] } },
  }),
  checkOf("people", {
    slug: "smartsheet-outside-seats",
    title: "Give no seats to people outside the organisation",
    description: "Who has a seat may create items in the plan, share them and own them.",
    remediation: `${users}: change those in the evidence to guests.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ members, outsideSeats }) =>
      share(members, outsideSeats.count, { members, outsideSeats }, "The plan shows nobody with a seat."),
    failing: { outsideSeats: { count: 1, names: ["pat@partner.test"] } },
  }),
];
