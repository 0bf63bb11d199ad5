import { describe, expect, test } from "vitest";
import { mapError } from "#src/connectors/slack/api.ts";
import { categoryOf } from "#src/connectors/slack/events.ts";
import { mapEvent } from "#src/connectors/slack/map.ts";
import { toUser } from "#src/connectors/slack/map-users.ts";
import { levelOf } from "#src/connectors/slack/streams/oauth-apps.ts";
import {
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";

const mira = { id: "W1", name: "Mira Holt", email: "mira@acme.test", team: "E1" };
const bob = { ...mira, id: "W2", name: "Bob Cat", email: "bob@acme.test" };
const base = {
  ...{ id: "b79e48be", date_create: 1_767_607_201, actor: { type: "user", user: mira } },
  entity: { type: "user", user: bob },
  context: {
    location: { type: "enterprise", id: "E1" },
    ua: "Mozilla/5.0",
    ip_address: "203.0.113.38",
    session_id: 9138,
  },
  details: {},
};
const mapped = (action: string, more: object = {}) => mapEvent({ ...base, action, ...more })[0]!;
const file = { entity: { type: "file", file: { id: "F1", name: "plan.pdf", title: "Plan" } } };
const app = { entity: { type: "app", app: { id: "A1", name: "Standup" } } };

describe("sentences", () => {
  test.each<[type: string, more: object, sentence: string, action: string, category: string]>([
    ["user_login", { entity: base.actor }, "Mira Holt signed in to Slack", "SIGN_IN", "LOG_ON"],
    ["user_login_failed", { entity: base.actor }, "Mira Holt could not sign in to Slack", "SIGN_IN", "LOG_ON"],
    ["user_logout", { entity: base.actor }, "Mira Holt signed out of Slack", "SIGN_OUT", "LOG_ON"],
    ["file_downloaded", file, "Mira Holt downloaded the file plan.pdf", "DOWNLOAD", "USER"],
    ["file_public_link_created", file, "Mira Holt shared the file plan.pdf by a public link", "SHARE", "USER"],
    ["user_deactivated", {}, "Mira Holt deactivated Bob Cat", "DISABLE", "ADMIN"],
    ["role_change_to_admin", {}, "Mira Holt made Bob Cat an admin", "GRANT", "ADMIN"],
    ["user_password_reset_by_admin", {}, "Mira Holt reset the password of Bob Cat", "RESET_CREDENTIAL", "ADMIN"],
    ["app_installed", app, "Mira Holt installed the app Standup", "CREATE", "ADMIN"],
    [
      "anomaly",
      { entity: base.actor, details: { reason: ["asn", "ip_address"] } },
      "Slack noticed something unusual about Mira Holt: asn, ip_address",
      "OTHER",
      "USER",
    ],
    ["native_dlp_rule_created", {}, "Mira Holt created a rule against data loss Bob Cat", "CREATE", "ADMIN"],
    [
      "pref.who_can_manage_guests",
      { entity: null },
      "Mira Holt changed the setting who can manage guests",
      "UPDATE",
      "ADMIN",
    ],
  ])("of %s", (type, more, description, action, category) => {
    expect(mapped(type, more)).toMatchObject({ description, action, category, eventType: type });
  });
});

test("actor, address, session, time and outcome", () => {
  expect(mapped("user_login_failed")).toMatchObject({
    ...{ externalId: "b79e48be", outcome: "FAILURE", ipAddress: "203.0.113.38", userAgent: "Mozilla/5.0" },
    ...{ sessionId: "9138", occurredAt: new Date("2026-01-05T10:00:01Z") },
    actor: { externalId: "W1", name: "Mira Holt", email: "mira@acme.test" },
  });
  expect(mapped("user_deactivated").targets).toEqual([{ type: "user", id: "W2", name: "Bob Cat" }]);
  expect(mapped("user_login", { entity: base.actor }).targets).toEqual([]);
  expect(mapped("manual_export_completed", { actor: { type: "system" } }).actor).toMatchObject({ isAccount: false });
});

test("an action that nobody has described is kept, by its family", () => {
  expect(mapped("lantern_lit")).toMatchObject({ unmapped: true, category: "ADMIN" });
  expect(["huddle_started", "user_login_blocked", "legal_hold_created", "canvas_shared"].map(categoryOf)).toEqual([
    ...["USER", "LOG_ON", "ADMIN", "USER"],
  ]);
});

test("an entry without id or time is none", () => {
  expect(() => mapped("user_login", { id: null })).toThrow(ProviderResponseError);
  expect(() => mapped("user_login", { date_create: "soon" })).toThrow(ProviderResponseError);
});

test("guests are of outside, deactivated accounts suspended, and never active is no time", () => {
  const account = { id: "W1", is_active: false, is_restricted: true, last_active_ts: 0, is_bot: true };
  expect(toUser(account, "$")).toMatchObject({
    ...{ status: "SUSPENDED", isExternal: true, isAdmin: false, lastSignInAt: null, type: "SERVICE" },
  });
  expect(toUser({ id: "W1", is_owner: true }, "$").isAdmin).toBe(true);
});

test("refusals are errors by who must act", () => {
  const errorOf = (error: string, more: object = {}) =>
    mapError({ status: 200, headers: new Headers(), body: { ok: false, error, ...more } }, new Date());
  expect(errorOf("missing_scope", { needed: "admin.users:read,admin" })).toMatchObject({
    scopes: ["admin.users:read", "admin"],
  });
  expect(errorOf("feature_not_enabled")).toBeInstanceOf(ProviderScopeError);
  for (const code of ["not_an_admin", "not_allowed", "app_management_app_not_installed_on_org"])
    expect(errorOf(code), code).toBeInstanceOf(ProviderScopeError);
  for (const code of ["invalid_auth", "token_revoked", "account_inactive", "not_authed"])
    expect(errorOf(code), code).toBeInstanceOf(ProviderAuthError);
  expect(errorOf("ratelimited")).toBeInstanceOf(ProviderRateLimitError);
  expect(errorOf("internal_error")).toBeInstanceOf(ProviderUnavailableError);
  expect(errorOf("some_new_word")).toBeNull();
});

test("what Slack calls sensitive is high", () => {
  const scope = (name: string, is_sensitive = false) => [{ name, is_sensitive }];
  expect([scope("users:read", true), scope("chat:write"), scope("users:read"), []].map(levelOf)).toEqual([
    ...["HIGH", "MEDIUM", "LOW", "LOW"],
  ]);
});
