/** Promise R12: a passing fault of a token endpoint is not a revocation; a revocation is, once it is repeated; recovery is announced once. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProxiedAnswer } from "../connectors/contract/proxy.ts";
import { until } from "../e2e/support.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage?.close());

const json = (status: number, body: unknown, headers = {}): ProxiedAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const page = (status: number): ProxiedAnswer => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><title>Attention Required!</title></html>",
});

/** What a token endpoint, or something before it, answers although nothing was withdrawn. */
const faults: Readonly<Record<string, ProxiedAnswer>> = {
  "400 server_error": json(400, { error: "server_error" }),
  "400 temporarily_unavailable": json(400, { error: "temporarily_unavailable" }),
  "a firewall's page with 403": page(403),
  "a proxy's page with 400": page(400),
  "an empty 403": { status: 403, headers: {}, body: "" },
  "500": json(500, {}),
  "a page with 502": page(502),
  "broken JSON with 200": { status: 200, headers: { "content-type": "application/json" }, body: '{"access_tok' },
  "429 with a time": json(429, {}, { "retry-after": "1" }),
};
/** The rest of the hour, at the cadence of its retries. */
const rounds = process.env.SOAK ? 12 : 1;

const apps: readonly {
  slug: string;
  token: RegExp;
  settings: (tenant: SandboxTenant) => object;
  faults: readonly string[];
}[] = [
  {
    slug: "workday",
    token: /\/ccx\/oauth2\//,
    settings: ({ credentials: { clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken } }) => ({
      ...{ clientId, clientSecret, restEndpoint, tokenEndpoint, refreshToken },
    }),
    faults: Object.keys(faults),
  },
  {
    slug: "okta",
    token: /\/oauth2\/v1\/token/,
    settings: ({ credentials: { domain, clientId, keyId, privateKey } }) => ({
      ...{ mode: "oauth", domain, clientId, keyId, privateKey },
    }),
    faults: ["400 server_error", "a firewall's page with 403"],
  },
  {
    slug: "github",
    token: /\/access_tokens$/,
    settings: ({ credentials: { org, appId, installationId, privateKey } }) => ({
      ...{ mode: "app", org, appId, installationId, privateKey },
    }),
    faults: ["a firewall's page with 403", "a page with 502"],
  },
];

describe.each(apps)("$slug", ({ slug, token, settings, faults: tried }) => {
  test("stays CONNECTED through every passing fault and reads on afterwards", { timeout: 180_000 }, async () => {
    const tenant = await stage.sandbox.createTenant({
      provider: slug,
      name: `p-${slug}`,
      users: 6,
      events: 20,
      unlimited: true,
    });
    stage.proxy.set(null);
    const id = await stage.api.connected(slug, slug, settings(tenant));
    await stage.api.scanned(id);
    for (let round = 0; round < rounds; round++)
      for (const name of tried) {
        // The access token has ended, and a new one is not to be had.
        stage.proxy.set(({ target }, answer) => (token.test(target) ? faults[name]! : { ...answer, ...unauthorized }));
        const scan = await stage.api.scan(id, "USERS");
        expect(["QUEUED", "FAILED", "THROTTLED"], `${name}: ${scan.error}`).toContain(scan.status);
        expect(await stage.api.instance(id), `${name}: ${scan.error}`).toMatchObject({
          status: "CONNECTED",
          statusReason: null,
        });
      }
    stage.proxy.set(null);
    await sleep(1100);
    await stage.api.startScan(id, ["USERS"]);
    const done = await until(
      async () => (await stage.api.scans(id, "USERS"))[0]!,
      ({ status }) => status === "SUCCEEDED",
    );
    expect(done.error === null || /interrupted/.test(done.error)).toBe(true);
  });
});

const unauthorized = { status: 401, body: JSON.stringify({ error: "invalid_token" }) };

test("a firewall's page instead of data holds nothing against the scopes of the credential", {
  timeout: 60_000,
}, async () => {
  const tenant = await stage.sandbox.createTenant({
    provider: "github",
    name: "page",
    users: 6,
    events: 20,
    unlimited: true,
  });
  const { org, personalAccessToken } = tenant.credentials;
  stage.proxy.set(null);
  const id = await stage.api.connected("github", "Page", { mode: "pat", org, token: personalAccessToken });
  await stage.api.scanned(id);
  stage.proxy.set(() => page(403));
  const scan = await stage.api.scan(id, "USERS");
  expect(scan).toMatchObject({ status: "QUEUED", error: expect.stringContaining("web page") });
  const { health, status } = await stage.api.instance(id);
  expect(status).toBe("CONNECTED");
  expect(health.streams.map(({ disabledReason }) => disabledReason)).toEqual(health.streams.map(() => null));
  stage.proxy.set(null);
});

test("a refusal that is not repeated is no revocation; one that is turns the instance ERROR, and recovery is one event", {
  timeout: 90_000,
}, async () => {
  const { gatehouse, api, proxy, sandbox } = stage;
  const tenant = await sandbox.createTenant({
    provider: "workday",
    name: "twice",
    users: 6,
    events: 20,
    unlimited: true,
  });
  proxy.set(null);
  const id = await api.connected("workday", "Twice", apps[0]!.settings(tenant));
  await api.scanned(id);
  const isToken = (target: string) => apps[0]!.token.test(target);
  let refusals = 0;
  /** The access token has ended; the first `count` attempts to renew it are refused. */
  const refusing = (count: number) => {
    refusals = 0;
    proxy.set(({ target }, answer) => {
      if (refusals >= count) return answer;
      if (!isToken(target)) return { ...answer, ...unauthorized };
      refusals += 1;
      return json(400, { error: "invalid_grant" });
    });
  };
  refusing(1);
  const once = await api.scan(id, "USERS");
  expect(once).toMatchObject({ status: "QUEUED", error: expect.stringContaining("once and then took it again") });
  expect(await api.instance(id)).toMatchObject({ status: "CONNECTED", statusReason: null });

  refusing(1);
  expect(await api.testConnection(id)).toMatchObject({ ok: false, userErrors: [{ code: "PROVIDER_UNAVAILABLE" }] });
  expect((await api.instance(id)).status).toBe("CONNECTED");

  const events = await gatehouse.subscribe<{ instanceChanged: { status: string; statusReason: string | null } }>(
    "subscription ($ids: [ID!]) { instanceChanged(ids: $ids) { status statusReason } }",
    { ids: [id] },
  );
  refusing(1000);
  await api.startScan(id, ["USERS"]);
  const failed = await api.status(id, "ERROR");
  expect(failed.statusReason).toMatch(/refresh token is no longer accepted/);
  expect(refusals).toBeGreaterThanOrEqual(2);
  await events.next(({ instanceChanged }) => instanceChanged.status === "ERROR");
  proxy.set(null);
  expect(await api.testConnection(id)).toMatchObject({ ok: true });
  await until(
    async () => events.received.length,
    (count) => count >= 3,
  );
  await sleep(1500);
  const seen = events.received.map(({ instanceChanged: { status, statusReason } }) => [status, statusReason !== null]);
  // The first is the state at the beginning.
  expect(seen).toEqual([
    ["CONNECTED", false],
    ["ERROR", true],
    ["CONNECTED", false],
  ]);
});
