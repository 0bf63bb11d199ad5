import { expect, test } from "vitest";
import { isObject } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";

const now = new Date("2026-11-20T12:00:00.000Z");
const mapError = refusals(
  ({ body }) => {
    const { code = null, message = "" } = isObject(body) ? (body as { code?: string; message?: string }) : {};
    return { code, message };
  },
  [
    { codes: ["token_revoked", 17], kind: "auth", message: "The token was revoked." },
    { codes: ["missing_scope"], kind: "scope", message: "A scope is missing.", scopes: () => ["files:read"] },
    { status: 403, kind: "scope", message: "Not allowed." },
    { codes: ["slow_down"], kind: "rateLimit", message: "Too many calls.", waitSeconds: 30 },
    { words: /quota/i, kind: "rateLimit", message: "The quota is used up." },
    { status: 404, when: ({ headers }) => headers.has("x-moved"), kind: "notFound", message: "It was moved." },
    { codes: ["archived"], kind: "request", message: ({ code, status }) => `It is ${code} (${status}).` },
    { codes: ["maintenance"], kind: "unavailable", message: "Later." },
    { codes: ["sunset"], kind: "retired", message: "No more." },
  ],
);
const map = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  mapError({ status, headers: new Headers(headers), body }, now);

test.each<[number, unknown, object]>([
  [200, { code: "token_revoked" }, { name: "ProviderAuthError", message: "The token was revoked.", status: 200 }],
  [400, { code: 17 }, { name: "ProviderAuthError" }],
  [403, { code: "missing_scope" }, { name: "ProviderScopeError", scopes: ["files:read"], status: 403 }],
  [403, {}, { name: "ProviderScopeError", scopes: [] }],
  [429, { code: "slow_down" }, { name: "ProviderRateLimitError", retryAt: new Date("2026-11-20T12:00:30.000Z") }],
  [400, { message: "Quota reached" }, { retryAt: new Date("2026-11-20T12:01:00.000Z") }],
  [409, { code: "archived" }, { name: "ProviderRequestError", message: "It is archived (409)." }],
  [503, { code: "maintenance" }, { name: "ProviderUnavailableError" }],
  [410, { code: "sunset" }, { name: "ProviderRetiredError" }],
])("%i %j is the error of the first row that fits", (status, body, error) => {
  expect(map(status, body)).toMatchObject(error);
});

test("a row fits when all of its conditions hold; without one the status decides", () => {
  expect(map(404, {}, { "x-moved": "1" })).toMatchObject({ name: "ProviderNotFoundError" });
  expect(map(404, {})).toBeNull();
  expect(map(500, "<html>")).toBeNull();
  expect(map(400, { code: "toString" })).toBeNull();
});
