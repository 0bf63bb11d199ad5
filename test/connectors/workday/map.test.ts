import { describe, expect, test } from "vitest";
import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { mapEvent, toActivities, toUser } from "#src/connectors/workday/map.ts";
import { toSignOns } from "#src/connectors/workday/map-signon.ts";
import { InvalidInputError } from "#src/errors.ts";
import { activityRow, signOnRow } from "./fixtures.ts";

const one = (items: (ActivityRecord | UnreadableItem)[]) => {
  expect(items).toEqual([expect.objectContaining({ externalId: expect.any(String) })]);
  return items[0] as ActivityRecord;
};
const activity = (change: object = {}) => one(toActivities([{ ...activityRow, ...change }]));
const signOn = (change: object = {}) => one(toSignOns([{ ...signOnRow, ...change }]));

/** Task | action | category | what Mira did to Ana. */
const tasks = `
Edit Tenant Setup - Security | WRITE | ADMIN | mholt edited the security set-up of the tenant
Assign User-Based Security Groups for Person | WRITE | ADMIN | mholt assigned security groups to Ana Ruiz
Maintain Password Rules | WRITE | ADMIN | mholt changed the password rules
Create Integration System User | WRITE | ADMIN | mholt created an integration system user Ana Ruiz
Edit Business Process Security Policy | WRITE | ADMIN | mholt edited Business Process Security Policy for Ana Ruiz
Activate Pending Security Policy Changes | WRITE | ADMIN | mholt activated pending security policy changes
Start Proxy | OTHER | ADMIN | mholt started to act as another person: Ana Ruiz
Register API Client | WRITE | ADMIN | mholt registered an API client Ana Ruiz
View API Clients | READ | USER | mholt viewed the registered API clients
View Security Group | READ | USER | mholt viewed Security Group of Ana Ruiz
Edit Tenant Setup – Security | WRITE | ADMIN | mholt edited the security set-up of the tenant
Edit Tenant Setup - Security | READ | ADMIN | mholt opened the task Edit Tenant Setup - Security for Ana Ruiz
Edit Customer Active View | READ | USER | mholt opened the task Edit Customer Active View for Ana Ruiz
Launch Integration | OTHER | USER | mholt launched Integration for Ana Ruiz
Maintain Proxy Access Policies | WRITE | ADMIN | mholt maintained Proxy Access Policies for Ana Ruiz
Change My Account | WRITE | USER | mholt changed a bank account of their own
Sign Out | OTHER | LOG_ON | mholt signed out of Workday
Start New Session (Web Service) | READ | LOG_ON | mholt started a new session in Workday
Get_Workers (Web Service) | READ | USER | mholt read Workers through a web service for Ana Ruiz
Put_Integration_System_User (Web Service) | WRITE | ADMIN | mholt wrote Integration System User through a web service for Ana Ruiz
Load Shed (Web Service) | READ | USER | mholt loaded Shed through a web service for Ana Ruiz
staffing/workers (GET) (v6 - ) | READ | USER | mholt read staffing/workers through the API for Ana Ruiz
common/photos (PUT) (v1 -  ) | WRITE | USER | mholt replaced common/photos through the API for Ana Ruiz
fetchMenu -> fetch menu (System) | READ | USER | mholt used the system task fetch menu on Ana Ruiz
Complete Goal Review | READ | USER | mholt opened the task Complete Goal Review for Ana Ruiz
Lock Workday Account | WRITE | ADMIN | mholt locked Workday Account for Ana Ruiz
Run Headcount Report | READ | USER | mholt ran Headcount Report of Ana Ruiz
Change My Photo | WRITE | USER | mholt changed their Photo for Ana Ruiz
My Team | READ | USER | mholt viewed their Team of Ana Ruiz
My Team | WRITE | USER | mholt submitted My Team for Ana Ruiz
Launch / Schedule Integration | WRITE | USER | mholt submitted Launch / Schedule Integration for Ana Ruiz
constructor_Review (Web Service) | READ | USER | mholt used constructor Review through a web service for Ana Ruiz
Update Cache (System) | READ | USER | mholt used the system task Update Cache on Ana Ruiz
Edit Unit [Old] {target} | WRITE | USER | mholt edited Unit Old target for Ana Ruiz
Org Chart | READ | USER | mholt viewed Org Chart of Ana Ruiz
Org Chart | DOWNLOAD | USER | mholt downloaded data with Org Chart of Ana Ruiz
Export to Excel | OTHER | USER | mholt exported data to Excel on Ana Ruiz
Benefits Open Enrollment | WRITE | USER | mholt submitted Benefits Open Enrollment for Ana Ruiz
privacy/activityLogging/userActivity (GET) (v1 - ) | READ | USER | mholt read the user activity log through the API
`;

