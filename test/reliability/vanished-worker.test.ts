import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type Installation, type Member, openInstallation, timeUntil } from "../support/installation.ts";
import { startPostgresProxy } from "../support/postgres-proxy.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

let sandbox: Sandbox;
let home: Installation;
let gateway: Member;

beforeAll(async () => {
  sandbox = await startSandbox();
  home = await openInstallation({ sandboxUrl: sandbox.url });
  gateway = await home.start("serve");
}, 120_000);

async function connect(name: string): Promise<{ tenant: SandboxTenant; id: string; number: number }> {
  const tenant = await sandbox.createTenant({ provider: "okta", name, users: 10, events: 40, historyDays: 2 });
  const { domain, clientId, keyId, privateKey } = tenant.credentials;
  const { connectInstance } = await home.data<{ connectInstance: { instance: { id: string } } }>(
    gateway,
    "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id } userErrors { message } } }",
    { input: { connectorSlug: "okta", name, settings: { domain, clientId, keyId, privateKey } } },
  );
  const { id } = connectInstance.instance;
  const number = Number(Buffer.from(id, "base64url").toString().split(":")[1]);
  await timeUntil(
    async () => (await home.sql`select 1 from activities where instance_id = ${number} limit 1`).length > 0,
    30_000,
  );
  return { tenant, id, number };
}

const scan = (id: string) =>
  home.ask(
    gateway,
    "mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }",
    { id },
  );

/** How long until what happens now at the app is stored. */
async function timeUntilStored({ tenant, id, number }: Awaited<ReturnType<typeof connect>>): Promise<number> {
  const [event] = await tenant.emit({ count: 1 });
  await scan(id);
  return timeUntil(async () => {
    const rows = await home.sql`
      select 1 from activities where instance_id = ${number} and external_id = ${String(event?.id)}`;
    return rows.length > 0;
  }, 120_000);
}

test("a worker whose network vanishes between the append to the log and the commit holds nobody up, and its own tenant for seconds only", async () => {
  const [acme, globex] = [await connect("acme"), await connect("globex")];
  const proxy = await startPostgresProxy(home.databaseUrl);
  const doomed = await home.start("worker", { databaseUrl: proxy.url });
  // The topic as it is sent: the length of the word, and the word.
  const halted = proxy.halt({ commitOf: /append_activity_log.*\0\0\0\nactivities/s, at: "before" });
  let isHalted = false;
  const happening = (async () => {
    while (!isHalted) {
      await acme.tenant.emit({ count: 1 });
      // Not waited for: the last one may have to wait for the instance.
      void scan(acme.id).catch(() => {});
      await sleep(300);
    }
  })();
  try {
    await halted;
    const vanishedAt = performance.now();
    // Nothing that it has open is closed: to PostgreSQL it is as if its network were cut.
    process.kill(doomed.process.pid, "SIGSTOP");
    isHalted = true;
    await happening;
    const since = () => Math.round(performance.now() - vanishedAt);

    // Published like everything that changes: it would wait for the log.
    const answer = await home.ask<{ updateInstance: unknown }>(
      gateway,
      "mutation ($input: UpdateInstanceInput!) { updateInstance(input: $input) { userErrors { message } } }",
      { input: { instanceId: globex.id, name: "Globex" } },
    );
    const mutationMs = since();
    expect(answer.errors).toEqual([]);
    const otherTenantMs = Math.round(await timeUntilStored(globex));
    await timeUntilStored(acme);
    const ownTenantMs = since();
    console.log(`standstill: mutation ${mutationMs} ms, another tenant ${otherTenantMs} ms, its own ${ownTenantMs} ms`);
    expect(ownTenantMs).toBeGreaterThan(2_000);
    expect(mutationMs).toBeLessThan(5_000);
    expect(otherTenantMs).toBeLessThan(10_000);
    // Ten seconds until PostgreSQL ends the transaction; as long until the job is taken from the worker, and both begin at once.
    expect(ownTenantMs).toBeLessThan(25_000);
  } finally {
    process.kill(doomed.process.pid, "SIGKILL");
  }
}, 240_000);
