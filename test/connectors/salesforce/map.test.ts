import { describe, expect, test } from "vitest";
import { longId } from "#src/connectors/salesforce/ids.ts";
import { salesforce } from "#src/connectors/salesforce/index.ts";
import { isKnownAction } from "#src/connectors/salesforce/setup-actions.ts";
import { soql } from "#src/connectors/salesforce/soql.ts";
import { InvalidInputError } from "#src/errors.ts";

const mapped = (event: object) => salesforce.mapEvent!(event)[0]!;
const ines = "0055g000001AbCdAAK";

const signIn = (more: object) => ({
  ...{
    attributes: { type: "LoginHistory" },
    Id: "0Ya5g000001AbCdAAK",
    UserId: ines,
    LoginTime: "2026-11-20T08:00:00.000+0000",
  },
  ...{ LoginType: "Application", Status: "Success", Application: "Browser", SourceIp: "203.0.113.9", CountryIso: "ES" },
  ...{ Browser: "Firefox 140", Platform: "Windows 11", ...more },
});

describe("a sign-in", () => {
  test("names who, from where, by what and with what outcome", () => {
    expect(mapped(signIn({}))).toMatchObject({
      ...{ category: "LOG_ON", outcome: "SUCCESS", ipAddress: "203.0.113.9", country: "ES", interactive: true },
      ...{ actor: { externalId: ines }, userAgent: "Firefox 140 on Windows 11", description: "A user signed in" },
    });
    expect(
      mapped(signIn({ Status: "Invalid Password", LoginType: "Remote Access 2.0", Application: "Sync tool" })),
    ).toMatchObject({
      ...{ outcome: "FAILURE", interactive: false, targets: [{ type: "app", name: "Sync tool" }] },
      description: "A user failed to sign in through Sync tool: Invalid Password",
    });
  });
});