describe("a row of the activity log", () => {
  test("is mapped field by field", () => {
    expect(activity()).toEqual({
      externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      category: "USER",
      action: "READ",
      eventType: "View Worker Profile",
      description: "mholt viewed the profile of Ana Ruiz",
      occurredAt: new Date("2026-11-18T07:43:05.126Z"),
      actor: { login: "mholt", email: null, name: "mholt" },
      outcome: "SUCCESS",
      sessionId: "k4t82m",
      ipAddress: "203.0.113.24",
      userAgent: "Mozilla/5.0 (Macintosh)",
      targets: [{ type: "user", id: "b90d3e6fa1274c58827de05c91f3a6b4", name: "Ana Ruiz" }],
      raw: activityRow,
    });
  });

  test("may miss anything but its time", () => {
    expect(one(toActivities([{ requestTime: "2026-11-18T07:43:05Z" }]))).toMatchObject({
      ...{ actor: null, ipAddress: null, targets: [], description: "Someone did something", unmapped: true },
    });
  });

  test.each([undefined, null, "", "yesterday", 5, {}])("with %j as its time cannot be read", (requestTime) => {
    const [, second] = toActivities([activityRow, { ...activityRow, requestTime }]);
    expect(second).toMatchObject({ kind: "unreadable", path: "data[1].requestTime" });
  });

  test.each([null, 7, "row", []])("%j is no row; a page of nothing else is a changed shape", (row) => {
    expect(toActivities([row])).toMatchObject([{ path: "data[0]" }]);
    expect(() => toActivities([row, row, row])).toThrow(expect.objectContaining({ path: "data[0]" }));
  });

  test.each([
    ["Workday Internal", null],
    ["00.00.000.000", null],
    ["", null],
    [undefined, null],
    ["2001:db8::5", "2001:db8::5"],
    [" 198.51.100.7 ", "198.51.100.7"],
  ])("address %j becomes %j, and stays in raw", (ipAddress, expected) => {
    const record = activity({ ipAddress });
    expect(record.ipAddress).toBe(expected);
    expect(record.raw).toHaveProperty("ipAddress", ipAddress);
  });

  test.each(
    tasks
      .trim()
      .split("\n")
      .map((line) => line.split(" | ")),
  )("%s (%s) is %s: %s", (taskDisplayName, activityAction, category, description) => {
    const record = activity({ taskDisplayName, activityAction });
    expect(record).toMatchObject({ category, description, eventType: taskDisplayName });
    expect(record.unmapped).toBeUndefined();
  });

  test("with an action we do not know is kept and marked", () => {
    expect(activity({ taskDisplayName: "Quantum Task", activityAction: "ENTANGLE" })).toMatchObject({
      unmapped: true,
      eventType: "Quantum Task",
      description: "mholt did Quantum Task (ENTANGLE) on Ana Ruiz",
    });
  });

  const self = { id: "d4", descriptor: "mholt / Mira Holt" };
  const mira = { login: "mholt", name: "Mira Holt" };

  test.each([
    [
      "about something that is no person names it",
      { taskDisplayName: "View Pay Group", target: { id: "c3", descriptor: "Payroll EU" } },
      { description: "mholt viewed Pay Group: Payroll EU" },
    ],
    [
      "about the account itself has its name, and does not repeat it",
      { taskDisplayName: "Get_Session (Web Service)", target: self },
      {
        actor: mira,
        description: "Mira Holt read Session through a web service",
        targets: [{ type: "user", id: "d4", name: "Mira Holt" }],
      },
    ],
    [
      "names the account by user name and name, as reports do",
      { systemAccount: "mholt / Mira Holt" },
      { actor: mira, description: "Mira Holt viewed the profile of Ana Ruiz" },
    ],
    [
      "names the one it acted for",
      { systemAccount: "mholt / Mira Holt on behalf of aruiz / Ana Ruiz", target: null },
      { actor: mira, impersonated: true, targets: [{ type: "user", name: "Ana Ruiz" }] },
    ],
    [
      "is read with a number where a text is described, and one thing where there may be more",
      {
        ...{ systemAccount: 204118, sessionId: 863734, taskDisplayName: 42, userAgent: { "#text": "Mozilla/5.0" } },
        ...{ requestTime: Date.parse(activityRow.requestTime), target: [activityRow.target, "Lyon"] },
      },
      {
        ...{ actor: { login: "204118" }, sessionId: "863734", eventType: "42", userAgent: "Mozilla/5.0" },
        occurredAt: new Date(activityRow.requestTime),
        targets: [
          { type: "user", id: activityRow.target.id, name: "Ana Ruiz" },
          { type: "item", id: null, name: "Lyon" },
        ],
      },
    ],
    [
      "of an integration system user has a service as actor",
      { systemAccount: "ISU_Payroll" },
      { actor: { login: "ISU_Payroll", type: "SERVICE" } },
    ],
    [
      "has an e-mail where the user name is one",
      { systemAccount: "m@acme.test" },
      { actor: { login: "m@acme.test", email: "m@acme.test" } },
    ],
  ])("%s", (_, change, expected) => {
    expect(activity(change)).toMatchObject(expected);
  });

  test("has an id of what identifies it, and of nothing that may be added later", () => {
    const { externalId } = activity();
    expect(activity({ newField: 1, userAgent: "other", deviceType: "Phone" }).externalId).toBe(externalId);
    for (const change of [
      ...[{ requestTime: "2026-11-18T07:43:05.127Z" }, { systemAccount: "b" }, { taskId: "c" }],
      ...[{ activityAction: "WRITE" }, { sessionId: "d" }, { target: { id: "e" } }, { ipAddress: "203.0.113.25" }],
    ])
      expect(activity(change).externalId).not.toBe(externalId);
    expect(toActivities([activityRow, activityRow])).toMatchObject([{ externalId }, { externalId: `${externalId}-2` }]);
  });
});

