import { createClient } from "graphql-ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { openDatabase } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { type Gatehouse, type GraphqlError, startGatehouse } from "../support/gatehouse.ts";
import { activityRecord, addActivities, newest, seedInstance } from "../support/seed.ts";
import { newToken, report, whileOthers } from "./pressure.ts";

const activities = process.env.SOAK ? 300_000 : 100_000;

let gatehouse: Gatehouse;
let spender: string;
let other: string;
let instanceId: number;
let core: Core;
let close: () => Promise<void>;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  [spender, other] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
  const database = openDatabase(gatehouse.databaseUrl, { max: 2 });
  close = database.close;
  core = { db: database.db, secrets: createKeyRing([Buffer.alloc(32, 7)]) } as Core;
  instanceId = await seedInstance(core, "okta", "acme", { activities: 50 });
  // Thousands a minute before the seeded ones, within their month.
  await gatehouse.sql`
    insert into activities (instance_id, external_id, category, event_type, description, occurred_at, actor_name, outcome, ip_address, country, targets, raw)
    select ${instanceId}::int, 'many' || n, (array['LOG_ON','USER','ADMIN'])[1 + n % 3], 'event.' || n % 50, 'Event ' || n || ' happened to somebody',
      ${newest.toISOString()}::text::timestamptz - n * interval '3 seconds', 'User ' || n % 1000, 'SUCCESS', '192.0.2.' || n % 250, 'DE', '[]', '{}'
    from generate_series(1, ${activities}::int) n`;
  await gatehouse.sql`analyze activities`;
}, 300_000);
afterAll(async () => {
  await close?.();
  await gatehouse?.stop();
});

const page = `{ activities(first: 20) { nodes { id occurredAt user { id displayName } instance { name } } } }`;
const askPage = async () => (await gatehouse.ask(page, {}, other)).errors.length === 0;
const limitsOf = (errors: GraphqlError[]) =>
  errors.map(({ extensions }) => (extensions as { limit?: string }).limit ?? extensions.code);
const from = "2026-11-01T00:00:00Z";
const stats = (count: number) =>
  `{ ${Array.from({ length: count }, (_, n) => `s${n}: activityStats(groupBy: EVENT_TYPE, first: ${n + 1}, filter: { occurredFrom: "${from}" }) { count }`).join(" ")} }`;

