import { describe, expect, test } from "vitest";
import { mapEvent } from "#src/connectors/zendesk/map.ts";
import { isAdmin } from "#src/connectors/zendesk/map-users.ts";
import { levelOf } from "#src/connectors/zendesk/streams/oauth-apps.ts";
import { ProviderResponseError } from "#src/errors.ts";

const base = {
  ...{ id: 498_483, actor_id: 1234, actor_name: "Sameer Patel", source_id: 3456, action_label: "Updated" },
  ...{
    source_label: "John Doe",
    change_description: "",
    ip_address: "203.0.113.38",
    created_at: "2026-05-05T11:32:44Z",
  },
};
const mapped = (type: string, more: object = {}) => {
  const dot = type.lastIndexOf(".");
  return mapEvent({ ...base, source_type: type.slice(0, dot), action: type.slice(dot + 1), ...more })[0]!;
};

describe("sentences", () => {
  test.each<[type: string, more: object, sentence: string, action: string, category: string]>([
    [
      "user.login",
      { change_description: "Successful sign-in using Google" },
      "Sameer Patel signed in to Zendesk",
      "SIGN_IN",
      "LOG_ON",
    ],
    [
      "user.update",
      { change_description: "Role changed from Agent to Administrator" },
      "Sameer Patel granted John Doe another role: Role changed from Agent to Administrator",
      "GRANT",
      "ADMIN",
    ],
    [
      "user_setting.create",
      { source_label: "Suspension state: Bob Cat", change_description: "Suspended" },
      "Sameer Patel suspended Bob Cat",
      "DISABLE",
      "ADMIN",
    ],
    [
      "account_setting.update",
      { source_label: "Require Two Factor", change_description: "Disabled" },
      "Sameer Patel switched off the setting Require Two Factor",
      "DISABLE",
      "ADMIN",
    ],
    [
      "api_token.create",
      { source_label: "API token: backup" },
      "Sameer Patel created an API token backup",
      "CREATE",
      "ADMIN",
    ],
    ["ticket.destroy", { source_label: "Ticket 81" }, "Sameer Patel deleted the ticket Ticket 81", "DELETE", "USER"],
    ["user.exported", {}, "Sameer Patel exported accounts", "DOWNLOAD", "USER"],
    [
      "zendesk/app_market/app.create",
      { source_label: "Slack" },
      "Sameer Patel installed the app Slack",
      "CREATE",
      "ADMIN",
    ],
  ])("of %s", (type, more, description, action, category) => {
    expect(mapped(type, more)).toMatchObject({ description, action, category, eventType: type, outcome: "SUCCESS" });
  });
});

test("a text in another language keeps its words", () => {
  expect(
    mapped("account_setting.update", { source_label: "Zwei-Faktor", change_description: "Deaktiviert" }).description,
  ).toBe("Sameer Patel changed the setting Zwei-Faktor: Deaktiviert");
});

test("who it was done to is the target; Zendesk itself is no account", () => {
  expect(mapped("user.update").targets).toEqual([{ type: "user", id: "3456", name: "John Doe" }]);
  expect(mapped("user.login", { source_id: 1234 }).targets).toEqual([]);
  expect(mapped("rule.update", { actor_id: -1, actor_name: "Zendesk" }).actor).toEqual({
    ...{ name: "Zendesk", type: "SERVICE", isAccount: false },
  });
});

test("a type that nobody has described is kept with a guess", () => {
  expect(mapped("sandbox.replicate", { source_label: "Training" })).toMatchObject({
    unmapped: true,
    category: "ADMIN",
  });
});

test("a record without id or time is none", () => {
  expect(() => mapped("user.update", { id: null })).toThrow(ProviderResponseError);
  expect(() => mapped("user.update", { created_at: "soon" })).toThrow(ProviderResponseError);
});

test("admins are those of the role, and billing admins; apps that may write everything are high", () => {
  expect([{ role: "admin" }, { role: "agent", role_type: 5 }, { role: "agent", role_type: 0 }].map(isAdmin)).toEqual([
    true,
    true,
    false,
  ]);
  expect([["write"], ["tickets:write"], ["read"], ["tickets:read"], []].map(levelOf)).toEqual([
    "HIGH",
    "MEDIUM",
    "MEDIUM",
    "LOW",
    "LOW",
  ]);
});
