import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import { type SettingCheck, toggle } from "./setting.ts";

const safety = "Admin console → **Apps** → **Google Workspace** → **Gmail** → **Safety**";
const app = "gmail";

interface Protection {
  slug: string;
  title: string;
  description: string;
  field: string;
  scuba: string;
  cis?: string;
  severity?: Severity;
}

const protection =
  (setting: string, place: string) =>
  ({ field, severity = "MEDIUM", ...facts }: Protection): SettingCheck =>
    toggle(field, true, {
      ...facts,
      severity,
      remediation: `${safety} → *${place}*: tick “${facts.title}”.`,
      maxPoints: severity === "LOW" ? 2 : 3,
      setting,
      app,
    });

const attachments = protection("gmail.email_attachment_safety", "Attachments");
const links = protection("gmail.links_and_external_images", "Links and external images");
const spoofing = protection("gmail.spoofing_and_authentication", "Spoofing and authentication");

/** Where what was found suspicious ends up: anything but these leaves it in the inbox. */
const outOfInbox = ["SPAM_FOLDER", "QUARANTINE"];

function consequences(
  fields: readonly string[],
  facts: Omit<SettingCheck, "fields" | "passes" | "examples" | "severity" | "maxPoints" | "app">,
): SettingCheck {
  const all = (value: string) => Object.fromEntries(fields.map((field) => [field, value]));
  return {
    ...facts,
    severity: "MEDIUM",
    maxPoints: 4,
    app,
    fields,
    passes: (value) => fields.every((field) => outOfInbox.includes(String(value[field]))),
    examples: { pass: all("QUARANTINE"), fail: all("WARNING") },
  };
}

export const gmailProtectionSettings: readonly SettingCheck[] = [
  attachments({
    slug: "google-gmail-encrypted-attachments",
    title: "Protect against encrypted attachments from untrusted senders",
    description: "They cannot be looked into for malware.",
    field: "enableEncryptedAttachmentProtection",
    scuba: "GMAIL.5.1v1",
    cis: "3.1.3.4.1.1",
  }),
  attachments({
    slug: "google-gmail-script-attachments",
    title: "Protect against attachments with scripts from untrusted senders",
    description: "A script runs when the attachment is opened.",
    field: "enableAttachmentWithScriptsProtection",
    scuba: "GMAIL.5.2v1",
    cis: "3.1.3.4.1.2",
  }),
  attachments({
    slug: "google-gmail-anomalous-attachments",
    title: "Protect against anomalous attachment types in emails",
    description: "Types that the organisation never receives are used to slip through.",
    field: "enableAnomalousAttachmentProtection",
    scuba: "GMAIL.5.3v1",
    cis: "3.1.3.4.1.3",
  }),
  attachments({
    slug: "google-gmail-future-attachments",
    title: "Apply future recommended settings for attachments automatically",
    description: "New kinds of attack are met as soon as Google knows a setting against them.",
    field: "applyFutureRecommendedSettingsAutomatically",
    scuba: "GMAIL.5.4v1",
    severity: "LOW",
  }),
  consequences(
    [
      "encryptedAttachmentProtectionConsequence",
      "attachmentWithScriptsProtectionConsequence",
      "anomalousAttachmentProtectionConsequence",
    ],
    {
      slug: "google-gmail-attachments-out-of-inbox",
      title: "Keep mail with dangerous attachments out of the inbox",
      description: "A warning above a message does not keep anybody from opening it.",
      remediation: `${safety} → *Attachments*: for each kind **Move email to spam** or **Quarantine**.`,
      scuba: "GMAIL.5.5v1",
      setting: "gmail.email_attachment_safety",
    },
  ),
  links({
    slug: "google-gmail-short-links",
    title: "Identify links behind shortened URLs",
    description: "A short link hides where it leads.",
    field: "enableShortenerScanning",
    scuba: "GMAIL.6.1v1",
    cis: "3.1.3.4.2.1",
  }),
  links({
    slug: "google-gmail-linked-images",
    title: "Scan linked images",
    description: "An image from outside may hold what a text filter would find.",
    field: "enableExternalImageScanning",
    scuba: "GMAIL.6.2v1",
    cis: "3.1.3.4.2.2",
  }),
  links({
    slug: "google-gmail-link-warnings",
    title: "Show warning prompt for any click on links to untrusted domains",
    description: "The moment of the click is the last one to stop.",
    field: "enableAggressiveWarningsOnUntrustedLinks",
    scuba: "GMAIL.6.3v1",
    cis: "3.1.3.4.2.3",
  }),
  links({
    slug: "google-gmail-future-links",
    title: "Apply future recommended settings for links and images automatically",
    description: "New kinds of attack are met as soon as Google knows a setting against them.",
    field: "applyFutureSettingsAutomatically",
    scuba: "GMAIL.6.4v1",
    severity: "LOW",
  }),
  spoofing({
    slug: "google-gmail-similar-domains",
    title: "Protect against domain spoofing based on similar domain names",
    description: "`acme.example` and `acrne.example` look alike.",
    field: "detectDomainNameSpoofing",
    scuba: "GMAIL.7.1v1",
    cis: "3.1.3.4.3.1",
  }),
  spoofing({
    slug: "google-gmail-employee-names",
    title: "Protect against spoofing of employee names",
    description: "The name of the managing director with an address from elsewhere asks for a payment.",
    field: "detectEmployeeNameSpoofing",
    scuba: "GMAIL.7.2v1",
    cis: "3.1.3.4.3.2",
  }),
  spoofing({
    slug: "google-gmail-own-domain",
    title: "Protect against inbound emails spoofing your domain",
    description: "Mail from outside that claims to come from a colleague.",
    field: "detectDomainSpoofingFromUnauthenticatedSenders",
    scuba: "GMAIL.7.3v1",
    cis: "3.1.3.4.3.3",
  }),
  spoofing({
    slug: "google-gmail-unauthenticated",
    title: "Protect against any unauthenticated emails",
    description: "Mail that neither SPF nor DKIM confirms may come from anybody.",
    field: "detectUnauthenticatedEmails",
    scuba: "GMAIL.7.4v1",
    cis: "3.1.3.4.3.4",
  }),
  spoofing({
    slug: "google-gmail-groups-spoofing",
    title: "Protect your Groups from inbound emails spoofing your domain",
    description: "One message to a group reaches all of its members.",
    field: "detectGroupsSpoofing",
    scuba: "GMAIL.7.5v1",
    cis: "3.1.3.4.3.5",
  }),
  consequences(
    [
      "domainNameSpoofingConsequence",
      "employeeNameSpoofingConsequence",
      "domainSpoofingConsequence",
      "unauthenticatedEmailConsequence",
      "groupsSpoofingConsequence",
    ],
    {
      slug: "google-gmail-spoofing-out-of-inbox",
      title: "Keep mail of forged senders out of the inbox",
      description: "A warning above a message does not keep anybody from answering it.",
      remediation: `${safety} → *Spoofing and authentication*: for each kind **Move email to spam** or **Quarantine**.`,
      scuba: "GMAIL.7.6v1",
      setting: "gmail.spoofing_and_authentication",
    },
  ),
  spoofing({
    slug: "google-gmail-future-spoofing",
    title: "Apply future recommended settings for spoofing automatically",
    description: "New kinds of attack are met as soon as Google knows a setting against them.",
    field: "applyFutureSettingsAutomatically",
    scuba: "GMAIL.7.7v1",
    severity: "LOW",
  }),
];
