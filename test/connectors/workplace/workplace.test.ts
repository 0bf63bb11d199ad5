import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import { workplace } from "#src/connectors/workplace/index.ts";
import { InvalidInputsError, WebhookRejectedError } from "#src/errors.ts";
import { hmacSha256 } from "#src/platform/http/signature.ts";
import { anyRequest } from "../fake-client.ts";
import { judge } from "../results.ts";
import { delivery, value } from "./fixtures.ts";

const app = { appId: "504221034567890", appSecret: "0123456789abcdef0123456789abcdef" };
const now = new Date("2026-02-01T00:00:00Z");
const settled = (input: Record<string, string>) =>
  workplace.normaliseSettings!(checkSettings(workplace.manifest, input));

test("settings: a token, or an app; app ID and secret only together", () => {
  expect(workplace.authorization.interactive(settled(app))).toBe(true);
  expect(workplace.authorization.interactive(settled({ accessToken: "t" }))).toBe(false);
  expect(workplace.authorization.interactive(settled({ accessToken: "t", ...app }))).toBe(false);
  expect(() => settled({})).toThrow(InvalidInputsError);
  for (const [input, field] of [
    [{ accessToken: "t", appId: app.appId }, "appSecret"],
    [{ accessToken: "t", appSecret: "s" }, "appId"],
  ] as const)
    expect(() => settled(input)).toThrow(expect.objectContaining({ field: ["input", "settings", field] }));
});

test("calls of the Graph API, not those of SCIM, are proved by the app secret where there is one", async () => {
  const signed = async (url: string, settings = {}) =>
    await workplace.authorization.sign({ accessToken: "t" }, settings, { ...anyRequest, url: new URL(url) }, now);
  const headers = { authorization: "Bearer t" };
  const query = { appsecret_time: "1769904000", appsecret_proof: hmacSha256(app.appSecret, "t|1769904000") };
  expect(await signed("https://graph.workplace.com/community")).toEqual({ headers });
  expect(await signed("https://graph.workplace.com/community", app)).toEqual({ headers, query });
  expect(await signed("https://graph.facebook.com/me", app)).toEqual({ headers, query });
  expect(await signed("https://scim.workplace.com/Users?startIndex=1", app)).toEqual({ headers });
});

test("is retired, real-time, and starts at the moment of connecting", () => {
  expect(workplace.manifest).toMatchObject({
    lifecycle: "RETIRED",
    streams: { ACTIVITIES: { realTime: true, retroactivePeriod: "PT0S" } },
  });
});

