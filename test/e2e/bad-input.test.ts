import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { runNode } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";
import { newVisitor, openConsent, pressAllow } from "../support/visitor.ts";
import { type Added, activityAdded, apiOf, patience, sealedParts, until } from "./support.ts";

let sandbox: Sandbox;
let gatehouse: Gatehouse;
let browser: TestBrowser;
let api: ReturnType<typeof apiOf>;
let tenant: SandboxTenant;
let id: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  [gatehouse, browser] = await Promise.all([startGatehouse({ sandboxUrl: sandbox.url }), openBrowser()]);
  api = apiOf(gatehouse);
  tenant = await tenantOf("acme");
  id = await api.connected("github", "Acme", tokenSettings(tenant));
  await api.scanned(id);
}, 120_000);
afterAll(async () => {
  await gatehouse?.stop();
  await sandbox?.stop();
});

const tenantOf = (name: string) =>
  sandbox.createTenant({ provider: "github", name, users: 6, events: 20, historyDays: 3 });

const tokenSettings = ({ credentials: { org, personalAccessToken } }: SandboxTenant) => ({
  mode: "pat",
  org,
  token: personalAccessToken,
});

const consentSettings = ({ credentials: { org, clientId, clientSecret } }: SandboxTenant) => ({
  org,
  clientId,
  clientSecret,
});

/** The browser of whoever consents. */
const visit = newVisitor();

/** What it is sent back to after a click on Allow. */
async function allow(authorizationUrl: string): Promise<string> {
  return pressAllow(await openConsent(visit, authorizationUrl));
}

async function rows(): Promise<number[]> {
  const [counted] = await gatehouse.sql`
    select (select count(*) from instances)::int as instances, (select count(*) from streams)::int as streams,
      (select count(*) from oauth_states)::int as states`;
  return Object.values(counted!);
}

describe("connecting", () => {
  /** Tries to connect; nothing may be left of it, and the attempt is in the audit log. */
  async function refused(slug: string, settings: unknown, name = "Refused") {
    const before = await rows();
    const answer = await api.connect(slug, name, settings);
    expect(answer).toMatchObject({ instance: null, authorizationUrl: null });
    expect(await rows()).toEqual(before);
    const [entry] = await api.audit(["instance.connect"]);
    expect(entry).toMatchObject({
      actor: expect.stringContaining("e2e"),
      target: `connector/${slug}`,
      result: answer.userErrors[0]!.code,
      ipAddress: "127.0.0.1",
    });
    return answer.userErrors;
  }

  test("wrong settings: every problem at once, each with its field", async () => {
    const errors = await refused("github", { mode: "sso", org: "-acme-", token: 7, hots: "github.com" });
    expect(errors.map(({ code, field }) => `${code} ${field?.join(".")}`).sort()).toEqual([
      "BAD_USER_INPUT input.settings.hots",
      "BAD_USER_INPUT input.settings.mode",
      "BAD_USER_INPUT input.settings.org",
      "BAD_USER_INPUT input.settings.token",
    ]);
    expect(await refused("okta", {})).toEqual([
      { code: "BAD_USER_INPUT", message: "Okta domain is missing.", field: ["input", "settings", "domain"] },
    ]);
    expect(await refused("github", "org=acme")).toMatchObject([{ field: ["input", "settings"] }]);
    expect(await refused("github", { org: "acme" }, " ")).toMatchObject([{ field: ["input", "name"] }]);
  });

  test("settings that a sign-in mode needs: all that are missing", async () => {
    const fields = async (slug: string, settings: object) =>
      (await refused(slug, settings)).map(({ field }) => field!.at(-1));
    expect(await fields("github", { mode: "app", org: "acme" })).toEqual(["appId", "installationId", "privateKey"]);
    expect(await fields("github", { org: "acme" })).toEqual(["clientId", "clientSecret"]);
    expect(await fields("okta", { domain: "acme.okta.com" })).toEqual(["clientId", "privateKey"]);
    expect(await fields("okta", { domain: "okta.com", mode: "token" })).toEqual(["domain", "token"]);
    expect(await fields("workplace", { appId: "504221034567890" })).toEqual(["appSecret"]);
    expect(await fields("workday", {})).toEqual(
      expect.arrayContaining(["restEndpoint", "tokenEndpoint", "clientId", "clientSecret"]),
    );
    expect(
      await refused("github", { mode: "app", org: "acme", appId: "1", installationId: "2", privateKey: "no key" }),
    ).toMatchObject([{ code: "BAD_USER_INPUT", field: ["input", "settings", "privateKey"] }]);
  });

  test("an unknown app, and a role that may not", async () => {
    expect(await refused("gitbuh", {})).toMatchObject([
      { code: "UNKNOWN_CONNECTOR", field: ["input", "connectorSlug"], message: expect.stringContaining("gitbuh") },
    ]);
    const before = await rows();
    const { createApiToken } = await gatehouse.graphql<{ createApiToken: { secret: string } }>(
      'mutation { createApiToken(name: "analyst", role: ANALYST) { secret } }',
    );
    const { errors } = await gatehouse.ask(
      'mutation { connectInstance(input: { connectorSlug: "github", name: "x", settings: {} }) { instance { id } } }',
      {},
      createApiToken.secret,
    );
    expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    expect(await rows()).toEqual(before);
    expect((await api.audit(["instance.connect"]))[0]).toMatchObject({ result: "FORBIDDEN" });
    expect((await gatehouse.ask("{ viewer { name } }", {}, "nonsense")).status).toBe(401);
  });

  test("a key the provider refuses, and a tenant that is not there", async () => {
    expect(await refused("github", { ...tokenSettings(tenant), token: "ghp_wrong" })).toMatchObject([
      { code: "PROVIDER_AUTH", field: null, message: expect.not.stringContaining("ghp_wrong") },
    ]);
    expect(await refused("github", { ...tokenSettings(tenant), org: "globex" })).toMatchObject([
      { code: "PROVIDER_NOT_FOUND" },
    ]);
  });

  test("a tenant that is connected already, also when two ask at once", async () => {
    expect(await refused("github", tokenSettings(tenant))).toEqual([
      { code: "ALREADY_CONNECTED", message: expect.stringContaining('"Acme"'), field: null },
    ]);
    const twice = await tenantOf("twice");
    const answers = await Promise.all([1, 2].map((n) => api.connect("github", `Twice ${n}`, tokenSettings(twice))));
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(["ALREADY_CONNECTED"]);
    // By consent it shows only when the provider has named the tenant: the instance that waited goes again.
    const { instance, authorizationUrl } = await api.connect("github", "Again", consentSettings(tenant));
    const page = await browser.newPage();
    await page.goto(authorizationUrl!);
    await Promise.all([page.waitForURL(/\/oauth\/callback/), page.click("#allow")]);
    expect(await page.textContent("body")).toContain('connected already, as "Acme"');
    expect(await api.instance(instance!.id)).toBeNull();
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result: "ALREADY_CONNECTED" });
    expect((await api.instance(id)).status).toBe("CONNECTED");
  });
});

