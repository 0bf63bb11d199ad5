import { generateKeyPairSync } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { readSigningKey, signAssertion } from "#src/connector-kit/assertion.ts";
import { credentialOf } from "#src/connector-kit/credential.ts";
import {
  authorizationUrl,
  clientCredentials,
  exchangeCode,
  jwtBearer,
  type OAuthClient,
  privateKeyJwt,
  refreshToken,
  requestToken,
} from "#src/connector-kit/oauth.ts";
import { InvalidInputError, ProviderAuthError, type ProviderScopeError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../connectors/fake-client.ts";

const now = new Date("2026-11-20T12:00:00.000Z");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = rsa.privateKey.export({ type: "pkcs1", format: "pem" }) as string;

const client: OAuthClient = {
  provider: "Fabrikam",
  tokenUrl: "https://login.example/token",
  clientId: "gatehouse",
  clientSecret: "s3cret-of-the-app",
};
const token = { access_token: "token-1", token_type: "bearer", expires_in: 3600 };

function asked(answer: FakeAnswer = { body: token }) {
  const http = new FakeClient("https://api.example", () => answer);
  return { http, context: http.context({}), sent: () => http.calls[0]!.request };
}

const code = { code: "c0de", redirectUri: "https://gw.example/callback", codeVerifier: "v3rifier", parameters: {} };

describe("the address of the consent", () => {
  const request = {
    redirectUri: "https://gw.example/callback",
    state: "st",
    codeChallenge: "ch",
    scopes: ["a:read", "b"],
  };

  test("asks for a code with PKCE and the scopes that are wanted", () => {
    const url = authorizationUrl("https://login.example/authorize?tenant=7", "gatehouse", request);
    expect(url.origin + url.pathname).toBe("https://login.example/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: "7",
      response_type: "code",
      client_id: "gatehouse",
      redirect_uri: "https://gw.example/callback",
      scope: "a:read b",
      state: "st",
      code_challenge: "ch",
      code_challenge_method: "S256",
    });
  });

  test("leaves out what the provider does not take", () => {
    const url = authorizationUrl("https://login.example/authorize", "gatehouse", request, {
      pkce: false,
      separator: ",",
      parameters: { response_type: undefined, access_type: "offline" },
    });
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "gatehouse",
      redirect_uri: "https://gw.example/callback",
      scope: "a:read,b",
      state: "st",
      access_type: "offline",
    });
    expect(authorizationUrl("https://x.example/", "g", { ...request, scopes: [] }).searchParams.has("scope")).toBe(
      false,
    );
  });
});

describe("a code", () => {
  test("is exchanged with its verifier, unsigned and not repeated", async () => {
    const { context, sent } = asked();
    expect(await exchangeCode(context, client, code)).toEqual({
      accessToken: "token-1",
      tokenType: "Bearer",
      expiresAt: new Date("2026-11-20T13:00:00.000Z"),
    });
    expect(sent()).toMatchObject({
      method: "POST",
      url: "https://login.example/token",
      sign: false,
      retry: false,
      form: {
        grant_type: "authorization_code",
        code: "c0de",
        redirect_uri: "https://gw.example/callback",
        code_verifier: "v3rifier",
        client_id: "gatehouse",
        client_secret: "s3cret-of-the-app",
      },
    });
  });

  test("that is missing is refused in the provider's words", async () => {
    const { http, context } = asked();
    const denied = {
      ...code,
      code: null,
      parameters: { error: "access_denied", error_description: "The admin declined." },
    };
    await expect(exchangeCode(context, client, denied)).rejects.toThrow(
      new ProviderAuthError("Fabrikam sent no authorization code: The admin declined."),
    );
    await expect(exchangeCode(context, client, { ...code, code: null })).rejects.toBeInstanceOf(ProviderAuthError);
    const options = { adminConsent: () => Promise.reject(new Error("not asked")) };
    await expect(exchangeCode(context, client, denied, options)).rejects.toBeInstanceOf(ProviderAuthError);
    expect(http.calls).toHaveLength(0);
  });

  test("that is missing after an admin's consent is none of a failure", async () => {
    const { context } = asked();
    const parameters = { admin_consent: "True", tenant: "t-1" };
    const credential = await exchangeCode(
      context,
      client,
      { ...code, code: null, parameters },
      {
        adminConsent: async ({ tenant }) => ({ accessToken: `of ${tenant}` }),
      },
    );
    expect(credential).toEqual({ accessToken: "of t-1" });
  });
});

