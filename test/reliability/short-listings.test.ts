/** Promise R10: absence is concluded only from a full listing, and decisions of people survive it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Change } from "../connectors/contract/proxy.ts";
import { until } from "../e2e/support.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let tenant: SandboxTenant;
let id: string;

const streams = ["USERS", "GROUPS", "PRIVILEGES", "OAUTH_APPS"];

/** Every listing is short: of the users one of many and no next link, of the rest an empty list with 200. */
const short: Change = ({ target, method }, answer) => {
  const path = target.split("?")[0]!;
  if (method !== "GET" || answer.status !== 200) return answer;
  const isUsers = path.endsWith("/api/v1/users") && !target.includes("DEPROVISIONED");
  const isEmptied = /\/api\/v1\/(groups|apps|api-tokens|iam\/assignees\/users)$/.test(path);
  if (!isUsers && !isEmptied) return answer;
  const body: unknown = JSON.parse(answer.body);
  const shortened = Array.isArray(body)
    ? body.slice(0, isUsers ? 1 : 0)
    : { ...(body as object), value: [], _links: {} };
  const { link: _, ...headers } = answer.headers;
  return { ...answer, headers, body: JSON.stringify(shortened) };
};

beforeAll(async () => {
  stage = await openStage();
  tenant = await stage.sandbox.createTenant({
    provider: "okta",
    name: "acme",
    users: 220,
    groups: 8,
    events: 40,
    historyDays: 1,
    unlimited: true,
  });
  const { domain, apiToken } = tenant.credentials;
  id = await stage.api.connected("okta", "Acme", { mode: "token", domain, token: apiToken });
  await stage.api.scanned(id);
}, 120_000);
afterAll(() => stage?.close());

interface Known {
  users: number;
  deleted: number;
  groups: number;
  admins: number;
  apps: number;
  terminated: number;
  actions: number;
}

async function known(): Promise<Known> {
  const [row] = await stage.gatehouse.sql<Known[]>`
    select (select count(*) from users)::int as users, (select count(*) from users where status = 'DELETED')::int as deleted,
      (select count(*) from groups)::int as groups, (select count(*) from users where is_admin)::int as admins,
      (select count(*) from oauth_apps)::int as apps, (select count(*) from identities where terminated_at is not null)::int as terminated,
      (select count(*) from governance_actions where kind <> 'APPROVE_APP')::int as actions`;
  return row!;
}

const scanAll = async () => {
  const scans = [];
  for (const stream of streams) scans.push(await stage.api.scan(id, stream, { mode: "FULL" }));
  return scans;
};

const alerts = async () => {
  const { alerts } = await stage.gatehouse.graphql<{ alerts: { nodes: { title: string; kind: string }[] } }>(
    "{ alerts(first: 100) { nodes { title kind } } }",
  );
  return alerts.nodes;
};

const waiting = async () => {
  const { scans } = await stage.gatehouse.graphql<{
    scans: { nodes: { id: string; stream: string; awaitsConfirmation: boolean }[] };
  }>("query ($ids: [ID!]) { scans(first: 100, instanceIds: $ids) { nodes { id stream awaitsConfirmation } } }", {
    ids: [id],
  });
  return scans.nodes.filter((scan) => scan.awaitsConfirmation);
};

const confirm = (scan: string, token?: string) =>
  stage.gatehouse.ask<{ confirmListing: { scan: { error: string } | null; userErrors: { code: string }[] } }>(
    "mutation ($id: ID!) { confirmListing(id: $id) { scan { error } userErrors { code } } }",
    { id: scan },
    token,
  );

async function approveAnApp(): Promise<string> {
  const { oauthApps } = await stage.gatehouse.graphql<{ oauthApps: { nodes: { id: string; state: string }[] } }>(
    "{ oauthApps(first: 100) { nodes { id state } } }",
  );
  const app = oauthApps.nodes.find(({ state }) => state === "UNDETERMINED")!.id;
  await stage.gatehouse.graphql(
    `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) { userErrors { message } } }`,
    { input: { kind: "APPROVE_APP", instanceId: id, oauthAppId: app } },
  );
  await until(
    () => stateOf(app),
    (state) => state === "APPROVED",
  );
  return app;
}

