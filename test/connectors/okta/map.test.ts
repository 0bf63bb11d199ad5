import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { familyOf, vocabulary } from "#src/connectors/okta/events.ts";
import { mapEvent, toActivity, toUser } from "#src/connectors/okta/map.ts";
import { InvalidInputError } from "#src/errors.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");
const events = JSON.parse(fixture("system-log.json")) as Record<string, unknown>[];
const [signIn, unknownUser, grant, device] = mapEvent(events);
const person = (id: string, name: string) => ({
  ...{ id, type: "User", displayName: name },
  alternateId: `${name.toLowerCase().replace(" ", ".")}@acme.test`,
});
const mira = person("00uMIRA", "Mira Holt");
const tom = person("00uTOM", "Tom Berger");
const ada = { ...person("00uADA", "Ada Lund"), type: "NewUser" };
const system = { id: "okta.system", type: "SystemPrincipal", displayName: "Okta System" };
const app = { id: "0oaPAY", type: "AppInstance", displayName: "Payroll" };
const published = "2026-11-18T07:42:19.118Z";
const event = (eventType: string, more: Record<string, unknown> = {}) =>
  toActivity(
    { uuid: "u", published, eventType, actor: mira, outcome: { result: "SUCCESS" }, target: [], ...more },
    "x",
  );

