import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countryCode } from "#src/connectors/okta/country.ts";
import { mapEvent, toActivity, toUser } from "#src/connectors/okta/map.ts";
import { failures, familyOf, phrases } from "#src/connectors/okta/phrases.ts";
import { InvalidInputError } from "#src/errors.ts";

const events = JSON.parse(readFileSync(new URL("./fixtures/system-log.json", import.meta.url), "utf8")) as Record<
  string,
  unknown
>[];
const [signIn, unknownUser, grant, device] = mapEvent(events);
const mira = { id: "00uMIRA", type: "User", alternateId: "mira.holt@acme.test", displayName: "Mira Holt" };
const tom = { id: "00uTOM", type: "User", alternateId: "tom.berger@acme.test", displayName: "Tom Berger" };
const event = (eventType: string, more: Record<string, unknown> = {}) =>
  toActivity(
    {
      uuid: "u",
      published: "2026-11-18T07:42:19.118Z",
      eventType,
      actor: mira,
      outcome: { result: "SUCCESS" },
      target: [],
      ...more,
    },
    "x",
  );

describe("a System Log event", () => {
  test("is mapped field by field", () => {
    expect(signIn).toEqual({
      externalId: "6f0d2c1a-0000-4000-8000-000000000001",
      category: "LOG_ON",
      eventType: "user.session.start",
      description: "Mira Holt signed in to Okta",
      occurredAt: new Date("2026-11-18T07:42:19.118Z"),
      actor: {
        externalId: "00uMIRA",
        login: "mira.holt@acme.test",
        email: "mira.holt@acme.test",
        name: "Mira Holt",
        type: "HUMAN",
      },
      outcome: "SUCCESS",
      interactive: true,
      sessionId: "102session",
      ipAddress: "203.0.113.24",
      country: "FR",
      city: "Lyon",
      isp: "example isp",
      userAgent: "Mozilla/5.0 (Macintosh)",
      targets: [{ type: "AppInstance", id: "0oaDASH", name: "Okta Dashboard" }],
      raw: events[0],
    });
  });

  test("of a name Okta does not know makes no account", () => {
    expect(unknownUser).toMatchObject({
      description: "nobody@acme.test failed to sign in to Okta: INVALID_CREDENTIALS",
      outcome: "FAILURE",
      actor: { externalId: null, login: "nobody@acme.test", isAccount: false },
      sessionId: null,
      interactive: null,
      country: null,
      targets: [],
    });
  });

  test("done with an API token is not interactive", () => {
    expect(grant).toMatchObject({
      category: "ADMIN",
      description: "Mira Holt gave Tom Berger administrator privileges: Super administrator",
      interactive: false,
      targets: [{ type: "User", id: "00uTOM", name: "Tom Berger" }],
    });
  });

  test("of an unknown type is kept and marked; optional fields of a wrong type are left out", () => {
    expect(device).toMatchObject({
      unmapped: true,
      category: "ADMIN",
      description: "Sync service suspended a device (Laptop 7)",
      actor: { externalId: "0oaCLIENT", login: null, type: "SERVICE", isAccount: false },
      outcome: "UNKNOWN",
      ipAddress: null,
      userAgent: null,
      interactive: false,
      targets: [{ type: "UDDevice", id: "guo1", name: "Laptop 7" }],
    });
  });

  test.each([
    ["SUCCESS", "SUCCESS"],
    ["ALLOW", "SUCCESS"],
    ["FAILURE", "FAILURE"],
    ["DENY", "FAILURE"],
    ["RATE_LIMIT", "FAILURE"],
    ["UNANSWERED", "FAILURE"],
    ["CHALLENGE", "UNKNOWN"],
    ["SKIPPED", "UNKNOWN"],
    ["new", "UNKNOWN"],
  ])("with the result %s is a %s", (result, outcome) => {
    expect(event("user.session.start", { outcome: { result } }).outcome).toBe(outcome);
  });

  test("names the one whose account it is", () => {
    expect(event("user.account.update_password").description).toBe("Mira Holt changed their own password");
    expect(event("user.account.update_password", { target: [mira] }).description).toBe(
      "Mira Holt changed their own password",
    );
    expect(event("user.account.update_password", { target: [tom] }).description).toBe(
      "Mira Holt changed Tom Berger's password",
    );
    expect(event("user.account.lock", { target: [tom] }).description).toBe("Okta locked Tom Berger's account");
    expect(
      event("user.lifecycle.suspend", { target: [tom], outcome: { result: "FAILURE", reason: "Not allowed" } })
        .description,
    ).toBe("Mira Holt suspended Tom Berger (failed: Not allowed)");
  });

  test("of Okta Support acting as an administrator is marked as impersonated", () => {
    expect(event("user.session.impersonation.initiate").impersonated).toBe(true);
    expect(event("user.session.impersonation.grant").impersonated).toBeUndefined();
  });

  test.each(["uuid", "published", "eventType"])("without its %s fails with the path", (name) => {
    expect(() => toActivity({ ...events[0], [name]: null }, "[7]")).toThrow(
      expect.objectContaining({ name: "ProviderResponseError", path: `[7].${name}` }),
    );
  });

  test("has a sentence without holes, whatever it leaves out", () => {
    for (const type of [...phrases.keys(), ...Object.keys(failures), "pam.secret.reveal", "x"]) {
      for (const more of [{}, { actor: null }, { outcome: { result: "FAILURE" } }]) {
        const { description } = event(type, more);
        expect(description, type).not.toMatch(/[{}[\]]|undefined|null|\.$/);
        expect(description, type).toMatch(/^\S.*\S$/);
      }
    }
  });
});

