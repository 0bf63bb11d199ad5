import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { type Gatehouse, startGatehouse } from "../../support/gatehouse.ts";
import { startNode, type TestProcess } from "../../support/process.ts";
import { activityRecord, addActivities, range } from "../../support/seed.ts";
import { until } from "./until.ts";

// A job whose worker died is run again after its heartbeat of ten seconds.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const perNetwork = 60_000;
let gatehouse: Gatehouse;
let database: Database;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  database = openDatabase(gatehouse.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await database?.close();
});

const setRange = async (input: object): Promise<void> => {
  const { setIpRange } = await gatehouse.graphql<{ setIpRange: { userErrors: unknown[] } }>(
    `mutation ($input: IpRangeInput!) { setIpRange(input: $input) { userErrors { message } } }`,
    { input },
  );
  expect(setIpRange.userErrors).toEqual([]);
};

/** Rows by network and tags. */
const tally = async () =>
  Object.fromEntries(
    (
      await gatehouse.sql`
        select case when ip_address like '203.%' then 'touched' else 'other' end || ' ' || ip_tags::text || ' ' || ip_category as key, count(*)::int
        from activities group by 1`
    ).map(({ key, count }) => [key, count]),
  );

test("a change is carried into what is stored to its end, however often its worker is killed, and holds for another process at once", async () => {
  const { sql } = gatehouse;
  const [instance] = await sql<{ id: number }[]>`
    insert into instances (connector_slug, name, status) values ('okta', 'Acme', 'DISABLED') returning id`;
  for (const month of ["2026-10-01", "2026-11-01"]) await sql`select ensure_activity_partition(${month}::text::date)`;
  await sql`
    insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, ip_address, raw)
    select ${instance!.id}, timestamptz '2026-10-10' + n * interval '15 s', 'e' || n, 'USER', 'file.read', 'Read', 'SUCCESS',
      case when n % 2 = 0 then '203.0.113.' else '198.51.' || n % 9 || '.' end || n % 250, '{}' from generate_series(1, ${perNetwork * 2}::int) n`;

  await setRange({ name: "Office", cidrs: ["203.0.113.0/24"], category: "CORPORATE", tags: ["office"] });

  // This process has not heard of the change; its next page has it all the same.
  await addActivities({ db: database.db } as Core, instance!.id, [
    activityRecord(1, { externalId: "mine", ipAddress: "203.0.113.7" }),
  ]);
  expect([...(await sql`select ip_tags, ip_category from activities where external_id = 'mine'`)]).toEqual([
    { ip_tags: ["office"], ip_category: "CORPORATE" },
  ]);

  let worker: TestProcess = gatehouse.process;
  const done = async () => (await tally())["touched {office} CORPORATE"] ?? 0;
  let seen = 1;
  for (const _ of range(2)) {
    // In the middle: more than last time, and not all.
    await until(async () => (await done()) > seen);
    await worker.kill("SIGKILL");
    seen = await done();
    expect(seen).toBeLessThan(perNetwork);
    worker = startNode("src/main.ts", ["worker"], {
      env: {
        DATABASE_URL: gatehouse.databaseUrl,
        GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 7).toString("base64"),
        LOG_LEVEL: "warn",
      },
    });
  }
  await until(async () => (await sql`select 1 from ip_range_retags`).length === 0, 120_000);
  expect(await tally()).toEqual({ "touched {office} CORPORATE": perNetwork + 1, "other {} OTHER": perNetwork });
  await worker.kill();
});
