import { expect, test } from "vitest";
import { applications } from "#src/connectors/google-workspace/applications.ts";
import { vocabulary } from "#src/connectors/google-workspace/events.ts";
import { mapEvent } from "#src/connectors/google-workspace/map-activity.ts";
import { toOutsider, toUser } from "#src/connectors/google-workspace/map-people.ts";
import { levelOf } from "#src/connectors/google-workspace/permission-level.ts";
import { nameOf } from "#src/connectors/google-workspace/streams/privileges.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { event, mira, record } from "./records.ts";

const mapped = (log: string, name: string, parameters = {}, more: Record<string, unknown> = {}) =>
  mapEvent(record(log, [event(name, parameters)], more))[0]!;

test("every sentence is one of a log that is read, and reads as one", () => {
  const logs = new Set([...applications.map(({ name }) => name), "alerts"]);
  expect([...vocabulary.types].filter((type) => !logs.has(type.slice(0, type.indexOf("."))))).toEqual([]);
  const odd = [...vocabulary.types].filter((type) => / {2}|\(\)/.test(vocabulary.phraseOf(type).template));
  expect(odd).toEqual([]);
  expect(vocabulary.types.size).toBeGreaterThan(700);
});

test.each<[string, string, Record<string, string | boolean | number | string[]>, string, string, string]>([
  ["login", "login_success", { login_type: "saml" }, "LOG_ON", "SUCCESS", "mira@tern.example signed in to Google"],
  [
    "login",
    "login_failure",
    { login_failure_type: "login_failure_invalid_password" },
    "LOG_ON",
    "FAILURE",
    "mira@tern.example failed to sign in to Google: invalid password",
  ],
  [
    "login",
    "login_verification",
    { login_challenge_method: "totp", login_challenge_status: "Incorrect Answer Entered." },
    "LOG_ON",
    "FAILURE",
    "mira@tern.example was asked to verify a sign-in: totp (failed: Incorrect Answer Entered.)",
  ],
  [
    "saml",
    "login_failure",
    { application_name: "Payroll", failure_type: "failure_app_not_enabled_for_user" },
    "LOG_ON",
    "FAILURE",
    "mira@tern.example failed to sign in to Payroll through Google: failure app not enabled for user",
  ],
  [
    "admin",
    "SUSPEND_USER",
    { USER_EMAIL: "ana@tern.example" },
    "ADMIN",
    "SUCCESS",
    "mira@tern.example suspended the account ana@tern.example",
  ],
  [
    "admin",
    "CHANGE_USER_EXTERNAL_ID",
    { USER_EMAIL: "ana@tern.example" },
    "ADMIN",
    "SUCCESS",
    "mira@tern.example changed the external id of ana@tern.example",
  ],
  [
    "admin",
    "CHANGE_GROUP_SETTING",
    { GROUP_EMAIL: "field@tern.example", SETTING_NAME: "WHO_CAN_JOIN", OLD_VALUE: "INVITED", NEW_VALUE: "ANYONE" },
    "ADMIN",
    "SUCCESS",
    "mira@tern.example changed the setting WHO_CAN_JOIN of the group field@tern.example from INVITED to ANYONE",
  ],
  ["admin", "CREATE_BUILDING", {}, "ADMIN", "SUCCESS", "mira@tern.example created building"],
  [
    "drive",
    "change_user_access",
    {
      doc_id: "1Ab",
      doc_title: "Plan",
      doc_type: "document",
      target_user: "eli@partner.example",
      old_value: ["none"],
      new_value: ["can_edit"],
    },
    "USER",
    "SUCCESS",
    "mira@tern.example shared Plan with eli@partner.example: can_edit",
  ],
  [
    "token",
    "authorize",
    { app_name: "Planly", client_id: "512", scope: ["openid", "email"] },
    "USER",
    "SUCCESS",
    "mira@tern.example let Planly in with the scopes openid, email",
  ],
  [
    "groups",
    "add_user",
    { group_email: "field@tern.example", user_email: "eli@partner.example", member_role: "member" },
    "ADMIN",
    "SUCCESS",
    "mira@tern.example added eli@partner.example to the group field@tern.example as member",
  ],
  [
    "groups_enterprise",
    "request_to_join",
    { group_id: "field@tern.example" },
    "USER",
    "SUCCESS",
    "mira@tern.example requested to join the group field@tern.example",
  ],
  [
    "context_aware_access",
    "ACCESS_DENY_EVENT",
    { CAA_APPLICATION: "Gmail" },
    "LOG_ON",
    "FAILURE",
    "mira@tern.example was denied access to Gmail by context-aware access",
  ],
  [
    "mobile",
    "DEVICE_COMPROMISED_EVENT",
    { DEVICE_MODEL: "Phone 9", DEVICE_COMPROMISED_STATE: "COMPROMISED" },
    "USER",
    "SUCCESS",
    "The Phone 9 of mira@tern.example changed its state: COMPROMISED",
  ],
  [
    "vault",
    "create_saved_query_begin",
    { matter_name: "Tern" },
    "ADMIN",
    "SUCCESS",
    "mira@tern.example worked in Vault (create saved query begin): Tern",
  ],
])("%s/%s reads as it should", (log, name, parameters, category, outcome, description) => {
  expect(mapped(log, name, parameters)).toMatchObject({ eventType: name, category, outcome, description });
});

