import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { Facts } from "../streams/posture.ts";
import { checkOf, found } from "./check.ts";

const people = (more: Partial<Facts["people"]> = {}): Facts["people"] => ({
  ...{ active: 40, admins: found("ana", "bo"), inactive: found(), inactiveAdmins: found(), passwordSignIn: found() },
  ...{ serviceAdmins: found(), locked: found(), guestsWithoutEnd: found(), ...more },
});
const usersPage = "Egnyte → **Settings** → **Users & Groups**";

/** How people sign in, and who administers the domain. */
export const peopleChecks: readonly Check[] = [
  checkOf("people", {
    slug: "egnyte-single-sign-on",
    title: "Sign in through single sign-on",
    description:
      "The rules of your identity provider, a second factor among them, hold for Egnyte as well. Two accounts with an Egnyte password remain for emergencies; standard users and service accounts are not counted.",
    remediation: `${usersPage}: set the authentication of these accounts to *SSO*.`,
    ...{ severity: "HIGH", maxPoints: 10 },
    passes: ({ passwordSignIn }) => passwordSignIn.count <= 2,
    evidence: ({ active, passwordSignIn }) => ({ active, passwordSignIn }),
    examples: {
      pass: people({ passwordSignIn: found("ana", "bo") }),
      fail: people({ passwordSignIn: found("a", "b", "c") }),
    },
  }),
  checkOf("people", {
    slug: "egnyte-administrators",
    title: "Have two to five administrators",
    description: "One may be lost; each further one can do everything. Others get a role for what they do.",
    remediation: `${usersPage}: make administrators power users, with a role where they need one.`,
    ...{ severity: "MEDIUM", maxPoints: 6 },
    passes: ({ admins }) => admins.count >= 2 && admins.count <= 5,
    evidence: ({ admins }) => ({ admins }),
    examples: { pass: people(), fail: people({ admins: found("ana") }) },
  }),
  checkOf("people", {
    slug: "egnyte-inactive-administrators",
    title: "Have no administrators who are inactive",
    description: "Nobody notices when the account of an administrator who has not been active for 90 days is misused.",
    remediation: `${usersPage}: disable these accounts, or make them power users.`,
    ...{ severity: "HIGH", maxPoints: 6 },
    passes: ({ inactiveAdmins }) => inactiveAdmins.count === 0,
    evidence: ({ inactiveAdmins }) => ({ inactiveAdmins }),
    examples: { pass: people(), fail: people({ inactiveAdmins: found("cy") }) },
  }),
  checkOf("people", {
    slug: "egnyte-inactive-accounts",
    title: "Disable accounts that nobody uses",
    description: "An account that has not been active for 90 days is one that its owner does not miss.",
    remediation: `${usersPage}: disable these accounts.`,
    ...{ severity: "MEDIUM", maxPoints: 4 },
    passes: ({ inactive }) => inactive.count === 0,
    evidence: ({ active, inactive }) => ({ active, inactive }),
    examples: { pass: people(), fail: people({ inactive: found("di") }) },
  }),
  checkOf("people", {
    slug: "egnyte-service-administrators",
    title: "Keep service accounts from administering",
    description:
      "The secret of a service account lies in some program, and nobody signs in with a second factor there.",
    remediation: `${usersPage}: make these accounts power users with access to the folders that they need.`,
    ...{ severity: "HIGH", maxPoints: 5 },
    passes: ({ serviceAdmins }) => serviceAdmins.count === 0,
    evidence: ({ serviceAdmins }) => ({ serviceAdmins }),
    examples: { pass: people(), fail: people({ serviceAdmins: found("backup") }) },
  }),
  checkOf("people", {
    slug: "egnyte-locked-accounts",
    title: "Look at locked accounts",
    description: "Egnyte locks an account after failed attempts to sign in: its password may have been guessed.",
    remediation: `${usersPage}: find out who tried, then unlock or disable the account.`,
    ...{ severity: "LOW", maxPoints: 2 },
    passes: ({ locked }) => locked.count === 0,
    evidence: ({ locked }) => ({ locked }),
    examples: { pass: people(), fail: people({ locked: found("ed") }) },
  }),
  checkOf("people", {
    slug: "egnyte-standard-user-expiry",
    title: "Let the accounts of standard users expire",
    description: "Standard users are mostly people of other organisations, whose leaving nobody reports.",
    remediation: `${usersPage}: set an expiry date for these accounts.`,
    ...{ severity: "LOW", maxPoints: 3 },
    passes: ({ guestsWithoutEnd }) => guestsWithoutEnd.count === 0,
    evidence: ({ guestsWithoutEnd }) => ({ guestsWithoutEnd }),
    examples: { pass: people(), fail: people({ guestsWithoutEnd: found("partner") }) },
  }),
];