describe("a sign-on", () => {
  test("is mapped field by field", () => {
    expect(signOn()).toEqual({
      externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      category: "LOG_ON",
      action: "SIGN_IN",
      eventType: "Signon",
      description: "mholt signed in to Workday by SAML",
      occurredAt: new Date("2026-11-18T07:42:19.118Z"),
      actor: { login: "mholt", email: null, name: "mholt" },
      outcome: "SUCCESS",
      sessionId: "k4t82m",
      ipAddress: "203.0.113.24",
      userAgent: null,
      interactive: true,
      targets: [],
      raw: signOnRow,
    });
  });

  const failed = { Successful: "0", Failed_Signon: "1" };

  test.each([
    [{ Authentication_Failure_Message: "Invalid user name or password" }, ": Invalid user name or password"],
    [{ Account_Disabled_or_Expired: "1" }, ": the account is disabled or expired"],
    [{}, ""],
  ])("that failed with %j says why", (more, reason) => {
    const description = `mholt failed to sign in to Workday${reason}`;
    expect(signOn({ ...failed, ...more })).toMatchObject({
      eventType: "Failed Signon",
      outcome: "FAILURE",
      description,
    });
  });

  const report = { "Sign-on_Time": "2026-11-18T07:42:19-08:00", userName: "aruiz" };
  const reported = (change: object) => one(toSignOns([{ ...report, ...change }]));

  test.each([
    [{ Authentication_Failure_Message: "Invalid password" }, "Invalid password"],
    [{ Invalid_Credentials: "1" }, "wrong user name or password"],
    [{ Invalid_Credentials: true }, "wrong user name or password"],
    [{ Account_Locked__Disabled_or_Expired: 1 }, "the account is locked, disabled or expired"],
    [{ Failed_Signon: "0", Authentication_Failure_Message: "PIN has expired." }, "PIN has expired"],
    [{ Successful: 0, Invalid_for_Authentication_Policy: "1" }, "refused by the authentication policy"],
  ])("of a report that shows a failure by %j alone has failed", (shown, reason) => {
    const description = `aruiz failed to sign in to Workday: ${reason}`;
    expect(reported(shown)).toMatchObject({ eventType: "Failed Signon", outcome: "FAILURE", description });
  });

  test.each([
    {},
    { Failed_Signon: "0", Account_Locked__Disabled_or_Expired: "1" },
    { Successful: "1", Authentication_Failure_Message: "second factor asked for" },
    { Invalid_Credentials: "0", Authentication_Failure_Message: "" },
  ])("with %j was successful", (shown) => {
    expect(reported(shown)).toMatchObject({ eventType: "Signon", outcome: "SUCCESS" });
  });

  test.each([
    [{ System_Account: "aruiz / Ana Ruiz" }, { login: "aruiz", name: "Ana Ruiz" }],
    [{ Workday_Account: "a.ruiz@acme.test / Ana Ruiz" }, { login: "a.ruiz@acme.test", email: "a.ruiz@acme.test" }],
    [
      { userName: "aruiz", Signon_Worker: "Ana Ruiz (204119)" },
      { login: "aruiz", name: "Ana Ruiz" },
    ],
    [{ User_Name: 204119 }, { login: "204119", name: "204119" }],
    [{ "wd:User_Name": "aruiz" }, { login: "aruiz" }],
  ])("of %j has its actor", (shown, actor) => {
    expect(one(toSignOns([{ Sign_on_Time: report["Sign-on_Time"], ...shown }])).actor).toMatchObject(actor);
  });

  test.each([
    ["SAML", "by SAML"],
    ["User Name Password", "with user name and password"],
    ["Trusted", "as a trusted service of Workday"],
    ["Telepathy", "by Telepathy"],
  ])("by %s reads well", (Authentication_Type, way) => {
    expect(reported({ Authentication_Type }).description).toBe(`aruiz signed in to Workday ${way}`);
  });

  test("that only asked for a forgotten password is neither a success nor a failure", () => {
    expect(reported({ Failed_Signon: "0", Forgotten_Password_Reset_Request: "1" })).toMatchObject({
      category: "LOG_ON",
      eventType: "Forgotten Password Reset Request",
      description: "aruiz asked for a forgotten Workday password to be reset",
    });
  });

  test("keeps its id when it comes again with the sign-off or a changed password, and adds them", () => {
    const { externalId } = signOn();
    const more = { Signoff_DateTime: "2026-11-18T00:40:00.000-08:00", Password_Changed: "1" };
    expect(toSignOns([{ ...signOnRow, ...more }])).toMatchObject([
      { externalId, category: "LOG_ON", eventType: "Signon" },
      { externalId: `${externalId}-password`, category: "USER", eventType: "Password Changed" },
      {
        ...{ externalId: `${externalId}-signoff`, category: "LOG_ON", eventType: "Signoff", outcome: "SUCCESS" },
        description: "mholt signed off from Workday",
        occurredAt: new Date("2026-11-18T08:40:00Z"),
      },
    ]);
  });

  test("has one id whatever zone the server writes it in", () => {
    expect(signOn({ Signon_DateTime: "2026-11-18T07:42:19.118Z" }).externalId).toBe(signOn().externalId);
  });

  test.each([
    ["Web Services", false],
    ["Mobile App", true],
    [undefined, null],
  ])("through %s: interactive is %j", (Authentication_Channel, interactive) => {
    const change = { Authentication_Channel, Signon_IP_Address: "Workday Internal" };
    expect(signOn(change)).toMatchObject({ interactive, ipAddress: null });
  });

  test("without a time cannot be read", () => {
    const path = "Workday_Account_Signon[0].Signon_DateTime";
    expect(toSignOns([{ ...signOnRow, Signon_DateTime: undefined }])).toMatchObject([{ kind: "unreadable", path }]);
  });
});

