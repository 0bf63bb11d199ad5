import type { Check } from "#src/connector-kit/contract/checks.ts";
import { named } from "./check.ts";
import { type ControlCheck, controlCheck } from "./secure-score.ts";

const exchange = "Exchange admin center";

/** Exchange Online: no application permission of Graph reads its settings. */
const controls: readonly ControlCheck[] = [
  {
    slug: "office365-mailbox-audit",
    control: "exo_mailboxaudit",
    title: "Audit all mailboxes",
    description: "Only then can it be found out what was read in a mailbox that was taken over.",
    remediation:
      "Exchange Online PowerShell: `Set-OrganizationConfig -AuditDisabled $false`, and end the bypass of accounts.",
    severity: "HIGH",
    maxPoints: 5,
    ...named({ cis: "6.1.1, 6.1.2", scuba: "MS.EXO.13.1v1" }),
  },
  {
    slug: "office365-modern-authentication",
    control: "exo_oauth2clientprofileenabled",
    title: "Use modern authentication in Exchange",
    description: "Without it Outlook asks for a password alone.",
    remediation: "Exchange Online PowerShell: `Set-OrganizationConfig -OAuth2ClientProfileEnabled $true`.",
    severity: "HIGH",
    maxPoints: 5,
    ...named({ cis: "6.5.1" }),
  },
  {
    slug: "office365-calendar-sharing",
    control: "exo_individualsharing",
    title: "Share no details of calendars with everybody outside",
    description: "Who meets whom about what prepares a convincing message.",
    remediation: `${exchange} → **Organization** → **Sharing** → *Individual sharing*: no calendar sharing with all domains.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "1.3.3", scuba: "MS.EXO.6.2v1" }),
  },
  {
    slug: "office365-outlook-add-ins",
    control: "exo_outlookaddins",
    title: "Let users install no Outlook add-ins",
    description: "An add-in reads the mail of the person who installs it.",
    remediation: `${exchange} → **Roles** → **User roles**: take *My Custom Apps*, *My Marketplace Apps* and *My ReadWriteMailboxApps* away.`,
    severity: "MEDIUM",
    maxPoints: 3,
    ...named({ cis: "6.3.1" }),
  },
  {
    slug: "office365-mail-tips",
    control: "exo_mailtipsenabled",
    title: "Show MailTips for recipients outside",
    description: "People notice the wrong recipient before they send.",
    remediation:
      "Exchange Online PowerShell: `Set-OrganizationConfig -MailTipsExternalRecipientsTipsEnabled $true -MailTipsAllTipsEnabled $true`.",
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "6.5.2" }),
  },
  {
    slug: "office365-outlook-storage",
    control: "exo_storageproviderrestricted",
    title: "Offer no other storage in Outlook on the web",
    description: "Attachments otherwise go to people's own accounts elsewhere.",
    remediation: "Exchange Online PowerShell: `Set-OwaMailboxPolicy -AdditionalStorageProvidersAvailable $false`.",
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "6.5.3" }),
  },
  {
    slug: "office365-transport-allow-list",
    control: "exo_transportrulesallowlistdomains",
    title: "Let no mail flow rule trust whole domains",
    description: "Anybody can write a trusted domain as the sender, and skips the filters.",
    remediation: `${exchange} → **Mail flow** → **Rules**: delete rules that set the spam confidence of a domain to -1.`,
    severity: "HIGH",
    maxPoints: 4,
    ...named({ cis: "6.2.2" }),
  },
  {
    slug: "office365-forwarding-rules",
    control: "mdo_blockmailforward",
    title: "Block rules that forward mail outside",
    description: "The first thing an intruder sets up is a copy of all mail.",
    remediation: `${exchange} → **Mail flow** → **Rules**, and remote domains: no automatic forwarding.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ cis: "6.2.1", scuba: "MS.EXO.1.1v2" }),
  },
  {
    slug: "office365-automatic-forwarding",
    control: "mdo_autoforwardingmode",
    title: "Switch automatic forwarding off in the outbound policy",
    description: "Whatever people set in their mailbox, nothing is forwarded outside.",
    remediation:
      "Microsoft Defender portal → **Policies & rules** → **Threat policies** → **Anti-spam** → outbound policy: automatic forwarding off.",
    severity: "HIGH",
    maxPoints: 4,
    ...named({ cis: "6.2.1", scuba: "MS.EXO.1.1v2" }),
  },
];

export const exchangeChecks: readonly Check[] = controls.map(controlCheck);
