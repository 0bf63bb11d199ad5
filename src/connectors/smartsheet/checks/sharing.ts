import type { Check } from "#src/connector-kit/contract/checks.ts";
import { checkOf, share } from "./judge.ts";

const noGroups = "The plan has no groups.";
const noItems = "The connected System Admin can open no items.";

export const sharingChecks: readonly Check[] = [
  checkOf("groups", {
    slug: "smartsheet-groups-with-outsiders",
    title: "Keep groups to people of the organisation",
    description:
      "Whatever is shared with a group is shared with its outside members, and nobody sees that on the item.",
    remediation:
      "Admin Center → **Groups**: remove outside members from the groups in the evidence. Under **Security & Controls** limit group members to people of the plan.",
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ groups, withOutsiders }) =>
      share(groups, withOutsiders.length, { groups, withOutsiders: withOutsiders.slice(0, 50) }, noGroups),
    failing: { withOutsiders: ["Partners"] },
  }),
  checkOf("groups", {
    slug: "smartsheet-group-owners",
    title: "Let every group have an owner who is active",
    description: "Nobody answers for the members of a group whose owner was deactivated or left.",
    remediation: "Admin Center → **Groups**: transfer the groups in the evidence to an active member.",
    severity: "LOW",
    maxPoints: 3,
    judge: ({ groups, withoutActiveOwner }) =>
      share(
        groups,
        withoutActiveOwner.length,
        { groups, withoutActiveOwner: withoutActiveOwner.slice(0, 50) },
        noGroups,
      ),
    failing: { withoutActiveOwner: ["Sales"] },
  }),
  checkOf("sharing", {
    slug: "smartsheet-published-items",
    title: "Publish nothing to everybody",
    description: "A published sheet, report or dashboard opens to anybody who has the link, without signing in.",
    remediation:
      "Open each item in the evidence, *Publish*: switch it off, or limit it to people of the organisation. Admin Center → **Security & Controls** → *Publish* sets what is allowed.",
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ looked, published }) => share(looked, published.length, { looked, published }, noItems),
    failing: { published: ["sheet Salaries"] },
  }),
  checkOf("sharing", {
    slug: "smartsheet-outside-sharers",
    title: "Let nobody outside share items further",
    description: "No sheet, report, dashboard or workspace has an outside person who may share it with others.",
    remediation:
      "Open each item in the evidence, *Share*: give outside people *Editor* or less. Admin Center → **Safe sharing** limits the domains.",
    severity: "MEDIUM",
    maxPoints: 6,
    judge: ({ looked, outside, outsideSharers }) =>
      share(looked, outsideSharers.length, { looked, outside, outsideSharers }, noItems),
    failing: { outsideSharers: ["workspace Launch"] },
  }),
];
