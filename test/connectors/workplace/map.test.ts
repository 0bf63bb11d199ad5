import { describe, expect, test } from "vitest";
import { mapDelivery, mapEvent } from "#src/connectors/workplace/map.ts";
import { toFormerMember, toPerson, toUser } from "#src/connectors/workplace/map-people.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";
import { delivery, flat, scimUser, unclaimed, value } from "./fixtures.ts";

const sessions = (change: object = {}) => ({ field: "sessions", value: { ...value, ...change } });
const one = (change: object, options = {}) => {
  const records = mapDelivery(delivery(change), options);
  expect(records).toHaveLength(1);
  return records[0]!;
};
const mira = {
  ...{ externalId: "100099300417265", name: "mira.holt@acme.test" },
  ...{ login: "mira.holt@acme.test", email: "mira.holt@acme.test" },
};
const externalId = expect.stringMatching(/^[0-9a-f]{64}$/);

describe("a change of the security log", () => {
  test("is mapped field by field", () => {
    expect(one(sessions())).toEqual({
      ...{
        externalId,
        category: "LOG_ON",
        action: "SIGN_IN",
        eventType: "LOG_IN",
        outcome: "SUCCESS",
        interactive: true,
      },
      description: "mira.holt@acme.test signed in to Workplace",
      occurredAt: new Date(1763451738000),
      actor: mira,
      ipAddress: "203.0.113.24",
      userAgent: "Mozilla/5.0 (Macintosh)",
      targets: [],
      raw: sessions(),
    });
  });

  test("that is flat is mapped field by field", () => {
    const change = { field: "integrations", value: flat };
    expect(one(change)).toEqual({
      ...{
        externalId,
        category: "ADMIN",
        action: "UPDATE",
        eventType: "CUSTOM_INTEGRATION_EDIT",
        outcome: "SUCCESS",
        interactive: null,
      },
      description: "mira.holt@acme.test edited a custom integration: Payroll bot",
      occurredAt: new Date("2025-11-18T07:42:18Z"),
      actor: mira,
      ipAddress: "203.0.113.24",
      country: "FR",
      userAgent: "Mozilla/5.0 (X11)",
      targets: [
        { type: "user", id: "100099300417031", name: "tom.berg@acme.test" },
        { type: "app", id: null, name: "Payroll bot" },
      ],
      raw: change,
    });
  });

  test("that is flat may have ids that are numbers, and a time in seconds", () => {
    const change = { actor_id: 100099300417265, target_id: 100099300417265, timestamp: 1763451738, event: "LOG_OUT" };
    expect(one({ field: "sessions", value: change })).toMatchObject({
      actor: { externalId: "100099300417265" },
      targets: [],
      occurredAt: new Date(1763451738000),
    });
  });

  const tom = { id: "100099300417031", email: "tom.berg@acme.test" };
  test.each([
    ["LOG_IN_FAILED", "LOG_ON", "FAILURE", "failed to sign in to Workplace"],
    ["Logged In On Mobile App", "LOG_ON", "SUCCESS", "signed in to Workplace on the mobile app"],
    ["Login Failed", "LOG_ON", "FAILURE", "failed to sign in to Workplace"],
    ["User login", "LOG_ON", "SUCCESS", "signed in to Workplace"],
    ["FORCED_LOGOUT", "LOG_ON", "SUCCESS", "signed tom.berg@acme.test out of all devices"],
    ["TWO_FACTOR_CODE_ENTRY_FAILED", "LOG_ON", "FAILURE", "entered a wrong two-factor code"],
    [
      "Two-Factor Authentication Disabled",
      "USER",
      "SUCCESS",
      "switched off two-factor authentication for tom.berg@acme.test",
    ],
    ["PASSWORD_RESET_INCORRECT_CODE", "USER", "FAILURE", "entered a wrong code to reset the password"],
    ["Password reset wrong code", "USER", "FAILURE", "entered a wrong code to reset the password"],
    ["FORCED_PASSWORD_RESET", "ADMIN", "SUCCESS", "forced tom.berg@acme.test to reset the password"],
    ["ACCOUNT_DEACTIVATED", "ADMIN", "SUCCESS", "deactivated the account of tom.berg@acme.test"],
    ["Admin deactivate", "ADMIN", "SUCCESS", "deactivated the account of tom.berg@acme.test"],
    ["Account Promoted to Admin", "ADMIN", "SUCCESS", "promoted tom.berg@acme.test to administrator"],
  ])("%s is %s, %s: %s", (event, category, outcome, done) => {
    const record = one({ field: "any", value: { ...value, event, target: tom } });
    expect(record).toMatchObject({ category, outcome, description: `mira.holt@acme.test ${done}`, eventType: event });
    expect(record.targets).toEqual([{ type: "user", id: tom.id, name: tom.email }]);
    expect(record.unmapped).toBeUndefined();
  });

  test.each([
    ["sessions", "LOG_ON"],
    ["admin_activity", "ADMIN"],
    ["integrations", "ADMIN"],
    ["badges", "USER"],
  ])("unknown in %s is kept as %s and marked", (field, category) => {
    expect(one({ field, value: { ...value, event: "HOLOGRAM_SENT" } })).toMatchObject({
      ...{ unmapped: true, category, eventType: "HOLOGRAM_SENT" },
      description: "mira.holt@acme.test did HOLOGRAM_SENT",
    });
    expect(one({ field, value: {} })).toMatchObject({
      ...{ unmapped: true, eventType: `workplace_security.${field}`, actor: null },
      occurredAt: new Date(1763451739000),
    });
  });

  test("without any time is a changed shape, named by its path", () => {
    const changes = [sessions(), sessions({ event_time: "soon" })];
    const broken = { object: "workplace_security", entry: [{ id: "1", changes }] };
    const path = "entry[0].changes[1].value.event_time";
    expect(() => mapDelivery(broken)).toThrow(ProviderResponseError);
    expect(() => mapDelivery(broken)).toThrow(expect.objectContaining({ path }));
    expect(() => mapDelivery({ object: "x" })).toThrow(expect.objectContaining({ path: "entry" }));
  });

  test("by our own app is by no account, and of somebody without e-mail is named by name", () => {
    const byApp = sessions({ actor: { id: "504221034567890", name: "Custom integration" } });
    expect(one(byApp, { appId: "504221034567890" }).actor).toEqual({
      ...{ externalId: "504221034567890", name: "Custom integration", type: "SERVICE", isAccount: false },
    });
    expect(one(sessions({ actor: { id: "7", name: "Kim Lee" } }))).toMatchObject({
      actor: { externalId: "7", email: null },
      description: "Kim Lee signed in to Workplace",
    });
  });

  test.each(["not an address", "", undefined, 5])("from %j has no address", (ip) => {
    expect(one(sessions({ ip })).ipAddress).toBeNull();
  });
});

