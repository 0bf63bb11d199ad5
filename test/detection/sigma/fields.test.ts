import { expect, test } from "vitest";
import { activity, matches, ruleOf } from "./support.ts";

test.each<[string, string, unknown, boolean]>([
  ["a nested path", "actor.alternateId: mira", { actor: { alternateId: "mira" } }, true],
  ["a key with dots in it", "actor.alternateId: mira", { "actor.alternateId": "mira" }, true],
  ["a key with dots below another", "a.b.c: 1", { a: { "b.c": 1 } }, true],
  ["both at once", "a.b: 2", { "a.b": 1, a: { b: 2 } }, true],
  ["another case", "outcome.Reason: x", { Outcome: { reason: "x" } }, true],
  ["the same case before another", "name: x", { name: "y", NAME: "x" }, false],
  ["any element of a list", "tags: red", { tags: ["blue", "red"] }, true],
  ["a field of any element", "target.type: User", { target: [{ type: "App" }, { type: "User" }] }, true],
  ["lists in lists", "target.ids: 7", { target: [{ ids: [1] }, { ids: [7] }] }, true],
  ["an empty list has no element", "tags: red", { tags: [] }, false],
  ["an empty list by its text", "tags: '[]'", { tags: [] }, true],
  ["an empty list is not null", "tags: null", { tags: [] }, false],
  ["the text of an object", "request|contains: Suspended", { request: { status: "Suspended" } }, true],
  ["the text of a list", "roles|contains: Admins", { roles: [{ name: "Global Admins" }] }, true],
  ["JSON in a text in an object", "request|contains: '\"Allow\"'", { request: { policy: '{"Effect":"Allow"}' } }, true],
  ["a text in quotes", "value: 'false'", { value: '"False"' }, true],
  ["a list of named values", "settings.MODE: on", { settings: [{ name: "mode", value: "on" }] }, true],
  ["a named value that is a list", "settings.x: b", { settings: [{ name: "x", multiValue: ["a", "b"] }] }, true],
  ["a name is not a field", "settings.other: on", { settings: [{ name: "mode", value: "on" }] }, false],
  ["nothing behind a scalar", "a.b: 1", { a: "b" }, false],
  ["no inherited properties", "toString|exists: true", {}, false],
  ["an event that is no object", "a: 1", "text", false],
])("%s", (_, selection, event, expected) => {
  expect(matches(selection, event)).toBe(expected);
});

test("an address in a rule means the address, not its spelling", () => {
  const row = { ipAddress: "2001:db8::7" };
  expect(matches("src_ip: 2001:DB8:0:0:0:0:0:7", {}, row)).toBe(true);
  expect(matches("gatehouse.ipAddress:\n  - 192.0.2.1\n  - 2001:0db8::7", {}, row)).toBe(true);
  expect(matches("gatehouse.ipAddress: '::ffff:192.0.2.1'", {}, { ipAddress: "192.0.2.1" })).toBe(true);
  expect(matches("src_ip: 2001:DB8:0:0:0:0:0:8", {}, row)).toBe(false);
});

test("fields of the mapped activity have the prefix gatehouse", () => {
  const row = { country: "NO", ipTags: ["tor", "cloud"], outcome: "FAILURE", interactive: true };
  expect(matches("gatehouse.country: 'no'", {}, row)).toBe(true);
  expect(matches("gatehouse.ipTags: tor", {}, row)).toBe(true);
  expect(matches("gatehouse.outcome: success", {}, row)).toBe(false);
  expect(matches("gatehouse.interactive: true", {}, row)).toBe(true);
  expect(matches("gatehouse.city: null", {}, row)).toBe(true);
  expect(matches("country: 'no'", {}, row)).toBe(false);
});

/** A rule for one log, and events of its app: [event, mapped outcome, whether it matches]. */
function check(logsource: string, selection: string, slug: string, events: [unknown, string, boolean][]) {
  const rule = ruleOf(
    `title: A rule\nlogsource: ${logsource}\ndetection:\n  selection:\n    ${selection.split("\n").join("\n    ")}\n  condition: selection\n`,
  );
  for (const [raw, outcome, expected] of events)
    expect([raw, rule.matches(activity(raw, { outcome }, slug))]).toEqual([raw, expected]);
}

