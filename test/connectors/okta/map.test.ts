import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countryCode } from "#src/connector-kit/country.ts";
import { familyOf, vocabulary } from "#src/connectors/okta/events.ts";
import { failures } from "#src/connectors/okta/events-sign-in.ts";
import { mapEvent, toActivity, toUser } from "#src/connectors/okta/map.ts";
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
      description: "Sync service suspended a gadget (Laptop 7)",
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

  test("of a created user is about the new user, whoever else is a target", () => {
    const ada = { id: "00uADA", type: "NewUser", alternateId: "ada.lund@acme.test", displayName: "Ada Lund" };
    expect(event("user.lifecycle.create", { target: [ada] }).description).toBe("Mira Holt created the user Ada Lund");
    expect(event("user.lifecycle.create", { target: [mira, ada] }).description).toBe(
      "Mira Holt created the user Ada Lund",
    );
    expect(event("user.lifecycle.create").description).toMatch(/^Mira Holt created a user$/);
  });

  test("of a sign-in that another system vouched for is the person's", () => {
    const system = {
      id: "okta.system",
      type: "SystemPrincipal",
      alternateId: "system@okta.com",
      displayName: "Okta System",
    };
    const idp = { id: "0oaIDP", type: "AppInstance", alternateId: "Partner", displayName: "Partner SAML" };
    const client = { userAgent: { browser: "FIREFOX", rawUserAgent: "Mozilla/5.0" } };
    for (const type of ["auth_via_inbound_SAML", "auth_via_IDP", "auth_via_AD_agent"])
      expect(event(`user.authentication.${type}`, { actor: system, target: [idp, tom], client }), type).toMatchObject({
        category: "LOG_ON",
        actor: { externalId: "00uTOM", login: "tom.berger@acme.test", type: "HUMAN" },
        interactive: true,
        description: expect.stringMatching(/^Tom Berger authenticated through/),
      });
    expect(event("user.authentication.verify", { actor: system, target: [tom] }).description).toBe(
      "Tom Berger verified their own identity",
    );
    // Signing somebody out is the act of who asked for it, and so is everything that is no sign-in.
    for (const type of ["user.authentication.universal_logout", "user.lifecycle.suspend"])
      expect(event(type, { actor: system, target: [tom] }).actor, type).toMatchObject({ name: "Okta System" });
  });

  test.each(["app.oauth2.token.detect_reuse", "app.oauth2.as.token.detect_reuse", "app.token.reuse"])(
    "of a token used twice (%s) is a failed sign-in",
    (type) => {
      const { category, outcome, unmapped } = event(type, { outcome: { result: "SUCCESS" }, target: [tom] });
      expect({ category, outcome, unmapped }).toEqual({ category: "LOG_ON", outcome: "FAILURE", unmapped: undefined });
    },
  );

  test.each([
    ["system.push.send_factor_verify_push", "USER", "Okta sent a push notification to Tom Berger"],
    ["system.email.delivery", "USER", "The delivery status of an e-mail to Tom Berger changed"],
    [
      "system.email.new_device_notification.sent_message",
      "USER",
      "Okta e-mailed Tom Berger about a sign-in from a new device",
    ],
    ["system.operation.rate_limit.violation", "USER", "Requests of Mira Holt reached a rate limit of Okta"],
    ["system.mfa.factor.deactivate", "ADMIN", "Mira Holt deactivated a factor for the organization"],
    ["device.enrollment.create", "USER", "Mira Holt enrolled a device"],
    ["app.office365.api.error.sync.user", "ADMIN", "The Office 365 integration reported: api error sync user"],
    ["workflows.user.folder.rename", "ADMIN", "Mira Holt renamed a Workflows folder"],
    ["application.integration.rate_limit_exceeded", "ADMIN", "The integration with an app failed: rate limit exceeded"],
  ])("%s is known and reads as one sentence", (type, category, description) => {
    expect(event(type, { target: [tom] })).toMatchObject({ category, description });
    expect(event(type).unmapped).toBeUndefined();
  });

  test("leaves out what it does not name", () => {
    const app = { id: "0oaPAY", type: "AppInstance", displayName: "Payroll" };
    expect(event("application.lifecycle.update", { target: [app] }).description).toBe(
      "Mira Holt changed the app Payroll",
    );
    expect(event("application.lifecycle.update", { target: [tom] }).description).toBe("Mira Holt changed an app");
    expect(event("system.idp.lifecycle.create", { target: [tom] }).description).toBe(
      "Mira Holt added an identity provider",
    );
  });

  test("knows one person by the login, where the ids differ", () => {
    const mirasAccount = { id: "0uaX", type: "AppUser", alternateId: "Mira.Holt@acme.test", displayName: "Mira Holt" };
    expect(event("user.mfa.factor.update", { target: [mirasAccount] }).description).toBe(
      "Mira Holt changed a factor of their own account",
    );
  });

  test("keeps its message when the last word only looks like a verb", () => {
    expect(event("gadget.limit.rate_limit_exceeded", { displayMessage: "Gadget limit exceeded" }).description).toBe(
      "Mira Holt: Gadget limit exceeded",
    );
  });

  test("of any type in Okta's reference is known and has a whole sentence", () => {
    const types = readFileSync(new URL("./fixtures/event-types.txt", import.meta.url), "utf8")
      .trim()
      .split("\n");
    expect(types.length).toBeGreaterThan(1000);
    for (const type of types) {
      const { unmapped, description } = event(type);
      expect(unmapped, type).toBeUndefined();
      expect(description, type).not.toMatch(/[{}[\]_]|something|undefined|null|\ba an?\b|\b(of|to)$/);
    }
  });

  test.each(["2026-02-30T10:00:00.000Z", "2026-04-31T10:00:00Z", "2026-02-29T10:00:00Z", "2026-01-01T24:00:00Z"])(
    "of the time %s is refused and names it",
    (published) => {
      expect(() => event("user.session.start", { published })).toThrow(published);
    },
  );

  test.each(["uuid", "published", "eventType"])("without its %s fails with the path", (name) => {
    expect(() => toActivity({ ...events[0], [name]: null }, "[7]")).toThrow(
      expect.objectContaining({ name: "ProviderResponseError", path: `[7].${name}` }),
    );
  });

  test("has a sentence without holes, whatever it leaves out", () => {
    for (const type of [...vocabulary.types, ...Object.keys(failures), "pam.secret.reveal", "x"]) {
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
    ["system.agent.new.connect", false, "ADMIN"],
    ["policy.new.create", false, "ADMIN"],
    ["group.new.rule.trigger", false, "ADMIN"],
    ["zone.new", false, "ADMIN"],
    ["user.session.new", false, "LOG_ON"],
    ["user.authentication.new", false, "LOG_ON"],
    ["gadget.lifecycle.create", false, "ADMIN"],
    ["system.email.new.sent_message", false, "USER"],
    ["system.email.template.new", false, "ADMIN"],
    ["system.new.rate_limit.violation", false, "USER"],
    ["user.something", false, "USER"],
    ["user.something", true, "ADMIN"],
    ["app.oauth2.as.token.grant.new", false, "LOG_ON"],
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
