import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { TEMPLATE_DATABASE } from "./global-setup.ts";

export interface TestDatabase {
  url: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/** A migrated database of its own for one test file: create it in `beforeAll`, drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer((sql) => sql`create database ${sql(name)} template ${sql(TEMPLATE_DATABASE)}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer((sql) => dropDatabase(sql, name)),
  };
}

/** What a restore of a backup makes of a database: another one with its content as of now. Who uses the first one is cut off from it for a moment. */
export async function copyTestDatabase(url: string): Promise<TestDatabase> {
  const from = new URL(url).pathname.slice(1);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer(async (sql) => {
    await sql`alter database ${sql(from)} allow_connections false`;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from} and usename = current_user`;
    await sql`create database ${sql(name)} template ${sql(from)}`;
    await sql`alter database ${sql(from)} allow_connections true`;
  });
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return {
    url: copy.href,
    drop: () => administer((sql) => dropDatabase(sql, name)),
  };
}

/** Ends every connection to it first. An autovacuum worker, which only a superuser could end, is waited for. */
export async function dropDatabase(sql: postgres.Sql, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await sql`drop database if exists ${sql(name)} with (force)`;
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "42501" || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

async function administer(run: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(inject("postgresUrl"), { max: 1, onnotice: () => {} });
  try {
    await run(sql);
  } finally {
    await sql.end();
  }
}
