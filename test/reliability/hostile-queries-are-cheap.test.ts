import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { seedInstance } from "../support/seed.ts";
import { newToken, report, whileOthers } from "./pressure.ts";

let gatehouse: Gatehouse;
let spender: string;
let other: string;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  [spender, other] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
  const database = openDatabase(gatehouse.databaseUrl, { max: 1 });
  const core = { db: database.db, secrets: createKeyRing([Buffer.alloc(32, 7)]) } as Core;
  await seedInstance(core, "okta", "acme", { activities: 200, users: 50 });
  // So that no worker looks at its rows meanwhile.
  await gatehouse.sql`update instances set status = 'DISABLED'`;
  await database.close();
});
afterAll(() => gatehouse?.stop());

const repeat = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(" ");
const nested = (levels: number, inner: string): string =>
  levels === 0 ? inner : `activities(first: 1) { nodes { user { ${nested(levels - 1, inner)} } } }`;

interface Hostile {
  query: string;
  variables?: unknown;
  /** What refuses it: a limit, or the code of an error without one. */
  refusedBy: string;
}

const corpus: Record<string, Hostile> = {
  "deep nesting": { query: `{ ${nested(6, "id")} }`, refusedBy: "depth" },
  "a thousand aliases": { query: `{ ${repeat(1_000, (n) => `a${n}: __typename`)} }`, refusedBy: "aliases" },
  "a thousand root fields": { query: `{ ${repeat(1_000, () => "viewer { name }")} }`, refusedBy: "tokens" },
  "a cycle of fragments": {
    query: "{ ...A } fragment A on Query { viewer { name } ...B } fragment B on Query { ...A }",
    refusedBy: "BAD_USER_INPUT",
  },
  "a fragment that spreads itself below a field": {
    query: "{ users { nodes { ...A } } } fragment A on User { instance { users { nodes { ...A } } } }",
    refusedBy: "BAD_USER_INPUT",
  },
  "fragments that double": {
    query: `{ users { nodes { ...F0 } } } ${repeat(25, (n) => `fragment F${n} on User { instance { users { nodes { ...F${n + 1} } } } i: instance { users { nodes { ...F${n + 1} } } } }`)} fragment F25 on User { id }`,
    refusedBy: "depth",
  },
  "fifty pages of 200 below each of 200": {
    query: `{ users(first: 200) { nodes { ${repeat(25, (n) => `a${n}: activities(first: 200) { nodes { id } }`)} } } }`,
    refusedBy: "cost",
  },
  "a flood of directives": {
    query: `{ viewer { name ${"@include(if: true) ".repeat(500)} } }`,
    refusedBy: "directives",
  },
  "a flood of unknown directives": {
    query: `{ viewer { name ${repeat(45, (n) => `@d${n}`)} } }`,
    refusedBy: "BAD_USER_INPUT",
  },
  "a thousand mistakes": {
    query: `{ ${repeat(29, () => `viewer { ${repeat(60, (n) => `x${n}`)} }`)} }`,
    refusedBy: "BAD_USER_INPUT",
  },
  "the same field again and again": {
    query: `{ viewer { ${"name ".repeat(3_990)} nothing } }`,
    refusedBy: "overlaps",
  },
  "the same field with different arguments": {
    query: `{ viewer { ${repeat(400, (n) => `name(a${n}: 1)`)} } }`,
    refusedBy: "overlaps",
  },
  "hundreds of fragments in one place": {
    query: `{ viewer { ${repeat(300, (n) => `...F${n}`)} } } ${repeat(300, (n) => `fragment F${n} on Viewer { name role }`)}`,
    refusedBy: "overlaps",
  },
  "fields that multiply when they are merged": {
    query: `{ ${repeat(20, () => `activities { nodes { ${"user { id } ".repeat(45)} } }`)} }`,
    refusedBy: "overlaps",
  },
  "introspection in circles": {
    query: `{ __schema { types ${"{ fields { type ".repeat(8)} { name } ${"} }".repeat(8)} } }`,
    refusedBy: "BAD_USER_INPUT",
  },
  "aggregates by the dozen": {
    query: `{ ${repeat(29, (n) => `s${n}: activityStats(groupBy: USER) { count }`)} }`,
    refusedBy: "cost",
  },
  "an expression that backtracks, as a text to search for": {
    query: "query ($text: String) { users(filter: { search: $text }) { nodes { id } } }",
    variables: { text: "(a+)+$".repeat(2_000) },
    refusedBy: "textLength",
  },
  "ten thousand ids": {
    query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    variables: { ids: Array.from({ length: 10_000 }, (_, n) => `id ${n}`) },
    refusedBy: "listLength",
  },
  "a filter in a filter in a filter": {
    query: "query ($filter: UserFilter) { users(filter: $filter) { nodes { id } } }",
    variables: { filter: JSON.parse(`${'{"not":'.repeat(3_000)}{}${"}".repeat(3_000)}`) },
    refusedBy: "nesting",
  },
};

