import { afterAll, beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { type ActivityFilter, filterSql } from "#src/inventory/activities/filter.ts";
import { activityList } from "#src/inventory/activities/list.ts";
import { ensurePartitions } from "#src/inventory/activities/store.ts";
import { type KeysetList, keyOf, nestedPages, rootCount, rootPage } from "#src/query/keyset.ts";
import { encodeKeyset, type Page, type PageArgs } from "#src/query/paging.ts";
import { query, sql } from "#src/query/sql.ts";
import { startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";

/** Filters that no index leads to, some that one does, and both together. */
const filters: ActivityFilter[] = [
  { categories: ["ADMIN"] },
  { search: "odd one" },
  { search: "nowhere" },
  { eventTypes: ["kind 3"] },
  { eventTypes: ["kind 3"], outcomes: ["FAILURE"] },
  { eventTypes: ["kind 1", "kind 2"] },
  { eventTypes: ["no such kind"] },
  { ipAddresses: ["192.0.2.7"], categories: ["USER"] },
  { not: { categories: ["ADMIN"] } },
  { occurredFrom: new Date("2026-11-01T00:01:00Z"), countries: ["DE"] },
];

const rows = 20_000;
let app: TestApp;
let instances: number[];
beforeAll(async () => {
  app = await startApp();
  const size = { users: 0, groups: 0, privileges: 0, apps: 0, activities: 0 };
  instances = [await seedInstance(app.core, "okta", "One", size), await seedInstance(app.core, "okta", "Two", size)];
  const client = rawSql(app.core.db);
  await ensurePartitions(client, [new Date("2026-10-01"), new Date("2026-11-01")]);
  // From the end of October into November, four to an instant.
  await client`
    insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, ip_address, country, raw)
    select (array[${instances[0]!}::int, ${instances[1]!}::int])[1 + n % 2], timestamptz '2026-10-31T23:00:00Z' + n / 4 * interval '1 second', 'a' || n,
      (array['USER', 'ADMIN', 'LOG_ON'])[1 + n % 3], 'kind ' || n % 5, case when n % 1999 = 0 then 'An odd one' else 'Usual' end,
      case when n % 4 = 0 then 'FAILURE' else 'SUCCESS' end, '192.0.2.' || n % 50, case when n % 7 = 0 then 'DE' end, '{}'
    from generate_series(0, ${rows - 1}::int) n`;
  await client`analyze activities`;
});
afterAll(() => app.stop());

interface Row {
  instanceId: number;
  occurredAt: string;
  externalId: string;
}

async function meant(filter: ActivityFilter, instanceIds: number[]): Promise<string[]> {
  const found = await query<{ externalId: string }>(
    rawSql(app.core.db),
    sql`select a.external_id as "externalId" from activities a where a.instance_id = any(${instanceIds}::int[]) and ${filterSql(sql, filter)}
      order by a.occurred_at desc, a.instance_id desc, a.external_id desc`,
  );
  return found.map(({ externalId }) => externalId);
}

/** All pages, one after the other, and how many they were. */
async function walk(list: KeysetList, read: (args: PageArgs) => Promise<Page<Row>>, args: PageArgs) {
  const found: string[][] = [];
  const backwards = args.last !== undefined;
  for (let place: string | null = null; ; ) {
    const page = await read({ ...args, ...(place === null ? {} : { [backwards ? "before" : "after"]: place }) });
    found.push(page.rows.map(({ externalId }) => externalId));
    if (!(backwards ? page.hasPreviousPage : page.hasNextPage)) break;
    const edge = backwards ? page.rows[0] : page.rows.at(-1);
    place = encodeKeyset((backwards ? page.startKey : page.endKey) ?? keyOf(list, edge!));
  }
  return { all: (backwards ? found.reverse() : found).flat(), pages: found.length };
}

test.each(filters)("pages that end before they are full lead to every activity, once: %j", async (filter) => {
  const client = rawSql(app.core.db);
  const whole = activityList(systemViewer, filter);
  const list = { ...whole, tried: whole.tried && { ...whole.tried, most: 1024 } };
  const expected = await meant(filter, instances);
  for (const args of [{ first: 150 }, { last: 200 }]) {
    const { all, pages } = await walk(list, (some) => rootPage<Row>(client, list, some), args);
    expect(all).toEqual(expected);
    // What no index leads to is looked for a thousand at a time.
    if (filter.search) expect(pages).toBe(Math.ceil((rows + 1) / 1024));
  }
  expect(await rootCount(client, whole)).toBe(expected.length > 10_000 ? null : expected.length);
  if (list.tried) expect(await rootCount(client, { ...list, tried: { ...list.tried, maxForCount: 100 } })).toBeNull();
});

test.each(filters)("and so do those of each instance: %j", async (filter) => {
  const whole = activityList(systemViewer, filter, { of: "instance" });
  const list = { ...whole, tried: whole.tried && { ...whole.tried, most: 1024 } };
  const parents = instances.map((instanceId) => ({ instanceId, externalId: null }));
  for (const [index, id] of instances.entries()) {
    const read = async (args: PageArgs) => (await nestedPages<Row>(rawSql(app.core.db), list, args, parents))[index]!;
    expect((await walk(list, read, { first: 200 })).all).toEqual(await meant(filter, [id]));
  }
});

test("a search that finds nothing in a page's worth of activities says that there is more, and from where", async () => {
  const ask = `query ($after: String) { activities(first: 50, after: $after, filter: { search: "odd one" }) {
    totalCount nodes { externalId } pageInfo { hasNextPage endCursor } } }`;
  const first = (await app.data(ask, {})).activities;
  const second = (await app.data(ask, { after: first.pageInfo.endCursor })).activities;
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  const found = [...first.nodes, ...second.nodes].map(({ externalId }) => externalId);
  expect(found).toEqual(await meant({ search: "odd one" }, instances));
  expect(first.totalCount).toBe(found.length);
  expect(first.nodes.length).toBeGreaterThan(second.nodes.length);
});

test("somebody who sees one instance never gets a cursor that names another's activity", async () => {
  const viewer = { ...systemViewer, instanceIds: [instances[1]!] };
  for (const filter of filters) {
    const whole = activityList(viewer, filter);
    const list = { ...whole, tried: whole.tried && { ...whole.tried, most: 512 } };
    const page = await rootPage<Row>(rawSql(app.core.db), list, { first: 200 });
    expect([page.endKey?.[1] ?? instances[1]]).toEqual([instances[1]]);
    expect(page.rows.every(({ instanceId }) => instanceId === instances[1])).toBe(true);
  }
});