describe("the category of a type without a sentence", () => {
  test.each([
    ["system.agent.ad.connect", false, "ADMIN"],
    ["policy.mapping.create", false, "ADMIN"],
    ["group.user_membership.rule.trigger", false, "ADMIN"],
    ["zone.new", false, "ADMIN"],
    ["user.session.new", false, "LOG_ON"],
    ["user.authentication.new", false, "LOG_ON"],
    ["task.lifecycle.create", false, "ADMIN"],
    ["user.something", false, "USER"],
    ["user.something", true, "ADMIN"],
    ["app.oauth2.as.token.grant.device_secret", false, "LOG_ON"],
  ] as const)("%s (onto somebody else: %s) is %s", (type, ontoOther, category) => {
    expect(familyOf(type, ontoOther)).toBe(category);
  });
});

describe("an archived event", () => {
  test("may come in the envelope of an event hook", () => {
    const hook = { eventType: "com.okta.event_hook", eventId: "e", data: { events: events.slice(0, 2) } };
    expect(mapEvent(hook).map(({ externalId }) => externalId)).toEqual([signIn?.externalId, unknownUser?.externalId]);
    expect(mapEvent([hook, events[2]])).toHaveLength(3);
    expect(mapEvent([])).toEqual([]);
  });

  test.each([
    [{}, /empty object/],
    [{ access_token: "t" }, /token request/],
    [{ errorCode: "E0000011" }, /not an Okta event/],
    [7, /not an Okta event/],
  ])("that is none is refused in words: %j", (value, message) => {
    expect(() => mapEvent(value)).toThrow(InvalidInputError);
    expect(() => mapEvent(value)).toThrow(message);
  });
});

describe("a user", () => {
  const user = (more: Record<string, unknown>) =>
    toUser(
      {
        id: "00u1",
        status: "ACTIVE",
        lastLogin: "2026-11-18T07:42:19.000Z",
        profile: { login: "mira", email: "mira@acme.test", firstName: "Mira", lastName: "Holt" },
        ...more,
      },
      "[0]",
    );

  test("is named by display name, or first and last, or login", () => {
    expect(user({})).toMatchObject({
      externalId: "00u1",
      login: "mira",
      email: "mira@acme.test",
      displayName: "Mira Holt",
      lastSignInAt: new Date("2026-11-18T07:42:19.000Z"),
    });
    expect(user({ profile: { login: "mira@acme.test", displayName: "Mira H." } })).toMatchObject({
      displayName: "Mira H.",
      email: "mira@acme.test",
    });
    expect(user({ profile: { login: "mira" } })).toMatchObject({ displayName: "mira", email: null });
  });

  test.each([
    ["LOCKED_OUT", "ACTIVE"],
    ["RECOVERY", "ACTIVE"],
    ["STAGED", "INVITED"],
    ["PROVISIONED", "INVITED"],
    ["SUSPENDED", "SUSPENDED"],
    ["DEPROVISIONED", "DELETED"],
    ["NEW_ONE", "UNKNOWN"],
  ])("in status %s is %s", (status, expected) => {
    expect(user({ status }).status).toBe(expected);
  });

  test("says when it was deactivated, and only then", () => {
    const statusChanged = "2026-11-01T09:30:00.000Z";
    expect(user({ status: "DEPROVISIONED", statusChanged }).deletedAt).toEqual(new Date(statusChanged));
    expect(user({ status: "SUSPENDED", statusChanged }).deletedAt).toBeUndefined();
  });

  test("keeps nothing of recovery questions", () => {
    const raw = user({
      credentials: { recovery_question: { question: "?" }, emails: [], provider: { type: "OKTA" } },
    }).raw;
    expect(raw).toMatchObject({ credentials: { provider: { type: "OKTA" } } });
    expect(JSON.stringify(raw)).not.toContain("recovery_question");
  });
});

test.each([
  ["France", "FR"],
  ["United States", "US"],
  ["South Korea", "KR"],
  ["Turkey", "TR"],
  ["Russian Federation", "RU"],
  ["Bosnia and Herzegovina", "BA"],
  ["Atlantis", null],
  ["European Union", null],
  [null, null],
])("%s is the country %s", (name, code) => {
  expect(countryCode(name)).toBe(code);
});
