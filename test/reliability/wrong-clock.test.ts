import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, type Member, openInstallation, timeUntil } from "../support/installation.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

const dayMs = 24 * 60 * 60_000;
const shiftedMs = process.env.SOAK ? 20_000 : 5_000;

let folder: string;
let sandbox: Sandbox;
let tenant: SandboxTenant;
let home: Installation;
let gateway: Member;
let id: string;

const shift = (ms: number) => writeFileSync(join(folder, "shift"), String(ms));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-clock-"));
  shift(0);
  sandbox = await startSandbox();
  home = await openInstallation({ sandboxUrl: sandbox.url });
  gateway = await home.start("serve", {
    nodeArguments: ["--import", "./test/support/shifted-clock.ts"],
    env: { SHIFTED_CLOCK: join(folder, "shift") },
  });
  tenant = await sandbox.createTenant({ provider: "okta", name: "acme", users: 5, events: 20, historyDays: 2 });
  const { domain, clientId, keyId, privateKey } = tenant.credentials;
  const { connectInstance } = await home.data<{ connectInstance: { instance: { id: string } } }>(
    gateway,
    "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id } userErrors { message } } }",
    { input: { connectorSlug: "okta", name: "Acme", settings: { domain, clientId, keyId, privateKey } } },
  );
  id = connectInstance.instance.id;
  await timeUntil(
    async () => (await home.sql`select 1 from streams where first_scan_completed_at is null`).length === 0,
    60_000,
  );
}, 150_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scan = () =>
  home.data(
    gateway,
    "mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES, USERS]) { userErrors { message } } }",
    { id },
  );

async function timeUntilStored(): Promise<number> {
  const [event] = await tenant.emit({ count: 1 });
  return timeUntil(
    async () => (await home.sql`select 1 from activities where external_id = ${String(event?.id)}`).length > 0,
    90_000,
  );
}

/** Seconds until the next turn of the activities, by the database's clock. */
async function secondsAhead(): Promise<number> {
  const [row] = await home.sql`
    select coalesce(max(extract(epoch from greatest(next_run_at, throttled_until) - now())), 0)::int as seconds from streams where stream = 'ACTIVITIES'`;
  return row!.seconds as number;
}

test("a clock that is a day ahead for a while moves no turn, ends no token and breaks no connection", async () => {
  shift(dayMs);
  await sleep(300);
  let longest = 0;
  for (const endsAt = performance.now() + shiftedMs; performance.now() < endsAt; await sleep(300)) {
    await scan();
    longest = Math.max(longest, await secondsAhead());
  }
  await tenant.setFaults({ rateLimited: { remaining: 3, retryAfterSeconds: 20 } });
  await scan();
  await sleep(1500);
  longest = Math.max(longest, await secondsAhead());
  await tenant.setFaults({});
  shift(0);
  const after = Math.round(await timeUntilStored());
  console.log(`turns lay ${longest} s ahead at most; stored ${after} ms after the clock was right again`);
  expect(longest).toBeLessThan(600);
  expect(await home.sql`select status from instances`).toEqual([{ status: "CONNECTED" }]);
  expect(await home.sql`select stream, error from scans where status = 'FAILED'`).toEqual([]);
  expect(gateway.process.output()).toMatch(/clock of this machine is not that of the database/);
  expect((await home.ask(gateway, "{ viewer { name } }")).errors).toEqual([]);
}, 150_000);

test("turns that were set while every clock was wrong are taken soon after", async () => {
  // One that runs would set its turn itself.
  await timeUntil(async () => {
    const rows = await home.sql`
      update streams s set next_run_at = now() + interval '86239 seconds', throttled_until = null
      where stream = 'ACTIVITIES' and not exists (select from scans c where c.stream = s.stream and c.status in ('QUEUED', 'RUNNING', 'THROTTLED'))
      returning 1`;
    return rows.length > 0;
  }, 60_000);
  const after = Math.round(await timeUntilStored());
  console.log(`recovered after ${after} ms`);
  expect(after).toBeLessThan(45_000);
}, 120_000);
