import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import { workplace } from "#src/connectors/workplace/index.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderRetiredError,
  ProviderScopeError,
  ProviderUnavailableError,
  WebhookRejectedError,
} from "#src/errors.ts";
import { hmacSha256 } from "#src/platform/http/signature.ts";
import { anyRequest } from "../fake-client.ts";
import { delivery, value } from "./fixtures.ts";

const app = { appId: "504221034567890", appSecret: "0123456789abcdef0123456789abcdef" };
const now = new Date("2026-02-01T00:00:00Z");
const settled = (input: Record<string, string>) =>
  workplace.normaliseSettings!(checkSettings(workplace.manifest, input));

test("settings: a token, or an app; app ID and secret only together", () => {
  expect(workplace.authorization.interactive(settled(app))).toBe(true);
  expect(workplace.authorization.interactive(settled({ accessToken: "t" }))).toBe(false);
  expect(workplace.authorization.interactive(settled({ accessToken: "t", ...app }))).toBe(false);
  expect(() => settled({})).toThrow(InvalidInputError);
  expect(() => settled({ accessToken: "t", appId: app.appId })).toThrow(
    expect.objectContaining({ field: ["input", "settings", "appSecret"] }),
  );
  expect(() => settled({ accessToken: "t", appSecret: "s" })).toThrow(
    expect.objectContaining({ field: ["input", "settings", "appId"] }),
  );
});

test("calls are proved by the app secret where there is one", () => {
  const { sign } = workplace.authorization;
  expect(sign({ accessToken: "t" }, {}, anyRequest, now)).toEqual({ headers: { authorization: "Bearer t" } });
  expect(sign({ accessToken: "t" }, app, anyRequest, now)).toEqual({
    headers: { authorization: "Bearer t" },
    query: { appsecret_time: "1769904000", appsecret_proof: hmacSha256(app.appSecret, "t|1769904000") },
  });
});

test("the proof of the app secret goes to the Graph API, not to SCIM", async () => {
  const { sign } = workplace.authorization;
  const queryOf = async (url: string) =>
    (await sign({ accessToken: "t" }, app, { ...anyRequest, url: new URL(url) }, now)).query;
  expect(await queryOf("https://graph.workplace.com/community")).toHaveProperty("appsecret_proof");
  expect(await queryOf("https://graph.facebook.com/me")).toHaveProperty("appsecret_proof");
  expect(await queryOf("https://scim.workplace.com/Users?startIndex=1")).toBeUndefined();
});

test("is retired, real-time, and starts at the moment of connecting", () => {
  expect(workplace.manifest).toMatchObject({
    lifecycle: "RETIRED",
    streams: { ACTIVITIES: { realTime: true, retroactivePeriod: "PT0S" } },
  });
});