describe("ids", () => {
  test("stay the same when a delivery is sent again, in whatever order its keys are", () => {
    const reordered = delivery({ value: Object.fromEntries(Object.entries(value).toReversed()), field: "sessions" });
    reordered.entry[0]!.time = 1763459999;
    expect(mapDelivery(reordered)[0]!.externalId).toBe(one(sessions()).externalId);
  });

  test("keep twins of one delivery apart, and differ by community and by any part of the value", () => {
    const first = one(sessions()).externalId;
    const twins = mapDelivery(delivery(sessions(), sessions())).map((record) => record.externalId);
    expect(twins).toEqual([first, `${first}-2`]);
    expect(one(sessions({ extra: 1 })).externalId).not.toBe(first);
    const elsewhere = delivery(sessions());
    elsewhere.entry[0]!.id = "2";
    expect(mapDelivery(elsewhere)[0]!.externalId).not.toBe(first);
  });

  test("other communities of one app are left out", () => {
    expect(mapDelivery(delivery(sessions()), { community: "1406580000000000" })).toHaveLength(1);
    expect(mapDelivery(delivery(sessions()), { community: "2" })).toEqual([]);
  });
});

test("archived events: a delivery, an entry, a change, or one of them instead of a list; nothing else", () => {
  const whole = mapDelivery(delivery(sessions()));
  const { object, entry } = delivery(sessions());
  for (const event of [{ object, entry }, entry[0], { object, entry: { ...entry[0], changes: sessions() } }])
    expect(mapEvent(event)).toEqual(whole);
  expect(mapEvent(sessions())).toHaveLength(1);
  expect(mapEvent(flat)).toEqual([expect.objectContaining({ eventType: "CUSTOM_INTEGRATION_EDIT", raw: flat })]);
  expect(mapEvent({ object: "workplace_security", entry: [] })).toEqual([]);
  expect(mapEvent([{ object, entry }, sessions()])).toHaveLength(2);
  for (const other of [{ access_token: "x", token_type: "bearer" }, {}, null, [{}], "x"])
    expect(() => mapEvent(other)).toThrow(InvalidInputError);
});

describe("people", () => {
  test("active, invited, suspended, deleted", () => {
    expect(toUser(scimUser, "")).toEqual({
      ...{ externalId: "100099300417265", login: "mira.holt@acme.test", email: "mira.holt@acme.test" },
      ...{ displayName: "Mira Holt", status: "ACTIVE", type: "HUMAN", raw: scimUser },
    });
    const bare = { ...scimUser, userName: undefined, emails: undefined };
    expect(toUser({ ...scimUser, ...unclaimed }, "").status).toBe("INVITED");
    expect(toUser({ ...scimUser, active: false }, "").status).toBe("SUSPENDED");
    expect(toUser(bare, "")).toMatchObject({ login: null, email: null, displayName: "Mira Holt" });
    const former = toFormerMember({ id: "5", name: "Lea Moor" }, "");
    expect(former).toMatchObject({ externalId: "5", status: "DELETED", email: null });
  });

  test("with one e-mail instead of a list, and flags as text", () => {
    const written = { ...scimUser, userName: undefined, emails: { value: "m@acme.test" } };
    expect(toUser(written, "")).toMatchObject({ email: "m@acme.test", status: "ACTIVE" });
    const details = "urn:ietf:params:scim:schemas:extension:facebook:accountstatusdetails:2.0:User";
    expect(toUser({ ...scimUser, [details]: { claimed: "true" } }, "").status).toBe("ACTIVE");
  });

  test.each([
    ["id", undefined],
    ["active", "yes"],
  ])("without %s are a changed shape", (name, changed) => {
    expect(() => toUser({ ...scimUser, [name]: changed }, "Resources[3]")).toThrow(
      expect.objectContaining({ path: `Resources[3].${name}` }),
    );
  });

  test("facts that posture looks at", () => {
    expect(toPerson(scimUser, "")).toEqual({
      ...{ id: "100099300417265", name: "mira.holt@acme.test", active: true, sso: true, claimed: true },
      ...{ invitedAt: 1700000000000, endsAt: null },
    });
  });
});
