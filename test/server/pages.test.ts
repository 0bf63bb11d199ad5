import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listAudit } from "#src/access/audit.ts";
import { createSignInLink } from "#src/access/sessions.ts";
import { revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { NotFoundError, WebhookRejectedError } from "#src/errors.ts";
import { escapeHtml } from "#src/platform/text.ts";
import { renderPage, type WebhookRequest } from "#src/server/server.ts";
import { type IdentityProvider, startIdentityProvider } from "../access/identity-provider.ts";
import { startTestServer, type TestServer } from "./fixture.ts";

let provider: IdentityProvider;
let server: TestServer;
let ready = { ok: true, problems: [] as string[] };
let hook: (slug: string, id: string, request: WebhookRequest) => Promise<{ status: number; body?: string }>;
let callbacks: unknown[] = [];
beforeAll(async () => {
  provider = await startIdentityProvider();
  server = await startTestServer({
    oidc: { issuer: provider.issuer, audience: "gatehouse", clientId: "console" },
    handlers: {
      oauthStart: async () => ({ location: "https://provider.example/consent", cookie: "consent=1; Path=/" }),
      oauthCallback: async ({ query, viewer }) => {
        callbacks.push({ code: query.get("code"), viewer: viewer?.name ?? null, sessionId: viewer?.sessionId ?? null });
        return { status: 400, html: renderPage("Refused", `<p>${escapeHtml(query.get("error") ?? "")}</p>`) };
      },
      webhook: async (slug, id) => (request) => hook(slug, id, request),
      ready: async () => ready,
    },
  });
});
afterAll(async () => {
  await server.close();
  provider.close();
});
beforeEach(() => {
  callbacks = [];
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { accept: "text/html", ...headers }, redirect: "manual" });
const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: "POST",
    headers: { origin: server.url, accept: "text/html", ...headers },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0]!)
    .find((cookie) => !cookie.includes("_oidc=") && !cookie.endsWith("="));

/** Whom a session stands for. */
async function nameOf(cookie: string): Promise<string> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json", "x-gatehouse-csrf": "1" },
    body: JSON.stringify({ query: "{ viewer { name } }" }),
  });
  return ((await answer.json()) as { data: { viewer: { name: string } } }).data.viewer.name;
}

test("pages of the console open for sessions only; signing in leads back to the same address", async () => {
  const cookie = await server.cookie();
  const page = await get("/alerts?status=OPEN", { cookie });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<div id="console">');
  const token = { authorization: `Bearer ${(await server.token("VIEWER")).secret}` };
  for (const [path, next] of [
    ["/", "/signin"],
    ["/alerts?status=OPEN", "/signin?next=%2Falerts%3Fstatus%3DOPEN"],
    ["/connect/okta", "/signin?next=%2Fconnect%2Fokta"],
  ] as const)
    for (const headers of [{}, token])
      expect([(await get(path, headers)).status, (await get(path, headers)).headers.get("location")]).toEqual([
        303,
        next,
      ]);
  for (const path of ["/alert", "/connectors", "/connect/../x", "/instances//"])
    expect([path, (await get(path, { cookie })).status]).toEqual([path, 404]);
});

test("files of the console keep their content: cached permanently, compressed, under a nonce that is never the same", async () => {
  const cookie = await server.cookie();
  const [one, two] = await Promise.all([get("/", { cookie }), get("/", { cookie })]);
  const nonces = [one, two].map(
    ({ headers }) => /'nonce-([\w-]{22})'/.exec(headers.get("content-security-policy")!)![1],
  );
  expect(nonces[0]).not.toBe(nonces[1]);
  const html = await one.text();
  expect(html).toContain(`nonce="${nonces[0]}"`);
  expect(html).not.toMatch(/\{\{|<style|<script(?![^>]* src=)/);
  expect(one.headers.get("cache-control")).toBe("no-store");
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/console\/[^"]+)"/g)].map(([, path]) => path!);
  expect(files.length).toBeGreaterThan(1);
  for (const path of files) {
    expect(path).toMatch(/-[\w-]{8}\.(js|css)$/);
    const answer = await get(path);
    expect([answer.status, answer.headers.get("content-encoding")]).toEqual([200, "gzip"]);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  }
  for (const path of ["manifest.json", "index.html", "x.js", "..%2f..%2fpackage.json"])
    expect((await get(`/assets/console/${path}`)).status).toBe(404);
});

test("every page forbids other origins, framing and sniffing", async () => {
  const cookie = await server.cookie();
  for (const path of ["/", "/connect/okta", "/signin", "/nothing-here", "/oauth/callback?error=x"]) {
    const { headers } = await get(path, path === "/signin" ? {} : { cookie });
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/same-origin|no-referrer/);
  }
});

