import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { type Installation, type Member, openInstallation, timeUntil } from "../support/installation.ts";
import { openLine } from "../support/line.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

const events = process.env.SOAK ? 20_000 : 1500;
const rounds = process.env.SOAK ? 10 : 2;
/** What is promised, and a little for the process to leave. */
const longestEndMs = 11_500;

let sandbox: Sandbox;
let tenant: SandboxTenant;
let home: Installation;
let instanceId: string;
let ready: Member[];

const connect = `mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id } userErrors { message } } }`;
const startScan = `mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }`;

beforeAll(async () => {
  sandbox = await startSandbox();
  home = await openInstallation({ sandboxUrl: sandbox.url });
  tenant = await sandbox.createTenant({ provider: "okta", name: "acme", users: 60, events, historyDays: 5 });
  ready = await startAll();
  const { domain, clientId, keyId, privateKey } = tenant.credentials;
  const input = { connectorSlug: "okta", name: "Acme", settings: { domain, clientId, keyId, privateKey } };
  const { connectInstance } = await home.data<{ connectInstance: { instance: { id: string } } }>(gateway(), connect, {
    input,
  });
  instanceId = connectInstance.instance.id;
}, 120_000);

const gateway = () => ready[0] as Member;
const startAll = () => Promise.all([home.start("serve"), home.start("worker")]);
const stored = async () => (await home.sql`select count(*)::int as count from activities`)[0]!.count as number;

/** Ends all members with SIGTERM; how long each took. */
async function endAll(): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    ready.map(async ({ process }) => {
      const ended = await process.kill("SIGTERM", 40_000);
      expect([ended, process.output().match(/unhandled|uncaught/i)]).toEqual([{ code: 0, signal: null }, null]);
      return Math.round(performance.now() - began);
    }),
  );
}

test("processes that scan, stream and wait for a provider end within ten seconds of SIGTERM, and nothing is lost", async () => {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round > 0) ready = await startAll();
    await timeUntil(async () => (await stored()) > 0, 30_000);
    const streaming = await fetch(`${gateway().url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        authorization: `Bearer ${home.token}`,
      },
      body: JSON.stringify({ query: "subscription { activitiesAdded { cursor } }" }),
    });
    // Every call to the app hangs from now on: pages in the middle, and a person's test of the connection.
    await tenant.setFaults({ slowMs: 60_000 });
    const testing = home
      .ask(gateway(), "mutation ($id: ID!) { testConnection(instanceId: $id) { latencyMs } }", { id: instanceId })
      .catch(() => null);
    await home.ask(gateway(), startScan, { id: instanceId });
    await sleep(700);
    took.push(...(await endAll()));
    await streaming.text().catch(() => "");
    await testing;
    await tenant.setFaults({});
  }
  console.log(`ended after ${took.join(", ")} ms`);
  expect(Math.max(...took)).toBeLessThan(longestEndMs);

  ready = await startAll();
  const { total } = await tenant.events(0, 1);
  await timeUntil(async () => (await stored()) >= total, 60_000);
  expect(await home.sql`select count(distinct external_id)::int as count from activities`).toEqual([{ count: total }]);
  expect(await home.sql`select stream, error from scans where status = 'FAILED'`).toEqual([]);
}, 240_000);

test("a process whose database answers nothing ends in time as well, and its log names what it waited for", async () => {
  const holding = home.sql.begin(async (sql) => {
    await sql`lock table streams, scans, log_consumers, activity_log in access exclusive mode`;
    await home.ask(gateway(), "{ viewer { name } }");
    await sleep(2500);
    const took = await endAll();
    console.log(`with everything locked, ended after ${took.join(", ")} ms`);
    expect(Math.max(...took)).toBeLessThan(longestEndMs);
  });
  await holding;
  expect(ready.map(({ process }) => process.output()).join("\n")).toMatch(/"waitingFor":\[/);
}, 120_000);

test("a process whose database is lost in the moment when it becomes ready goes on, and still ends when it is asked to", async () => {
  const line = await openLine(home.databaseUrl);
  onTestFinished(() => line.close());
  // What is asked for the notes that follow a start.
  line.cutAt(/count\(\*\)[^;]*"sessions"/);
  ready = [await home.start("serve", { databaseUrl: line.url })];
  await sleep(1500);
  await timeUntil(async () => (await home.ask(gateway(), "{ viewer { name } }")).errors.length === 0, 20_000);
  const took = await endAll();
  expect(Math.max(...took)).toBeLessThan(longestEndMs);
}, 120_000);
