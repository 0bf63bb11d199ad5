import type { Check } from "#src/connector-kit/contract/checks.ts";
import { checkOf, judgeValue, verdict } from "./check.ts";

/** How people sign in, who administers the team, and what holds its content. */
export const accountChecks: readonly Check[] = [
  checkOf("twoFactor", {
    slug: "dropbox-two-factor",
    title: "Require two-factor authentication",
    description:
      "A password alone does not open an account. Known from the latest change of the policy in the log; without one it stays unknown.",
    remediation: "Admin Console → **Security** → **Two-factor authentication**: *Required* for the whole team.",
    ...{ severity: "HIGH", maxPoints: 10 },
    judge: ({ policy }) => judgeValue(policy, ["require_tfa_enable", "required"]),
    examples: { pass: { policy: "require_tfa_enable" }, fail: { policy: "require_tfa_disable" } },
  }),
  checkOf("singleSignOn", {
    slug: "dropbox-single-sign-on",
    title: "Require single sign-on",
    description:
      "The rules of your identity provider hold for Dropbox as well. Known from the latest change of the policy in the log; without one it stays unknown.",
    remediation: "Admin Console → **Settings** → **Single sign-on**: *Required*.",
    ...{ severity: "MEDIUM", maxPoints: 8 },
    judge: ({ policy }) => judgeValue(policy, ["required"]),
    examples: { pass: { policy: "required" }, fail: { policy: "disabled" } },
  }),
  checkOf("admins", {
    slug: "dropbox-team-admins",
    title: "Have two to five team admins",
    description: "One may be lost; each further one can do everything. Others get a role for what they do.",
    remediation: "Admin Console → **Members** → filter *Admins* → *Change admin role*.",
    ...{ severity: "MEDIUM", maxPoints: 6 },
    judge: ({ superAdmins }) => verdict(superAdmins.length >= 2 && superAdmins.length <= 5, { superAdmins }),
    examples: {
      pass: { superAdmins: ["ana@acme.example", "bo@acme.example"], others: [], inactive: [] },
      fail: { superAdmins: ["ana@acme.example"], others: [], inactive: [] },
    },
  }),
  checkOf("admins", {
    slug: "dropbox-inactive-admins",
    title: "Give administrator roles to active members only",
    description: "A suspended or invited member who holds a role has it the moment the account becomes active.",
    remediation: "Admin Console → **Members** → filter *Admins*: take the role away from those who are not active.",
    ...{ severity: "MEDIUM", maxPoints: 4 },
    judge: ({ inactive }) => verdict(inactive.length === 0, { inactive }),
    examples: {
      pass: { superAdmins: [], others: [], inactive: [] },
      fail: { superAdmins: [], others: [], inactive: ["cy@acme.example"] },
    },
  }),
  checkOf("members", {
    slug: "dropbox-stale-invitations",
    title: "Withdraw invitations that nobody accepts",
    description: "An invitation of more than 30 days ago lets in the reader of that mailbox today.",
    remediation: "Admin Console → **Members** → filter *Invited*: delete the invitations.",
    ...{ severity: "LOW", maxPoints: 3 },
    judge: ({ staleInvitations, staleInvitationCount: count }) => verdict(count === 0, { count, staleInvitations }),
    examples: {
      pass: { active: 9, unverified: [], staleInvitations: [], staleInvitationCount: 0 },
      fail: { active: 9, unverified: [], staleInvitations: ["di@acme.example"], staleInvitationCount: 1 },
    },
  }),
  checkOf("members", {
    slug: "dropbox-verified-addresses",
    title: "Have verified addresses",
    description: "Nobody has proved that the mailbox of an unverified address belongs to the member.",
    remediation: "Ask these members to verify their address: Dropbox → **Settings** → **General** → *Email*.",
    ...{ severity: "LOW", maxPoints: 2 },
    judge: ({ active, unverified }) => verdict(unverified.length === 0, { active, unverified }),
    examples: {
      pass: { active: 9, unverified: [], staleInvitations: [], staleInvitationCount: 0 },
      fail: { active: 9, unverified: ["ed@acme.example"], staleInvitations: [], staleInvitationCount: 0 },
    },
  }),
  checkOf("devices", {
    slug: "dropbox-stale-devices",
    title: "Unlink devices that nobody uses",
    description: "A computer or phone that was not seen for 90 days may be lost, with the files that are on it.",
    remediation: "Admin Console → **Members** → a member → **Devices** → *Unlink*.",
    ...{ severity: "MEDIUM", maxPoints: 4 },
    judge: ({ members, stale, staleCount }) => verdict(staleCount === 0, { members, staleCount, stale }),
    examples: {
      pass: { members: 9, stale: [], staleCount: 0 },
      fail: { members: 9, stale: ["old-laptop"], staleCount: 1 },
    },
  }),
  checkOf("team", {
    slug: "dropbox-top-level-content",
    title: "Let administrators make top-level folders",
    description: "Folders at the top of the team space are seen by everybody: administrators keep them in order.",
    remediation: "Admin Console → **Settings** → **Team content** → *Who can create top-level folders*: *Only admins*.",
    ...{ severity: "LOW", maxPoints: 3 },
    judge: ({ topLevelContent }) => judgeValue(topLevelContent, ["admin_only"]),
    examples: {
      pass: { topLevelContent: "admin_only", deviceManagement: null, licensed: 9, provisioned: 9 },
      fail: { topLevelContent: "everyone", deviceManagement: null, licensed: 9, provisioned: 9 },
    },
  }),
  checkOf("apps", {
    slug: "dropbox-apps-with-all-files",
    title: "Keep linked apps from all files",
    description: "Most apps need a folder of their own. At most 10 that members linked have all files.",
    remediation: "Admin Console → **Settings** → **Integrations**: block apps that nobody needs; or revoke them here.",
    ...{ severity: "MEDIUM", maxPoints: 4 },
    judge: ({ apps, withAllFiles }) => verdict(withAllFiles.length <= 10, { apps, withAllFiles }),
    examples: {
      pass: { apps: 3, withAllFiles: ["Sign"] },
      fail: { apps: 11, withAllFiles: Array.from({ length: 11 }, (_, index) => `App ${index}`) },
    },
  }),
];
