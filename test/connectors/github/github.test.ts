import { createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { checks } from "#src/connectors/github/checks.ts";
import { mapError } from "#src/connectors/github/connection.ts";
import { github } from "#src/connectors/github/index.ts";
import { levelOfPermissions, levelOfScopes } from "#src/connectors/github/streams-apps.ts";
import { isAdminRole } from "#src/connectors/github/streams-privileges.ts";
import { webhooks } from "#src/connectors/github/webhooks.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderScopeError,
  WebhookRejectedError,
} from "#src/errors.ts";
import { FakeClient } from "../fake-client.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const oauth = { mode: "oauth", org: "acme", clientId: "Iv1.0123456789abcdef", clientSecret: "s" };
const settle = (input: Record<string, string>) =>
  github.normaliseSettings?.(checkSettings(github.manifest, input)) ?? {};

describe("settings", () => {
  test("each mode asks for what it needs and names it", () => {
    expect(settle(oauth)).toMatchObject({ host: "github.com", repositories: "no" });
    for (const [input, field] of [
      [{ mode: "oauth", org: "acme", clientId: "Iv1.0123456789abcdef" }, "clientSecret"],
      [{ mode: "app", org: "acme", appId: "1", privateKey: pkcs1 }, "installationId"],
      [{ mode: "app", org: "acme", appId: "1", installationId: "2", privateKey: "not a key" }, "privateKey"],
      [{ mode: "pat", org: "acme" }, "token"],
      [{ ...oauth, auditLog: "enterprise", enterprise: "acme-ent" }, "auditLog"],
      [{ mode: "pat", org: "acme", token: "t", auditLog: "enterprise" }, "enterprise"],
    ] as const) {
      expect(() => settle(input), field).toThrow(
        expect.objectContaining({ name: "InvalidSettingsError", field: ["input", "settings", field] }),
      );
    }
  });

  test("a data residency host is used for pages and API alike", () => {
    const settings = settle({ ...oauth, host: "acme.ghe.com" });
    expect(github.baseUrl(settings, {})).toBe("https://api.acme.ghe.com");
    expect(github.authorization.authorize?.(settings, request).origin).toBe("https://acme.ghe.com");
    expect(() => settle({ ...oauth, host: "evil.example" })).toThrow(InvalidInputError);
  });
});

const request = {
  redirectUri: "https://gw.example/oauth/callback",
  state: "state-1",
  codeChallenge: "challenge-1",
  scopes: [],
};

describe("signing in", () => {
  test("the consent page gets PKCE, the state, and no scope that is not needed", () => {
    const url = github.authorization.authorize?.(settle(oauth), request);
    expect(url?.origin).toBe("https://github.com");
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      client_id: oauth.clientId,
      redirect_uri: request.redirectUri,
      scope: "admin:org read:audit_log admin:org_hook read:user user:email",
      state: "state-1",
      code_challenge: "challenge-1",
      code_challenge_method: "S256",
      allow_signup: "false",
    });
    const wide = github.authorization.authorize?.(
      settle({ ...oauth, repositories: "yes", enterprise: "acme-ent" }),
      request,
    );
    expect(wide?.searchParams.get("scope")).toMatch(/ admin:enterprise repo$/);
  });

  test("a refusal with status 200 is a refusal", async () => {
    const http = new FakeClient("https://api.github.com", () => ({
      body: { error: "bad_verification_code", error_description: "…" },
    }));
    const exchange = github.authorization.exchange?.(http.context(settle(oauth)), {
      code: "c",
      redirectUri: request.redirectUri,
      codeVerifier: "v",
      parameters: {},
    });
    await expect(exchange).rejects.toThrow(ProviderAuthError);
    expect(http.calls[0]?.request).toMatchObject({ sign: false, form: { code_verifier: "v", client_secret: "s" } });
  });

  test("an app proves itself with a short RS256 assertion", async () => {
    const answer = new FakeClient("https://api.github.com", () => ({
      body: { token: "ghs_x", expires_at: "2026-11-20T13:00:00Z", permissions: { members: "write" } },
    }));
    const settings = settle({ mode: "app", org: "acme", appId: "4711", installationId: "99", privateKey: pkcs1 });
    const credential = await github.authorization.obtain?.(answer.context(settings));
    expect(credential).toEqual({
      accessToken: "ghs_x",
      tokenType: "Bearer",
      expiresAt: new Date("2026-11-20T13:00:00Z"),
      scopes: ["members:write"],
    });
    expect(answer.calls[0]?.path).toBe("/app/installations/99/access_tokens");
    const assertion = answer.calls[0]?.request.headers?.authorization?.replace("Bearer ", "") ?? "";
    const [head = "", body = "", signature = ""] = assertion.split(".");
    expect(
      createVerify("RSA-SHA256").update(`${head}.${body}`).verify(publicKey, Buffer.from(signature, "base64url")),
    ).toBe(true);
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const now = Date.parse("2026-11-20T12:00:00Z") / 1000;
    expect(claims).toEqual({ iss: "4711", iat: now - 60, exp: now + 540 });
  });

  test("an uninstalled app is a refused credential", async () => {
    const http = new FakeClient("https://api.github.com", () => ({ status: 404 }));
    const settings = settle({ mode: "app", org: "acme", appId: "4711", installationId: "99", privateKey: pkcs1 });
    await expect(github.authorization.obtain?.(http.context(settings))).rejects.toThrow(ProviderAuthError);
  });
});