describe("a System Log event", () => {
  test("is mapped field by field", () => {
    expect(signIn).toEqual({
      externalId: "6f0d2c1a-0000-4000-8000-000000000001",
      category: "LOG_ON",
      action: "SIGN_IN",
      eventType: "user.session.start",
      description: "Mira Holt signed in to Okta",
      occurredAt: new Date(published),
      actor: {
        ...{ externalId: "00uMIRA", login: "mira.holt@acme.test", email: "mira.holt@acme.test" },
        ...{ name: "Mira Holt", type: "HUMAN" },
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
      ...{ sessionId: null, interactive: null, country: null, targets: [] },
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
      ...{ unmapped: true, category: "ADMIN", description: "Sync service suspended a gadget (Laptop 7)" },
      actor: { externalId: "0oaCLIENT", login: null, type: "SERVICE", isAccount: false },
      ...{ outcome: "UNKNOWN", ipAddress: null, userAgent: null, interactive: false },
      targets: [{ type: "UDDevice", id: "guo1", name: "Laptop 7" }],
    });
  });

  test.each([
    ["SUCCESS", ["SUCCESS", "ALLOW"]],
    ["FAILURE", ["FAILURE", "DENY", "RATE_LIMIT", "UNANSWERED"]],
    ["UNKNOWN", ["CHALLENGE", "SKIPPED", "new"]],
  ])("is a %s with the results %j", (outcome, results) => {
    for (const result of results) expect(event("user.session.start", { outcome: { result } }).outcome).toBe(outcome);
  });

  test.each([
    ["names whose account it is", "user.account.update_password", [], "Mira Holt changed their own password"],
    ["or that it is their own", "user.account.update_password", [mira], "Mira Holt changed their own password"],
    ["or somebody else's", "user.account.update_password", [tom], "Mira Holt changed Tom Berger's password"],
    ["even when Okta acts", "user.account.lock", [tom], "Okta locked Tom Berger's account"],
    ["is about the new user", "user.lifecycle.create", [ada], "Mira Holt created the user Ada Lund"],
    ["whoever else is a target", "user.lifecycle.create", [mira, ada], "Mira Holt created the user Ada Lund"],
    ["or about somebody unnamed", "user.lifecycle.create", [], "Mira Holt created a user"],
    ["is known", "system.push.send_factor_verify_push", [tom], "Okta sent a push notification to Tom Berger"],
    ["is known", "system.email.delivery", [tom], "The delivery status of an e-mail to Tom Berger changed"],
    ["is known", "device.enrollment.create", [tom], "Mira Holt enrolled a device"],
    ["is known", "workflows.user.folder.rename", [tom], "Mira Holt renamed a Workflows folder"],
    ["leaves nothing out", "application.lifecycle.update", [app], "Mira Holt changed the app Payroll"],
    ["leaves out what it does not name", "application.lifecycle.update", [tom], "Mira Holt changed an app"],
    ["of a family", "system.idp.lifecycle.create", [tom], "Mira Holt added an identity provider"],
  ])("%s: %s", (_, type, target, description) => {
    expect(event(type, { target })).toMatchObject({ description });
    expect(event(type, { target }).unmapped).toBeUndefined();
  });

  test.each([
    ["system.operation.rate_limit.violation", "USER", "Requests of Mira Holt reached a rate limit of Okta"],
    ["system.mfa.factor.deactivate", "ADMIN", "Mira Holt deactivated a factor for the organization"],
    ["app.office365.api.error.sync.user", "ADMIN", "The Office 365 integration reported: api error sync user"],
    ["application.integration.rate_limit_exceeded", "ADMIN", "The integration with an app failed: rate limit exceeded"],
  ])("%s is known as %s", (type, category, description) => {
    expect(event(type, { target: [tom] })).toMatchObject({ category, description });
  });

  test("that failed gives the reason", () => {
    const outcome = { result: "FAILURE", reason: "Not allowed" };
    expect(event("user.lifecycle.suspend", { target: [tom], outcome }).description).toBe(
      "Mira Holt suspended Tom Berger (failed: Not allowed)",
    );
  });

  test("of Okta Support acting as an administrator is marked as impersonated", () => {
    expect(event("user.session.impersonation.initiate").impersonated).toBe(true);
    expect(event("user.session.impersonation.grant").impersonated).toBeUndefined();
  });

  test("of a sign-in that another system vouched for is the person's", () => {
    const target = [{ id: "0oaIDP", type: "AppInstance", displayName: "Partner SAML" }, tom];
    const client = { userAgent: { browser: "FIREFOX", rawUserAgent: "Mozilla/5.0" } };
    for (const type of ["auth_via_inbound_SAML", "auth_via_IDP", "auth_via_AD_agent"])
      expect(event(`user.authentication.${type}`, { actor: system, target, client }), type).toMatchObject({
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
      const { category, outcome, unmapped } = event(type, { target: [tom] });
      expect({ category, outcome, unmapped }).toEqual({ category: "LOG_ON", outcome: "FAILURE", unmapped: undefined });
    },
  );

  test("knows one person by the login, where the ids differ", () => {
    const account = { id: "0uaX", type: "AppUser", alternateId: "Mira.Holt@acme.test", displayName: "Mira Holt" };
    expect(event("user.mfa.factor.update", { target: [account] }).description).toBe(
      "Mira Holt changed a factor of their own account",
    );
  });

  test("keeps its message when the last word only looks like a verb", () => {
    const displayMessage = "Gadget limit exceeded";
    expect(event("gadget.limit.rate_limit_exceeded", { displayMessage }).description).toBe(
      `Mira Holt: ${displayMessage}`,
    );
  });

  test("of any type in Okta's reference is known and has a whole sentence", () => {
    const types = fixture("event-types.txt").trim().split("\n");
    expect(types.length).toBeGreaterThan(1000);
    for (const type of types) {
      const { unmapped, description } = event(type);
      expect(unmapped, type).toBeUndefined();
      expect(description, type).not.toMatch(/[{}[\]_]|something|undefined|null|\ba an?\b|\b(of|to)$/);
    }
  });

  test("has a sentence without holes, whatever it leaves out", () => {
    for (const type of [...vocabulary.types, "pam.secret.reveal", "x"]) {
      for (const more of [{}, { actor: null }, { outcome: { result: "FAILURE" } }]) {
        const { description } = event(type, more);
        expect(description, type).not.toMatch(/[{}[\]]|undefined|null|\.$/);
        expect(description, type).toMatch(/^\S.*\S$/);
      }
    }
  });

  test.each(["2026-02-30T10:00:00.000Z", "2026-04-31T10:00:00Z", "2026-02-29T10:00:00Z", "2026-01-01T24:00:00Z"])(
    "of the time %s is refused and names it",
    (time) => expect(() => event("user.session.start", { published: time })).toThrow(time),
  );

  test.each(["uuid", "published", "eventType"])("without its %s fails with the path", (name) => {
    expect(() => toActivity({ ...events[0], [name]: null }, "[7]")).toThrow(
      expect.objectContaining({ name: "ProviderResponseError", path: `[7].${name}` }),
    );
  });
});

test.each([
  ["ADMIN", ["system.agent.new.connect", "policy.new.create", "group.new.rule.trigger", "zone.new"]],
  ["ADMIN", ["gadget.lifecycle.create", "system.email.template.new"]],
  ["LOG_ON", ["user.session.new", "user.authentication.new", "app.oauth2.as.token.grant.new"]],
  ["USER", ["system.email.new.sent_message", "system.new.rate_limit.violation", "user.something"]],
])("types without a sentence are %s: %j", (category, types) => {
  for (const type of types) expect(familyOf(type, false), type).toBe(category);
  expect(familyOf("user.something", true)).toBe("ADMIN");
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
  const profile = { login: "mira", email: "mira@acme.test", firstName: "Mira", lastName: "Holt" };
  const lastLogin = "2026-11-18T07:42:19.000Z";
  const user = (more: Record<string, unknown>) =>
    toUser({ id: "00u1", status: "ACTIVE", lastLogin, profile, ...more }, "[0]");

  test("is named by display name, or first and last, or login", () => {
    expect(user({})).toMatchObject({
      ...{ externalId: "00u1", login: "mira", email: "mira@acme.test", displayName: "Mira Holt" },
      lastSignInAt: new Date(lastLogin),
    });
    const named = user({ profile: { login: "mira@acme.test", displayName: "Mira H." } });
    expect(named).toMatchObject({ displayName: "Mira H.", email: "mira@acme.test" });
    expect(user({ profile: { login: "mira" } })).toMatchObject({ displayName: "mira", email: null });
  });

  test.each([
    ["ACTIVE", ["LOCKED_OUT", "RECOVERY"]],
    ["INVITED", ["STAGED", "PROVISIONED"]],
    ["SUSPENDED", ["SUSPENDED"]],
    ["DELETED", ["DEPROVISIONED"]],
    ["UNKNOWN", ["NEW_ONE"]],
  ])("is %s in the statuses %j", (expected, statuses) => {
    for (const status of statuses) expect(user({ status }).status).toBe(expected);
  });

  test("has the time of its deactivation, and of nothing else", () => {
    const statusChanged = "2026-11-01T09:30:00.000Z";
    expect(user({ status: "DEPROVISIONED", statusChanged }).deletedAt).toEqual(new Date(statusChanged));
    expect(user({ status: "SUSPENDED", statusChanged }).deletedAt).toBeUndefined();
  });

  test("keeps nothing of recovery questions", () => {
    const credentials = { recovery_question: { question: "?" }, emails: [], provider: { type: "OKTA" } };
    const { raw } = user({ credentials });
    expect(raw).toMatchObject({ credentials: { provider: { type: "OKTA" } } });
    expect(JSON.stringify(raw)).not.toContain("recovery_question");
  });
});
