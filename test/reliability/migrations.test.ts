import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as apply } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createTestDatabase, dropDatabase } from "../support/database.ts";
import { runNode, startNode } from "../support/process.ts";

const source = "db/migrations";
const journal = JSON.parse(readFileSync(`${source}/meta/_journal.json`, "utf8")) as { entries: { tag: string }[] };
const newest = journal.entries.length;

let folder: string;
let fresh: string;
const dropping: string[] = [];
let admin: postgres.Sql;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-migrations-"));
  admin = postgres(inject("postgresUrl"), { max: 1, onnotice: () => {} });
  const { url, drop } = await createTestDatabase();
  fresh = await catalogueOf(url);
  await drop();
});
afterAll(async () => {
  for (const name of dropping) await dropDatabase(admin, name);
  await admin.end();
  rmSync(folder, { recursive: true, force: true });
});

async function emptyDatabase(): Promise<string> {
  const name = `migrations_${dropping.length}_${process.pid}`;
  await admin`create database ${admin(name)}`;
  dropping.push(name);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

/** A database as the version of the first `count` migrations left it. */
async function databaseOf(count: number): Promise<string> {
  const url = await emptyDatabase();
  const older = join(folder, `first-${count}`);
  cpSync(source, older, { recursive: true });
  writeFileSync(
    join(older, "meta/_journal.json"),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }),
  );
  await using(url, (sql) => apply(drizzle(sql), { migrationsFolder: older }));
  return url;
}

async function using<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

/** Everything that migrations make, as one text: ours, not the queue's. */
function catalogueOf(url: string): Promise<string> {
  return using(url, async (sql) => {
    const rows = await sql<{ what: string }[]>`
      select what from (
        select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as what
          from information_schema.columns where table_schema = 'public'
        union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
        union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
        union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
        union all select 'sequence ' || sequencename from pg_sequences where schemaname = 'public'
      ) all_of_it where what !~ 'activities_\\d{4}_\\d{2}' order by what collate "C"`;
    return rows.map(({ what }) => what).join("\n");
  });
}

const migrate = (url: string) => runNode("src/main.ts", ["migrate"], { env: { DATABASE_URL: url } });

/** Tables made by later migrations: one that is there already breaks the migration that makes it. */
const breakable = journal.entries.flatMap(({ tag }, n) => {
  const table = /CREATE TABLE "(\w+)"/.exec(readFileSync(`${source}/${tag}.sql`, "utf8"))?.[1];
  return table ? [{ n, tag, table }] : [];
});
const broken = process.env.SOAK ? breakable : breakable.slice(-1);

test.each(broken)(
  "a migration that breaks at step $tag changes nothing, and goes through once the cause is removed",
  async ({ table }) => {
    const url = await emptyDatabase();
    await using(url, (sql) => sql`create table ${sql(table)} (in_the_way int)`);
    const { code } = await migrate(url);
    expect(code).toBe(1);
    const left = await using(
      url,
      (sql) => sql`select relname from pg_class where relnamespace = 'public'::regnamespace`,
    );
    expect(left.map(({ relname }) => relname)).toEqual([table]);
    await using(url, (sql) => sql`drop table ${sql(table)}`);
    expect((await migrate(url)).code).toBe(0);
    expect(await catalogueOf(url)).toBe(fresh);
  },
  60_000,
);

const olds = process.env.SOAK ? Array.from({ length: newest - 1 }, (_, n) => n + 1) : [1, newest - 1];

test.each(olds)(
  "a database of the first %i migrations, with data, becomes what a fresh one is",
  async (count) => {
    const url = await databaseOf(count);
    await using(url, async (sql) => {
      await sql`insert into instances (id, connector_slug, name, status) overriding system value values (1, 'okta', 'Acme', 'CONNECTED')`;
      await sql`select ensure_activity_partition(current_date)`;
      await sql`
      insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, raw)
      select 1, now(), 'event-' || n, 'USER', 'x', 'x', 'SUCCESS', '{}' from generate_series(1, 1000) n`;
      await sql`select append_activity_log('activities', 1, null, array[now()], array['event-1'], null)`;
    });
    const { code, stderr } = await migrate(url);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await catalogueOf(url)).toBe(fresh);
    expect(await using(url, (sql) => sql`select count(*)::int as count from activities`)).toEqual([{ count: 1000 }]);
  },
  60_000,
);

test("while a long reader holds the table that a migration changes, everybody else goes on, and the migration follows the reader", async () => {
  const altering = journal.entries.findLastIndex(({ tag }) =>
    /(ALTER TABLE|CREATE (UNIQUE )?INDEX .* ON) "activities"/.test(readFileSync(`${source}/${tag}.sql`, "utf8")),
  );
  expect(altering).toBeGreaterThan(0);
  const url = await databaseOf(altering);
  await using(url, (sql) => sql`select ensure_activity_partition(current_date)`);
  let longestMs = 0;
  let isOver = false;
  const read = Promise.withResolvers<void>();
  const holding = using(url, (sql) =>
    sql.begin(async (tx) => {
      await tx`select count(*) from activities`;
      await read.promise;
    }),
  );
  const child = startNode("src/main.ts", ["migrate"], { env: { DATABASE_URL: url } });
  const asking = using(url, async (sql) => {
    while (!isOver) {
      const began = performance.now();
      await sql`select count(*) from activities`;
      longestMs = Math.max(longestMs, performance.now() - began);
      await sleep(50);
    }
  });
  await child.waitFor(/A migration waits for another transaction that holds a table \(process \d+/, 30_000);
  await sleep(process.env.SOAK ? 60_000 : 3000);
  read.resolve();
  await holding;
  const { code } = await child.ended;
  isOver = true;
  await asking;
  console.log(`longest query beside the blocked migration: ${Math.round(longestMs)} ms`);
  expect(code).toBe(0);
  expect(await catalogueOf(url)).toBe(fresh);
  expect(longestMs).toBeLessThan(4000);
}, 120_000);

test("every migration of the folder is in the journal", () => {
  const files = readdirSync(source).filter((name) => name.endsWith(".sql"));
  expect(files.map((name) => name.replace(".sql", ""))).toEqual(journal.entries.map(({ tag }) => tag));
});
