/** Rules in the shape of SigmaHQ's for Microsoft 365 and Entra, on events as Microsoft sends them and the connector maps them. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { office365 } from "#src/connectors/office365/index.ts";
import { activity, ruleOf } from "../../detection/sigma/support.ts";
import { audited, ran, recorded, signedIn } from "./events.ts";

interface Case {
  rule: string;
  product: "m365" | "azure";
  service: string;
  detection: string;
  hit: object;
  miss: object;
}

const cases: Case[] = [
  {
    ...{ rule: "An alert of Security & Compliance", product: "m365", service: "threat_management" },
    detection:
      "selection: {eventSource: SecurityComplianceCenter, eventName: Suspicious inbox forwarding, status: success}\ncondition: selection",
    hit: recorded("AlertTriggered", {
      ...{ RecordType: 40, Workload: "SecurityComplianceCenter", Name: "Suspicious inbox forwarding" },
      ...{ ResultStatus: "Success", UserId: "SecurityComplianceAlerts", UserType: 4 },
    }),
    miss: recorded("AlertTriggered", { RecordType: 40, Workload: "SecurityComplianceCenter", Name: "Other" }),
  },
  {
    ...{ rule: "Protection of mail is switched off", product: "m365", service: "threat_management" },
    detection:
      "selection: {eventSource: Exchange, eventName: [Remove-AntiPhishRule, Disable-SafeLinksRule]}\ncondition: selection",
    hit: ran("Disable-SafeLinksRule", { Identity: "Standard" }),
    miss: ran("Set-SafeLinksRule", { Identity: "Standard" }),
  },
  {
    ...{ rule: "A mailbox forwards to somebody outside", product: "m365", service: "exchange" },
    detection: "selection: {Operation: Set-Mailbox, Parameters|contains: ForwardingSmtpAddress}\ncondition: selection",
    hit: ran("Set-Mailbox", { ForwardingSmtpAddress: "smtp:box@evil.example" }),
    miss: ran("Set-Mailbox", { MaxSendSize: "20 MB" }),
  },
  {
    ...{ rule: "A permission on a mailbox is given", product: "m365", service: "exchange" },
    detection:
      "selection: {eventSource: Exchange, eventName: Add-MailboxPermission, status: 'True'}\ncondition: selection",
    hit: ran("Add-MailboxPermission", { User: "root@fabrikam.example", AccessRights: "FullAccess" }),
    miss: ran("Remove-MailboxPermission", { User: "root@fabrikam.example" }),
  },
  {
    ...{ rule: "Auditing of a mailbox is bypassed", product: "m365", service: "audit" },
    detection: "selection: {Operation: Set-MailboxAuditBypassAssociation}\ncondition: selection",
    hit: ran("Set-MailboxAuditBypassAssociation", { AuditBypassEnabled: "True" }),
    miss: ran("Set-Mailbox", { AuditEnabled: "True" }),
  },
  {
    ...{ rule: "A link that anyone can use", product: "m365", service: "audit" },
    detection: "selection: {Workload: [OneDrive, SharePoint], Operation: AnonymousLinkCreated}\ncondition: selection",
    hit: recorded("AnonymousLinkCreated", { RecordType: 14 }),
    miss: recorded("CompanyLinkCreated", { RecordType: 14 }),
  },
  {
    ...{ rule: "Multifactor authentication is switched off, in the audit log", product: "m365", service: "audit" },
    detection: "selection: {Operation|contains: Disable Strong Authentication}\ncondition: selection",
    hit: recorded("Disable Strong Authentication.", { RecordType: 8, Workload: "AzureActiveDirectory" }),
    miss: recorded("Enable Strong Authentication.", { RecordType: 8, Workload: "AzureActiveDirectory" }),
  },
  {
    ...{ rule: "A wrong password", product: "azure", service: "signinlogs" },
    detection: "selection: {ResultType: 50126}\ncondition: selection",
    hit: signedIn({ status: { errorCode: 50126, failureReason: "Invalid username or password." } }),
    miss: signedIn(),
  },
  {
    ...{ rule: "A sign-in by a legacy protocol", product: "azure", service: "signinlogs" },
    detection: "selection: {ClientApp: [IMAP4, POP3, Authenticated SMTP], Status: Success}\ncondition: selection",
    hit: signedIn({ clientAppUsed: "IMAP4" }),
    miss: signedIn(),
  },
  {
    ...{ rule: "A blocked sign-in by conditional access", product: "azure", service: "signinlogs" },
    detection: "selection: {ResultType: 53003, Resultdescription|contains: Conditional Access}\ncondition: selection",
    hit: signedIn({ status: { errorCode: 53003, failureReason: "Blocked by Conditional Access policies." } }),
    miss: signedIn({ status: { errorCode: 50126, failureReason: "Invalid username or password." } }),
  },
  {
    ...{ rule: "A role is given by Privileged Identity Management's detour", product: "azure", service: "auditlogs" },
    detection: "selection: {properties.message: Add member to role outside of PIM (permanent)}\ncondition: selection",
    hit: audited("Add member to role outside of PIM (permanent)"),
    miss: audited("Add member to role"),
  },
  {
    ...{ rule: "A conditional access policy is removed", product: "azure", service: "auditlogs" },
    detection: "selection: {properties.message: Delete conditional access policy}\ncondition: selection",
    hit: audited("Delete conditional access policy"),
    miss: audited("Update conditional access policy"),
  },
  {
    ...{ rule: "An app is consented to by an administrator", product: "azure", service: "auditlogs" },
    detection: "selection: {OperationName: Consent to application, Initiatedby|contains: root}\ncondition: selection",
    hit: audited("Consent to application"),
    miss: audited("Add application"),
  },
  {
    ...{ rule: "Federation of a domain is changed", product: "azure", service: "auditlogs" },
    detection:
      "selection: {ActivityType: [Set federation settings on domain, Set domain authentication]}\ncondition: selection",
    hit: audited("Set federation settings on domain"),
    miss: audited("Verify domain"),
  },
];

test.each(cases)("$rule: the rule fires on the event of Microsoft, and not on its neighbour", (one) => {
  const { product, service, detection, hit, miss } = one;
  const indented = detection.replace(/^/gm, "  ");
  const rule = ruleOf(
    `title: A rule\nlogsource:\n  product: ${product}\n  service: ${service}\ndetection:\n${indented}\n`,
  );
  const fires = (event: object) => {
    const [mapped] = office365.mapEvent!(event) as [ActivityRecord];
    const { category, eventType, outcome, description, userAgent = null } = mapped;
    return rule.matches(activity(event, { category, eventType, outcome, description, userAgent }, "office365"));
  };
  expect(fires(hit)).toBe(true);
  expect(fires(miss)).toBe(false);
});