describe("archived events", () => {
  const answer = { Response_Results: { Page: 1 }, Response_Data: { Workday_Account_Signon: signOnRow } };

  test.each([
    ["a row of the activity log", activityRow, toActivities([activityRow])],
    ["a page of it", { total: 3, data: [activityRow, activityRow] }, toActivities([activityRow, activityRow])],
    ["one row instead of a page", { data: activityRow, total: 1 }, toActivities([activityRow])],
    ["a sign-on", signOnRow, toSignOns([signOnRow])],
    ["a sign-on in its element", { Workday_Account_Signon: signOnRow }, toSignOns([signOnRow])],
    ["a report of one row", { Report_Entry: signOnRow }, toSignOns([signOnRow])],
    ["a SOAP answer", { Get_Workday_Account_Signons_Response: answer }, toSignOns([signOnRow])],
    ["what a SOAP answer holds", answer, toSignOns([signOnRow])],
    ["an empty answer", { Response_Data: "" }, []],
    ["an empty page", { total: 364, data: [] }, []],
  ])("%s is read", (_, event, records) => {
    expect(mapEvent(event)).toEqual(records);
  });

  test("a report with columns of its own is read", () => {
    const row = { System_Account: "mholt", Session_Start: "2026-11-18T07:42:19.118Z", Session_ID: "k4t82m" };
    const entry = { ...row, Session_IP_Address: "203.0.113.24", Failed_Signon: "1" };
    expect(mapEvent({ Report_Entry: [entry] })).toMatchObject([
      { eventType: "Failed Signon", outcome: "FAILURE", ipAddress: "203.0.113.24", sessionId: "k4t82m" },
    ]);
  });

  test("an attempt with an unknown user name has failed, though its row does not state it", () => {
    const attempt = { Signon_DateTime: signOnRow.Signon_DateTime, User_Name: "nobody" };
    expect(mapEvent({ Response_Data: { Unidentified_Signon: attempt } })).toMatchObject([
      { outcome: "FAILURE", description: "nobody failed to sign in to Workday" },
    ]);
  });

  test.each([{ access_token: "x", refresh_token: "y", token_type: "Bearer" }, {}, null, 7, "text"])(
    "%j is refused",
    (event) => {
      expect(() => mapEvent(event)).toThrow(InvalidInputError);
    },
  );

  test("a row that cannot be read is an error that names its place", () => {
    const page = { data: [activityRow, { ...activityRow, requestTime: "yesterday" }] };
    expect(() => mapEvent(page)).toThrow(expect.objectContaining({ path: "data[1].requestTime" }));
  });
});

