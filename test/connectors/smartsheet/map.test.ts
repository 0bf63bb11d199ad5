import { describe, expect, test } from "vitest";
import { vocabulary } from "#src/connectors/smartsheet/events.ts";
import { mapEvent } from "#src/connectors/smartsheet/map.ts";

const mira = { userId: 242165701300001, requestUserId: 242165701300001, emailAddress: "mira.holt@tern.example" };

function mapped(type: string, details: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const [objectType, action] = type.split(" - ");
  const { emailAddress, ...ids } = mira;
  const [activity] = mapEvent({
    ...{ eventId: "4b01", objectType, action, objectIdStr: "3285357287400001", source: "WEB_APP", ...ids },
    eventTimestamp: "2026-11-02T08:28:33Z",
    additionalDetails: { emailAddress, ...details },
    ...more,
  });
  return activity!;
}

describe("sentences", () => {
  const plan = { sheetName: "Launch plan" };
  test.each<[type: string, details: Record<string, unknown>, sentence: string, action: string]>([
    ["SHEET - LOAD", plan, "mira.holt@tern.example viewed the sheet Launch plan", "READ"],
    [
      "SHEET - ADD_SHARE",
      { ...plan, userId: 242165701300007, accessLevel: "EDITOR_SHARE" },
      "mira.holt@tern.example shared the sheet Launch plan with account 242165701300007 as editor who may share",
      "SHARE",
    ],
    [
      "WORKSPACE - REMOVE_SHARE",
      { workspaceName: "Finance", groupId: 233137358010001 },
      "mira.holt@tern.example stopped sharing the workspace Finance with group 233137358010001",
      "UNSHARE",
    ],
    ["DASHBOARD - ADD_PUBLISH", {}, "mira.holt@tern.example shared the dashboard by publishing it", "SHARE"],
    [
      "SHEET - RENAME",
      { oldName: "Draft", newName: "Plan" },
      "mira.holt@tern.example renamed the sheet Draft to Plan",
      "UPDATE",
    ],
    [
      "GROUP - ADD_MEMBER",
      { groupName: "Sales", memberUserId: 242165701300007 },
      "mira.holt@tern.example added account 242165701300007 to the group Sales",
      "GRANT",
    ],
    [
      "USER - SEND_INVITE",
      { inviteeEmail: "new@tern.example" },
      "mira.holt@tern.example invited new@tern.example to the plan",
      "CREATE",
    ],
    [
      "ACCESS_TOKEN - AUTHORIZE",
      { tokenName: "backup", appName: "Reporting" },
      "mira.holt@tern.example authorised the access token backup for the app Reporting",
      "GRANT",
    ],
  ])("of %s", (type, details, description, action) => {
    expect(mapped(type, details)).toMatchObject({ eventType: type, description, action });
  });

  test("every documented type says what it does", () => {
    const unclear = [...vocabulary.types].filter((type) => vocabulary.phraseOf(type).action === "OTHER");
    expect(unclear).toEqual([]);
    expect(vocabulary.types.size).toBeGreaterThan(120);
  });
});

test("who it is shared with is a target, the item the first", () => {
  expect(
    mapped("REPORT - ADD_SHARE", { reportName: "Risks", userId: 242165701300007, groupId: 233137358010001 }).targets,
  ).toEqual([
    { type: "report", id: "3285357287400001", name: "Risks" },
    { type: "user", id: "242165701300007", name: null },
    { type: "group", id: "233137358010001", name: null },
  ]);
});

test("a part of Smartsheet is no account, and acting as somebody else is said", () => {
  expect(mapped("SHEET - UPDATE", {}, { userId: 3940654876256132 })).toMatchObject({
    actor: { name: "Smartsheet automation", isAccount: false },
    description: "Smartsheet automation changed the sheet",
  });
  expect(mapped("SHEET - LOAD", {}, { requestUserId: 242165701300002 }).impersonated).toBe(true);
  expect(mapped("SHEET - LOAD").impersonated).toBeUndefined();
});

test("the address is where the newer events and the page of event types have it", () => {
  expect(mapped("SHEET - LOAD", {}, { eventDetails: { sourceIpAddress: "203.0.113.9" } }).ipAddress).toBe(
    "203.0.113.9",
  );
  expect(mapped("SHEET - LOAD", { sourceIpAddress: "203.0.113.8" }).ipAddress).toBe("203.0.113.8");
});

test("sign-ins are known by their words, whatever they are called; other new types are kept and marked", () => {
  expect(mapped("AUTHENTICATION - USER_LOGIN")).toMatchObject({ category: "LOG_ON", action: "SIGN_IN" });
  expect(mapped("USER - LOGIN_FAILED")).toMatchObject({
    ...{ category: "LOG_ON", outcome: "FAILURE" },
    description: "mira.holt@tern.example signed in to Smartsheet (failed)",
  });
  expect(mapped("USER - LOGGED_OUT")).toMatchObject({ category: "LOG_ON", action: "SIGN_OUT" });
  expect(mapped("ACCOUNT - DOWNLOAD_LOGIN_HISTORY")).toMatchObject({ category: "ADMIN", action: "DOWNLOAD" });
  expect(mapped("ACCOUNT - UPDATE_SIGN_IN_OPTIONS")).toMatchObject({ category: "ADMIN", unmapped: true });
  expect(mapped("DOMAIN - ACTIVATE")).toMatchObject({
    ...{ category: "ADMIN", unmapped: true, action: "ENABLE" },
    description: "mira.holt@tern.example activated a domain",
  });
  expect(mapped("SHEET - LOCK_ROW")).toMatchObject({ category: "USER", unmapped: true });
});
