import { describe, expect, test } from "vitest";
import { mapEvent } from "#src/connectors/onelogin/map.ts";
import { statusOf } from "#src/connectors/onelogin/map-users.ts";
import { ProviderResponseError } from "#src/errors.ts";

const base = {
  ...{ id: 88_120_045_512, created_at: "2026-10-18T07:42:19.481Z", account_id: 482_913 },
  ...{ user_id: 20, user_name: "Jo Park", actor_user_id: 10, actor_user_name: "Mira Holt", actor_system: "" },
  ...{ ipaddr: "203.0.113.24", assuming_acting_user_id: null, error_description: null },
};

const mapped = (event_type_id: number | string, more: object = {}) => mapEvent({ ...base, event_type_id, ...more })[0]!;

describe("sentences", () => {
  test.each<[type: number, more: object, sentence: string, action: string, category: string]>([
    [5, { user_id: 10, user_name: "Mira Holt" }, "Mira Holt signed in to OneLogin", "SIGN_IN", "LOG_ON"],
    [8, { app_id: 7, app_name: "Payroll" }, "Mira Holt signed in to the app Payroll", "SIGN_IN", "LOG_ON"],
    [3, {}, "Mira Holt began to act as Jo Park", "SIGN_IN", "ADMIN"],
    [11, {}, "Mira Holt changed the password of Jo Park", "RESET_CREDENTIAL", "USER"],
    [72, { privilege_name: "Help desk" }, "Mira Holt granted the privilege Help desk to Jo Park", "GRANT", "ADMIN"],
    [147, { role_id: 501, role_name: "Finance" }, "Mira Holt added Jo Park to the role Finance", "GRANT", "ADMIN"],
    [551, {}, "Mira Holt suspended Jo Park by API", "DISABLE", "ADMIN"],
    [179, { user_id: null, user_name: null }, "Mira Holt created an API credential pair", "CREATE", "ADMIN"],
  ])("of %s", (type, more, description, action, category) => {
    expect(mapped(type, more)).toMatchObject({
      description,
      action,
      category,
      eventType: String(type),
      outcome: "SUCCESS",
    });
  });
});

test("a sign-in that failed says why, and numbers may come as texts", () => {
  expect(mapped("6", { user_id: 10, user_name: "Mira Holt", error_description: "Invalid credentials" })).toMatchObject({
    ...{ description: "Mira Holt could not sign in to OneLogin: Invalid credentials", outcome: "FAILURE", targets: [] },
    ...{ category: "LOG_ON", actor: { externalId: "10" }, ipAddress: "203.0.113.24" },
  });
});

test("the person, the app and the role that it concerns are targets; the actor is none", () => {
  const more = { app_id: 7, app_name: "Payroll", role_id: 501, role_name: "Finance" };
  expect(mapped(1, more).targets).toEqual([
    { type: "user", id: "20", name: "Jo Park" },
    { type: "app", id: "7", name: "Payroll" },
    { type: "role", id: "501", name: "Finance" },
  ]);
  expect(mapped(7, { user_id: 10 }).targets).toEqual([]);
});

test("who acts as another person, and what OneLogin itself does, is marked", () => {
  expect(mapped(8, { assuming_acting_user_id: 3 }).impersonated).toBe(true);
  const bySystem = mapped(17, { actor_user_id: null, actor_user_name: null, actor_system: "Mapping" });
  expect(bySystem.actor).toEqual({ name: "Mapping", type: "SERVICE", isAccount: false });
});

test("a type without a sentence is kept under its number", () => {
  expect(mapped(9001)).toMatchObject({
    ...{ eventType: "9001", unmapped: true, category: "ADMIN" },
    description: "Mira Holt did what OneLogin numbers 9001: Jo Park",
  });
});

test.each(["id", "created_at", "event_type_id"])("an event without %s is none", (field) => {
  const event = { ...base, event_type_id: 5, [field]: undefined };
  expect(() => mapEvent([event])).toThrow();
  expect(() => mapEvent([{ ...base, event_type_id: 5, id: {} }])).toThrow(ProviderResponseError);
});

test.each([
  [{ status: 1, state: 1 }, "ACTIVE"],
  [{ status: 2, state: 1 }, "SUSPENDED"],
  [{ status: 3, state: 1 }, "ACTIVE"],
  [{ status: 7, state: 1 }, "INVITED"],
  [{ status: 1, state: 3 }, "DISABLED"],
  [{ status: 6, state: 1 }, "UNKNOWN"],
  [{ status: 1, state: 0 }, "INVITED"],
])("%j is %s", (raw, status) => {
  expect(statusOf(raw)).toBe(status);
});