describe("how the client authenticates", () => {
  test("in a header, id and secret as they are", async () => {
    const { context, sent } = asked();
    const fields = { grant_type: undefined, tenant: "7" };
    await exchangeCode(context, { ...client, authentication: "basic" }, code, { pkce: false, fields });
    expect(sent().form).toEqual({ code: "c0de", redirect_uri: code.redirectUri, tenant: "7" });
    expect(sent().headers?.authorization).toBe(
      `Basic ${Buffer.from("gatehouse:s3cret-of-the-app").toString("base64")}`,
    );
  });

  test("as JSON, or in the query of a GET", async () => {
    const json = asked();
    await clientCredentials(json.context, { ...client, encoding: "json" }, { scopes: ["read", "write"] });
    expect(json.sent()).toMatchObject({
      json: { grant_type: "client_credentials", scope: "read write", client_id: "gatehouse" },
      retry: true,
    });
    const query = asked();
    await requestToken(query.context, { ...client, encoding: "query" }, { code: "c0de" });
    expect(query.sent()).toMatchObject({ method: "GET", query: { code: "c0de", client_secret: "s3cret-of-the-app" } });
  });

  test("with an assertion that its key signed", async () => {
    const { context, sent } = asked();
    const key = readSigningKey(pem);
    const authentication = privateKeyJwt(key, "gatehouse", "https://login.example/token", { keyId: "k1" });
    await clientCredentials(context, { ...client, clientSecret: undefined, authentication });
    const form = sent().form ?? {};
    expect(form).not.toHaveProperty("client_secret");
    expect(form.client_assertion_type).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    const { payload, protectedHeader } = await jwtVerify(form.client_assertion ?? "", rsa.publicKey, {
      currentDate: now,
      audience: "https://login.example/token",
    });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
    expect(payload).toMatchObject({ iss: "gatehouse", sub: "gatehouse" });
    expect((payload.exp ?? 0) - now.getTime() / 1000).toBe(300);
  });
});

