import { sql as drizzleSql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, rawSql } from "#db/client.ts";
import { createShares, heavily } from "#db/shares.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url, { max: 6 });
  await pool.sql`select 1`;
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const shares = () => createShares(pool.sql, { perOwner: 2, heavyPerOwner: 2, heavy: 3 });
const running = async () => {
  const [row] =
    await pool.sql`select count(*)::int as count from pg_stat_activity where query ~ 'pg_sleep' and state = 'active' and pid <> pg_backend_pid()`;
  return row!.count as number;
};

test("statements of one owner wait for their own, whichever way they are written, and come back in their order", async () => {
  const db = shares().of("a");
  const sql = rawSql(db);
  const done: number[] = [];
  const all = Array.from({ length: 6 }, async (_, n) => {
    if (n % 3 === 0) await sql`select pg_sleep(0.3), ${n}::int`;
    else if (n % 3 === 1) await sql.unsafe("select pg_sleep(0.3), $1::int", [n]);
    else await db.execute(drizzleSql`select pg_sleep(0.3), ${n}::int`);
    done.push(n);
  });
  await expect.poll(running, { interval: 20 }).toBe(2);
  await Promise.all(all);
  expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(done.indexOf(5)).toBeGreaterThan(2);
});

test("another owner does not wait, and a failed statement makes room for the next", async () => {
  const both = shares();
  const busy = Array.from({ length: 4 }, () => rawSql(both.of("a"))`select pg_sleep(0.5)`.execute());
  const startedAt = performance.now();
  expect(await rawSql(both.of("b"))`select 7 as n`).toMatchObject([{ n: 7 }]);
  expect(performance.now() - startedAt).toBeLessThan(400);
  await Promise.all(busy);
  const sql = rawSql(both.of("c"));
  const failed = await Promise.allSettled(Array.from({ length: 5 }, () => sql`select 1 / 0`));
  expect(failed.every(({ status }) => status === "rejected")).toBe(true);
  expect(await sql`select 8 as n`).toMatchObject([{ n: 8 }]);
});

test("owners with heavy statements take turns, whoever has how many", async () => {
  const all = shares();
  const done: string[] = [];
  const ask = (owner: string) =>
    heavily(rawSql(all.of(owner)))`select pg_sleep(0.1)`.then(() => {
      done.push(owner);
    });
  const many = Array.from({ length: 12 }, () => ask("many"));
  const few = [ask("few"), ask("few")];
  await Promise.all(few);
  expect(done.filter((owner) => owner === "many").length).toBeLessThan(8);
  await Promise.all(many);
});

test("within a transaction nothing waits, and texts are sent as every other client sends them", async () => {
  const db = shares().of("a");
  await db.transaction(async (tx) => {
    const sql = rawSql(tx as never);
    await Promise.all(Array.from({ length: 5 }, () => sql`select 1`));
  });
  expect(await rawSql(db)`select ${"a\0b"}::text as text, ${{ a: "\0" } as never}::jsonb as json`).toMatchObject([
    { text: "a\ufffdb", json: { a: "\ufffd" } },
  ]);
});