describe("webhooks", () => {
  const hook = {
    secret: "verify-me",
    settings: app,
    registration: { url: "https://gatehouse.test/webhooks/workplace/1", community: "1406580000000000" },
    now,
  };
  const receive = (request: {
    method?: string;
    headers?: Record<string, string>;
    query?: Record<string, string>;
    body?: string;
  }) =>
    workplace.webhooks!.receive(
      { method: "POST", headers: {}, query: {}, ...request, body: Buffer.from(request.body ?? "") },
      hook,
    );
  const signed = (body: string, secret = app.appSecret) => ({
    body,
    headers: { "X-Hub-Signature-256": `sha256=${hmacSha256(secret, body)}` },
  });

  test("answer the handshake only to whoever knows our secret", () => {
    const query = { "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-me" };
    expect(receive({ method: "GET", query }).response).toEqual({
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: "1158201444",
    });
    for (const wrong of [
      { "hub.verify_token": "guess" },
      { "hub.mode": "unsubscribe" },
      { "hub.challenge": "<script>" },
      { "hub.challenge": "" },
    ])
      expect(() => receive({ method: "GET", query: { ...query, ...wrong } })).toThrow(WebhookRejectedError);
  });

  test("take what is signed over the very bytes, and nothing else", () => {
    const body = `{ "object":"workplace_security", "entry":[{"id":"1406580000000000","time":1763451739,"changes":[{"field":"sessions","value":{"event":"LOG_IN","event_time":1763451738,"actor":{"id":"7","name":"J\\u00f6rg"}}}]}] }`;
    expect(receive(signed(body)).activities).toEqual([
      expect.objectContaining({ eventType: "LOG_IN", description: "Jörg signed in to Workplace" }),
    ]);
    for (const request of [
      { body },
      signed(body, "other"),
      { ...signed(body), body: body.replace("LOG_IN", "LOG_OUT") },
      { body, headers: { "x-hub-signature-256": "sha256=" } },
    ])
      expect(() => receive(request)).toThrow(WebhookRejectedError);
    expect(() =>
      workplace.webhooks!.receive(
        { method: "POST", query: {}, headers: signed(body, "").headers, body: Buffer.from(body) },
        { ...hook, settings: {} },
      ),
    ).toThrow(WebhookRejectedError);
    expect(() => receive(signed("not json"))).toThrow(WebhookRejectedError);
  });

  test("ask for people and administrators to be read again when they changed", () => {
    const refresh = (event: string) =>
      receive(signed(JSON.stringify(delivery({ field: "admin_activity", value: { ...value, event } })))).refresh;
    expect(refresh("LOG_IN")).toBeUndefined();
    expect(refresh("ACCOUNT_DEACTIVATED")).toEqual(["USERS"]);
    expect(refresh("ADMIN_ROLE_CHANGED")).toEqual(["USERS", "PRIVILEGES"]);
  });
});

test("errors by code of the Graph API and by status of SCIM", () => {
  const map = (status: number, body: unknown) => workplace.mapError!({ status, headers: new Headers(), body }, now);
  const graph = (code: number, message = "x") => ({ error: { message, type: "OAuthException", code } });
  expect(map(401, graph(190))).toBeInstanceOf(ProviderAuthError);
  expect(map(403, graph(10, "(#10) Requires the 'Manage accounts' permission."))).toMatchObject({
    code: "PROVIDER_SCOPE",
    scopes: ["Manage accounts"],
  });
  expect(map(403, graph(200))).toBeInstanceOf(ProviderScopeError);
  expect(map(403, graph(200, "Workplace is read-only"))).toBeInstanceOf(ProviderRequestError);
  for (const code of [4, 17, 32, 613])
    expect(map(400, graph(code))).toMatchObject({ retryAt: new Date(now.getTime() + 60_000) });
  expect(map(403, graph(4))).toBeInstanceOf(ProviderRateLimitError);
  expect(map(500, graph(2))).toBeInstanceOf(ProviderUnavailableError);
  expect(map(404, graph(803))).toBeInstanceOf(ProviderNotFoundError);
  expect(map(400, graph(100, "API calls from the server require an appsecret_proof argument"))).toBeInstanceOf(
    ProviderAuthError,
  );
  expect(map(400, graph(1, "Error validating client secret."))).toBeInstanceOf(ProviderAuthError);
  expect(map(400, graph(100, "This authorization code has expired."))).toBeInstanceOf(ProviderAuthError);
  expect(map(410, null)).toBeInstanceOf(ProviderRetiredError);
  expect(map(400, graph(1, "Workplace has been shut down"))).toBeInstanceOf(ProviderRetiredError);
  expect(
    map(403, { schemas: [], status: "403", detail: "(#10) Requires the 'Manage accounts' permission." }),
  ).toMatchObject({ scopes: ["Manage accounts"] });
  expect(map(401, { Errors: [{ description: "bad token", code: 401 }] })).toBeNull();
  expect(map(502, "<html>")).toBeNull();
});

test("single sign-on cannot be judged when the method is not told", () => {
  const check = workplace.checks.find(({ slug }) => slug === "workplace-sso")!;
  const people = { active: 5, withSso: 0, unknownMethod: 5, withoutSso: [] };
  expect(check.evaluate({ get: () => people, unreadable: () => null }).result).toBe("unknown");
  expect(
    check.evaluate({ get: () => ({ ...people, withSso: 4, unknownMethod: 0 }), unreadable: () => null }),
  ).toMatchObject({ result: "fail", share: 0.8 });
});