describe("errors", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  const answer = (status: number, message: string, headers: Record<string, string> = {}) =>
    mapError({ status, headers: new Headers(headers), body: { message } }, now);

  test("a 403 means what its words and headers say", () => {
    expect(answer(403, "You have exceeded a secondary rate limit.")).toMatchObject({
      name: "ProviderRateLimitError",
      retryAt: new Date("2026-11-20T12:01:00Z"),
    });
    expect(answer(403, "You have exceeded a secondary rate limit.", { "retry-after": "7" })).toBeNull();
    expect(answer(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0" })).toBeNull();
    expect(
      answer(403, "Resource protected by organization SAML enforcement.", {
        "x-github-sso": "required; url=https://github.com/x",
      }),
    ).toBeInstanceOf(ProviderAuthError);
    expect(
      answer(
        403,
        "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled",
      ),
    ).toBeInstanceOf(ProviderAuthError);
    expect(answer(403, "This installation has been suspended")).toBeInstanceOf(ProviderAuthError);
    const scope = answer(403, "Resource not accessible by integration", {
      "x-accepted-github-permissions": "members=read",
    });
    expect(scope).toBeInstanceOf(ProviderScopeError);
    expect(scope).toMatchObject({ scopes: ["members=read"] });
    expect(answer(403, "x")).not.toBeInstanceOf(ProviderRateLimitError);
  });

  test("other statuses are left to the client", () => {
    expect(answer(401, "Bad credentials")).toBeInstanceOf(ProviderAuthError);
    expect(answer(404, "Not Found")).toBeNull();
    expect(answer(422, "Validation Failed")).toBeNull();
  });
});

describe("webhooks", () => {
  // The example of GitHub's documentation.
  const secret = "It's a Secret to Everybody";
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const receive = (headers: Record<string, string>, key = secret) =>
    webhooks.receive(
      { method: "POST", headers, query: {}, body: Buffer.from("Hello, World!") },
      { secret: key, settings: {}, registration: null, now: new Date() },
    );

  test("the documented signature is accepted, and the delivery names itself", () => {
    expect(
      receive({ "X-Hub-Signature-256": signature, "X-GitHub-Event": "organization", "X-GitHub-Delivery": "guid-1" }),
    ).toEqual({
      deliveryId: "guid-1",
      refresh: ["USERS", "PRIVILEGES", "ACTIVITIES"],
    });
    expect(receive({ "x-hub-signature-256": signature, "x-github-event": "ping" })).toEqual({});
  });

  test.each([
    ["another secret", { "x-hub-signature-256": signature }, "other"],
    ["a changed signature", { "x-hub-signature-256": signature.replace("757", "758") }, secret],
    ["no signature", {}, secret],
    ["only the old one", { "x-hub-signature": "sha1=ab" }, secret],
    ["no secret of ours", { "x-hub-signature-256": signature }, ""],
  ])("%s is refused", (_, headers, key) => {
    expect(() => receive({ ...headers, "x-github-event": "push" }, key)).toThrow(WebhookRejectedError);
  });
});

const snapshot = (values: Record<string, unknown>): PostureSnapshot => ({
  get: (key) => values[key],
  unreadable: () => null,
});

describe("checks", () => {
  const check = (slug: string) => checks.find((one) => one.slug === slug) as Check;

  test("a setting GitHub does not show is unknown, never a pass", () => {
    for (const one of checks.filter(({ needs }) => needs.includes("organization")))
      expect(one.evaluate(snapshot({ organization: {} })).result, one.slug).toBe("unknown");
  });

  test("a policy of the enterprise overrules the organization", () => {
    const values = {
      organization: { members_can_delete_repositories: true },
      enterprise: { membersCanDeleteRepositoriesSetting: "DISABLED" },
    };
    expect(check("github-repository-deletion").evaluate(snapshot(values)).result).toBe("pass");
    values.enterprise.membersCanDeleteRepositoriesSetting = "NO_POLICY";
    expect(check("github-repository-deletion").evaluate(snapshot(values)).result).toBe("fail");
  });

  test("branches nobody may see are unknown, unless an open one is seen", () => {
    const evaluate = (...states: (boolean | null)[]) =>
      check("github-default-branch-protected").evaluate(
        snapshot({ defaultBranches: states.map((state, index) => ({ repository: `r${index}`, protected: state })) }),
      );
    expect(evaluate(true, null).result).toBe("unknown");
    expect(evaluate(true, null, false, true)).toMatchObject({ result: "fail", share: 0.5 });
    expect(evaluate().result).toBe("pass");
  });
});

test("permissions are rated by what they can do", () => {
  expect(levelOfPermissions(["contents:write", "metadata:read"])).toBe("HIGH");
  expect(levelOfPermissions(["issues:write"])).toBe("MEDIUM");
  expect(levelOfPermissions(["contents:read"])).toBe("MEDIUM");
  expect(levelOfPermissions(["issues:read", "metadata:read"])).toBe("LOW");
  expect(levelOfScopes(["repo"])).toBe("HIGH");
  expect(levelOfScopes(["repo:status", "read:user"])).toBe("LOW");
  expect(levelOfScopes(["gist"])).toBe("MEDIUM");
  expect(isAdminRole({ name: "all_repo_admin", permissions: [] })).toBe(true);
  expect(isAdminRole({ name: "auditor", permissions: ["read_audit_logs"] })).toBe(false);
  expect(isAdminRole({ name: "hooks", permissions: ["manage_organization_webhooks"] })).toBe(true);
});