describe("webhooks", () => {
  const registration = { url: "https://gatehouse.test/webhooks/workplace/1", community: "1406580000000000" };
  const hook = { secret: "verify-me", settings: app as Record<string, string>, registration, now };
  const receive = (body: string, headers: Record<string, string> = {}, ours = hook) =>
    workplace.webhooks!.receive({ method: "POST", headers, query: {}, body: Buffer.from(body) }, ours);
  const signature = (body: string, secret = app.appSecret) => ({
    "X-Hub-Signature-256": `sha256=${hmacSha256(secret, body)}`,
  });

  test("answer the handshake only to whoever knows our secret", () => {
    const right = { "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-me" };
    const shake = (changed: Record<string, string> = {}) =>
      workplace.webhooks!.receive(
        { method: "GET", headers: {}, query: { ...right, ...changed }, body: Buffer.alloc(0) },
        hook,
      ).response;
    const headers = { "content-type": "text/plain; charset=utf-8" };
    expect(shake()).toEqual({ status: 200, headers, body: "1158201444" });
    for (const [name, wrong] of [
      ["hub.verify_token", "guess"],
      ["hub.mode", "unsubscribe"],
      ["hub.challenge", "<script>"],
      ["hub.challenge", ""],
    ] as const)
      expect(() => shake({ [name]: wrong })).toThrow(WebhookRejectedError);
  });

  test("take what is signed over the very bytes, and nothing else", () => {
    const body = `{ "object":"workplace_security", "entry":[{"id":"1406580000000000","time":1763451739,"changes":[{"field":"sessions","value":{"event":"LOG_IN","event_time":1763451738,"actor":{"id":"7","name":"J\\u00f6rg"}}}]}] }`;
    expect(receive(body, signature(body)).activities).toEqual([
      expect.objectContaining({ eventType: "LOG_IN", description: "Jörg signed in to Workplace" }),
    ]);
    for (const [content, headers, ours] of [
      [body, { "x-hub-signature-256": "sha256=" }],
      [body, signature(body, ""), { ...hook, settings: {} }],
      ["not json", signature("not json")],
    ] as const)
      expect(() => receive(content, headers as Record<string, string>, ours)).toThrow(WebhookRejectedError);
  });

  test("keep what can be read of a delivery, and set the rest aside", () => {
    const change = { field: "sessions", value };
    const { event_time: _, ...timeless } = value;
    const broken = { field: "sessions", value: { ...timeless, timestamp: "soon" } };
    const [entry] = delivery(change).entry;
    const body = JSON.stringify({
      object: "workplace_security",
      entry: [{ ...entry, time: undefined, changes: [broken, change] }, { time: 1 }],
    });
    expect(receive(body, signature(body))).toMatchObject({
      activities: [{ eventType: "LOG_IN" }],
      unreadable: [
        { kind: "unreadable", path: "entry[0].changes[0].value.event_time", raw: broken },
        { kind: "unreadable", path: "entry[1].id" },
      ],
    });
  });

  test.each([
    ["LOG_IN", undefined],
    ["ACCOUNT_DEACTIVATED", ["USERS"]],
    ["ADMIN_ROLE_CHANGED", ["USERS", "PRIVILEGES"]],
  ])("after %s ask for %j to be read again", (event, streams) => {
    const body = JSON.stringify(delivery({ field: "admin_activity", value: { ...value, event } }));
    expect(receive(body, signature(body)).refresh).toEqual(streams);
  });
});

describe("errors by code of the Graph API and by status of SCIM", () => {
  const graph = (code: number, message = "x") => ({ error: { message, type: "OAuthException", code } });
  const denied = "(#10) Requires the 'Manage accounts' permission.";
  const retryAt = new Date(now.getTime() + 60_000);
  test.each<[number, unknown, object]>([
    [401, graph(190), { name: "ProviderAuthError" }],
    [403, graph(10, denied), { name: "ProviderScopeError", scopes: ["Manage accounts"] }],
    [403, graph(200), { name: "ProviderScopeError", scopes: [] }],
    [403, graph(200, "Workplace is read-only"), { name: "ProviderRequestError" }],
    ...[4, 17, 32, 613].map((code): [number, unknown, object] => [
      400,
      graph(code),
      { name: "ProviderRateLimitError", retryAt },
    ]),
    [500, graph(2), { name: "ProviderUnavailableError" }],
    [404, graph(803), { name: "ProviderNotFoundError" }],
    [400, graph(100, "API calls from the server require an appsecret_proof argument"), { name: "ProviderAuthError" }],
    [400, graph(1, "Error validating client secret."), { name: "ProviderAuthError" }],
    [400, graph(100, "This authorization code has expired."), { name: "ProviderAuthError" }],
    [410, null, { name: "ProviderRetiredError" }],
    [400, graph(1, "Workplace has been shut down"), { name: "ProviderRetiredError" }],
    [403, { schemas: [], status: "403", detail: denied }, { scopes: ["Manage accounts"] }],
  ])("%s %j", (status, body, error) => {
    expect(workplace.mapError!({ status, headers: new Headers(), body }, now)).toMatchObject(error);
  });

  test("are judged by the status without either", () => {
    for (const [status, body] of [
      [401, { Errors: [{ description: "bad token", code: 401 }] }],
      [502, "<html>"],
    ] as const)
      expect(workplace.mapError!({ status, headers: new Headers(), body }, now)).toBeNull();
  });
});

test("single sign-on cannot be judged when Workplace does not report the method", () => {
  const check = workplace.checks.find(({ slug }) => slug === "workplace-sso")!;
  const people = { active: 5, withSso: 0, unknownMethod: 5, withoutSso: [] };
  const judged = (more = {}) => judge(check, { people: { ...people, ...more } });
  expect(judged().result).toBe("unknown");
  expect(judged({ withSso: 4, unknownMethod: 0 })).toMatchObject({ result: "fail", share: 0.8 });
});