test.each([
  [
    "change_user_access",
    ["none"],
    ["can_edit"],
    "SHARE",
    "mira@tern.example shared Plan with eli@partner.example: can_edit",
  ],
  [
    "change_user_access",
    ["can_edit"],
    ["none"],
    "UNSHARE",
    "mira@tern.example stopped sharing Plan with eli@partner.example",
  ],
  [
    "change_user_access",
    ["can_view"],
    ["can_edit"],
    "UPDATE",
    "mira@tern.example changed the access of eli@partner.example to Plan from can_view to can_edit",
  ],
  [
    "change_document_visibility",
    ["private"],
    ["people_with_link"],
    "SHARE",
    "mira@tern.example shared Plan: people_with_link instead of private",
  ],
  [
    "change_document_visibility",
    ["people_with_link"],
    ["private"],
    "UNSHARE",
    "mira@tern.example stopped sharing Plan, which was people_with_link",
  ],
])("%s from %j to %j is %s", (name, old_value, new_value, action, description) => {
  const parameters = { doc_title: "Plan", target_user: "eli@partner.example", old_value, new_value };
  expect(mapped("drive", name, parameters)).toMatchObject({ action, description });
});

test.each([
  ["login", "login_success", "SIGN_IN"],
  ["login", "logout", "SIGN_OUT"],
  ["user_accounts", "2sv_disable", "DISABLE"],
  ["admin", "GRANT_ADMIN_PRIVILEGE", "GRANT"],
  ["admin", "CHANGE_PASSWORD", "RESET_CREDENTIAL"],
  ["admin", "RESET_SIGNIN_COOKIES", "SIGN_OUT"],
  ["drive", "download", "DOWNLOAD"],
  ["token", "revoke", "REVOKE"],
])("what %s/%s does is %s", (log, name, action) => {
  expect(mapped(log, name)).toMatchObject({ action });
});

test("a record of several events becomes an activity of each, with its own id and event", () => {
  const several = record("drive", [event("edit", { doc_title: "Plan" }), event("change_owner", { doc_title: "Plan" })]);
  const [first, second] = mapEvent(several);
  expect([first!.externalId, second!.externalId]).toEqual([
    "drive:2026-11-20T09:15:02.481Z:-6709442587437772138",
    "drive:2026-11-20T09:15:02.481Z:-6709442587437772138:1",
  ]);
  expect(second).toMatchObject({ eventType: "change_owner", raw: { id: several.id, events: [several.events[1]] } });
  expect(mapEvent({ kind: "admin#reports#activities", items: [several] })).toEqual([first, second]);
});

test("who did it: a person, an app in a person's name, Google itself, an anonymous visitor, a person Google warns", () => {
  expect(mapped("login", "login_success")).toMatchObject({
    actor: { externalId: mira.profileId, login: mira.email, email: mira.email, type: "HUMAN" },
    ipAddress: "203.0.113.7",
    country: "NO",
    interactive: true,
  });
  const application = { oauthClientId: "1067", applicationName: "Crawler", impersonation: true };
  const impersonating = mapped("drive", "view", {}, { actor: { ...mira, applicationInfo: application } });
  expect(impersonating).toMatchObject({ impersonated: true, interactive: false, actor: { login: mira.email } });
  expect(mapped("drive", "view")).not.toHaveProperty("impersonated");
  const system = mapped("groups_enterprise", "add_member", {}, { actor: { callerType: "KEY", key: "SYSTEM" } });
  expect(system.actor).toEqual({ name: "SYSTEM", type: "SERVICE", isAccount: false });
  const visitor = mapped("drive", "view", { doc_title: "Plan" }, { actor: { profileId: "105250506097979753968" } });
  expect(visitor).toMatchObject({ description: "An anonymous visitor viewed Plan", actor: { isAccount: false } });
  const warned = mapped("login", "suspicious_login", { affected_email_address: "ana@tern.example" }, { actor: {} });
  expect(warned).toMatchObject({ actor: { login: "ana@tern.example" }, outcome: "UNKNOWN" });
});

test("what the event states of its outcome goes before its name", () => {
  const status = { eventStatus: "FAILED", errorMessage: "no such user", httpStatusCode: 404 };
  const [failed] = mapEvent(record("admin", [event("CREATE_USER", { USER_EMAIL: "x@tern.example" }, { status })]));
  expect(failed).toMatchObject({
    outcome: "FAILURE",
    description: "mira@tern.example created the account x@tern.example (failed: no such user)",
  });
});

