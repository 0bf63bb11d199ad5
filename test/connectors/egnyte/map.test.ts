import { expect, test } from "vitest";
import { mapError } from "#src/connectors/egnyte/connection.ts";
import { mapEvent, toUser } from "#src/connectors/egnyte/map.ts";
import { Rows } from "#src/connectors/egnyte/rows.ts";
import { ProviderAuthError, ProviderRateLimitError, ProviderScopeError } from "#src/errors.ts";

const at = Date.parse("2026-10-05T08:30:00.250Z");
const byUser = { user: "Ines Tern ( ines@acme.example )", userId: "101", access: "Web UI", ipAddress: "203.0.113.9" };
const byActor = { actor: "Ines Tern ( ines@acme.example )", source: "Web UI", actionInfo: "" };
const subject = "Bo Lind ( bo@acme.example )";

test.each<[object, string, string, string]>([
  [{ ...byUser, auditSource: "LOGIN_AUDIT", action: "Login" }, "LOG_ON", "SIGN_IN", "Ines Tern signed in by Web UI"],
  [
    { ...byUser, auditSource: "LOGIN_AUDIT", action: "Failed Attempt" },
    "LOG_ON",
    "SIGN_IN",
    "Ines Tern failed to sign in by Web UI",
  ],
  [
    {
      ...byUser,
      auditSource: "FILE_AUDIT",
      action: "Move",
      sourcePath: "/Shared/a.txt",
      targetPath: "/Shared/b/a.txt",
    },
    ...(["USER", "MOVE", "Ines Tern moved /Shared/a.txt to /Shared/b/a.txt"] as const),
  ],
  [
    { ...byUser, auditSource: "FILE_AUDIT", action: "Create Link", sourcePath: "/Shared/a.txt", targetPath: "N/A" },
    ...(["USER", "SHARE", "Ines Tern shared /Shared/a.txt by a link"] as const),
  ],
  [
    {
      auditSource: "PERMISSION_AUDIT",
      assigner: byUser.user,
      assignee: subject,
      folder: "/Shared/HR",
      change: "+Editor",
    },
    ...(["USER", "GRANT", "Ines Tern gave Bo Lind ( bo@acme.example ) the permission Editor on /Shared/HR"] as const),
  ],
  [
    {
      auditSource: "PERMISSION_AUDIT",
      assigner: byUser.user,
      assignee: subject,
      folder: "/Shared/HR",
      change: "-Viewer",
    },
    ...([
      "USER",
      "REVOKE",
      "Ines Tern removed the permission Viewer of Bo Lind ( bo@acme.example ) on /Shared/HR",
    ] as const),
  ],
  [
    { ...byActor, auditSource: "USER_AUDIT", action: "Disable", subject },
    ...(["ADMIN", "DISABLE", "Ines Tern disabled the account of Bo Lind ( bo@acme.example )"] as const),
  ],
  [
    { ...byActor, auditSource: "USER_AUDIT", action: "Update", subject, actionInfo: "Upgraded to Power User" },
    ...([
      "ADMIN",
      "GRANT",
      "Ines Tern promoted the account of Bo Lind ( bo@acme.example ): Upgraded to Power User",
    ] as const),
  ],
  [
    { ...byActor, auditSource: "GROUP_AUDIT", action: "Add users", group: "Legal" },
    ...(["ADMIN", "GRANT", "Ines Tern added people to the group Legal"] as const),
  ],
  [
    { ...byActor, auditSource: "WG_SETTINGS_AUDIT", action: "Update", settingName: "Link expiration" },
    ...(["ADMIN", "UPDATE", "Ines Tern changed the settings of the domain: Link expiration"] as const),
  ],
])("%j is told as %s, %s: %s", (event, category, action, description) => {
  expect(mapEvent({ date: at, ...event })).toMatchObject([{ category, action, description, occurredAt: new Date(at) }]);
});

test("an event of the stream and its row in a report have one id, and equal ones get numbers", () => {
  const streamed = {
    date: at,
    ...byUser,
    auditSource: "FILE_AUDIT",
    action: "Download",
    sourcePath: "/Shared/a.txt",
    targetPath: "N/A",
    actionInfo: "",
  };
  const row = {
    ...{ username: "Ines Tern (ines@acme.example)", user_id: 101, ip_address: "203.0.113.9", access: "Web" },
    ...{ "file/folder": "/Shared/a.txt", target_path: "N/A", transaction: "Download", time: "2026-10-05T08:30:00Z" },
  };
  const [one] = mapEvent(streamed);
  expect(mapEvent({ events: [row] })[0]?.externalId).toBe(one?.externalId);
  const rows = new Rows();
  const ids = [streamed, { ...streamed, date: at + 300 }].map(
    (event, index) => rows.map(event, `[${index}]`).externalId,
  );
  expect(ids).toEqual([one?.externalId, `${one?.externalId}-2`]);
});

test("who opens a link is no account, and what nobody described is kept", () => {
  const [activity] = mapEvent({
    date: at,
    user: "Anonymous",
    action: "Link Download",
    auditSource: "FILE_AUDIT",
    sourcePath: "/Shared/a.txt",
  });
  expect(activity).toMatchObject({ actor: { name: "Anonymous", isAccount: false }, action: "DOWNLOAD" });
  const [other] = mapEvent({ date: at, ...byUser, action: "Approved by QA", auditSource: "QUALITY_DOCS_AUDIT" });
  expect(other).toMatchObject({ unmapped: true, category: "USER", eventType: "QUALITY_DOCS_AUDIT.Approved by QA" });
});

test("numbers and switches may come as texts, and a locked account is suspended", () => {
  const user = {
    id: "7",
    userName: "bo",
    email: "bo@acme.example",
    active: "true",
    locked: "false",
    userType: "admin",
  };
  expect(toUser(user, "$")).toMatchObject({ externalId: "7", status: "ACTIVE", isAdmin: true });
  expect(toUser({ ...user, id: 7, locked: true, userType: "standard" }, "$")).toMatchObject({
    ...{ externalId: "7", status: "SUSPENDED", isExternal: true },
  });
});

test("refusals: too many calls, a key that is not approved, a right that is missing, a dead token", () => {
  const refusal = (status: number, headers: Record<string, string> = {}) =>
    mapError(
      { status, headers: new Headers(headers), body: { Errors: [{ description: "No.", code: "1" }] } },
      new Date(at),
    );
  const code = (name: string) => ({ "x-mashery-error-code": `ERR_403_DEVELOPER_${name}` });
  expect(refusal(403, code("OVER_QPS"))).toBeInstanceOf(ProviderRateLimitError);
  // The client reads the time to wait.
  expect(refusal(403, { ...code("OVER_RATE"), "retry-after": "3600" })).toBeNull();
  expect(refusal(403, code("INACTIVE"))).toBeInstanceOf(ProviderAuthError);
  expect(refusal(403)).toBeInstanceOf(ProviderScopeError);
  expect(refusal(401)).toBeInstanceOf(ProviderAuthError);
});
