import { describe, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { mapActivities, mapEvent, mapWorker } from "#src/connectors/workday/map.ts";
import { mapSignOns } from "#src/connectors/workday/map-signon.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";
import { activityRow, signOnRow } from "./fixtures.ts";

const one = (records: ActivityRecord[]) => {
  expect(records).toHaveLength(1);
  return records[0]!;
};
const activity = (change: Record<string, unknown> = {}) => one(mapActivities([{ ...activityRow, ...change }]));

describe("a row of the activity log", () => {
  test("is mapped field by field", () => {
    expect(activity()).toEqual({
      externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      category: "USER",
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
    const record = one(mapActivities([{ requestTime: "2026-11-18T07:43:05Z" }]));
    expect(record).toMatchObject({
      actor: null,
      ipAddress: null,
      targets: [],
      description: "Someone did something",
      unmapped: true,
    });
  });

  test.each([undefined, null, "", "yesterday", 5, {}])(
    "with %j as its time is a changed shape, named by its path",
    (requestTime) => {
      const attempt = () => mapActivities([activityRow, { ...activityRow, requestTime }]);
      expect(attempt).toThrow(ProviderResponseError);
      expect(attempt).toThrow(expect.objectContaining({ path: "data[1].requestTime" }));
    },
  );

  test.each([null, 7, "row", []])("%j is no row", (row) => {
    expect(() => mapActivities([row])).toThrow(expect.objectContaining({ path: "data[0]" }));
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

  test.each([
    ["Edit Tenant Setup - Security", "WRITE", "ADMIN", "mholt edited the security set-up of the tenant"],
    ["Assign User-Based Security Groups for Person", "WRITE", "ADMIN", "mholt assigned security groups to Ana Ruiz"],
    ["Maintain Password Rules", "WRITE", "ADMIN", "mholt changed the password rules"],
    ["Create Integration System User", "WRITE", "ADMIN", "mholt created an integration system user Ana Ruiz"],
    [
      "Edit Business Process Security Policy",
      "WRITE",
      "ADMIN",
      "mholt edited Business Process Security Policy for Ana Ruiz",
    ],
    ["Activate Pending Security Policy Changes", "WRITE", "ADMIN", "mholt activated pending security policy changes"],
    ["Start Proxy", "OTHER", "ADMIN", "mholt started to act as another person: Ana Ruiz"],
    ["Register API Client", "WRITE", "ADMIN", "mholt registered an API client Ana Ruiz"],
    ["View API Clients", "READ", "USER", "mholt viewed the registered API clients"],
    ["View Security Group", "READ", "USER", "mholt viewed Security Group of Ana Ruiz"],
    ["Edit Tenant Setup – Security", "WRITE", "ADMIN", "mholt edited the security set-up of the tenant"],
    [
      "Edit Tenant Setup - Security",
      "READ",
      "ADMIN",
      "mholt opened the task Edit Tenant Setup - Security for Ana Ruiz",
    ],
    ["Edit Customer Active View", "READ", "USER", "mholt opened the task Edit Customer Active View for Ana Ruiz"],
    ["Launch Integration", "OTHER", "USER", "mholt launched Integration for Ana Ruiz"],
    ["Maintain Proxy Access Policies", "WRITE", "ADMIN", "mholt maintained Proxy Access Policies for Ana Ruiz"],
    ["Change My Account", "WRITE", "USER", "mholt changed a bank account of their own"],
    ["Sign Out", "OTHER", "LOG_ON", "mholt signed out of Workday"],
    ["Start New Session (Web Service)", "READ", "LOG_ON", "mholt started a new session in Workday"],
    ["Get_Workers (Web Service)", "READ", "USER", "mholt read Workers through a web service for Ana Ruiz"],
    [
      "Put_Integration_System_User (Web Service)",
      "WRITE",
      "ADMIN",
      "mholt wrote Integration System User through a web service for Ana Ruiz",
    ],
    ["Load Shed (Web Service)", "READ", "USER", "mholt loaded Shed through a web service for Ana Ruiz"],
    ["staffing/workers (GET) (v6 - )", "READ", "USER", "mholt read staffing/workers through the API for Ana Ruiz"],
    ["common/photos (PUT) (v1 -  )", "WRITE", "USER", "mholt replaced common/photos through the API for Ana Ruiz"],
    ["fetchMenu -> fetch menu (System)", "READ", "USER", "mholt used the system task fetch menu on Ana Ruiz"],
    ["Complete Goal Review", "READ", "USER", "mholt opened the task Complete Goal Review for Ana Ruiz"],
    ["Lock Workday Account", "WRITE", "ADMIN", "mholt locked Workday Account for Ana Ruiz"],
    ["Run Headcount Report", "READ", "USER", "mholt ran Headcount Report of Ana Ruiz"],
    ["Change My Photo", "WRITE", "USER", "mholt changed their Photo for Ana Ruiz"],
    ["My Team", "READ", "USER", "mholt viewed their Team of Ana Ruiz"],
    ["My Team", "WRITE", "USER", "mholt submitted My Team for Ana Ruiz"],
    ["Launch / Schedule Integration", "WRITE", "USER", "mholt submitted Launch / Schedule Integration for Ana Ruiz"],
    ["Org Chart", "READ", "USER", "mholt viewed Org Chart of Ana Ruiz"],
    ["Org Chart", "DOWNLOAD", "USER", "mholt downloaded data with Org Chart of Ana Ruiz"],
    ["Export to Excel", "OTHER", "USER", "mholt exported data to Excel on Ana Ruiz"],
    ["Benefits Open Enrollment", "WRITE", "USER", "mholt submitted Benefits Open Enrollment for Ana Ruiz"],
    [
      "privacy/activityLogging/userActivity (GET) (v1 - )",
      "READ",
      "USER",
      "mholt read the user activity log through the API",
    ],
  ])("%s (%s) is %s: %s", (taskDisplayName, activityAction, category, description) => {
    expect(activity({ taskDisplayName, activityAction })).toMatchObject({
      category,
      description,
      eventType: taskDisplayName,
    });
    expect(activity({ taskDisplayName, activityAction }).unmapped).toBeUndefined();
  });

  test("with an action we do not know is kept and marked", () => {
    expect(activity({ taskDisplayName: "Quantum Task", activityAction: "ENTANGLE" })).toMatchObject({
      unmapped: true,
      eventType: "Quantum Task",
      description: "mholt did Quantum Task (ENTANGLE) on Ana Ruiz",
    });
  });

  test("about something that is no person names it", () => {
    const target = { id: "c3", descriptor: "Payroll EU" };
    expect(activity({ taskDisplayName: "View Pay Group", target }).description).toBe(
      "mholt viewed Pay Group: Payroll EU",
    );
  });

  test("about the account itself has its name, and does not repeat it", () => {
    const target = { id: "d4", descriptor: "mholt / Mira Holt" };
    expect(activity({ taskDisplayName: "Get_Session (Web Service)", target })).toMatchObject({
      actor: { login: "mholt", name: "Mira Holt" },
      description: "Mira Holt read Session through a web service",
      targets: [{ type: "user", id: "d4", name: "Mira Holt" }],
    });
  });

  test("names the account by user name and name, as reports do, and the one it acted for", () => {
    expect(activity({ systemAccount: "mholt / Mira Holt" })).toMatchObject({
      actor: { login: "mholt", name: "Mira Holt" },
      description: "Mira Holt viewed the profile of Ana Ruiz",
    });
    expect(activity({ systemAccount: "mholt / Mira Holt on behalf of aruiz / Ana Ruiz", target: null })).toMatchObject({
      actor: { login: "mholt", name: "Mira Holt" },
      impersonated: true,
      targets: [{ type: "user", name: "Ana Ruiz" }],
    });
  });

  test("is read with a number where a text is described, and one thing where there may be more", () => {
    const record = activity({
      systemAccount: 204118,
      sessionId: 863734,
      taskDisplayName: 42,
      userAgent: { "#text": "Mozilla/5.0" },
      requestTime: Date.parse(activityRow.requestTime),
      target: [activityRow.target, "Lyon"],
    });
    expect(record).toMatchObject({
      actor: { login: "204118" },
      sessionId: "863734",
      eventType: "42",
      userAgent: "Mozilla/5.0",
      occurredAt: new Date(activityRow.requestTime),
      targets: [
        { type: "user", id: activityRow.target.id, name: "Ana Ruiz" },
        { type: "item", id: null, name: "Lyon" },
      ],
    });
  });

  test("of an integration system user has a service as actor; a user name with @ is an e-mail as well", () => {
    expect(activity({ systemAccount: "ISU_Payroll" }).actor).toMatchObject({ login: "ISU_Payroll", type: "SERVICE" });
    expect(activity({ systemAccount: "m@acme.test" }).actor).toMatchObject({
      login: "m@acme.test",
      email: "m@acme.test",
    });
  });
});

describe("ids", () => {
  test("hash what identifies a row, and nothing that may be added to it later", () => {
    expect(activity({ newField: 1, userAgent: "other", deviceType: "Phone" }).externalId).toBe(activity().externalId);
    for (const change of [
      { requestTime: "2026-11-18T07:43:05.127Z" },
      { systemAccount: "b" },
      { taskId: "c" },
      { activityAction: "WRITE" },
      { sessionId: "d" },
      { target: { id: "e" } },
      { ipAddress: "203.0.113.25" },
    ])
      expect(activity(change).externalId).not.toBe(activity().externalId);
  });

  test("number exact twins, the same ones in any order and any window", () => {
    const other = { ...activityRow, requestTime: "2026-11-18T07:43:05.100Z" };
    const ids = mapActivities([activityRow, other, activityRow, activityRow]).map(({ externalId }) => externalId);
    const first = activity().externalId;
    expect(ids).toEqual([activity({ requestTime: other.requestTime }).externalId, first, `${first}-2`, `${first}-3`]);
    expect(mapActivities([activityRow, activityRow, activityRow]).map(({ externalId }) => externalId)).toEqual(
      ids.slice(1),
    );
  });

  test("do not depend on the order of rows that are equal but for what does not identify them", () => {
    const rows = [activityRow, { ...activityRow, userAgent: "A" }];
    const told = (list: unknown[]) => mapActivities(list).map(({ externalId, userAgent }) => [externalId, userAgent]);
    expect(told(rows)).toEqual(told(rows.toReversed()));
  });
});

describe("a sign-on", () => {
  test("is mapped field by field", () => {
    expect(one(mapSignOns([signOnRow]))).toEqual({
      externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      category: "LOG_ON",
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

  test("that failed says why", () => {
    const failed = { ...signOnRow, Successful: "0", Failed_Signon: "1" };
    const told = (more: object) => one(mapSignOns([{ ...failed, ...more }]));
    expect(told({ Authentication_Failure_Message: "Invalid user name or password" })).toMatchObject({
      eventType: "Failed Signon",
      outcome: "FAILURE",
      description: "mholt failed to sign in to Workday: Invalid user name or password",
    });
    expect(told({ Account_Disabled_or_Expired: "1" }).description).toBe(
      "mholt failed to sign in to Workday: the account is disabled or expired",
    );
    expect(told({}).description).toBe("mholt failed to sign in to Workday");
  });

  const report = { "Sign-on_Time": "2026-11-18T07:42:19-08:00", userName: "aruiz" };

  test.each([
    [{ Authentication_Failure_Message: "Invalid password" }, "Invalid password"],
    [{ Invalid_Credentials: "1" }, "wrong user name or password"],
    [{ Invalid_Credentials: true }, "wrong user name or password"],
    [{ Account_Locked__Disabled_or_Expired: 1 }, "the account is locked, disabled or expired"],
    [{ Failed_Signon: "0", Authentication_Failure_Message: "PIN has expired." }, "PIN has expired"],
    [{ Successful: 0, Invalid_for_Authentication_Policy: "1" }, "refused by the authentication policy"],
  ])("of a report that shows a failure by %j alone has failed", (shown, reason) => {
    expect(one(mapSignOns([{ ...report, ...shown }]))).toMatchObject({
      eventType: "Failed Signon",
      outcome: "FAILURE",
      description: `aruiz failed to sign in to Workday: ${reason}`,
    });
  });

  test.each([
    {},
    { Failed_Signon: "0", Account_Locked__Disabled_or_Expired: "1" },
    { Successful: "1", Authentication_Failure_Message: "second factor asked for" },
    { Invalid_Credentials: "0", Authentication_Failure_Message: "" },
  ])("with %j was successful", (shown) => {
    expect(one(mapSignOns([{ ...report, ...shown }]))).toMatchObject({ eventType: "Signon", outcome: "SUCCESS" });
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
    expect(one(mapSignOns([{ Sign_on_Time: report["Sign-on_Time"], ...shown }])).actor).toMatchObject(actor);
  });

  test.each([
    ["SAML", "aruiz signed in to Workday by SAML"],
    ["User Name Password", "aruiz signed in to Workday with user name and password"],
    ["Trusted", "aruiz signed in to Workday as a trusted service of Workday"],
    ["Telepathy", "aruiz signed in to Workday by Telepathy"],
  ])("by %s reads well", (Authentication_Type, description) => {
    expect(one(mapSignOns([{ ...report, Authentication_Type }])).description).toBe(description);
  });

  test("that only asked for a forgotten password is neither a success nor a failure", () => {
    expect(one(mapSignOns([{ ...report, Failed_Signon: "0", Forgotten_Password_Reset_Request: "1" }]))).toMatchObject({
      category: "LOG_ON",
      eventType: "Forgotten Password Reset Request",
      description: "aruiz asked for a forgotten Workday password to be reset",
    });
  });

  test("keeps its id when it comes again with the sign-off, and adds that", () => {
    const [before] = mapSignOns([signOnRow]);
    const [after, signOff] = mapSignOns([{ ...signOnRow, Signoff_DateTime: "2026-11-18T00:40:00.000-08:00" }]);
    expect(after!.externalId).toBe(before!.externalId);
    expect(signOff).toMatchObject({
      externalId: `${before!.externalId}-signoff`,
      category: "LOG_ON",
      eventType: "Signoff",
      description: "mholt signed off from Workday",
      occurredAt: new Date("2026-11-18T08:40:00Z"),
    });
  });

  test("has one id whatever zone the server writes it in", () => {
    expect(one(mapSignOns([{ ...signOnRow, Signon_DateTime: "2026-11-18T07:42:19.118Z" }])).externalId).toBe(
      one(mapSignOns([signOnRow])).externalId,
    );
  });

  test("with a changed password tells that as well", () => {
    expect(
      mapSignOns([{ ...signOnRow, Password_Changed: "1" }]).map(({ category, eventType }) => [category, eventType]),
    ).toEqual([
      ["LOG_ON", "Signon"],
      ["USER", "Password Changed"],
    ]);
  });

  test("through web services is not interactive", () => {
    expect(
      one(
        mapSignOns([{ ...signOnRow, Authentication_Channel: "Web Services", Signon_IP_Address: "Workday Internal" }]),
      ),
    ).toMatchObject({ interactive: false, ipAddress: null });
    expect(one(mapSignOns([{ ...signOnRow, Authentication_Channel: undefined }])).interactive).toBeNull();
  });

  test("without a time is a changed shape", () => {
    expect(() => mapSignOns([{ ...signOnRow, Signon_DateTime: undefined }])).toThrow(
      expect.objectContaining({ path: "Workday_Account_Signon[0].Signon_DateTime" }),
    );
  });
});

describe("archived events", () => {
  test("a page, a row, and a report are told apart", () => {
    expect(
      mapEvent({ total: 3, data: [activityRow, activityRow] }).map(({ externalId }) => externalId.slice(64)),
    ).toEqual(["", "-2"]);
    expect(mapEvent(activityRow)).toEqual(mapActivities([activityRow]));
    expect(mapEvent(signOnRow)).toEqual(mapSignOns([signOnRow]));
    const report = {
      Report_Entry: [
        {
          System_Account: "mholt",
          Session_Start: "2026-11-18T07:42:19.118Z",
          Session_IP_Address: "203.0.113.24",
          Failed_Signon: "1",
          Session_ID: "k4t82m",
        },
      ],
    };
    expect(mapEvent(report)).toEqual([
      expect.objectContaining({ eventType: "Failed Signon", outcome: "FAILURE", ipAddress: "203.0.113.24" }),
    ]);
  });

  test("one row instead of a list is read, however it is wrapped", () => {
    expect(mapEvent({ Workday_Account_Signon: signOnRow })).toEqual(mapSignOns([signOnRow]));
    expect(mapEvent({ Report_Entry: signOnRow })).toEqual(mapSignOns([signOnRow]));
    expect(mapEvent({ data: activityRow, total: 1 })).toEqual(mapActivities([activityRow]));
    const answer = { Response_Results: { Page: 1 }, Response_Data: { Workday_Account_Signon: signOnRow } };
    expect(mapEvent({ Get_Workday_Account_Signons_Response: answer })).toEqual(mapSignOns([signOnRow]));
    expect(mapEvent(answer)).toEqual(mapSignOns([signOnRow]));
    expect(mapEvent({ Response_Data: "" })).toEqual([]);
  });

  test("an attempt with an unknown user name has failed, though its row does not state it", () => {
    const attempt = { Signon_DateTime: signOnRow.Signon_DateTime, User_Name: "nobody" };
    expect(mapEvent({ Response_Data: { Unidentified_Signon: attempt } })).toEqual([
      expect.objectContaining({ outcome: "FAILURE", description: "nobody failed to sign in to Workday" }),
    ]);
  });

  test("an empty page is no event, a token answer is refused", () => {
    expect(mapEvent({ total: 0, data: [] })).toEqual([]);
    expect(mapEvent({ total: 364, data: [] })).toEqual([]);
    for (const other of [{ access_token: "x", refresh_token: "y", token_type: "Bearer" }, {}, null, 7, "text"])
      expect(() => mapEvent(other)).toThrow(InvalidInputError);
  });
});

describe("a worker", () => {
  const worker = {
    id: "e17c40b2d95a46f08b13c7d2a4f09e61",
    descriptor: "Mira Holt",
    primaryWorkEmail: "mira.holt@acme.test",
  };
  const account = {
    id: worker.id,
    workerId: "204118",
    userName: "mholt",
    disabled: false,
    requireNewPassword: false,
    contingent: false,
    terminated: false,
    terminatedOn: null,
    name: "Mira Holt",
  };

  test("with its account", () => {
    expect(mapWorker(worker, account, "data[0]")).toEqual({
      externalId: worker.id,
      login: "mholt",
      email: "mira.holt@acme.test",
      displayName: "Mira Holt",
      status: "ACTIVE",
      isExternal: false,
      type: "HUMAN",
      raw: { ...worker, account },
    });
    expect(mapWorker(worker, { ...account, disabled: true, contingent: true }, "")).toMatchObject({
      status: "SUSPENDED",
      isExternal: true,
    });
  });

  test("of which the state is unknown is not called active", () => {
    expect(mapWorker(worker, { ...account, disabled: null }, "").status).toBe("UNKNOWN");
  });

  test("without is named by the first part of the e-mail, if there is one", () => {
    expect(mapWorker(worker, null, "")).toMatchObject({ login: "mira.holt", status: "UNKNOWN" });
    expect(mapWorker({ id: "1", descriptor: "X" }, null, "")).toMatchObject({ login: null, email: null });
  });

  test("without an id is a changed shape", () => {
    expect(() => mapWorker({ descriptor: "X" }, null, "data[4]")).toThrow(
      expect.objectContaining({ path: "data[4].id" }),
    );
  });
});