describe("consent", () => {
  test("denied: nothing is connected, and it can be asked for again", async () => {
    const other = await tenantOf("denied");
    const { instance, authorizationUrl } = await api.connect("github", "Denied", consentSettings(other));
    const page = await browser.newPage();
    await page.goto(authorizationUrl!);
    await Promise.all([page.waitForURL(/\/oauth\/callback/), page.click("#deny")]);
    expect(await page.textContent("h1")).toBe("Consent was not given");
    const denied = await api.instance(instance!.id);
    expect(denied).toMatchObject({
      status: "AWAITING_AUTHORIZATION",
      statusReason: expect.stringContaining("not given"),
      externalAccountId: null,
    });
    expect(denied.health.streams).toEqual([]);
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({
      result: "AUTHORIZATION_DENIED",
      ipAddress: "127.0.0.1",
    });
    const again = await api.enable(instance!.id);
    const answer = await visit(await allow(again.authorizationUrl!));
    expect(answer.status).toBe(200);
    expect(await api.instance(instance!.id)).toMatchObject({ status: "CONNECTED", statusReason: null });
  });

  test("answered twice: the second time is refused", async () => {
    const other = await tenantOf("replayed");
    const { instance, authorizationUrl } = await api.connect("github", "Replayed", consentSettings(other));
    const callback = await allow(authorizationUrl!);
    expect((await visit(callback)).status).toBe(200);
    const replay = await visit(callback);
    expect(replay.status).toBe(400);
    expect(await replay.text()).toContain("This authorization link cannot be used");
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result: "STATE_REFUSED", actor: "browser" });
    expect((await api.instance(instance!.id)).status).toBe("CONNECTED");
    expect((await fetch(`${gatehouse.url}/oauth/callback?state=made-up&code=1`)).status).toBe(400);
    expect((await fetch(`${gatehouse.url}/oauth/callback`)).status).toBe(400);
    expect((await other.calls())["POST /login/oauth/access_token"]).toBe(1);
  });

  test("a wrong code: the instance says why, and can be tried again", async () => {
    const other = await tenantOf("forged");
    const { instance, authorizationUrl } = await api.connect("github", "Forged", consentSettings(other));
    const state = (await openConsent(visit, authorizationUrl!)).searchParams.get("state");
    const answer = await visit(`${gatehouse.url}/oauth/callback/github?state=${state}&code=made-up`);
    expect(answer.status).toBe(400);
    expect(await api.instance(instance!.id)).toMatchObject({
      status: "ERROR",
      statusReason: expect.stringContaining("the code is wrong or has expired"),
      externalAccountId: null,
    });
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result: "PROVIDER_AUTH" });
    const again = await api.enable(instance!.id);
    expect((await visit(await allow(again.authorizationUrl!))).status).toBe(200);
  });

  test("asked for in one browser, answered in another: refused, and not used up", async () => {
    const [, link] = await gatehouse.process.waitFor(/Sign in once, within ten minutes: (\S+)/);
    const page = await browser.newPage();
    await page.goto(link!);
    // The start page may fetch nothing; this one may.
    await page.goto(`${gatehouse.url}/graphiql`);
    expect((await fetch(link!, { redirect: "manual" })).status).toBe(401);
    const other = await tenantOf("session");
    const { authorizationUrl, instance } = await page.evaluate(async (settings) => {
      const query = `mutation ($settings: JSON!) {
        connectInstance(input: { connectorSlug: "github", name: "Session", settings: $settings }) {
          authorizationUrl instance { id } } }`;
      const response = await fetch("/graphql", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables: { settings } }),
      });
      return (await response.json()).data.connectInstance as { authorizationUrl: string; instance: { id: string } };
    }, consentSettings(other));
    const callback = await pressAllow(new URL(authorizationUrl));
    const elsewhere = await fetch(callback);
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.text()).toContain("requested in another browser");
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result: "STATE_REFUSED" });
    expect((await api.instance(instance.id)).status).toBe("AWAITING_AUTHORIZATION");
    await page.goto(callback);
    expect(await page.textContent("h1")).toBe("GitHub is connected");
  });

  test("disabled or disconnected while the provider is asked: that has the last word", async () => {
    const other = await tenantOf("hasty");
    const { instance, authorizationUrl } = await api.connect("github", "Hasty", consentSettings(other));
    const interrupt = async (url: string, change: () => Promise<unknown>): Promise<Response> => {
      const callback = await allow(url);
      await other.setFaults({ slowMs: 500 });
      const answer = visit(callback);
      await api.status(instance!.id, "CONNECTING");
      await change();
      return answer;
    };
    expect((await interrupt(authorizationUrl!, () => api.disable(instance!.id))).status).toBe(400);
    expect((await api.instance(instance!.id)).status).toBe("DISABLED");
    const again = await api.enable(instance!.id);
    expect((await interrupt(again.authorizationUrl!, () => api.disconnect(instance!.id))).status).toBe(400);
    expect((await api.instance(instance!.id)).status).toBe("DISCONNECTED");
    expect(Object.values(await sealedParts(gatehouse, instance!.id))).toEqual([null, null, null, null]);
    expect((await api.audit(["oauth.callback"]))[0]).toMatchObject({ result: "CONFLICT" });
  });

  test("another tenant's consent does not continue this one's history", async () => {
    const { instance, authorizationUrl } = await api.connect("github", "Mine", consentSettings(await tenantOf("mine")));
    await visit(await allow(authorizationUrl!));
    await api.disable(instance!.id);
    const theirs = await tenantOf("theirs");
    const { authorizationUrl: asked } = await api.enable(instance!.id, consentSettings(theirs));
    const answer = await visit(await allow(asked!));
    expect(await answer.text()).toContain("another tenant");
    expect(await api.instance(instance!.id)).toMatchObject({
      status: "ERROR",
      accountName: "mine",
      settings: { org: "mine" },
    });
  });
});