test("a sign-in link opens a session once; looking ahead does not use it up", async () => {
  const path = await createSignInLink(server.database.db, { name: "Ada", role: "ADMIN", next: "/graphiql" });
  await fetch(server.url + path, { method: "HEAD", redirect: "manual" });
  await get(path, { "sec-purpose": "prefetch" });
  const opened = await get(path);
  expect(opened.status).toBe(303);
  expect(opened.headers.get("location")).toBe("/graphiql");
  expect(opened.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax; Max-Age=43200$/);
  expect(await nameOf(cookieOf(opened)!)).toBe("Ada");
  const again = await get(path);
  expect(again.status).toBe(401);
  expect(await again.text()).toContain("used already");
  expect(again.headers.get("referrer-policy")).toBe("no-referrer");
});

test("a pasted token opens a session that ends with the token", async () => {
  const { token, secret } = await server.token("VIEWER");
  const opened = await form("/signin", { token: secret, next: "/graphiql" });
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/graphiql"]);
  const cookie = cookieOf(opened)!;
  expect((await get("/graphiql", { cookie })).status).toBe(200);
  await revokeApiToken(server.database.db, systemViewer, token.id);
  expect((await form("/signin", { token: secret })).status).toBe(401);
  const refused = await form("/signin", { token: '"><script>alert(1)</script>', next: '"><script>' });
  expect(await refused.text()).not.toContain("<script>");
});

test("forms of other sites sign nobody in or out", async () => {
  const { secret } = await server.token();
  const cookie = await server.cookie();
  for (const origin of ["https://evil.example", "null"]) {
    expect((await form("/signin", { token: secret }, { origin })).status).toBe(403);
    expect((await form("/signout", {}, { origin, cookie })).status).toBe(403);
  }
  expect((await get("/graphiql", { cookie })).status).toBe(200);
});

test("next leads to our own pages only", async () => {
  const { secret } = await server.token();
  for (const next of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/a\\b",
    "/a\nb",
    "javascript:alert(1)",
    "",
  ])
    expect((await form("/signin", { token: secret, next })).headers.get("location")).toBe("/");
});

test("signing out ends the session at once", async () => {
  const cookie = await server.cookie();
  expect((await get("/graphiql", { cookie })).status).toBe(200);
  const out = await form("/signout", {}, { cookie });
  expect(out.status).toBe(303);
  expect(out.headers.getSetCookie()[0]).toContain("Max-Age=0");
  expect((await get("/graphiql", { cookie })).headers.get("location")).toBe("/signin?next=/graphiql");
});

test("signing in with the identity provider goes there and back", async () => {
  expect(await (await get("/signin")).text()).toContain("/signin/oidc");
  const leaving = await get("/signin/oidc?next=/graphiql");
  const pending = leaving.headers.getSetCookie()[0]!.split(";")[0]!;
  const back = await fetch(leaving.headers.get("location")!, { redirect: "manual" });
  const callback = new URL(back.headers.get("location")!);
  const stolen = await get(callback.pathname + callback.search);
  expect(stolen.status).toBe(401);
  expect(await stolen.text()).toContain("not started in this browser");
  const opened = await get(callback.pathname + callback.search, { cookie: pending });
  expect(opened.headers.get("location")).toBe("/graphiql");
  expect(await nameOf(cookieOf(opened)!)).toBe("ada@example.com");
  expect((await get(callback.pathname + callback.search, { cookie: pending })).status).toBe(401);
});

test("what opened, failed to open and closed sessions is in the audit log", async () => {
  const { entries } = await listAudit(server.database.db, systemViewer, { first: 200 });
  const seen = new Set(entries.map(({ action, target, result }) => `${action} ${target} ${result}`));
  for (const entry of [
    "session.open link ok",
    "session.open link UNAUTHENTICATED",
    "session.open token ok",
    "session.open oidc ok",
    "session.close null ok",
  ])
    expect(seen).toContain(entry);
  expect(entries.every((entry) => entry.ipAddress === "127.0.0.1")).toBe(true);
});