const stateOf = async (app: string) =>
  (
    await stage.gatehouse.graphql<{ node: { state: string } | null }>(
      "query ($id: ID!) { node(id: $id) { ... on OAuthApp { state } } }",
      { id: app },
    )
  ).node?.state;

test("short and empty listings conclude nothing, raise a system alert, and a whole one ends the doubt", async () => {
  const before = await known();
  const others = (await alerts()).filter(({ kind }) => kind !== "SYSTEM").length;
  expect(before).toMatchObject({ terminated: expect.any(Number), groups: 8 });
  stage.proxy.set(short);
  for (const scan of await scanAll())
    expect(scan, scan.stream).toMatchObject({
      status: "SUCCEEDED",
      error: expect.stringContaining("nothing was marked as deleted"),
    });
  expect(await known()).toEqual(before);
  expect((await waiting()).map(({ stream }) => stream).sort()).toEqual([...streams].sort());
  const raised = await alerts();
  expect(raised.filter(({ kind }) => kind !== "SYSTEM")).toHaveLength(others);
  expect(raised.filter(({ title }) => title.includes("far too short")).length).toBe(streams.length);
  stage.proxy.set(null);
  for (const scan of await scanAll()) expect(scan, scan.stream).toMatchObject({ status: "SUCCEEDED", error: null });
  expect(await known()).toEqual(before);
  expect(await waiting()).toEqual([]);
});

test("an ADMIN confirms a listing that is right, and an approval holds again when the app returns", async () => {
  const { gatehouse } = stage;
  const app = await approveAnApp();
  const before = await known();
  stage.proxy.set(short);
  await stage.api.scan(id, "OAUTH_APPS", { mode: "FULL" });
  expect(await known()).toEqual(before);
  const [held] = await waiting();
  const { createApiToken } = await gatehouse.graphql<{ createApiToken: { secret: string } }>(
    'mutation { createApiToken(name: "analyst", role: ANALYST) { secret } }',
  );
  expect((await confirm(held!.id, createApiToken.secret)).errors).toMatchObject([
    { extensions: { code: "FORBIDDEN" } },
  ]);
  expect((await confirm(held!.id)).data).toMatchObject({
    confirmListing: { scan: { error: expect.stringContaining("confirmed") }, userErrors: [] },
  });
  expect(await known()).toMatchObject({ ...before, apps: 0 });
  expect((await confirm(held!.id)).data).toMatchObject({
    confirmListing: { scan: null, userErrors: [{ code: "CONFLICT" }] },
  });
  expect((await stage.api.audit(["scan.confirmListing"])).map(({ result }) => result)).toEqual([
    "CONFLICT",
    "ok",
    "FORBIDDEN",
  ]);
  stage.proxy.set(null);
  await stage.api.scan(id, "OAUTH_APPS", { mode: "FULL" });
  expect(await known()).toEqual(before);
  expect(await stateOf(app)).toBe("APPROVED");
});

test("a listing that is interrupted again and again marks nobody as deleted", async () => {
  const before = await known();
  // The second page of users breaks, twice, and with it the listing.
  let broken = 0;
  stage.proxy.set(({ target }, answer) =>
    /\/api\/v1\/users\?.*after=/.test(target) && broken++ < 6 ? { ...answer, status: 503, body: "{}" } : answer,
  );
  const [started] = await stage.api.startScan(id, ["USERS"], { mode: "FULL" });
  const find = async () => (await stage.api.scans(id, "USERS")).find((scan) => scan.id === started!.id)!;
  await until(find, ({ status, error }) => status === "QUEUED" && error !== null);
  expect(await known()).toEqual(before);
  stage.proxy.set(null);
  const done = await until(find, ({ status }) => status === "SUCCEEDED");
  expect(done.error).toMatch(/interrupted/);
  expect(await known()).toEqual(before);
});
