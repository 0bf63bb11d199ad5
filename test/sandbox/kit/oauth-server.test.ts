import { createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OAuthDialect } from "../../../sandbox/kit/oauth-dialect.ts";
import { OAuthServer } from "../../../sandbox/kit/oauth-server.ts";
import type { SandboxRequest } from "../../../sandbox/provider.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { type ExampleTenant, example } from "./example.ts";

let sandbox: Sandbox;
let tenant: ExampleTenant;
let number = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, providers: [example()] });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  tenant = sandbox.world.createTenant({
    provider: "example",
    name: `t${++number}`,
    users: 3,
    events: 0,
  }) as ExampleTenant;
});

const redirectUri = "https://gateway.example/callback";
const urlOf = (path: string) => `${sandbox.origin}/${tenant.options.name}.api.example${path}`;

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(urlOf(path), { method: "POST", body: new URLSearchParams(form), headers, redirect: "manual" });
}

async function token(form: Record<string, string>) {
  const { clientId = "", clientSecret = "" } = tenant.credentials();
  const response = await post("/token", { client_id: clientId, client_secret: clientSecret, ...form });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** Clicks on the consent page, and returns the address the browser is sent to. */
async function consent(decision: "allow" | "deny", more: Record<string, string> = {}, path = "/authorize") {
  const { clientId = "" } = tenant.credentials();
  const asked = { client_id: clientId, redirect_uri: redirectUri, state: "s1", scope: "users.read", ...more };
  const page = await fetch(`${urlOf(path)}?${new URLSearchParams(asked)}`, { redirect: "manual" });
  if (page.status !== 200) return { page, url: new URL(page.headers.get("location") ?? "about:blank") };
  const fields = [...(await page.text()).matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const answer = await post(path, { ...Object.fromEntries(fields.map(([, name, value]) => [name, value])), decision });
  return { page, url: new URL(answer.headers.get("location") ?? "about:blank") };
}

async function me(accessToken: string | undefined) {
  const response = await fetch(urlOf("/me"), { headers: { authorization: `Bearer ${accessToken}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function assertion(claims: Record<string, unknown> = {}, kid = "k1"): string {
  const { clientId, privateKey = "" } = tenant.credentials();
  const now = Math.floor(Date.now() / 1000);
  const aud = `https://${tenant.options.name}.api.example/token`;
  const usual = { iss: clientId, sub: clientId, aud, exp: now + 50, jti: randomUUID() };
  const text = [
    { alg: "RS256", kid },
    { ...usual, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign("sha256", Buffer.from(text), createPrivateKey(privateKey)).toString("base64url")}`;
}

describe("the authorization code", () => {
  test("comes with the state, is exchanged once, and its token is the consenting person's", async () => {
    const { url } = await consent("allow");
    expect(url.origin + url.pathname).toBe(redirectUri);
    expect(url.searchParams.get("state")).toBe("s1");
    const exchange = {
      grant_type: "authorization_code",
      code: url.searchParams.get("code")!,
      redirect_uri: redirectUri,
    };
    const { status, body } = await token(exchange);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "users.read" });
    expect(await me(body.access_token)).toMatchObject({ status: 200, body: { subject: tenant.people.emailOf(0) } });
    expect(tenant.events(0, 10).map(({ type }) => type)).toEqual(["consented"]);
    // A code that comes twice ends what the first one brought.
    expect(await token(exchange)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(await me(body.access_token)).toMatchObject({ status: 401 });
  });

  test("is bound to the address it was sent to, and to the verifier", async () => {
    const verifier = "a-verifier-of-more-than-forty-three-characters-00";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const code = async () =>
      (await consent("allow", { code_challenge: challenge, code_challenge_method: "S256" })).url.searchParams.get(
        "code",
      )!;
    const exchange = { grant_type: "authorization_code", redirect_uri: redirectUri };
    expect(await token({ ...exchange, code: await code() })).toMatchObject({
      body: { error_description: "verifier-wrong" },
    });
    expect(
      await token({ ...exchange, code: await code(), code_verifier: verifier, redirect_uri: "https://other.example" }),
    ).toMatchObject({ body: { error_description: "redirect-mismatch" } });
    expect(await token({ ...exchange, code: await code(), code_verifier: verifier })).toMatchObject({ status: 200 });
    expect(await token({ ...exchange, code: "made-up" })).toMatchObject({
      body: { error_description: "code-unknown" },
    });
  });

  test("is not given for an unknown app or to an address that is not registered", async () => {
    expect((await consent("allow", { client_id: "nobody" })).page.status).toBe(400);
    expect((await consent("allow", { redirect_uri: "https://thief.example" })).page.status).toBe(400);
  });

  test("is denied by the person, or by the fault", async () => {
    expect((await consent("deny")).url.searchParams.get("error")).toBe("access_denied");
    tenant.faults = { denyConsent: true };
    const { url } = await consent("allow");
    expect([url.searchParams.get("error"), url.searchParams.get("state")]).toEqual(["access_denied", "s1"]);
  });

  test("shows markup in a parameter as text", async () => {
    const { page } = await consent("allow", { state: '"><script>' });
    expect(page.status).toBe(200);
    const shown = await fetch(
      `${urlOf("/authorize")}?${new URLSearchParams({ client_id: tenant.credentials().clientId!, state: "<script>" })}`,
    );
    expect(await shown.text()).not.toContain("<script>");
  });
});

describe("refresh tokens", () => {
  test("rotate: each works once", async () => {
    const { url } = await consent("allow");
    const first = await token({ grant_type: "authorization_code", code: url.searchParams.get("code")! });
    const refresh = (refreshToken: string | undefined) =>
      token({ grant_type: "refresh_token", refresh_token: refreshToken ?? "" });
    const second = await refresh(first.body.refresh_token);
    expect(second).toMatchObject({ status: 200, body: { scope: "users.read" } });
    expect(await refresh(first.body.refresh_token)).toMatchObject({ body: { error_description: "refresh-used" } });
    expect(await refresh(second.body.refresh_token)).toMatchObject({ status: 200 });
    tenant.faults = { revoked: true };
    expect(await refresh(second.body.refresh_token)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("are kept: a grant has one, also before anybody asked", () => {
    const client = { id: "c", name: "App", secret: "s", scopes: ["users.read"] };
    const host = { tenant, now: () => Date.now(), client: () => client, consenter: () => "u" };
    const dialect: OAuthDialect = {
      ...{ grants: ["authorization_code", "refresh_token"], clientProof: "secret", refresh: "keep" },
      ...{ lifetimes: { accessSeconds: 60 }, scopes: { unknown: "drop", none: "all" } },
    };
    const granted = { client: "c", subject: "u", scopes: ["users.read"], grant: "by hand" };
    const refreshToken = new OAuthServer(host, dialect).refreshTokenOf(granted);
    const form = { client_id: "c", client_secret: "s", grant_type: "refresh_token", refresh_token: refreshToken };
    const request = { method: "POST", headers: {}, body: Buffer.from(new URLSearchParams(form).toString()) };
    const again = new OAuthServer(host, dialect);
    for (let time = 0; time < 2; time++)
      expect(again.token(request as SandboxRequest)).toMatchObject({
        status: 200,
        body: { refresh_token: refreshToken },
      });
  });

  test("end with a revocation, and so do the access tokens of the grant", async () => {
    const { url } = await consent("allow");
    const { body } = await token({ grant_type: "authorization_code", code: url.searchParams.get("code")! });
    const { clientId = "", clientSecret = "" } = tenant.credentials();
    const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` };
    expect((await post("/revoke", { token: body.refresh_token! }, basic)).status).toBe(200);
    expect(await me(body.access_token)).toMatchObject({ status: 401 });
    expect((await post("/revoke", { token: "unknown" }, basic)).status).toBe(200);
    expect((await post("/revoke", { token: "unknown" })).status).toBe(401);
  });
});

describe("client credentials", () => {
  const grant = { grant_type: "client_credentials" };

  test("work with the secret, without a refresh token, with all scopes or those asked for", async () => {
    const { body } = await token(grant);
    expect(body.scope).toBe("users.read events.read");
    expect(body).not.toHaveProperty("refresh_token");
    expect((await token({ ...grant, scope: "events.read" })).body.scope).toBe("events.read");
    expect(await token({ ...grant, scope: "admin" })).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
    expect(await token({ ...grant, client_secret: "wrong" })).toMatchObject({ status: 401 });
    tenant.faults = { missingScopes: ["events.read"] };
    expect(await token({ ...grant, scope: "events.read" })).toMatchObject({ body: { error: "invalid_scope" } });
    tenant.faults = { revoked: true };
    expect(await token(grant)).toMatchObject({ status: 401, body: { error_description: "revoked" } });
  });

  test("work with an assertion that is signed, addressed, fresh and new", async () => {
    const prove = (text: string) =>
      post("/token", {
        ...grant,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: text,
      });
    const why = async (text: string) =>
      ((await (await prove(text)).json()) as Record<string, string>).error_description;
    const once = assertion();
    expect((await prove(once)).status).toBe(200);
    expect(await why(once)).toBe("assertion-replayed");
    expect(await why(assertion({}, "k2"))).toBe("assertion-signature");
    expect(await why(assertion({ aud: "https://other.example" }))).toBe("assertion-audience");
    expect(await why(assertion({ exp: 1 }))).toBe("assertion-expired");
    expect(await why(assertion({ exp: Date.now() / 1000 + 600 }))).toBe("assertion-too-long");
    expect(await why(assertion({ iss: "nobody" }))).toBe("unknown-client");
    expect(await why("nonsense")).toBe("unknown-client");
  });

  test("ask for somebody's token where the provider has it, in a form or in JSON", async () => {
    const { clientId, clientSecret } = tenant.credentials();
    const ask = { ...grant, client_id: clientId, client_secret: clientSecret, subject: "u1" };
    const headers = { "content-type": "application/json" };
    const answer = await fetch(urlOf("/token"), { method: "POST", body: JSON.stringify(ask), headers });
    const { access_token } = (await answer.json()) as Record<string, string>;
    expect(await me(access_token)).toMatchObject({ body: { subject: "u1" } });
    expect(await me((await token(grant)).body.access_token)).toMatchObject({ body: { subject: clientId } });
    expect(await token({ ...grant, subject: "stranger" })).toMatchObject({ body: { error: "invalid_grant" } });
  });

  test("wait for admin consent where the provider has it", async () => {
    const strict: Partial<OAuthDialect> = { needsAdminConsent: true };
    const other = await startSandbox({ port: 0, providers: [example(strict)] });
    const before = sandbox;
    try {
      sandbox = other;
      tenant = other.world.createTenant({ provider: "example", name: "strict", users: 3 }) as ExampleTenant;
      expect(await token(grant)).toMatchObject({ status: 400, body: { error: "unauthorized_client" } });
      const { url } = await consent("allow", {}, "/adminconsent");
      expect(Object.fromEntries(url.searchParams)).toEqual({
        admin_consent: "True",
        tenant: "tenant-of-client-of-strict",
        state: "s1",
      });
      expect(await token(grant)).toMatchObject({ status: 200 });
    } finally {
      sandbox = before;
      await other.close();
    }
  });
});

test("a JWT bearer assertion asks for the token of a person who may be impersonated", async () => {
  const bearer = (claims: Record<string, unknown>) =>
    token({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: assertion(claims) });
  const { body } = await bearer({ sub: tenant.people.emailOf(1), scope: "users.read" });
  expect(await me(body.access_token)).toMatchObject({
    body: { subject: tenant.people.emailOf(1), scopes: ["users.read"] },
  });
  expect(await bearer({ sub: "somebody@else.test" })).toMatchObject({ body: { error_description: "subject-unknown" } });
});

test("a grant the provider does not have is refused", async () => {
  expect(await token({ grant_type: "password" })).toMatchObject({
    status: 400,
    body: { error: "unsupported_grant_type" },
  });
});

test("tokens outlive a restart of the tenant, and codes and tokens are never taken for each other", async () => {
  const { url } = await consent("allow");
  const code = url.searchParams.get("code")!;
  expect(await me(code)).toMatchObject({ status: 401 });
  const { body } = await token({ grant_type: "authorization_code", code });
  expect(await me(body.refresh_token)).toMatchObject({ status: 401 });
  const { name } = tenant.options;
  sandbox.world.removeTenant("example", name);
  tenant = sandbox.world.createTenant({ provider: "example", name, users: 3, events: 0 }) as ExampleTenant;
  expect(await me(body.access_token)).toMatchObject({ status: 200 });
});
