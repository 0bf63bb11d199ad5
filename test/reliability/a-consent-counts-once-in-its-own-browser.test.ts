import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiOf } from "../e2e/support.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";
import { newVisitor, openConsent, pressAllow, type Visitor } from "../support/visitor.ts";

let sandbox: Sandbox;
let gatehouse: Gatehouse;
let api: ReturnType<typeof apiOf>;
let tenant: SandboxTenant;

beforeAll(async () => {
  sandbox = await startSandbox();
  gatehouse = await startGatehouse({ sandboxUrl: sandbox.url });
  api = apiOf(gatehouse);
  tenant = await sandbox.createTenant({ provider: "github", name: "acme", users: 3, groups: 1, events: 5 });
});
afterAll(async () => {
  await gatehouse.stop();
  await sandbox.stop();
});

const settings = () => {
  const { clientId, clientSecret } = tenant.credentials;
  return { mode: "oauth", org: tenant.name, clientId: clientId!, clientSecret: clientSecret! };
};

/** An ADMIN token asks for a consent; a person opens its link and presses Allow. */
async function consented() {
  const { instance, authorizationUrl } = await api.connect("github", "Acme", settings());
  const visit = newVisitor();
  const page = await openConsent(visit, authorizationUrl!);
  const callback = new URL(await pressAllow(page));
  return { id: instance!.id, link: authorizationUrl!, visit, page, callback };
}

const exchanges = async () => (await tenant.calls())["POST /login/oauth/access_token"] ?? 0;

function changed(callback: URL, change: (url: URL) => void): string {
  const url = new URL(callback);
  change(url);
  return url.href;
}

interface Refusal {
  what: string;
  result: string;
  send: (visit: Visitor, callback: URL) => Promise<Response>;
}

const refusals: Refusal[] = [
  {
    what: "an unknown state",
    result: "STATE_REFUSED",
    send: (visit, callback) => visit(changed(callback, (url) => url.searchParams.set("state", "made-up"))),
  },
  {
    what: "a browser that did not open the link",
    result: "STATE_REFUSED",
    send: (_, callback) => newVisitor()(callback.href),
  },
  {
    what: "a browser that opened the link of another consent",
    result: "STATE_REFUSED",
    send: async (_, callback) => {
      const { authorizationUrl } = await api.connect("github", "Other", settings());
      const stranger = newVisitor();
      await openConsent(stranger, authorizationUrl!);
      return stranger(callback.href);
    },
  },
  {
    what: "another issuer in `iss`",
    result: "ISSUER_REFUSED",
    send: (visit, callback) => visit(changed(callback, (url) => url.searchParams.set("iss", "https://evil.example"))),
  },
  {
    what: "an `iss` that only begins like the right one",
    result: "ISSUER_REFUSED",
    send: (visit, callback) =>
      visit(changed(callback, (url) => url.searchParams.set("iss", "https://github.com.evil.example"))),
  },
  {
    what: "the code of another provider, at that one's address",
    result: "ISSUER_REFUSED",
    send: (visit, callback) => visit(changed(callback, (url) => (url.pathname = "/oauth/callback/workday"))),
  },
  {
    what: "the address all connectors once shared",
    result: "ISSUER_REFUSED",
    send: (visit, callback) => visit(changed(callback, (url) => (url.pathname = "/oauth/callback"))),
  },
];

describe("a callback is refused, the provider is not called, and nothing is used up:", () => {
  test.each(refusals)("$what", async ({ result, send }) => {
    const { id, visit, callback } = await consented();
    const before = await exchanges();
    expect((await send(visit, callback)).status).toBe(400);
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result });
    expect(await exchanges()).toBe(before);
    expect(await api.instance(id)).toMatchObject({ status: "AWAITING_AUTHORIZATION", externalAccountId: null });
    // The right one still can.
    const right = changed(callback, (url) => url.searchParams.set("iss", "https://github.com/login/oauth"));
    expect((await visit(right)).status).toBe(200);
    expect(await api.disconnect(id, true)).toMatchObject({ userErrors: [] });
  });
});

test("looking at a callback with HEAD completes nothing", async () => {
  const { id, visit, callback } = await consented();
  const ahead = await visit(callback.href, { method: "HEAD" });
  expect([ahead.status, ahead.headers.get("allow")]).toEqual([405, "GET"]);
  expect(await api.instance(id)).toMatchObject({ status: "AWAITING_AUTHORIZATION" });
  expect((await visit(callback.href)).status).toBe(200);
  expect((await visit(callback.href)).status).toBe(400);
  await api.disconnect(id, true);
});

test("the link works in one browser: there again and again, elsewhere never", async () => {
  const { id, link, visit, page, callback } = await consented();
  expect((await openConsent(visit, link)).href).toBe(page.href);
  const elsewhere = await newVisitor()(link);
  expect([elsewhere.status, elsewhere.headers.get("location")]).toEqual([400, null]);
  expect(link).not.toContain(callback.searchParams.get("state"));
  expect((await visit(callback.href)).status).toBe(200);
  expect((await visit(link)).status).toBe(400);
  await api.disconnect(id, true);
});

test("each connector has a redirect address of its own, with PKCE, and after ten minutes nothing is accepted", async () => {
  const { id, link, visit, page, callback } = await consented();
  expect(page.searchParams.get("redirect_uri")).toBe(`${gatehouse.url}/oauth/callback/github`);
  expect(page.searchParams.get("code_challenge_method")).toBe("S256");
  await gatehouse.sql`update oauth_states set expires_at = now() - interval '1 second'`;
  expect((await visit(callback.href)).status).toBe(400);
  expect((await visit(link)).status).toBe(400);
  expect(await api.instance(id)).toMatchObject({ status: "AWAITING_AUTHORIZATION" });
});
