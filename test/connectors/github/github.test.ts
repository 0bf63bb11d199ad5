import { createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { PrivilegeItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { checks } from "#src/connectors/github/checks/index.ts";
import { mapError } from "#src/connectors/github/connection.ts";
import { github } from "#src/connectors/github/index.ts";
import { levelOfPermissions, levelOfScopes } from "#src/connectors/github/streams/oauth-apps.ts";
import { posture } from "#src/connectors/github/streams/posture.ts";
import { isAdminRole, privileges } from "#src/connectors/github/streams/privileges.ts";
import { webhooks } from "#src/connectors/github/webhooks.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderScopeError,
  WebhookRejectedError,
} from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";
import { judge } from "../results.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const oauth = { mode: "oauth", org: "acme", clientId: "Iv1.0123456789abcdef", clientSecret: "s" };
const app = { mode: "app", org: "acme", appId: "4711", installationId: "99", privateKey: pkcs1 };
const settle = (input: Record<string, string>) =>
  github.normaliseSettings?.(checkSettings(github.manifest, input)) ?? {};
const fake = (answer: (path: string) => FakeAnswer) => new FakeClient("https://api.github.com", answer);
const now = new Date("2026-11-20T12:00:00Z");
const request = {
  redirectUri: "https://gw.example/oauth/callback",
  state: "state-1",
  codeChallenge: "challenge-1",
  scopes: ["admin:org", "read:audit_log"],
};

describe("settings", () => {
  test.each<[input: Record<string, string>, field: string]>([
    [{ mode: "oauth", org: "acme", clientId: oauth.clientId }, "clientSecret"],
    [{ mode: "app", org: "acme", appId: "1", privateKey: pkcs1 }, "installationId"],
    [{ ...app, privateKey: "not a key" }, "privateKey"],
    [{ mode: "pat", org: "acme" }, "token"],
    [{ ...oauth, auditLog: "enterprise", enterprise: "acme-ent" }, "auditLog"],
    [{ mode: "pat", org: "acme", token: "t", auditLog: "enterprise" }, "enterprise"],
  ])("%j need another %s", (input, field) => {
    const problem = { name: "InvalidSettingsError", field: ["input", "settings", field] };
    expect(() => settle(input)).toThrow(expect.objectContaining(problem));
  });

  test("a data residency host is used for pages and API alike", () => {
    const settings = settle({ ...oauth, host: "acme.ghe.com" });
    expect(settings).toMatchObject({ repositories: "no" });
    expect(github.baseUrl(settings, {})).toBe("https://api.acme.ghe.com");
    expect(github.authorization.authorize?.(settings, request).origin).toBe("https://acme.ghe.com");
    expect(() => settle({ ...oauth, host: "evil.example" })).toThrow(InvalidInputError);
  });
});

describe("signing in", () => {
  test("the consent page gets PKCE, the state, and the scopes of the request", () => {
    const url = github.authorization.authorize?.(settle(oauth), request);
    expect(url?.origin).toBe("https://github.com");
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      ...{ client_id: oauth.clientId, redirect_uri: request.redirectUri, scope: "admin:org read:audit_log" },
      ...{ state: "state-1", code_challenge: "challenge-1", code_challenge_method: "S256", allow_signup: "false" },
    });
  });

  test("a refusal with status 200 is a refusal", async () => {
    const http = fake(() => ({ body: { error: "bad_verification_code", error_description: "…" } }));
    const answer = { code: "c", redirectUri: request.redirectUri, codeVerifier: "v", parameters: {} };
    await expect(github.authorization.exchange?.(http.context(settle(oauth)), answer)).rejects.toThrow(
      ProviderAuthError,
    );
    expect(http.calls[0]?.request).toMatchObject({ sign: false, form: { code_verifier: "v", client_secret: "s" } });
  });

  test("an app proves itself with a short RS256 assertion", async () => {
    const expiresAt = "2026-11-20T13:00:00Z";
    const http = fake(() => ({ body: { token: "ghs_x", expires_at: expiresAt, permissions: { members: "write" } } }));
    expect(await github.authorization.obtain?.(http.context(settle(app)))).toEqual({
      ...{ accessToken: "ghs_x", tokenType: "Bearer", expiresAt: new Date(expiresAt), scopes: ["members:write"] },
    });
    expect(http.calls[0]?.path).toBe("/app/installations/99/access_tokens");
    const assertion = http.calls[0]?.request.headers?.authorization?.replace("Bearer ", "") ?? "";
    const [head = "", body = "", signature = ""] = assertion.split(".");
    const verifier = createVerify("RSA-SHA256").update(`${head}.${body}`);
    expect(verifier.verify(publicKey, Buffer.from(signature, "base64url"))).toBe(true);
    const seconds = now.getTime() / 1000;
    const claims = { iss: "4711", iat: seconds - 60, exp: seconds + 540 };
    expect(JSON.parse(Buffer.from(body, "base64url").toString())).toEqual(claims);
  });

  test("an uninstalled app is a refused credential", async () => {
    const context = fake(() => ({ status: 404 })).context(settle(app));
    await expect(github.authorization.obtain?.(context)).rejects.toThrow(ProviderAuthError);
  });
});

