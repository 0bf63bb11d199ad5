import { createVerify, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { writeCursor } from "#src/connector-kit/cursor.ts";
import { wantedScopes } from "#src/connectors/okta/authorization.ts";
import { checks } from "#src/connectors/okta/checks/index.ts";
import { mapError, normaliseDomain } from "#src/connectors/okta/connection.ts";
import { hookEvents, vocabulary } from "#src/connectors/okta/events.ts";
import { okta } from "#src/connectors/okta/index.ts";
import { activities } from "#src/connectors/okta/streams/activities.ts";
import { webhooks } from "#src/connectors/okta/webhooks.ts";
import {
  ProviderAuthError,
  ProviderRequestError,
  ProviderResponseError,
  StreamCursorError,
  WebhookRejectedError,
} from "#src/errors.ts";
import { anyRequest, type FakeAnswer, FakeClient } from "../fake-client.ts";
import { judge } from "../results.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = JSON.stringify({ ...ec.privateKey.export({ format: "jwk" }), kid: "ec-1", use: "sig" });
const settle = (input: Record<string, string>) => okta.normaliseSettings?.(checkSettings(okta.manifest, input)) ?? {};
const oauth = { mode: "oauth", domain: "acme.okta.com", clientId: "0oa1client00", keyId: "k1", privateKey: pem };

describe("settings", () => {
  test.each([
    ["acme.okta.com", "acme.okta.com"],
    [" https://Acme-Admin.okta.com/ ", "acme.okta.com"],
    ["https://acme-admin.oktapreview.com/admin/dashboard", "acme.oktapreview.com"],
    ["acme-admin.okta-gov.com", "acme.okta-gov.com"],
    ["login.acme.example", "login.acme.example"],
    ["super-admin.acme.example", "super-admin.acme.example"],
  ])("the domain %s is %s", (typed, domain) => {
    expect(normaliseDomain(typed)).toBe(domain);
  });

  test.each([
    ...["", "acme", "localhost", "acme okta.com", "acme.okta.com:8443"],
    ...["user@acme.okta.com", "10.0.0.1", "okta.com", "-.okta.com"],
  ])("the domain %j is refused by name", (typed) => {
    expect(() => normaliseDomain(typed)).toThrow(
      expect.objectContaining({ name: "InvalidInputError", field: ["input", "settings", "domain"] }),
    );
  });

  test("each mode asks for what it needs and names it", () => {
    expect(settle(oauth)).toMatchObject({ domain: "acme.okta.com" });
    expect(settle({ mode: "oauth", domain: "acme.okta.com", clientId: "0oa1client00", privateKey: jwk })).toMatchObject(
      { clientId: "0oa1client00" },
    );
    for (const [input, field] of [
      [{ mode: "token", domain: "acme.okta.com" }, "token"],
      [{ ...oauth, clientId: "" }, "clientId"],
      [{ ...oauth, privateKey: "" }, "privateKey"],
      [{ ...oauth, privateKey: "-----BEGIN NOTHING-----" }, "privateKey"],
      [{ ...oauth, keyId: "" }, "keyId"],
    ] as const) {
      expect(() => settle(input), field).toThrow(expect.objectContaining({ field: ["input", "settings", field] }));
    }
  });
});

describe("signing in", () => {
  /** Grants these scopes only, and like Okta does not say which one is missing. */
  const tokenEndpoint = (granted: readonly string[]) =>
    new FakeClient("https://acme.okta.com", (_, { form }): FakeAnswer => {
      const asked = form?.scope?.split(" ") ?? [];
      if (!asked.every((scope) => granted.includes(scope))) return { status: 400, body: { error: "invalid_scope" } };
      return { body: { token_type: "Bearer", expires_in: 3600, access_token: "at", scope: asked.join(" ") } };
    });

  test.each([
    ["an RSA key", { ...oauth }, "RS256", "k1"],
    ["an elliptic curve key", { ...oauth, keyId: "", privateKey: jwk }, "ES256", "ec-1"],
  ])("with %s proves itself by a signed assertion", async (_, input, algorithm, kid) => {
    const http = tokenEndpoint(wantedScopes);
    const credential = await okta.authorization.obtain?.(http.context(settle(input)));
    expect(credential).toEqual({
      accessToken: "at",
      tokenType: "Bearer",
      expiresAt: new Date("2026-11-20T13:00:00Z"),
      scopes: [...wantedScopes],
    });
    const { form, sign } = http.calls[0]?.request ?? {};
    expect(sign).toBe(false);
    const [head = "", body = "", signature = ""] = (form?.client_assertion ?? "").split(".");
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual({ alg: algorithm, typ: "JWT", kid });
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const now = Date.parse("2026-11-20T12:00:00Z") / 1000;
    expect(claims).toEqual({
      iss: "0oa1client00",
      sub: "0oa1client00",
      aud: "https://acme.okta.com/oauth2/v1/token",
      iat: now - 60,
      exp: now + 300,
      jti: expect.any(String),
    });
    const key = algorithm === "RS256" ? rsa.publicKey : { key: ec.publicKey, dsaEncoding: "ieee-p1363" as const };
    expect(createVerify("SHA256").update(`${head}.${body}`).verify(key, Buffer.from(signature, "base64url"))).toBe(
      true,
    );
  });

  test("finds out which scopes are granted, and asks for those from then on", async () => {
    const granted = ["okta.users.read", "okta.logs.read"];
    const http = tokenEndpoint(granted);
    const context = http.context(settle(oauth));
    const credential = await okta.authorization.obtain?.(context);
    expect(credential?.scopes).toEqual(granted);
    const before = http.calls.length;
    expect((await okta.authorization.refresh?.(context, credential ?? { accessToken: "" }))?.scopes).toEqual(granted);
    expect(http.calls.length - before).toBe(2);
  });

  test.each([
    ["the key is unknown", { status: 401, body: { error: "invalid_client" } }, /key is wrong/],
    ["the address is outside the zones", { status: 403, body: { error: "access_denied" } }, /network zones/],
    ["DPoP is required", { status: 400, body: { error: "invalid_dpop_proof" } }, /DPoP/],
    ["no scope is granted", { status: 400, body: { error: "invalid_scope" } }, /None of the Okta scopes/],
  ])("is refused when %s", async (_, answer, message) => {
    const http = new FakeClient("https://acme.okta.com", () => answer);
    const obtaining = okta.authorization.obtain?.(http.context(settle(oauth)));
    await expect(obtaining).rejects.toThrow(ProviderAuthError);
    await expect(obtaining).rejects.toThrow(message);
  });

  test("with an API token signs as SSWS", async () => {
    const settings = settle({ mode: "token", domain: "acme.okta.com", token: "00abc" });
    const credential = await okta.authorization.obtain?.(tokenEndpoint([]).context(settings));
    expect(okta.authorization.sign(credential ?? { accessToken: "" }, settings, anyRequest, new Date())).toEqual({
      headers: { authorization: "SSWS 00abc" },
    });
  });
});

test.each<[number, unknown, object]>([
  [401, { errorCode: "E0000011" }, { name: "ProviderAuthError" }],
  [401, { errorCode: "E0000015" }, { name: "ProviderScopeError" }],
  [403, {}, { name: "ProviderScopeError", scopes: ["okta.users.read"] }],
  [403, { errorCode: "E0000006" }, { name: "ProviderScopeError" }],
  [403, { errorCode: "E0000038" }, { name: "ProviderRequestError" }],
  [
    400,
    { errorCode: "E0000001", errorCauses: [{ errorSummary: "Invalid" }] },
    { message: "Okta refuses the request (E0000001): Invalid." },
  ],
  [404, "<html></html>", { name: "ProviderNotFoundError" }],
])("the error %s %j is known by Okta's code", (status, body, error) => {
  const challenge = 'Bearer error="insufficient_scope", error_description="needs okta.users.read"';
  const isBare = typeof body === "object" && Object.keys(body as object).length === 0;
  const headers = new Headers(isBare ? { "www-authenticate": challenge } : {});
  expect(mapError({ status, headers, body }, new Date())).toMatchObject(error);
  expect(mapError({ status: 429, headers, body: { errorCode: "E0000047" } }, new Date())).toBeNull();
});

describe("the System Log", () => {
  const log = (answer: (url: URL) => FakeAnswer = () => ({ body: [], next: "/api/v1/logs?after=0" })) =>
    new FakeClient("https://acme.okta.com", (path) => answer(new URL(path, "https://x")));
  const cursorAt = (at: string) => writeCursor({ form: "position1" }, { at });
  const first = (http: FakeClient, span: Partial<StreamContext> = {}, cursor: string | null = null) =>
    activities(http.context({ domain: "acme.okta.com" }, span), cursor).next();

  test("is read from the start, a back-fill to its end, and neither from before what Okta keeps", async () => {
    const from = new Date("2020-01-01T00:00:00Z");
    const query = "limit=1000&sortOrder=ASCENDING";
    for (const [span, asked] of [
      [{}, `since=2026-11-13T12%3A00%3A00.000Z&${query}`],
      [{ from }, `since=2026-08-22T12%3A00%3A00.000Z&${query}`],
      [
        { to: new Date("2026-11-15T00:00:00Z") },
        `since=2026-11-13T12%3A00%3A00.000Z&${query}&until=2026-11-15T00%3A00%3A00.000Z`,
      ],
    ] as const) {
      const http = log();
      await first(http, span);
      expect(http.calls.map(({ path }) => path)).toEqual([`/api/v1/logs?${asked}`]);
    }
    const http = log();
    const over = await first(http, { from, to: new Date("2020-02-01T00:00:00Z") });
    expect([over.value, http.calls]).toEqual([{ items: [], cursor: null }, []]);
  });

  test("goes on from the next link that the empty page gave", async () => {
    const page = await first(log());
    expect(page.value?.cursor).toBe(cursorAt("/api/v1/logs?after=0"));
    const http = log();
    await first(http, {}, page.value?.cursor);
    expect(http.calls.map(({ path }) => path)).toEqual(["/api/v1/logs?after=0"]);
  });

  test("starts over when the cursor is dead, but not when the first page is refused", async () => {
    const dead = log(() => ({ status: 400 }));
    await expect(first(dead, {}, cursorAt("/api/v1/logs?after=3"))).rejects.toThrow(StreamCursorError);
    await expect(first(dead)).rejects.toThrow(ProviderRequestError);
  });

  test.each([
    "https://evil.example/api/v1/logs?after=1",
    "//evil.example/api/v1/logs",
    "/api/v1/users",
    "/api/v1/logsx",
    "/api/v1/logs/../users",
    "{}",
  ])("refuses the cursor %s before anything is asked", async (position) => {
    const http = log();
    for (const cursor of [position, cursorAt(position)])
      await expect(first(http, {}, cursor)).rejects.toThrow(StreamCursorError);
    expect(http.calls).toEqual([]);
  });

  test("fails instead of standing still when the next link is missing", async () => {
    const event = { uuid: "u1", published: "2026-11-18T07:42:19.118Z", eventType: "user.session.start" };
    await expect(first(log(() => ({ body: [event] })))).rejects.toThrow(ProviderResponseError);
  });
});

describe("event hooks", () => {
  const hook = { secret: "a-long-secret", settings: {}, registration: null, now: new Date() };
  const events = JSON.parse(readFileSync(new URL("./fixtures/system-log.json", import.meta.url), "utf8")) as unknown[];
  const body = Buffer.from(
    JSON.stringify({ eventType: "com.okta.event_hook", eventId: "delivery-1", data: { events } }),
  );

  test("the challenge is echoed", () => {
    const headers = { "X-Okta-Verification-Challenge": "c-1" };
    expect(webhooks.receive({ method: "GET", headers, query: {}, body: Buffer.alloc(0) }, hook).response).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"verification":"c-1"}',
    });
  });

  test("the delivery is named, and what its events change is read again", () => {
    const result = webhooks.receive(
      { method: "POST", headers: { authorization: "a-long-secret" }, query: {}, body },
      hook,
    );
    expect(result).toMatchObject({ deliveryId: "delivery-1", response: { status: 204 }, refresh: ["PRIVILEGES"] });
  });

  test("an event that cannot be read is set aside, and the others are kept", () => {
    const broken = { ...(events[0] as object), uuid: undefined };
    const content = Buffer.from(JSON.stringify({ data: { events: [events[1], broken] } }));
    const headers = { authorization: "a-long-secret" };
    const result = webhooks.receive({ method: "POST", headers, query: {}, body: content }, hook);
    expect(result.activities).toEqual(okta.mapEvent?.(events[1]));
    const raw = JSON.parse(JSON.stringify(broken));
    expect(result.unreadable).toMatchObject([{ kind: "unreadable", path: "data.events[1].uuid", raw }]);
  });

  test.each([
    ["no secret of ours", { authorization: "" }, body, { ...hook, secret: "" }],
    ["something else than JSON", { authorization: "a-long-secret" }, Buffer.from("x"), hook],
    ["no events", { authorization: "a-long-secret" }, Buffer.from("{}"), hook],
  ])("%s is refused", (_, headers, content, ours) => {
    expect(() => webhooks.receive({ method: "POST", headers, query: {}, body: content }, ours)).toThrow(
      WebhookRejectedError,
    );
  });

  test("one that somebody switched off is switched on again before it is verified", async () => {
    const url = "https://gateway.example/webhooks/okta/1";
    const known = { id: "who1", status: "INACTIVE", channel: { config: { uri: url } } };
    const http = new FakeClient("https://acme.okta.com", (_, { method = "GET" }) =>
      method === "GET" ? { body: [known] } : { body: { id: "who1", verificationStatus: "VERIFIED" } },
    );
    expect(await webhooks.register?.(http.context({}), { url, secret: "s" })).toEqual({ id: "who1" });
    expect(
      http.calls.map(({ method, path }) => `${method} ${path.replace("/api/v1/eventHooks", "")}`).slice(1),
    ).toEqual(["PUT /who1", "POST /who1/lifecycle/activate", "POST /who1/lifecycle/verify"]);
  });

  test("asks for no more types than Okta takes, each once, and none that it does not offer", () => {
    expect(hookEvents.length).toBeGreaterThan(50);
    expect(hookEvents.length).toBeLessThanOrEqual(300);
    expect(new Set(hookEvents).size).toBe(hookEvents.length);
    for (const type of ["user.session.access_admin_app", "policy.evaluate_sign_on", "security.threat.detected"])
      expect(hookEvents).not.toContain(type);
    expect(hookEvents.filter((type) => vocabulary.types.has(type)).length).toBeGreaterThan(50);
  });
});

