import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { googleErrors } from "#src/connectors/_google/errors.ts";
import { byPageToken } from "#src/connectors/_google/paging.ts";
import { delegatedToken, readServiceAccount } from "#src/connectors/_google/service-account.ts";
import { InvalidInputError, ProviderAuthError, ProviderResponseError } from "#src/errors.ts";
import { contextOf } from "../../connector-kit/context.ts";

const now = new Date("2026-11-20T12:00:00.000Z");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = {
  type: "service_account",
  client_email: "gatehouse@tern-security.iam.gserviceaccount.com",
  client_id: "106850843410684334493",
  private_key_id: "k1",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
};

test.each([
  ["something else than JSON", "-----BEGIN PRIVATE KEY-----", /whole JSON key file/],
  ["the key of a person", JSON.stringify({ ...key, type: "authorized_user" }), /not the key of a service account/],
  ["a key of another cloud", JSON.stringify({ ...key, universe_domain: "cloud.example" }), /another Google Cloud/],
  ["a file without its key", JSON.stringify({ ...key, private_key: "" }), /no client_email or no private_key/],
  ["a broken key", JSON.stringify({ ...key, private_key: "-----BEGIN PRIVATE KEY-----\nx\n" }), /must be an RSA key/],
])("%s is refused, and never quoted", (_, text, message) => {
  expect(() => readServiceAccount(text)).toThrow(message);
  try {
    readServiceAccount(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).not.toContain("BEGIN");
  }
});

/** A token endpoint that refuses the whole request for one scope that is not delegated. */
function endpoint(delegated: readonly string[]) {
  const asked: string[][] = [];
  const context = contextOf(
    (_, { form }) => {
      const claims = JSON.parse(Buffer.from(form!.assertion!.split(".")[1]!, "base64url").toString());
      expect(claims).toMatchObject({
        iss: key.client_email,
        sub: "mira@tern.example",
        aud: "https://oauth2.googleapis.com/token",
      });
      expect(claims.exp - claims.iat).toBeLessThanOrEqual(3600);
      const scopes = claims.scope.split(" ");
      asked.push(scopes);
      if (!scopes.every((scope: string) => delegated.includes(scope)))
        return { status: 401, body: { error: "unauthorized_client", error_description: "Client is unauthorized" } };
      return { body: { access_token: `ya29.${asked.length}`, expires_in: 3599, token_type: "Bearer" } };
    },
    { now: () => now },
  );
  return { context, asked };
}

const request = { scopes: ["a", "b", "c"], subject: "mira@tern.example" };

test("a token has all that is delegated, found by as few requests as the case allows", async () => {
  const account = readServiceAccount(JSON.stringify(key));
  const whole = endpoint(["a", "b", "c"]);
  expect(await delegatedToken(whole.context, account, request)).toMatchObject({
    accessToken: "ya29.1",
    scopes: ["a", "b", "c"],
    expiresAt: new Date(now.getTime() + 3599_000),
  });
  const part = endpoint(["a", "c"]);
  expect((await delegatedToken(part.context, account, request)).scopes).toEqual(["a", "c"]);
  expect(part.asked).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"], ["a", "c"]]);
  const known = endpoint(["a", "c"]);
  await delegatedToken(known.context, account, request, ["a", "c"]);
  expect(known.asked).toEqual([
    ["a", "b", "c"],
    ["a", "c"],
  ]);
  const none = delegatedToken(endpoint([]).context, account, request);
  await expect(none).rejects.toThrow(ProviderAuthError);
  await expect(none).rejects.toThrow(/106850843410684334493.*Domain-wide delegation/);
});

const refusal = (reason: string, message = "In Google's words.") => ({
  error: { code: 403, message, errors: [{ domain: "global", reason }], status: "PERMISSION_DENIED" },
});
const info = (reason: string) => ({
  error: {
    ...{ code: 403, message: "In Google's words.", status: "PERMISSION_DENIED" },
    details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" }],
  },
});

test.each([
  ["a limit for a person", 403, refusal("userRateLimitExceeded"), "ProviderRateLimitError", 30],
  ["a limit for all", 403, refusal("quotaExceeded"), "ProviderRateLimitError", 30],
  ["a limit as the newer APIs write it", 403, info("RATE_LIMIT_EXCEEDED"), "ProviderRateLimitError", 30],
  ["the limit of a day", 403, refusal("dailyLimitExceeded"), "ProviderRateLimitError", 3600],
  ["an API that is switched off", 403, info("SERVICE_DISABLED"), "ProviderScopeError", null],
  ["a scope that is missing", 403, refusal("insufficientPermissions"), "ProviderScopeError", null],
  ["a person who may not", 403, refusal("forbidden"), "ProviderScopeError", null],
  ["a bad parameter", 400, refusal("invalid"), "ProviderRequestError", null],
])("%s becomes the error that it is", (_, status, body, name, seconds) => {
  const error = googleErrors()({ status, headers: new Headers(), body }, now);
  expect(error).toMatchObject({ name, status });
  if (seconds !== null) expect(error).toMatchObject({ retryAt: new Date(now.getTime() + seconds * 1000) });
});

test("what is no refusal of Google's is left to the status", () => {
  for (const body of ["<html>Forbidden</html>", null, {}])
    expect(googleErrors()({ status: 403, headers: new Headers(), body }, now)).toBeNull();
});

test("an answer of another kind is not taken for an empty list", async () => {
  const page = byPageToken("users", { kind: "admin#directory#users" });
  const read = (body: unknown) =>
    page(
      contextOf(() => ({ body })),
      "/users",
      null,
    );
  expect(await read({ kind: "admin#directory#users" })).toMatchObject({ records: [], next: null });
  expect(await read({ kind: "admin#directory#users", users: [{}], nextPageToken: "t" })).toMatchObject({ next: "t" });
  await expect(read({})).rejects.toThrow(ProviderResponseError);
  await expect(read({ kind: "admin#directory#groups" })).rejects.toThrow("Expected admin#directory#users at kind");
});