test("sign-ins of Entra: codes, outcomes and places under the names of its exports", () => {
  const signIn = {
    id: "s-1",
    createdDateTime: "2026-10-02T08:11:30Z",
    appDisplayName: "Office",
    status: { errorCode: 50126, failureReason: "Invalid username or password." },
    location: { countryOrRegion: "NO" },
    deviceDetail: { isCompliant: false },
  };
  check("{product: azure, service: signinlogs}", "ResultType: 50126\nResultDescription|startswith: Invalid", "azure", [
    [signIn, "FAILURE", true],
    [{ ...signIn, status: { errorCode: 0 } }, "SUCCESS", false],
  ]);
  check("{product: azure, service: signinlogs}", "Status: Success", "office365", [
    [signIn, "SUCCESS", true],
    [signIn, "FAILURE", false],
  ]);
  check("{product: azure, service: signinlogs}", "DeviceDetail.isCompliant: 'false'\nLocation: NO", "azure", [
    [signIn, "SUCCESS", true],
    [{ ...signIn, deviceDetail: { isCompliant: true } }, "SUCCESS", false],
  ]);
});

test("a rule for one log of an app leaves its other logs alone", () => {
  const rule = ruleOf(
    "title: A rule\nlogsource: {product: azure, service: signinlogs}\ndetection: {filter: {ResultType: 0}, condition: not filter}\n",
  );
  const failed = { appDisplayName: "Office", status: { errorCode: 50126 } };
  expect(rule.matches(activity(failed, {}, "azure"))).toBe(true);
  expect(rule.matches(activity({ activityDisplayName: "Add user", result: "success" }, {}, "azure"))).toBe(false);
  expect(rule.matches(activity({ RecordType: 6, Operation: "FileAccessed" }, {}, "office365"))).toBe(false);
  expect(rule.matches(activity(failed, {}, "okta"))).toBe(false);
});

test("audits of Entra: names of operations, and changed properties", () => {
  const consent = {
    activityDisplayName: "Consent to application",
    category: "ApplicationManagement",
    result: "success",
    targetResources: [{ modifiedProperties: [{ displayName: "ConsentContext.IsAdminConsent", newValue: '"False"' }] }],
  };
  check("{product: azure, service: auditlogs}", "properties.message: Consent to application", "azure", [
    [consent, "SUCCESS", true],
  ]);
  check("{product: azure, service: auditlogs}", "ConsentContext.IsAdminConsent: 'false'", "azure", [
    [consent, "SUCCESS", true],
  ]);
});

test("activity of subscriptions: the value of the operation's name", () => {
  check("{product: azure, service: activitylogs}", "operationName|endswith: /ELEVATEACCESS/ACTION", "azure", [
    [{ eventDataId: "1", operationName: { value: "Microsoft.Authorization/elevateAccess/action" } }, "SUCCESS", true],
    [{ eventDataId: "1", operationName: { value: "Microsoft.Authorization/locks/delete" } }, "SUCCESS", false],
  ]);
});

test("the unified audit log of Microsoft 365", () => {
  check(
    "{product: m365, service: exchange}",
    "eventSource: Exchange\neventName: New-InboxRule\nstatus: success",
    "office365",
    [
      [{ RecordType: 1, Workload: "Exchange", Operation: "New-InboxRule", ResultStatus: "True" }, "SUCCESS", true],
      [{ RecordType: 1, Workload: "Exchange", Operation: "New-InboxRule", ResultStatus: "False" }, "FAILURE", false],
    ],
  );
});

test("Google Cloud under the names of Elastic and of a sink", () => {
  const entry = {
    logName: "projects/acme/logs/cloudaudit.googleapis.com%2Factivity",
    resource: { type: "k8s_cluster" },
    protoPayload: {
      methodName: "v1.compute.firewalls.delete",
      authorizationInfo: [{ permission: "a.b", granted: true }],
    },
  };
  check("{product: gcp, service: gcp.audit}", "gcp.audit.method_name: v*.Compute.Firewalls.Delete", "gcp", [
    [entry, "SUCCESS", true],
  ]);
  check(
    "{product: gcp, service: gcp.audit}",
    "data.protoPayload.logName: cloudaudit.googleapis.com%2Factivity\ndata.protoPayload.resource.type: k8s_cluster\ndata.protoPayload.authorizationInfo.granted: 'true'",
    "gcp",
    [
      [entry, "SUCCESS", true],
      [{ ...entry, resource: { type: "gce_instance" } }, "SUCCESS", false],
    ],
  );
});

test("Google Workspace: the Reports API under the names of Google Cloud", () => {
  const record = {
    id: { applicationName: "admin" },
    events: [{ name: "ENFORCE_STRONG_AUTHENTICATION", parameters: [{ name: "NEW_VALUE", value: "false" }] }],
  };
  check(
    "{product: gcp, service: google_workspace.admin}",
    "eventService: admin.googleapis.com\neventName: ENFORCE_STRONG_AUTHENTICATION\nnew_value: 'false'",
    "google-workspace",
    [
      [record, "SUCCESS", true],
      [{ ...record, id: { applicationName: "drive" } }, "SUCCESS", false],
    ],
  );
});
