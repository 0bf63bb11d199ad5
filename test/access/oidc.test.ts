import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createOidc, type Oidc } from "#src/access/oidc.ts";
import { UnauthenticatedError } from "#src/errors.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider.ts";

const redirectUri = "http://127.0.0.1:4000/signin/oidc/callback";
let provider: IdentityProvider;
let oidc: Oidc;
beforeAll(async () => {
  provider = await startIdentityProvider();
  oidc = createOidc({ issuer: provider.issuer, audience: "gatehouse", clientId: "console", clientSecret: "s" });
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.break = {};
  provider.claims = { sub: "u1", email: "ada@example.com", roles: ["gatehouse-analyst"] };
});

test("the role comes from gatehouse_role, roles, groups or realm_access, the highest of them", async () => {
  const role = async (claims: object) => (await oidc.verify(await provider.sign(claims as never))).role;
  expect(await role({ gatehouse_role: "ADMIN" })).toBe("ADMIN");
  expect(await role({ gatehouse_role: "gatehouse-viewer", roles: ["gatehouse-admin"] })).toBe("VIEWER");
  expect(await role({ roles: ["x", "gatehouse-viewer"], groups: ["gatehouse-analyst"] })).toBe("ANALYST");
  expect(await role({ realm_access: { roles: ["gatehouse-admin"] } })).toBe("ADMIN");
});

test("without a role, or with one we do not know, the token is refused", async () => {
  for (const claims of [
    {},
    { roles: ["admin"] },
    { gatehouse_role: "root", roles: ["gatehouse-admin"] },
    { roles: "gatehouse-admin" },
  ])
    await expect(oidc.verify(await provider.sign(claims as never))).rejects.toThrow("has no role");
});

test("name, instances and expiry come from the claims", async () => {
  const viewer = await oidc.verify(
    await provider.sign({
      gatehouse_role: "VIEWER",
      email: "ada@example.com",
      gatehouse_instances: [3, "4", "SW5zdGFuY2U6NQ"],
    }),
  );
  expect(viewer).toMatchObject({ id: "oidc/u1", name: "ada@example.com", instanceIds: [3, 4, 5], sessionId: null });
  expect(viewer.expiresAt!.getTime()).toBeGreaterThan(Date.now() + 200_000);
  const wrong = provider.sign({ gatehouse_role: "VIEWER", gatehouse_instances: "all" });
  await expect(oidc.verify(await wrong)).rejects.toThrow("gatehouse_instances");
});

test("a token of another issuer, audience or key, an expired, unsigned or symmetric one is refused, each for its reason", async () => {
  const role = { gatehouse_role: "ADMIN" };
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ ...role, iss: provider.issuer }))}.`.replaceAll(
    "=",
    "",
  );
  const cases: [string, string][] = [
    [await provider.sign({ ...role, iss: "https://evil.example" }), '"iss"'],
    [await provider.sign({ ...role, aud: "other" }), '"aud"'],
    [await provider.sign(role, { foreignKey: true }), "signature"],
    [await provider.sign(role, { expires: "-5m" }), "expired"],
    [unsigned, "signature"],
    ["not.a.jwt", "signature"],
  ];
  for (const [token, reason] of cases) {
    const error = await oidc.verify(token).catch((caught) => caught);
    expect(error).toBeInstanceOf(UnauthenticatedError);
    expect(error.message).toContain(reason);
  }
});

test("an unreachable provider is said, not taken for a bad token", async () => {
  const away = createOidc({ issuer: "http://127.0.0.1:1", audience: "gatehouse" });
  await expect(away.verify(await provider.sign({}))).rejects.toThrow("cannot be reached");
  expect(away.canSignIn).toBe(false);
});

async function login(): Promise<{ callback: URL; pending: Awaited<ReturnType<Oidc["beginLogin"]>>["pending"] }> {
  const { url, pending } = await oidc.beginLogin(redirectUri, "/graphiql");
  const response = await fetch(url, { redirect: "manual" });
  return { callback: new URL(response.headers.get("location")!), pending };
}

test("signing in with the browser uses PKCE, state and nonce, and gives the viewer of the ID token", async () => {
  const { url } = await oidc.beginLogin(redirectUri, "/");
  expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
  const { callback, pending } = await login();
  expect(await oidc.finishLogin(callback, redirectUri, pending)).toMatchObject({ id: "oidc/u1", role: "ANALYST" });
  await expect(oidc.finishLogin(callback, redirectUri, pending)).rejects.toThrow("came twice");
});

test("a wrong state, a foreign issuer, a wrong nonce, a downgraded PKCE or a denial is refused", async () => {
  const forged = await login();
  forged.callback.searchParams.set("state", "other");
  await expect(oidc.finishLogin(forged.callback, redirectUri, forged.pending)).rejects.toThrow(UnauthenticatedError);
  const downgraded = await login();
  await expect(
    oidc.finishLogin(downgraded.callback, redirectUri, { ...downgraded.pending, verifier: "x".repeat(43) }),
  ).rejects.toThrow(UnauthenticatedError);
  provider.break = { iss: "https://evil.example" };
  const mixedUp = await login();
  await expect(oidc.finishLogin(mixedUp.callback, redirectUri, mixedUp.pending)).rejects.toThrow(UnauthenticatedError);
  provider.break = { nonce: "replayed" };
  const replayed = await login();
  await expect(oidc.finishLogin(replayed.callback, redirectUri, replayed.pending)).rejects.toThrow(
    UnauthenticatedError,
  );
  provider.break = { deny: true };
  const denied = await login();
  await expect(oidc.finishLogin(denied.callback, redirectUri, denied.pending)).rejects.toThrow("denied access");
  provider.break = {};
  provider.claims = { sub: "u2" };
  const nobody = await login();
  await expect(oidc.finishLogin(nobody.callback, redirectUri, nobody.pending)).rejects.toThrow("has no role");
});