describe("a worker", () => {
  const id = "e17c40b2d95a46f08b13c7d2a4f09e61";
  const worker = { id, descriptor: "Mira Holt", primaryWorkEmail: "mira.holt@acme.test" };
  const account = {
    ...{ id, workerId: "204118", userName: "mholt", name: "Mira Holt", contingent: false },
    ...{ disabled: false, requireNewPassword: false, terminated: false, terminatedOn: null },
  };

  test("is mapped with its account", () => {
    expect(toUser(worker, account, "data[0]")).toEqual({
      externalId: id,
      login: "mholt",
      email: "mira.holt@acme.test",
      displayName: "Mira Holt",
      status: "ACTIVE",
      isExternal: false,
      type: "HUMAN",
      raw: { ...worker, account },
    });
  });

  test.each([
    [
      "disabled and contingent",
      { ...account, disabled: true, contingent: true },
      { status: "SUSPENDED", isExternal: true },
    ],
    ["of unknown state", { ...account, disabled: null }, { status: "UNKNOWN" }],
    ["without an account, named by the e-mail", null, { status: "UNKNOWN", login: "mira.holt" }],
  ])("%s", (_, shown, expected) => {
    expect(toUser(worker, shown, "")).toMatchObject(expected);
  });

  test("without an e-mail has no login; without an id it cannot be read", () => {
    expect(toUser({ id: "1", descriptor: "X" }, null, "")).toMatchObject({ login: null, email: null });
    expect(() => toUser({ descriptor: "X" }, null, "data[4]")).toThrow(expect.objectContaining({ path: "data[4].id" }));
  });
});