test("a bearer assertion names the person to act for", async () => {
  const { context, sent } = asked();
  await jwtBearer(context, { ...client, clientId: "", clientSecret: undefined }, readSigningKey(pem), {
    issuer: "robot@example.iam",
    subject: "mira@acme.example",
    audience: "https://login.example/token",
    lifetimeSeconds: 60,
    claims: { scope: "a b" },
  });
  const { assertion, ...form } = sent().form ?? {};
  expect(form).toEqual({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" });
  const { payload } = await jwtVerify(assertion ?? "", rsa.publicKey, { currentDate: now });
  expect(payload).toMatchObject({ iss: "robot@example.iam", sub: "mira@acme.example", scope: "a b" });
});

describe("a refresh", () => {
  const held = {
    accessToken: "old",
    refreshToken: "r1",
    renewBy: new Date("2027-01-01T00:00:00Z"),
    scopes: ["a"],
    extra: { instance_url: "https://acme.example" },
  };

  test("takes over a rotated refresh token and its end", async () => {
    const { context, sent } = asked({ body: { ...token, refresh_token: "r2", refresh_token_expires_in: "86400" } });
    const credential = await refreshToken(context, { ...client, extra: ["instance_url"] }, held);
    expect(credential).toMatchObject({
      accessToken: "token-1",
      refreshToken: "r2",
      renewBy: new Date("2026-11-21T12:00:00.000Z"),
      scopes: ["a"],
      extra: held.extra,
    });
    expect(sent()).toMatchObject({ form: { grant_type: "refresh_token", refresh_token: "r1" }, retry: false });
  });

  test("keeps the one there is when no other comes, with the end it had", async () => {
    const { context } = asked();
    expect(await refreshToken(context, client, held)).toMatchObject({ refreshToken: "r1", renewBy: held.renewBy });
  });

  test("forgets the old end with the old token", async () => {
    const { context } = asked({ body: { ...token, refresh_token: "r2" } });
    expect(await refreshToken(context, client, held)).not.toHaveProperty("renewBy");
  });

  test("without a refresh token asks nobody", async () => {
    const { http, context } = asked();
    await expect(refreshToken(context, client, { accessToken: "x" })).rejects.toBeInstanceOf(ProviderAuthError);
    expect(http.calls).toHaveLength(0);
  });
});

describe("a refusal", () => {
  test.each([
    [400, "invalid_grant", "ProviderAuthError"],
    [401, "invalid_client", "ProviderAuthError"],
    [401, "invalid_request", "ProviderAuthError"],
    [403, "access_denied", "ProviderAuthError"],
    [200, "bad_verification_code", "ProviderAuthError"],
    [400, "invalid_scope", "ProviderScopeError"],
    [400, "invalid_request", "ProviderRequestError"],
    [400, "temporarily_unavailable", "ProviderUnavailableError"],
  ])("%i %s is a %s", async (status, error, name) => {
    const { context } = asked({ status, body: { error, error_description: "In their words." } });
    await expect(clientCredentials(context, client, { scopes: ["a", "b"] })).rejects.toMatchObject({
      name,
      status,
      message: "Fabrikam refused the sign-in: In their words.",
    });
  });

  test("of a scope names those that were asked for", async () => {
    const { context } = asked({ status: 400, body: { error: "invalid_scope" } });
    const error = await clientCredentials(context, client, { scopes: ["a", "b"] }).catch((error: unknown) => error);
    expect((error as ProviderScopeError).scopes).toEqual(["a", "b"]);
  });

  test("of scopes under another code of the provider's own is a refusal of scopes as well", async () => {
    const { context } = asked({ status: 401, body: { error: "unauthorized_client" } });
    const own = { ...client, scopeErrors: ["unauthorized_client"] };
    await expect(clientCredentials(context, own, { scopes: ["a"] })).rejects.toMatchObject({
      name: "ProviderScopeError",
      scopes: ["a"],
    });
  });

  test("says it in our words where we have some, and never repeats a secret", async () => {
    const body = { error: "invalid_client", error_description: "Unknown secret s3cret-of-the-app for c0de" };
    const own = { ...client, reasons: { invalid_client: "the client secret is wrong" } };
    await expect(exchangeCode(asked({ status: 400, body }).context, own, code)).rejects.toThrow(
      "Fabrikam refused the sign-in: the client secret is wrong.",
    );
    const error = await exchangeCode(asked({ status: 400, body }).context, client, code).catch((error: Error) => error);
    expect((error as Error).message).not.toContain("s3cret");
  });

  test("in another shape is left to the connector", async () => {
    const { sent, context } = asked();
    await requestToken(context, { ...client, errors: "provider" }, {});
    expect(sent()).not.toHaveProperty("allow");
  });
});

describe("the answer", () => {
  test.each([
    [{ scope: "repo,read:org" }, ["repo", "read:org"]],
    [{ scope: "read  write" }, ["read", "write"]],
    [{ scope: ["read", "write"] }, ["read", "write"]],
    [{ scope: "" }, []],
    [{}, undefined],
  ])("scopes of %j", (fields, scopes) => {
    expect(credentialOf({ ...token, ...fields }, now).scopes).toEqual(scopes);
  });

  test.each([
    [{ expires_in: "60" }, {}, 60],
    [{ expires_in: 0 }, { lifetimeSeconds: 120 }, 120],
    [{ expires_in: null }, {}, null],
  ])("the end of %j with %j", (fields, rules, seconds) => {
    const { expiresAt } = credentialOf({ ...token, ...fields }, now, rules);
    expect(expiresAt).toEqual(seconds === null ? undefined : new Date(now.getTime() + seconds * 1000));
  });

  test("keeps what is named, numbers as texts, and misses what is not there", async () => {
    expect(credentialOf({ ...token, account_id: 482913 }, now, { extra: ["account_id"] }).extra).toEqual({
      account_id: "482913",
    });
    expect(() => credentialOf(token, now, { extra: ["instance_url"] })).toThrow("Expected a text at instance_url");
    expect(() => credentialOf({ ok: true }, now)).toThrow("Expected a text at access_token");
  });

  test("may hold the token deeper", async () => {
    const { context } = asked({ body: { ok: true, authed_user: { access_token: "xoxp", scope: "admin" } } });
    const slack = { ...client, tokenIn: ({ authed_user }: Record<string, unknown>) => authed_user };
    expect(await exchangeCode(context, slack, code)).toMatchObject({ accessToken: "xoxp", scopes: ["admin"] });
  });
});

describe("a signing key", () => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

  test("is read as PEM, as a PEM on one line, as JWK and as JWK set", () => {
    const jwk = { ...ec.privateKey.export({ format: "jwk" }), kid: "k7" };
    expect(readSigningKey(pem)).toMatchObject({ algorithm: "RS256", keyId: null });
    expect(readSigningKey(pem.replaceAll("\n", "\\n"))).toMatchObject({ algorithm: "RS256" });
    expect(readSigningKey(JSON.stringify(jwk))).toMatchObject({ algorithm: "ES256", keyId: "k7" });
    expect(readSigningKey(JSON.stringify({ keys: [jwk] }))).toMatchObject({ keyId: "k7" });
  });

  test("that is encrypted is opened with its passphrase only", () => {
    const cipher = { cipher: "aes-256-cbc", passphrase: "open sesame" };
    const sealed = rsa.privateKey.export({ type: "pkcs8", format: "pem", ...cipher }) as string;
    expect(readSigningKey(sealed, { passphrase: "open sesame" })).toMatchObject({ algorithm: "RS256" });
    expect(() => readSigningKey(sealed)).toThrow(InvalidInputError);
    expect(() => readSigningKey(sealed, { passphrase: "wrong" })).toThrow(InvalidInputError);
  });

  test("signs without the time of issue where that is wanted", async () => {
    const jwt = await signAssertion(readSigningKey(pem), { issuer: "app", issuedAt: false, lifetimeSeconds: 30 }, now);
    const { payload } = await jwtVerify(jwt, rsa.publicKey, { currentDate: now });
    expect([payload.iat, (payload.exp ?? 0) - now.getTime() / 1000]).toEqual([undefined, 30]);
  });

  test("of the wrong kind is refused at its setting, and never quoted", () => {
    const ecPem = ec.privateKey.export({ type: "sec1", format: "pem" }) as string;
    for (const [text, kind] of [
      ["-----BEGIN nonsense", "any"],
      ["{", "any"],
      [ecPem, "rsa"],
    ] as const) {
      const read = () => readSigningKey(text, { name: "key", kind });
      expect(read).toThrow(InvalidInputError);
      expect(read).toThrow(/^The private key must be an RSA/);
    }
  });

  test("signs with the header that is asked for", async () => {
    const jwt = await signAssertion(
      readSigningKey(ec.privateKey.export({ type: "pkcs8", format: "pem" }) as string),
      { issuer: "x", header: { "x5t#S256": "abc" }, id: "j1" },
      now,
    );
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: "ES256", typ: "JWT", "x5t#S256": "abc" });
    expect((await jwtVerify(jwt, ec.publicKey, { currentDate: now })).payload.jti).toBe("j1");
  });
});