describe("webhooks", () => {
  test("a wrong signature is refused and audited once a minute; a replay changes nothing", async () => {
    const [ping] = await until(
      () => tenant.deliveries(),
      (deliveries) => deliveries.length > 0,
    );
    const send = (url: string, headers: Record<string, string>, body = ping!.body) =>
      fetch(url, { method: "POST", headers, body });
    const forged = { ...ping!.headers, "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
    for (let time = 0; time < 3; time++) expect((await send(ping!.url, forged)).status).toBe(401);
    const { "x-hub-signature-256": _, ...unsigned } = ping!.headers;
    expect((await send(ping!.url, unsigned)).status).toBe(401);
    expect((await send(ping!.url, ping!.headers, `${ping!.body} `)).status).toBe(401);
    expect(await api.audit(["webhook.reject"])).toEqual([
      {
        actor: "webhook",
        action: "webhook.reject",
        target: expect.stringMatching(/^instance\/\d+$/),
        result: "WEBHOOK_REJECTED",
        ipAddress: "127.0.0.1",
        after: null,
      },
    ]);

    await tenant.emit({ type: "org.add_member" });
    const delivery = (
      await until(
        () => tenant.deliveries(),
        (deliveries) => deliveries.length > 1,
      )
    ).at(-1)!;
    await until(
      () => tenant.deliveries(),
      (deliveries) => deliveries.at(-1)!.attempts.length > 0,
    );
    const count = () => gatehouse.sql`select 1 from webhook_deliveries`;
    const before = (await count()).length;
    expect((await send(delivery.url, delivery.headers, delivery.body)).status).toBe(200);
    expect(await count()).toHaveLength(before);
  });

  test("addresses that are nobody's answer alike", async () => {
    for (const path of ["github/999999", "okta/1", "github/x", "nonsense/1", "github"])
      expect((await fetch(`${gatehouse.url}/webhooks/${path}`, { method: "POST", body: "{}" })).status, path).toBe(404);
  });
});

describe("asking", () => {
  const codes = async (query: string, variables?: Record<string, unknown>) =>
    (await gatehouse.ask(query, variables)).errors.map(({ extensions: { code, field } }) => [code, field?.join(".")]);

  test("ids and filters that are none name their argument", async () => {
    const activities = "query ($filter: ActivityFilter) { activities(filter: $filter) { nodes { id } } }";
    expect(await codes(activities, { filter: { instanceIds: ["zzz"] } })).toEqual([
      ["BAD_USER_INPUT", "filter.instanceIds"],
    ]);
    expect(await codes(activities, { filter: { userIds: [id] } })).toEqual([["BAD_USER_INPUT", "filter.userIds"]]);
    expect(await codes(activities, { filter: { not: { groupIds: ["x"] } } })).toEqual([
      ["BAD_USER_INPUT", "filter.not.groupIds"],
    ]);
    expect((await codes(activities, { filter: { occurredFrom: "yesterday" } }))[0]![0]).toBe("BAD_USER_INPUT");
    expect(await codes('{ instance(id: "1") { id } }')).toEqual([["BAD_USER_INPUT", "id"]]);
    expect(await codes("{ users(first: 1000) { nodes { id } } }")).toEqual([["BAD_USER_INPUT", "first"]]);
    const { data } = await gatehouse.ask<{ instance: null }>("query ($id: ID!) { instance(id: $id) { id } }", {
      id: Buffer.from("Instance:999999").toString("base64url"),
    });
    expect(data).toEqual({ instance: null });
    const answer = await api.disable(Buffer.from("Instance:999999").toString("base64url"));
    expect(answer.userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["instanceId"] }]);
    await expect(api.startScan(id, ["FILES"])).rejects.toThrow(/BAD_USER_INPUT/);
  });

  test("cursors that are none, lie ahead, or have expired", async () => {
    for (const after of ["garbage", ""]) {
      const subscriber = await gatehouse.subscribe<Added>(activityAdded, { after });
      await subscriber.ended;
      expect(subscriber.errors, after).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field: ["after"] } }]);
    }
    // Of another installation, or of a database that was lost: it names a place in a log that there is not.
    const { streamPosition: now } = await gatehouse.graphql<{ streamPosition: { newest: string } }>(
      "{ streamPosition { newest } }",
    );
    const newest = Buffer.from(now.newest, "base64url").toString();
    for (const text of ["log:999999999", newest.replace(/\d+$/, "999999999")]) {
      const after = Buffer.from(text).toString("base64url");
      const subscriber = await gatehouse.subscribe<Added>(activityAdded, { after });
      await subscriber.ended;
      expect(subscriber.errors, text).toMatchObject([
        { extensions: { code: "CURSOR_EXPIRED", oldest: expect.any(String) } },
      ]);
    }
    expect(await codes('{ activities(after: "garbage") { nodes { id } } }')).toEqual([["BAD_USER_INPUT", "after"]]);
    const { streamPosition } = await gatehouse.graphql<{ streamPosition: { oldest: string } }>(
      "{ streamPosition { oldest newest } }",
    );
    // What retention does when the log has grown too old.
    await gatehouse.sql`update activity_log_state set trimmed_through = (select max(position) - 1 from activity_log)`;
    const expired = await gatehouse.stream<Added>(activityAdded, { after: streamPosition.oldest });
    await expired.ended;
    expect(expired.errors).toMatchObject([{ extensions: { code: "CURSOR_EXPIRED", oldest: expect.any(String) } }]);
    const { oldest } = expired.errors[0]!.extensions;
    const resumed = await gatehouse.subscribe<Added>(activityAdded, { after: oldest });
    const [event] = await tenant.emit({ type: "org.add_member" });
    await resumed.next(({ activityAdded }) => activityAdded.activity.externalId === event!.id);
  });

  test("frames that are none close the socket with a code", async () => {
    const closed = (frames: (string | Buffer)[]) =>
      new Promise<number>((resolve, reject) => {
        const socket = new WebSocket(`${gatehouse.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
        socket.on("open", () => {
          for (const frame of frames) socket.send(frame);
        });
        socket.on("close", (code) => resolve(code));
        socket.on("error", reject);
      });
    const init = JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${gatehouse.token}` } });
    expect(await closed(["{"])).toBe(4400);
    expect(await closed([init, JSON.stringify({ type: "dance" })])).toBe(4400);
    expect(await closed([Buffer.from([0xff, 0xfe, 0x00])])).toBe(4400);
    expect(
      await closed([JSON.stringify({ type: "subscribe", id: "1", payload: { query: "{ viewer { name } }" } })]),
    ).toBe(4401);
    expect(await closed([JSON.stringify({ type: "connection_init", payload: { authorization: "Bearer no" } })])).toBe(
      4403,
    );
    expect(await closed([init, init])).toBe(4429);
  });
});

