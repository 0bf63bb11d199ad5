import type { Check } from "#src/connector-kit/contract/checks.ts";
import { isTrue, settingCheck } from "./setting.ts";

const console = "Admin Console → **Enterprise Settings** → **Content & Sharing**";

/** Box documents no list of these values; `open` is the one of files and folders that opens a link to anybody. */
const isOpen = (value: unknown): boolean => /open|anyone|public/i.test(String(value));

export const sharingChecks: readonly Check[] = [
  settingCheck({
    slug: "box-default-link-access",
    title: "Make links for people of the company by default",
    description: "Most people take the default: a link that opens to anybody should be a decision.",
    remediation: `${console} → *Shared Links*: default access *People in the company* or *Invited people only*.`,
    severity: "HIGH",
    maxPoints: 8,
    category: "contentAndSharing",
    settings: ["shared_link_default_access"],
    passes: (value) => !isOpen(value),
    examples: { pass: ["company"], fail: ["open"] },
  }),
  settingCheck({
    slug: "box-public-links",
    title: "Allow no links for anybody",
    description: "A link that needs no account can be passed on, and nobody knows who opened it.",
    remediation: `${console} → *Shared Links*: allow them for people in the company, or for collaborators only.`,
    severity: "MEDIUM",
    maxPoints: 5,
    category: "contentAndSharing",
    settings: ["shared_link_access"],
    passes: (value) => !isOpen(value),
    examples: { pass: ["company"], fail: ["open"] },
  }),
  settingCheck({
    slug: "box-public-link-expiry",
    title: "Let public links expire",
    description: "Nobody remembers the link of two years ago but those who have it.",
    remediation: `${console} → *Auto-Expiration*: disable public shared links after 90 days or fewer.`,
    severity: "MEDIUM",
    maxPoints: 5,
    category: "contentAndSharing",
    settings: ["is_public_shared_links_expiration_enabled"],
    passes: isTrue,
    examples: { pass: [true], fail: [false] },
  }),
  settingCheck({
    slug: "box-external-collaboration",
    title: "Limit collaboration to known domains",
    description: "Otherwise anybody with any address can be invited into any folder.",
    remediation: `${console} → *Collaborating on Content*: limit external collaboration to allowlisted domains, or to users of the enterprise.`,
    severity: "HIGH",
    maxPoints: 8,
    category: "contentAndSharing",
    settings: ["external_collaboration_status"],
    passes: (value) => /^limit_collaboration_to_/.test(String(value)),
    examples: { pass: ["limit_collaboration_to_allowlisted_domains"], fail: ["enable_external_collaboration"] },
  }),
  settingCheck({
    slug: "box-collaboration-expiry",
    title: "Let external collaboration expire",
    description: "The project ends; the access of those who worked on it from outside should, too.",
    remediation: `${console} → *Auto-Expiration*: remove external collaborators after a set time.`,
    severity: "LOW",
    maxPoints: 3,
    category: "contentAndSharing",
    settings: ["is_collaboration_expiration_enabled"],
    passes: isTrue,
    examples: { pass: [true], fail: [false] },
  }),
  settingCheck({
    slug: "box-invitations",
    title: "Let owners and co-owners alone invite",
    description: "Otherwise every editor of a folder decides who else may open it.",
    remediation: `${console} → *Collaborating on Content*: only folder owners and co-owners can send collaborator invites.`,
    severity: "LOW",
    maxPoints: 3,
    category: "contentAndSharing",
    settings: ["is_invite_privilege_restricted"],
    passes: isTrue,
    examples: { pass: [true], fail: [false] },
  }),
];
