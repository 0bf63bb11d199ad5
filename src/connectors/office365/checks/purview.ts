import type { Check } from "#src/connector-kit/contract/checks.ts";
import { named } from "./check.ts";
import { type ControlCheck, controlCheck } from "./secure-score.ts";

/** Audit, data loss prevention and labels of Microsoft Purview, and what else Secure Score alone shows. */
const controls: readonly ControlCheck[] = [
  {
    slug: "office365-audit-log",
    control: "mip_search_auditlog",
    title: "Record the unified audit log",
    description: "Without it nobody finds out afterwards what happened, Gatehouse included.",
    remediation: "Microsoft Purview portal → **Audit**: start recording user and admin activity.",
    severity: "CRITICAL",
    maxPoints: 10,
    ...named({ cis: "3.1.1", scuba: "MS.SECURITYSUITE.5.1v1" }),
  },
  {
    slug: "office365-data-loss-prevention",
    control: "dlp_datalossprevention",
    title: "Have policies against loss of data",
    description: "They notice card numbers and the like on their way out.",
    remediation:
      "Microsoft Purview portal → **Data loss prevention** → **Policies**: create policies for Exchange, SharePoint and OneDrive.",
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "3.2.1", scuba: "MS.SECURITYSUITE.3.1v1" }),
  },
  {
    slug: "office365-data-loss-prevention-teams",
    control: "mip_DLP_policies_Teams",
    title: "Have policies against loss of data in Teams",
    description: "What is not allowed in mail is soon sent by chat.",
    remediation:
      "Microsoft Purview portal → **Data loss prevention** → **Policies**: include Teams chat and channel messages.",
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "3.2.2", scuba: "MS.SECURITYSUITE.3.2v1" }),
  },
  {
    slug: "office365-label-policies",
    control: "mip_sensitivitylabelspolicies",
    title: "Publish sensitivity labels",
    description: "People can use a label only when a policy gives it to them.",
    remediation: "Microsoft Purview portal → **Information protection** → **Label policies**: publish the labels.",
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "3.3.1" }),
  },
  {
    slug: "office365-automatic-labels",
    control: "mip_autosensitivitylabelspolicies",
    title: "Label by content",
    description: "People forget; a policy finds the card numbers in what they left without a label.",
    remediation: "Microsoft Purview portal → **Information protection** → **Auto-labeling**: create policies.",
    severity: "LOW",
    maxPoints: 3,
  },
  {
    slug: "office365-customer-lockbox",
    control: "CustomerLockBoxEnabled",
    title: "Decide yourself when Microsoft's engineers look at content",
    description: "With Customer Lockbox, support asks before it opens mailboxes and files.",
    remediation:
      "Microsoft 365 admin center → **Settings** → **Org settings** → **Security & privacy** → *Customer lockbox*.",
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "1.3.6" }),
  },
  {
    slug: "office365-password-reset",
    control: "SelfServicePasswordReset",
    title: "Let everybody reset their own password",
    description: "Who waits for the help desk keeps a password that may be known; and the help desk can be deceived.",
    remediation: "Microsoft Entra admin center → **Protection** → **Password reset**: enabled for all.",
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "5.2.4.1" }),
  },
  {
    slug: "office365-linked-accounts",
    control: "aad_linkedin_connection_disables",
    title: "Switch off connections to LinkedIn accounts",
    description: "They show outside who works here and with whom.",
    remediation: "Microsoft Entra admin center → **Users** → **User settings**: *LinkedIn account connections* No.",
    severity: "LOW",
    maxPoints: 1,
    ...named({ cis: "5.1.2.6" }),
  },
];

export const purviewChecks: readonly Check[] = controls.map(controlCheck);
