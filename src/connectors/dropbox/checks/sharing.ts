import type { Check } from "#src/connector-kit/contract/checks.ts";
import { checkOf, policyCheck, verdict } from "./check.ts";

const settings = "Admin Console → **Settings** → **Sharing**";

/** How far the team's content reaches. */
export const sharingChecks: readonly Check[] = [
  policyCheck({
    slug: "dropbox-folder-members",
    title: "Limit who can be a member of shared folders",
    description: "Members share folders with people of the team, or of approved domains, and not with anybody.",
    remediation: `${settings} → *Sharing outside your team*: *Only people on the approved list*, or off.`,
    ...{ severity: "HIGH", maxPoints: 8, policy: "shared_folder_member_policy" },
    ...{ passes: ["team", "team_and_approved"], fails: "anyone" },
  }),
  policyCheck({
    slug: "dropbox-folder-joining",
    title: "Limit joining folders of other teams",
    description: "What members put into folders that others own is out of the team's control.",
    remediation: `${settings} → *Joining shared folders owned outside your team*: off.`,
    ...{ severity: "MEDIUM", maxPoints: 4, policy: "shared_folder_join_policy" },
    ...{ passes: ["from_team_only"], fails: "from_anyone" },
  }),
  policyCheck({
    slug: "dropbox-default-links",
    title: "Create shared links that are not public",
    description: "A link opens for the team or for people invited unless its maker decides otherwise.",
    remediation: `${settings} → *Default access for shared links*: *Team* or *Only people invited*.`,
    ...{ severity: "HIGH", maxPoints: 8, policy: "shared_link_create_policy" },
    ...{ passes: ["team_only", "default_team_only", "default_no_one"], fails: "default_public" },
  }),
  policyCheck({
    slug: "dropbox-folder-links",
    title: "Open links into shared folders for members only",
    description: "A link to something in a shared folder opens for the folder's members only.",
    remediation: `${settings} → *Links to shared folders*: *Only members of the folder*.`,
    ...{ severity: "LOW", maxPoints: 3, policy: "shared_folder_link_restriction_policy" },
    ...{ passes: ["members"], fails: "anyone" },
  }),
  policyCheck({
    slug: "dropbox-link-passwords",
    title: "Require passwords of links that reach outside",
    description: "A public link that gets into wrong hands opens nothing without its password.",
    remediation: `${settings} → *Passwords for shared links*: *Required*.`,
    ...{ severity: "MEDIUM", maxPoints: 5, policy: "enforce_link_password_policy" },
    ...{ passes: ["required"], fails: "optional" },
  }),
  policyCheck({
    slug: "dropbox-link-expiration",
    title: "Let links that reach outside expire",
    description: "Links end by themselves after a time, instead of staying open when nobody remembers them.",
    remediation: `${settings} → *Default expiration for shared links*: 30 days or less.`,
    ...{ severity: "MEDIUM", maxPoints: 5, policy: "default_link_expiration_days_policy" },
    ...{ passes: ["day_1", "day_3", "day_7", "day_30", "day_90", "day_180", "year_1"], fails: "none" },
  }),
  policyCheck({
    slug: "dropbox-link-editing",
    title: "Create shared links for viewing",
    description: "Who has a link can view, and change something only if that was chosen for the link.",
    remediation: `${settings} → *Default permissions for shared links*: *Can view*.`,
    ...{ severity: "LOW", maxPoints: 3, policy: "shared_link_default_permissions_policy" },
    ...{ passes: ["view", "default"], fails: "edit" },
  }),
  policyCheck({
    slug: "dropbox-group-creation",
    title: "Let administrators create groups",
    description: "Groups give access to folders: who creates and manages them decides who has it.",
    remediation: "Admin Console → **Settings** → **Groups** → *Who can create groups*: *Only admins*.",
    ...{ severity: "LOW", maxPoints: 3, policy: "group_creation_policy" },
    ...{ passes: ["admins_only"], fails: "admins_and_members" },
  }),
  checkOf("allowlist", {
    slug: "dropbox-approved-domains",
    title: "Keep public mail providers off the approved list",
    description: "Anybody can have an address there: a domain on the approved list lets all of its people in.",
    remediation: `${settings} → *Approved list*: remove the domains, and add single addresses.`,
    ...{ severity: "HIGH", maxPoints: 6 },
    judge: ({ domains }) => {
      const open = domains.filter((domain) => publicDomains.has(domain.toLowerCase()));
      return verdict(open.length === 0, { domains: domains.length, open });
    },
    examples: {
      pass: { domains: ["partner.example"], emails: [] },
      fail: { domains: ["gmail.com"], emails: [] },
    },
  }),
];

const publicDomains = new Set(
  (
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com proton.me protonmail.com gmx.com " +
    "gmx.de gmx.net web.de mail.com mail.ru yandex.com qq.com 163.com"
  ).split(" "),
);