test("thirty aggregates in one request are refused, and the cost is stated", async () => {
  const { errors } = await gatehouse.ask(stats(30), {}, spender);
  expect(errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX", limit: "cost", allowed: 50_000 } }]);
});

test("others are served while one viewer asks for all the aggregates and text searches that are allowed", async () => {
  for (let n = 0; n < 20; n += 1) await askPage();
  let isOver = false;
  const end = setTimeout(() => {
    isOver = true;
  }, 2_000);
  const alone = await whileOthers(askPage, () => isOver);
  clearTimeout(end);
  isOver = false;
  const until = Date.now() + 5_000;
  const asked = Array.from({ length: 20 }, async (_, n) => {
    const search = `{ activities(first: 200, filter: { search: "nowhere ${n}" }) { totalCount nodes { id } } }`;
    while (Date.now() < until) await gatehouse.ask(n % 2 ? stats(16) : search, {}, spender);
  });
  const waiting = whileOthers(askPage, () => isOver);
  await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  isOver = true;
  const besides = await waiting;
  report("a page of another viewer", { alone, besides });
  expect(besides.failed).toBe(0);
  // Three times as long as alone; a busy machine adds a little to each.
  expect(besides.p50).toBeLessThan(3 * alone.p50 + 10);
  expect(besides.p99).toBeLessThan(3 * alone.p99 + 100);
  await Promise.all(asked);
});

test("bounds of filters are stated: length of texts and lists, depth of `not`", async () => {
  const nested = (levels: number, inner: object): object => (levels === 0 ? inner : { not: nested(levels - 1, inner) });
  const query = "query ($filter: ActivityFilter) { activities(first: 1, filter: $filter) { nodes { id } } }";
  const ask = async (filter: object) => limitsOf((await gatehouse.ask(query, { filter }, spender)).errors);
  expect(await ask({ search: "x".repeat(480_000) })).toEqual(["textLength"]);
  expect(await ask({ search: "x".repeat(501) })).toEqual(["BAD_USER_INPUT"]);
  expect(await ask({ search: "x".repeat(500) })).toEqual([]);
  expect(await ask({ eventTypes: Array.from({ length: 1_001 }, (_, n) => `e${n}`) })).toEqual(["listLength"]);
  expect(await ask({ eventTypes: Array.from({ length: 1_000 }, (_, n) => `e${n}`) })).toEqual([]);
  expect(await ask(nested(2_000, { search: "x" }))).toEqual(["nesting"]);
  expect(await ask(nested(5, { hasUser: true }))).toEqual(["BAD_USER_INPUT"]);
  expect(await ask(nested(4, { hasUser: true }))).toEqual([]);
  const literal = `{ users(first: 1, filter: { search: "${"x".repeat(501)}" }) { nodes { id } } }`;
  expect(limitsOf((await gatehouse.ask(literal, {}, spender)).errors)).toEqual(["BAD_USER_INPUT"]);
  const groups = `query ($text: String!) { groups(search: $text) { nodes { id } } identities(search: $text) { nodes { id } } }`;
  expect(limitsOf((await gatehouse.ask(groups, { text: "x".repeat(501) }, spender)).errors)).toContain(
    "BAD_USER_INPUT",
  );
});

test("text searches below many parents are refused", async () => {
  const query = `query ($text: String) { users(first: 200) { nodes { activities(first: 1, filter: { search: $text }) { nodes { id } } } } }`;
  expect(limitsOf((await gatehouse.ask(query, { text: "x" }, spender)).errors)).toEqual(["cost"]);
});

test("a viewer has so many different subscriptions, and the event loop does not stand", async () => {
  const document = `subscription ($filter: ActivityFilter) { activityAdded(filter: $filter) { activity { id } } }`;
  const client = createClient({
    url: `${gatehouse.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${spender}` },
    retryAttempts: 0,
  });
  const errors: GraphqlError[] = [];
  const open = (filter: object) =>
    client.subscribe(
      { query: document, variables: { filter } },
      { next: () => {}, error: (error) => errors.push(...(error as unknown as GraphqlError[])), complete: () => {} },
    );
  // As many as one socket takes. They search in texts, so that no index leads to them.
  for (let n = 0; n < 100; n += 1) open({ search: `nobody ${n}` });
  await gatehouse.ask("{ viewer { name } }");
  const second = createClient({
    url: `${gatehouse.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${spender}` },
    retryAttempts: 0,
  });
  const refused = new Promise<GraphqlError[]>((resolve, reject) => {
    second.subscribe(
      { query: document, variables: { filter: { search: "one more" } } },
      { next: () => {}, error: (error) => resolve(error as unknown as GraphqlError[]), complete: () => reject() },
    );
  });
  expect(await refused).toMatchObject([
    { extensions: { code: "RATE_LIMITED" }, message: expect.stringMatching("100") },
  ]);
  expect(errors).toEqual([]);

  let isOver = false;
  const waiting = whileOthers(askPage, () => isOver);
  for (let n = 0; n < 5; n += 1)
    await addActivities(
      core,
      instanceId,
      Array.from({ length: 1_000 }, (_, k) =>
        activityRecord(1, { externalId: `new ${n} ${k}`, description: "x".repeat(500) }),
      ),
    );
  isOver = true;
  const besides = await waiting;
  report("a page while 100 filters are tried on 5,000 activities", besides);
  expect(besides.failed).toBe(0);
  expect(besides.p99).toBeLessThan(2_000);
  await client.dispose();
  await second.dispose();
});