test("the callback of apps knows the browser's session and leaks nothing by referrer", async () => {
  const cookie = await server.cookie();
  const answer = await get("/oauth/callback?code=c1&error=<b>", { cookie });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(await answer.text()).toContain("&#60;b&#62;");
  await get("/oauth/callback?code=c2");
  expect(callbacks).toEqual([
    { code: "c1", viewer: "Ada", sessionId: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { code: "c2", viewer: null, sessionId: null },
  ]);
});

test("looking ahead uses up no consent: HEAD is refused, and a prefetch of the link leads nowhere", async () => {
  for (const path of [
    "/oauth/callback?code=c3",
    "/oauth/callback/okta?code=c3",
    "/oauth/start",
    "/signin/oidc/callback",
  ]) {
    const answer = await fetch(server.url + path, { method: "HEAD" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
  }
  const ahead = await get("/oauth/start?ticket=t", { "sec-purpose": "prefetch" });
  expect([ahead.status, ahead.headers.get("location")]).toEqual([204, null]);
  const opened = await get("/oauth/start?ticket=t");
  expect([opened.headers.get("location"), opened.headers.get("set-cookie")]).toEqual([
    "https://provider.example/consent",
    "consent=1; Path=/",
  ]);
  expect(callbacks).toEqual([]);
});

test("webhooks get the bytes as they came, up to 5 MiB; refusals have their status", async () => {
  let got: WebhookRequest | undefined;
  hook = async (slug, id, request) => {
    got = request;
    return { status: 202, body: `${slug} ${id}` };
  };
  const post = (body: BodyInit, path = "/webhooks/github/12?a=1") =>
    fetch(server.url + path, { method: "POST", body, headers: { "x-hub-signature-256": "s" } });
  const bytes = new Uint8Array([0xff, 0x00, 0x7b]);
  const answer = await post(bytes);
  expect([answer.status, await answer.text()]).toEqual([202, "github 12"]);
  expect([...got!.body]).toEqual([...bytes]);
  expect(got).toMatchObject({ method: "POST", headers: { "x-hub-signature-256": "s" } });
  expect(got!.query.get("a")).toBe("1");
  expect((await post("x".repeat(5 * 1024 * 1024))).status).toBe(202);
  expect(
    await post("x".repeat(5 * 1024 * 1024 + 1)).then(
      (r) => r.status,
      () => 413,
    ),
  ).toBe(413);
  hook = async () => {
    throw new WebhookRejectedError("The signature is wrong.");
  };
  expect((await post("{}")).status).toBe(401);
  hook = async () => {
    throw new NotFoundError("The instance");
  };
  expect((await post("{}")).status).toBe(404);
  hook = async () => {
    throw new Error("password=canary");
  };
  const broken = await post("{}");
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain("canary");
  expect((await post("{}", "/webhooks/github")).status).toBe(404);
});

test("health, readiness, metrics and the schema answer whom they should", async () => {
  expect(await (await get("/healthz")).json()).toEqual({ ok: true });
  expect((await get("/readyz")).status).toBe(200);
  ready = { ok: false, problems: ["database unreachable"] };
  const unready = await get("/readyz");
  expect([unready.status, await unready.json()]).toEqual([503, ready]);
  const metrics = await (await get("/metrics")).text();
  expect(metrics).toContain('gatehouse_http_request_seconds_count{route="/healthz",method="GET",status="200"}');
  const proxied = { "x-forwarded-for": "203.0.113.9", accept: "*/*" };
  expect((await get("/metrics", proxied)).status).toBe(401);
  const analyst = `Bearer ${(await server.token("ANALYST")).secret}`;
  expect((await get("/metrics", { ...proxied, authorization: analyst })).status).toBe(403);
  const admin = `Bearer ${(await server.token("ADMIN")).secret}`;
  expect((await get("/metrics", { ...proxied, authorization: admin })).status).toBe(200);
  expect((await get("/schema.graphql")).status).toBe(401);
  expect(await (await get("/schema.graphql", { authorization: analyst })).text()).toContain("type Query");
});

test("what is not there is 404, also below the folders we serve", async () => {
  for (const path of [
    "/x",
    "/assets/../package.json",
    "/assets/0/package.json",
    "/assets/0/__proto__",
    "/assets/0/..%2f..%2fpackage.json",
    "/__proto__",
    "//x",
    "/%",
  ])
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  expect((await fetch(`${server.url}/`, { method: "DELETE" })).status).toBe(405);
});

test("behind an https PUBLIC_URL the proxy's word on addresses counts, and cookies are secure", async () => {
  const own = await startTestServer({ publicUrl: "https://gate.example" });
  const path = await createSignInLink(own.database.db, { name: "Ada", role: "ADMIN" });
  const opened = await fetch(own.url + path, {
    redirect: "manual",
    headers: { "x-forwarded-for": "1.1.1.1, 203.0.113.9" },
  });
  expect(opened.headers.getSetCookie()[0]).toMatch(/^__Host-gatehouse_session=.*; Secure$/);
  expect(opened.headers.get("strict-transport-security")).toContain("max-age");
  const { entries } = await listAudit(own.database.db, systemViewer);
  expect(entries[0]!.ipAddress).toBe("203.0.113.9");
  await own.close();
});