describe("a change in Setup", () => {
  const change = (Action: string, Display: string, more: object = {}) => ({
    ...{ attributes: { type: "SetupAuditTrail" }, Id: "0Ym5g000001AbCdAAK", Action, Display, Section: "Manage Users" },
    ...{ CreatedDate: "2026-11-20T08:00:00.000+0000", CreatedById: ines, CreatedByContext: null, DelegateUser: null },
    ...{ CreatedBy: { Username: "ines@tern.example", Name: "Ines Prado" }, ...more },
  });

  test.each([
    [
      "changedemail",
      "Changed email for user Omar Vidal (UserID: [0055g000001AbCe]) from a@tern.example to b@tern.example",
      "Ines Prado changed email for user Omar Vidal from a@tern.example to b@tern.example",
    ],
    [
      "PermSetAssign",
      "Permission set Finance: assigned to user Omar Vidal (UserID: [0055g000001AbCe])",
      "Ines Prado assigned the permission set Finance to Omar Vidal",
    ],
    [
      "PermSetGroupUnassign",
      "Permission set group Auditors: unassigned from user Omar Vidal (UserID: [0055g000001AbCe])",
      "Ines Prado took the permission set group Auditors from Omar Vidal",
    ],
    ["frozeuser", "Froze user account for Omar Vidal", "Ines Prado froze user account for Omar Vidal"],
    [
      "changedUserEmailVerifiedStatusVerified",
      "For user omar@tern.example, the User Verified Email status changed to verified",
      "Ines Prado changed the User Verified Email status of omar@tern.example to verified",
    ],
    [
      "changedmarketinguseroffon",
      "For user Omar Vidal, changed marketing user from off to on",
      "Ines Prado changed marketing user from off to on for Omar Vidal",
    ],
    [
      "registeredUserPhoneNumber",
      "For user omar@tern.example, the phone number +34 600 was registered",
      "Ines Prado registered the phone number +34 600 of omar@tern.example",
    ],
    [
      "insertTwoFactorInfo2",
      "Time-Based Token added for omar@tern.example",
      "Ines Prado changed the set-up: Time-Based Token added for omar@tern.example",
    ],
    ["createdrole", "", "Ines Prado did “createdrole”"],
  ])("%s reads as a sentence", (action, display, description) => {
    expect(mapped(change(action, display))).toMatchObject({ description, category: "ADMIN", outcome: "SUCCESS" });
    expect(mapped(change(action, display)).unmapped).toBeUndefined();
  });

  test("names whom and what it is about", () => {
    const { targets } = mapped(
      change("PermSetAssign", "Permission set Finance: assigned to user Omar Vidal (UserID: [0055g000001AbCe])"),
    );
    expect(targets).toEqual([
      { type: "user", id: longId("0055g000001AbCe"), name: "Omar Vidal" },
      { type: "permissionSet", id: null, name: "Finance" },
    ]);
    expect(
      mapped(change("insertConnectedApplication", "Installed Connected App Sync tool to Salesforce")).targets,
    ).toEqual([{ type: "app", id: null, name: "Sync tool" }]);
  });

  test("by somebody in the account of another person is by that somebody", () => {
    expect(
      mapped(change("resetpassword", "Reset password for user Omar Vidal", { DelegateUser: "eva@tern.example" })),
    ).toMatchObject({
      ...{
        impersonated: true,
        actor: { login: "eva@tern.example" },
        description: "eva@tern.example reset password for user Omar Vidal",
      },
      targets: expect.arrayContaining([{ type: "user", id: ines, name: "Ines Prado" }]),
    });
    expect(mapped(change("suOrgAdminLogin", "Logged in using Login-As access for Omar Vidal"))).toMatchObject({
      ...{ category: "LOG_ON", action: "SIGN_IN", impersonated: true },
    });
  });

  test("that nobody knows is kept, and one of Salesforce itself names no account", () => {
    const unknown = mapped(
      change("teleportedOrg", "Teleported the org", {
        CreatedById: null,
        CreatedBy: null,
        CreatedByContext: "Einstein",
      }),
    );
    expect(unknown).toMatchObject({ unmapped: true, actor: { name: "Einstein", isAccount: false } });
    expect(["SUORGADMINLOGIN", "PermSetAssign_HasExpiration", "enhancedProfileMgmtOffOn"].map(isKnownAction)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe("a row of an event log file", () => {
  const row = (more: object) => ({
    ...{ EVENT_TYPE: "ReportExport", TIMESTAMP: "20261120080000.123", TIMESTAMP_DERIVED: "2026-11-20T08:00:00.123Z" },
    ...{
      REQUEST_ID: "4exLFFQZNa5xxFl1cJNwOV",
      USER_ID: "0055g000001AbCd",
      USER_ID_DERIVED: ines,
      CLIENT_IP: "203.0.113.9",
      ...more,
    },
  });

  test("is told apart by its values, whatever order they stand in and whatever columns a release adds", () => {
    const one = mapped(row({ URI: "/00O1", SIZE: "" }));
    expect(mapped(Object.fromEntries(Object.entries(row({ URI: "/00O1" })).reverse())).externalId).toBe(one.externalId);
    expect(mapped(row({ URI: "/00O2" })).externalId).not.toBe(one.externalId);
    expect(one).toMatchObject({
      category: "USER",
      occurredAt: new Date("2026-11-20T08:00:00.123Z"),
      actor: { externalId: ines },
    });
  });

  test.each([
    [
      {
        EVENT_TYPE: "Login",
        LOGIN_STATUS: "LOGIN_ERROR_INVALID_PASSWORD",
        USER_NAME: "omar@tern.example",
        SOURCE_IP: "198.51.100.7",
      },
      "omar@tern.example failed to sign in: invalid password",
      "FAILURE",
      "198.51.100.7",
    ],
    [
      { EVENT_TYPE: "RestApi", METHOD: "GET", ENTITY_NAME: "Account", STATUS_CODE: "403" },
      "A user called the REST API (GET) on Account (failed)",
      "FAILURE",
      "203.0.113.9",
    ],
    [{ EVENT_TYPE: "SpaceTravel", URI: "/moon" }, "A user did “Space travel”: /moon", "SUCCESS", "203.0.113.9"],
  ])("%j reads as a sentence", (more, description, outcome, ipAddress) => {
    expect(mapped(row(more))).toMatchObject({ description, outcome, ipAddress });
  });

  test("of what an admin did as another user is by the admin", () => {
    const event = mapped(
      row({
        EVENT_TYPE: "LoginAs",
        USER_NAME: "omar@tern.example",
        DELEGATED_USER_ID: "0055g000001AbCe",
        DELEGATED_USER_NAME: "eva@tern.example",
      }),
    );
    expect(event).toMatchObject({
      ...{ impersonated: true, description: "eva@tern.example acted as omar@tern.example" },
      actor: { externalId: longId("0055g000001AbCe"), login: "eva@tern.example" },
    });
  });
});

test("a real-time event names file, person and session", () => {
  const event = {
    ...{
      attributes: { type: "FileEventStore" },
      EventIdentifier: "0a4779b0-0da1-4619-a373-0a36991dff90",
      UserId: ines,
    },
    ...{
      EventDate: "2026-11-20T08:00:00.123+0000",
      Username: "ines@tern.example",
      SourceIp: "203.0.113.9",
      SessionKey: "k",
    },
    ...{ FileAction: "UI_DOWNLOAD", DocumentId: "0695g000001AbCdAAK", FileName: "Plan" },
  };
  expect(mapped(event)).toMatchObject({
    ...{
      externalId: event.EventIdentifier,
      description: "ines@tern.example used a file (UI_DOWNLOAD): Plan",
      ...{ action: "DOWNLOAD", sessionId: "k" },
    },
    targets: [{ type: "file", id: "0695g000001AbCdAAK", name: "Plan" }],
  });
});

test("an answer of a query is taken apart, a list of files holds no events, and a token is refused", () => {
  expect(salesforce.mapEvent!({ totalSize: 1, done: true, records: [signIn({})] })).toHaveLength(1);
  expect(salesforce.mapEvent!({ records: [{ attributes: { type: "EventLogFile" }, Id: "0AT1" }] })).toEqual([]);
  expect(() => salesforce.mapEvent!({ access_token: "00D!x" })).toThrow(InvalidInputError);
});

test("values in queries cannot end a text or begin a condition", () => {
  const name = "O'Hara\\' OR Name != '\n";
  expect(soql`SELECT Id FROM User WHERE Name = ${name} AND Id IN ${["a'b", "c"]}`).toBe(
    "SELECT Id FROM User WHERE Name = 'O\\'Hara\\\\\\' OR Name != \\'\\n' AND Id IN ('a\\'b', 'c')",
  );
  expect(soql`WHERE At >= ${new Date("2026-11-20T08:00:00Z")} LIMIT ${5}`).toBe(
    "WHERE At >= 2026-11-20T08:00:00.000Z LIMIT 5",
  );
});

test.each([
  ["0015g00000AbCdE", "0015g00000AbCdEAAV"],
  ["005000000000000", "005000000000000AAA"],
  ["0015g00000AbCdEAAV", "0015g00000AbCdEAAV"],
  ["no id", "no id"],
])("the long form of %s is %s", (id, long) => {
  expect(longId(id)).toBe(long);
});
