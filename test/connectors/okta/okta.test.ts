import { createVerify, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import type { StreamItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
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
  ProviderScopeError,
  StreamCursorError,
  WebhookRejectedError,
} from "#src/errors.ts";
import { anyRequest, type FakeAnswer, FakeClient } from "../fake-client.ts";

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
    "",
    "acme",
    "localhost",
    "acme okta.com",
    "acme.okta.com:8443",
    "user@acme.okta.com",
    "10.0.0.1",
    "okta.com",
    "-.okta.com",
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

describe("errors", () => {
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    mapError({ status, headers: new Headers(headers), body });

  test("are told apart by Okta's codes", () => {
    expect(answer(401, { errorCode: "E0000011" })).toBeInstanceOf(ProviderAuthError);
    expect(answer(401, { errorCode: "E0000015" })).toBeInstanceOf(ProviderScopeError);
    const scope = answer(
      403,
      {},
      { "www-authenticate": 'Bearer error="insufficient_scope", error_description="needs okta.users.read"' },
    );
    expect(scope).toMatchObject({ name: "ProviderScopeError", scopes: ["okta.users.read"] });
    expect(answer(403, { errorCode: "E0000006" })).toBeInstanceOf(ProviderScopeError);
    expect(answer(403, { errorCode: "E0000038" })).toBeInstanceOf(ProviderRequestError);
    expect(answer(400, { errorCode: "E0000001", errorCauses: [{ errorSummary: "Invalid" }] })).toMatchObject({
      message: "Okta refuses the request (E0000001): Invalid.",
    });
    expect(answer(404, "<html></html>")).toMatchObject({ name: "ProviderNotFoundError" });
    expect(answer(429, { errorCode: "E0000047" })).toBeNull();
  });
});

describe("the System Log", () => {
  const uuid = (index: number) => ({
    uuid: `u${index}`,
    published: "2026-11-18T07:42:19.118Z",
    eventType: "user.session.start",
  });
  const position = (index: number) => `/api/v1/logs?limit=1000&sortOrder=ASCENDING&after=${index}`;
  const cursorAt = (at: string) => writeCursor({ form: "position1" }, { at });
  const idsOf = (page: StreamPage<StreamItem<"ACTIVITIES">>) =>
    page.items.map((item) => ("externalId" in item ? item.externalId : item.reason));

  /** Two events a page, in the order they were stored; `next` is always there. */
  class FakeLog {
    stored = 0;
    dead = false;
    readonly http = new FakeClient("https://acme.okta.com", (path): FakeAnswer => {
      const url = new URL(path, "https://x");
      if (this.dead) return { status: 400 };
      const start = Number(url.searchParams.get("after") ?? 0);
      const end = Math.min(this.stored, start + 2);
      const body = Array.from({ length: Math.max(0, end - start) }, (_, index) => uuid(start + index));
      if (url.searchParams.has("until"))
        return { body, next: end < this.stored ? `${path.split("&after")[0]}&after=${end}` : null };
      return { body, next: position(end) };
    });

    async read(cursor: string | null, stored: string[], crashAfter = 99): Promise<string | null> {
      let pages = 0;
      for await (const page of activities(this.http.context({ domain: "acme.okta.com" }), cursor)) {
        stored.push(...idsOf(page));
        cursor = page.cursor;
        if (++pages >= crashAfter) break;
      }
      return cursor;
    }
  }

  test("is read from the start and then from the next link, every event once", async () => {
    const log = new FakeLog();
    log.stored = 5;
    const stored: string[] = [];
    let cursor = await log.read(null, stored);
    expect(log.http.calls[0]?.path).toBe(
      "/api/v1/logs?since=2026-11-13T12%3A00%3A00.000Z&limit=1000&sortOrder=ASCENDING",
    );
    expect(cursor).toBe(cursorAt(position(5)));
    expect(stored).toEqual(["u0", "u1", "u2", "u3", "u4"]);
    const calls = log.http.calls.length;
    cursor = await log.read(cursor, stored);
    expect(log.http.calls.length - calls).toBe(1);
    log.stored = 6;
    await log.read(cursor, stored);
    expect(stored.at(-1)).toBe("u5");
    expect(new Set(stored).size).toBe(stored.length);
  });

  test("resumes from the saved cursor after a crash at any page", async () => {
    for (const crashAfter of [1, 2, 3]) {
      const log = new FakeLog();
      log.stored = 11;
      const stored: string[] = [];
      let cursor: string | null = null;
      for (let run = 0; run < 12; run++) cursor = await log.read(cursor, stored, crashAfter);
      expect(stored).toEqual(Array.from({ length: 11 }, (_, index) => `u${index}`));
    }
  });

  test("says so when the cursor is dead, but not when the first page is refused", async () => {
    const log = new FakeLog();
    log.dead = true;
    await expect(log.read(cursorAt(position(3)), [])).rejects.toThrow(StreamCursorError);
    await expect(log.read(null, [])).rejects.toThrow(ProviderRequestError);
  });

  test.each([
    "https://evil.example/api/v1/logs?after=1",
    "//evil.example/api/v1/logs",
    "/api/v1/users",
    "/api/v1/logsx",
    "/api/v1/logs/../users",
    "{}",
  ])("refuses the cursor %s before anything is asked", async (position) => {
    const log = new FakeLog();
    for (const cursor of [position, cursorAt(position)])
      await expect(log.read(cursor, [])).rejects.toThrow(StreamCursorError);
    expect(log.http.calls).toEqual([]);
  });

  test("fails instead of standing still when the next link is missing", async () => {
    const http = new FakeClient("https://acme.okta.com", () => ({ body: [uuid(1)] }));
    await expect(activities(http.context({}), null).next()).rejects.toThrow(ProviderResponseError);
  });

  test("is asked for no more than Okta keeps", async () => {
    const log = new FakeLog();
    const from = new Date("2020-01-01T00:00:00Z");
    await activities(log.http.context({}, { from }), null).next();
    expect(log.http.calls[0]?.path).toContain("since=2026-08-22T12%3A00%3A00.000Z");
    const gone = log.http.context({}, { from, to: new Date("2020-02-01T00:00:00Z") });
    expect((await activities(gone, null).next()).value).toEqual({ items: [], cursor: null });
    expect(log.http.calls).toHaveLength(1);
  });

  test("ends a back-fill with its last page", async () => {
    const log = new FakeLog();
    log.stored = 5;
    const ids: string[] = [];
    const span = { to: new Date("2026-11-15T00:00:00Z") };
    for await (const page of activities(log.http.context({}, span), null)) ids.push(...idsOf(page));
    expect(ids).toHaveLength(5);
    expect(log.http.calls[0]?.path).toContain("until=2026-11-15T00%3A00%3A00.000Z");
  });
});

describe("event hooks", () => {
  const hook = { secret: "a-long-secret", settings: {}, registration: null, now: new Date() };
  const events = JSON.parse(readFileSync(new URL("./fixtures/system-log.json", import.meta.url), "utf8")) as unknown[];
  const body = Buffer.from(
    JSON.stringify({ eventType: "com.okta.event_hook", eventId: "delivery-1", data: { events } }),
  );

  test("the challenge is echoed", () => {
    const request = {
      method: "GET",
      headers: { "X-Okta-Verification-Challenge": "c-1" },
      query: {},
      body: Buffer.alloc(0),
    };
    expect(webhooks.receive(request, hook).response).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"verification":"c-1"}',
    });
  });

  test("events are mapped as the log's, and what they change is read again", () => {
    const result = webhooks.receive(
      { method: "POST", headers: { authorization: "a-long-secret" }, query: {}, body },
      hook,
    );
    expect(result).toMatchObject({ deliveryId: "delivery-1", response: { status: 204 }, refresh: ["PRIVILEGES"] });
    expect(result.activities).toEqual(okta.mapEvent?.(events));
  });

  test.each([
    ["another secret", { authorization: "another" }, body, hook],
    ["no secret", {}, body, hook],
    ["no secret of ours", { authorization: "" }, body, { ...hook, secret: "" }],
    ["something else than JSON", { authorization: "a-long-secret" }, Buffer.from("x"), hook],
    ["no events", { authorization: "a-long-secret" }, Buffer.from("{}"), hook],
  ])("%s is refused", (_, headers, content, ours) => {
    expect(() => webhooks.receive({ method: "POST", headers, query: {}, body: content }, ours)).toThrow(
      WebhookRejectedError,
    );
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

const snapshot = (values: Record<string, unknown>, unreadable: string | null = null): PostureSnapshot => ({
  get: (key) => values[key],
  unreadable: (key) => (key in values ? null : unreadable),
});

describe("checks", () => {
  test.each(checks.map((check) => [check.slug, check] as const))("%s tells its examples apart", (_, check: Check) => {
    for (const example of [check.examples.pass, check.examples.fail])
      for (const key of check.needs) expect(example).toHaveProperty(key);
    expect(check.evaluate(snapshot(check.examples.pass)).result).toBe("pass");
    expect(check.evaluate(snapshot(check.examples.fail)).result).toBe("fail");
  });

  test("empty answers are unknown, never a pass", () => {
    for (const check of checks) {
      const empty = Object.fromEntries(
        check.needs.map((key) => [
          key,
          ["adminConsole", "threatInsight", "oktaSupport", "clientPrivileges"].includes(key) ? {} : [],
        ]),
      );
      const { result } = check.evaluate(snapshot(empty));
      expect(result, check.slug).toBe(check.slug === "okta-api-tokens" ? "pass" : "unknown");
    }
  });

  test("sign-on rules that leave it to the apps are judged by the apps' rules", () => {
    const check = checks.find(({ slug }) => slug === "okta-mfa-at-sign-on") as Check;
    const signOnPolicies = [
      {
        name: "p",
        status: "ACTIVE",
        rules: [
          {
            name: "r",
            status: "ACTIVE",
            actions: { signon: { access: "ALLOW", requireFactor: false, primaryFactor: "PASSWORD_IDP_ANY_FACTOR" } },
          },
        ],
      },
    ];
    const appPolicies = (...modes: string[]) => [
      {
        name: "a",
        status: "ACTIVE",
        rules: modes.map((factorMode) => ({
          name: factorMode,
          status: "ACTIVE",
          actions: { appSignOn: { access: "ALLOW", verificationMethod: { factorMode } } },
        })),
      },
    ];
    expect(check.evaluate(snapshot({ signOnPolicies, appPolicies: appPolicies("2FA", "2FA") })).result).toBe("pass");
    expect(check.evaluate(snapshot({ signOnPolicies, appPolicies: appPolicies("2FA", "1FA") }))).toMatchObject({
      result: "fail",
      share: 0.5,
    });
    expect(check.evaluate(snapshot({ signOnPolicies }, "PROVIDER_SCOPE"))).toEqual({
      result: "unknown",
      because: "PROVIDER_SCOPE",
    });
  });
});