describe("checks", () => {
  test("empty answers are unknown, never a pass", () => {
    for (const check of checks) {
      const empty = Object.fromEntries(
        check.needs.map((key) => [
          key,
          ["adminConsole", "threatInsight", "oktaSupport", "clientPrivileges"].includes(key) ? {} : [],
        ]),
      );
      const { result } = judge(check, empty);
      expect(result, check.slug).toBe(check.slug === "okta-api-tokens" ? "pass" : "unknown");
    }
  });

  test("sign-on rules that leave it to the apps are judged by the apps' rules", () => {
    const check = checks.find(({ slug }) => slug === "okta-mfa-at-sign-on") as Check;
    const policies = (...actions: object[]) => [
      { name: "p", rules: actions.map((one) => ({ name: "r", actions: one })) },
    ];
    const signon = { access: "ALLOW", requireFactor: false, primaryFactor: "PASSWORD_IDP_ANY_FACTOR" };
    const signOnPolicies = policies({ signon });
    const judged = (...modes: string[]) => {
      const rules = modes.map((factorMode) => ({ appSignOn: { access: "ALLOW", verificationMethod: { factorMode } } }));
      return judge(check, { signOnPolicies, appPolicies: policies(...rules) });
    };
    expect(judged("2FA", "2FA").result).toBe("pass");
    expect(judged("2FA", "1FA")).toMatchObject({ result: "fail", share: 0.5 });
    const because = "PROVIDER_SCOPE";
    expect(judge(check, { signOnPolicies }, because)).toEqual({ result: "unknown", because });
  });
});