describe("errors", () => {
  const secondary = "You have exceeded a secondary rate limit.";
  const sso = { "x-github-sso": "required; url=https://github.com/x" };
  test.each<[status: number, message: string, headers: Record<string, string>, expected: object | null]>([
    [403, secondary, {}, new ProviderRateLimitError("", new Date("2026-11-20T12:01:00Z"))],
    [403, secondary, { "retry-after": "7" }, null],
    [403, "API rate limit exceeded", { "x-ratelimit-remaining": "0" }, null],
    [403, "Resource protected by organization SAML enforcement.", sso, new ProviderAuthError("")],
    [403, "the `acme` organization has an IP allow list enabled", {}, new ProviderAuthError("")],
    [403, "This installation has been suspended", {}, new ProviderAuthError("")],
    [
      403,
      "Resource not accessible by integration",
      { "x-accepted-github-permissions": "members=read" },
      new ProviderScopeError("", ["members=read"]),
    ],
    [403, "x", {}, new ProviderScopeError("", [])],
    [401, "Bad credentials", {}, new ProviderAuthError("")],
    [404, "Not Found", {}, null],
    [422, "Validation Failed", {}, null],
  ])("a %i with “%s” %j", (status, message, headers, expected) => {
    const found = mapError({ status, headers: new Headers(headers), body: { message } }, now);
    const { name, scopes, retryAt } = (expected ?? {}) as Partial<ProviderScopeError & ProviderRateLimitError>;
    const shown = { name, ...(scopes ? { scopes } : {}), ...(retryAt ? { retryAt } : {}) };
    expect(found).toEqual(expected === null ? null : expect.objectContaining(shown));
  });
});

describe("webhooks", () => {
  // The example of GitHub's documentation.
  const documented = "It's a Secret to Everybody";
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const receive = (headers: Record<string, string>, secret = documented) =>
    webhooks.receive(
      { method: "POST", headers, query: {}, body: Buffer.from("Hello, World!") },
      { secret, settings: {}, registration: null, now },
    );

  test("the documented signature is accepted, and the delivery names itself", () => {
    const headers = {
      "X-Hub-Signature-256": signature,
      "X-GitHub-Event": "organization",
      "X-GitHub-Delivery": "guid-1",
    };
    expect(receive(headers)).toEqual({ deliveryId: "guid-1", refresh: ["USERS", "PRIVILEGES", "ACTIVITIES"] });
    expect(receive({ "x-hub-signature-256": signature, "x-github-event": "ping" })).toEqual({});
  });

  test.each([
    ["the old signature alone", { "x-hub-signature": "sha1=ab" }, documented],
    ["what is signed while we have no secret", { "x-hub-signature-256": signature }, ""],
  ])("%s is refused", (_, headers, secret) => {
    expect(() => receive({ ...headers, "x-github-event": "push" }, secret)).toThrow(WebhookRejectedError);
  });
});