test("targets have the ids and names that the parameters give", () => {
  expect(
    mapped("admin", "ASSIGN_ROLE", { USER_EMAIL: "ana@tern.example", ROLE_NAME: "Auditors", ROLE_ID: "9" }).targets,
  ).toEqual([
    { type: "user", id: null, name: "ana@tern.example" },
    { type: "role", id: "9", name: "Auditors" },
  ]);
  expect(mapped("drive", "download", { doc_id: "1Ab", doc_title: "Plan", doc_type: "document" }).targets).toEqual([
    { type: "document", id: "1Ab", name: "Plan" },
  ]);
});

test("logs, types and events without a name that nobody knows are kept, with a humble sentence", () => {
  const rollback = mapped("admin", "ROLL_BACK_THE_MOON", { USER_EMAIL: "ana@tern.example" });
  expect(rollback).toMatchObject({
    category: "ADMIN",
    unmapped: true,
    description: expect.stringContaining("ana@tern.example"),
  });
  expect(mapped("teapot", "poured_tea")).toMatchObject({ category: "USER", unmapped: true, eventType: "poured_tea" });
  const [nameless] = mapEvent(record("access_transparency", [{ type: "GSUITE_RESOURCE" }]));
  expect(nameless).toMatchObject({ eventType: "GSUITE_RESOURCE", category: "ADMIN" });
  expect(nameless).not.toHaveProperty("unmapped");
  expect(mapEvent(record("rules", [{ parameters: [] }]))[0]).toMatchObject({ eventType: "rules", unmapped: true });
  expect(() => mapEvent({ ...record("admin", [event("CREATE_USER")]), id: { applicationName: "admin" } })).toThrow(
    ProviderResponseError,
  );
});

test("alerts are activities of their type, about the account that they name", () => {
  const alert = {
    alertId: "91840a82",
    createTime: "2026-11-20T09:15:02.436394Z",
    type: "Leaked password",
    source: "Google identity",
    data: { email: "ana@tern.example", loginDetails: { ipAddress: "203.0.113.9" } },
  };
  expect(mapEvent({ alerts: [alert] })).toMatchObject([
    {
      externalId: "alert:91840a82",
      eventType: "Leaked password",
      description: "Google raised the alert “Leaked password” about ana@tern.example",
      actor: { login: "ana@tern.example" },
      ipAddress: "203.0.113.9",
      occurredAt: new Date("2026-11-20T09:15:02.436Z"),
    },
  ]);
  const data = { ruleViolationInfo: { triggeringUserEmail: "ana@tern.example", ruleInfo: { displayName: "IBAN" } } };
  expect(mapEvent({ ...alert, type: "Data Loss Prevention", data })[0]).toMatchObject({
    actor: { login: "ana@tern.example" },
    targets: [{ type: "rule", name: "IBAN" }],
  });
});

test("people: archived, suspended, deleted, never signed in, of another organisation", () => {
  const user = { id: "1", primaryEmail: "ana@tern.example", name: { fullName: "Ana Ruiz" } };
  const of = (more: object) => toUser({ ...user, ...more }, "users[0]");
  expect(of({ lastLoginTime: "1970-01-01T00:00:00.000Z" })).toMatchObject({ status: "ACTIVE", lastSignInAt: null });
  expect(of({ suspended: true, archived: true }).status).toBe("SUSPENDED");
  expect(of({ archived: true }).status).toBe("DISABLED");
  expect(of({ isDelegatedAdmin: true }).isAdmin).toBe(true);
  const deletionTime = "2026-11-19T08:00:00.000Z";
  expect(of({ deletionTime })).toMatchObject({ status: "DELETED", deletedAt: new Date(deletionTime) });
  const member = { id: "2", email: "eli@partner.example", type: "USER", role: "MEMBER" };
  expect(toOutsider(member, new Set(["tern.example"]))).toMatchObject({ externalId: "2", isExternal: true });
  expect(toOutsider(member, new Set(["partner.example"]))).toBeNull();
  expect(toOutsider({ ...member, type: "GROUP" }, new Set())).toBeNull();
});

test.each([
  [["openid", "email"], "LOW"],
  [["https://www.googleapis.com/auth/drive.file"], "LOW"],
  [["https://www.googleapis.com/auth/calendar"], "MEDIUM"],
  [["openid", "https://mail.google.com/"], "HIGH"],
  [["https://www.googleapis.com/auth/drive.readonly"], "HIGH"],
  [["https://www.googleapis.com/auth/gmail.send"], "MEDIUM"],
  [["https://www.googleapis.com/auth/admin.directory.user"], "HIGH"],
])("the scopes %j are of level %s", (scopes, level) => {
  expect(levelOf(scopes)).toBe(level);
});

test("Google's own roles have names in words", () => {
  expect(["_SEED_ADMIN_ROLE", "_HELP_DESK_ADMIN_ROLE", "Auditors"].map(nameOf)).toEqual([
    ...["Super Admin", "Help Desk Admin", "Auditors"],
  ]);
});