/** How often rows of accounts and activities were looked for. */
async function scans(): Promise<number> {
  // Connections write their statistics out when they have been idle for a second at most.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await gatehouse.sql`select pg_stat_clear_snapshot()`;
  const [row] = await gatehouse.sql`
    select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) as scans from pg_stat_user_tables where relname ~ '^(activities|users|groups)'`;
  return Number(row!.scans);
}

async function send({ query, variables }: Hostile) {
  const { errors, data } = await gatehouse.ask(query, variables as Record<string, unknown>, spender);
  return {
    data,
    refusedBy: errors.map(({ extensions }) => (extensions as { limit?: string }).limit ?? extensions.code),
  };
}

test("each is refused by its limit, before any row is looked for", async () => {
  await gatehouse.ask("{ users(first: 1) { nodes { id } } }", {}, other);
  const before = await scans();
  for (const [name, hostile] of Object.entries(corpus)) {
    const { data, refusedBy } = await send(hostile);
    expect(refusedBy, name).toContain(hostile.refusedBy);
    expect(data, name).toBeNull();
  }
  expect((await scans()) - before).toBeLessThan(5);
});

test("bodies that are too large or hold several operations are refused", async () => {
  const post = (body: string) =>
    fetch(`${gatehouse.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${spender}` },
      body,
    }).then(({ status }) => status);
  expect(
    await post(JSON.stringify({ query: "{ __typename }", variables: { x: "x".repeat(10 * 1024 * 1024) } })).catch(
      () => 413,
    ),
  ).toBe(413);
  expect(await post(JSON.stringify(Array.from({ length: 100 }, () => ({ query: "{ viewer { name } }" }))))).toBe(400);
  expect(await post("[".repeat(500_000))).toBe(400);
  expect(await post(`{"query":${"[".repeat(200_000)}${"]".repeat(200_000)}}`)).toBe(400);
});

test("what our own tools ask is within the limits", async () => {
  const { errors } = await gatehouse.ask(
    getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }),
    {},
    spender,
  );
  expect(errors).toEqual([]);
});

test("others are served while all of it is sent again and again", async () => {
  const page = "{ activities(first: 20) { nodes { id user { id displayName } } } }";
  const askPage = async () => (await gatehouse.ask(page, {}, other)).errors.length === 0;
  for (let n = 0; n < 20; n += 1) await askPage();
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, 1_000);
  const alone = await whileOthers(askPage, () => isOver);
  isOver = false;
  const besides = whileOthers(askPage, () => isOver);
  for (let round = 0; round < 2; round += 1) for (const hostile of Object.values(corpus)) await send(hostile);
  isOver = true;
  const waits = await besides;
  report("a page while hostile operations are sent one after the other", { alone, besides: waits });
  expect(waits.failed).toBe(0);
  expect(waits.p50).toBeLessThan(3 * alone.p50 + 150);
});