describe.concurrent("starting", patience, () => {
  const serve = (env: Record<string, string | undefined>) =>
    runNode("src/main.ts", ["serve"], {
      env: { NODE_ENV: undefined, PROVIDER_SANDBOX_URL: undefined, PUBLIC_URL: undefined, PORT: "0", ...env },
    });

  test("production without a key, or with a short one, is refused with every other problem", async () => {
    const [missing, short] = await Promise.all([
      serve({ NODE_ENV: "production", PROVIDER_SANDBOX_URL: "http://127.0.0.1:1", PORT: "x" }),
      serve({ NODE_ENV: "production", GATEHOUSE_SECRET_KEYS: "c2hvcnQ=" }),
    ]);
    expect([missing.code, short.code]).toEqual([1, 1]);
    expect(missing.stderr).toMatch(/GATEHOUSE_SECRET_KEYS: must be set in production/);
    expect(missing.stderr).toMatch(/PROVIDER_SANDBOX_URL: /);
    expect(missing.stderr).toMatch(/PORT: must be a whole number/);
    expect(missing.stderr).not.toMatch(/\n\s+at /);
    expect(short.stderr).toMatch(/GATEHOUSE_SECRET_KEYS: the key must be 32 bytes/);
    expect(short.stderr).not.toContain("c2hvcnQ=");
  });

  test("a database that does not answer, and one whose secrets another key sealed", async () => {
    const otherKey = Buffer.alloc(32, 9).toString("base64");
    const [nowhere, sealed] = await Promise.all([
      serve({ DATABASE_URL: "postgres://gatehouse:hunter2@127.0.0.1:9/gatehouse" }),
      serve({ DATABASE_URL: gatehouse.databaseUrl, GATEHOUSE_SECRET_KEYS: otherKey }),
    ]);
    expect([nowhere.code, sealed.code]).toEqual([1, 1]);
    expect(nowhere.stderr).toMatch(/DATABASE_URL: cannot use gatehouse at 127\.0\.0\.1:9/);
    expect(nowhere.stderr).not.toMatch(/hunter2|\n\s+at /);
    expect(sealed.stderr).toMatch(/GATEHOUSE_SECRET_KEYS/);
    expect(sealed.stderr).not.toMatch(/\n\s+at /);
  });

  test("an app that its provider shut down, outside the sandbox", async () => {
    const alone = await startGatehouse({ env: { PROVIDER_SANDBOX_URL: undefined } });
    try {
      const settings = { appId: "504221034567890", appSecret: "secret" };
      const { instance, userErrors } = await apiOf(alone).connect("workplace", "Too late", settings);
      expect(instance).toBeNull();
      expect(userErrors).toMatchObject([{ code: "PROVIDER_RETIRED", field: ["input", "connectorSlug"] }]);
      expect(await alone.sql`select 1 from instances`).toHaveLength(0);
    } finally {
      await alone.stop();
    }
  });
});