describe("checks", () => {
  const evaluate = (slug: string, values: Record<string, unknown>) =>
    judge(checks.find((one) => one.slug === slug)!, values);

  test("a setting GitHub does not show is unknown, never a pass", () => {
    for (const { slug, needs } of checks)
      if (needs.includes("organization")) expect(evaluate(slug, { organization: {} })?.result, slug).toBe("unknown");
  });

  test.each([
    ["DISABLED", "pass"],
    ["ENABLED", "fail"],
    ["NO_POLICY", "fail"],
  ])("a policy of the enterprise overrules the organization: %s", (membersCanDeleteRepositoriesSetting, result) => {
    const organization = { members_can_delete_repositories: true };
    const values = { organization, enterprise: { membersCanDeleteRepositoriesSetting } };
    expect(evaluate("github-repository-deletion", values)?.result).toBe(result);
  });

  test("branches nobody may see are unknown, unless an open one is seen", () => {
    const branches = (...states: (boolean | null)[]) => {
      const defaultBranches = states.map((state, index) => ({ repository: `r${index}`, protected: state }));
      return evaluate("github-default-branch-protected", { defaultBranches });
    };
    expect(branches(true, null)?.result).toBe("unknown");
    expect(branches(true, null, false, true)).toMatchObject({ result: "fail", share: 0.5 });
    expect(branches()?.result).toBe("pass");
  });
});

test("permissions are rated by what they can do", () => {
  expect(levelOfPermissions(["contents:write", "metadata:read"])).toBe("HIGH");
  expect(levelOfPermissions(["issues:write"])).toBe("MEDIUM");
  expect(levelOfPermissions(["contents:read"])).toBe("MEDIUM");
  expect(levelOfPermissions(["issues:read", "metadata:read"])).toBe("LOW");
  expect([["repo"], ["gist"], ["repo:status", "read:user"]].map(levelOfScopes)).toEqual(["HIGH", "MEDIUM", "LOW"]);
  expect(isAdminRole({ name: "all_repo_admin", permissions: [] })).toBe(true);
  expect(isAdminRole({ name: "auditor", permissions: ["read_audit_logs"] })).toBe(false);
  expect(isAdminRole({ name: "hooks", permissions: ["manage_organization_webhooks"] })).toBe(true);
});

test.each<[why: string, rest: Record<string, FakeAnswer>, expected: object[]]>([
  [
    "who holds the organization role through a team; the listing of their own is not asked",
    {
      "/orgs/acme/organization-roles": {
        body: { total_count: 1, roles: [{ id: 138, name: "security_manager", base_role: "read", permissions: [] }] },
      },
      "/orgs/acme/organization-roles/138/teams?per_page=100": { body: [{ id: 9, slug: "guards" }] },
      "/orgs/acme/teams/guards/members?role=all&per_page=100": { body: [{ id: 4411, login: "mira-ops" }] },
    },
    [
      { kind: "privilege", externalId: "role:138", name: "security_manager", isAdmin: true },
      { kind: "holder", privilegeId: "role:138", userId: "4411" },
    ],
  ],
  ["nobody in an organization without roles", { "/orgs/acme/organization-roles": { status: 404 } }, []],
])("security managers are %s", async (_, rest, expected) => {
  const http = fake((path) => rest[path] ?? { body: [] });
  const found: (PrivilegeItem | UnreadableItem)[] = [];
  for await (const { items } of privileges(http.context(oauth), null)) found.push(...items);
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(http.calls.some(({ path }) => path.includes("security-managers"))).toBe(false);
});

test("public repositories are picked from all, since GitHub does not offer them as a type", async () => {
  const rest: Record<string, FakeAnswer> = {
    "/orgs/acme": { body: {} },
    "/graphql": { body: { data: { organization: {} } } },
    "/orgs/acme/repos?type=all&per_page=100": {
      body: [
        { name: "site", visibility: "public", private: false },
        { name: "core", visibility: "private", private: true },
        { name: "shared", visibility: "internal", private: true },
        { name: "old", private: false },
      ],
    },
  };
  for await (const { items } of posture(fake((path) => rest[path] ?? { body: [] }).context(oauth)))
    expect(items).toContainEqual({ key: "publicRepositories", value: ["site", "old"] });
});
