import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database.ts";

let databases: TestDatabase[];
beforeAll(async () => {
  databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

test("test databases are separate, real PostgreSQL 18 databases", async () => {
  const clients = databases.map((database) => postgres(database.url, { max: 1 }));
  const [first, second] = clients as [postgres.Sql, postgres.Sql];
  await first`create table only_here (id int)`;
  const [row] =
    await second`select to_regclass('only_here') as found, current_setting('server_version_num')::int as version`;
  expect(row?.found).toBeNull();
  expect(Math.floor(row?.version / 10_000)).toBe(18);
  await Promise.all(clients.map((client) => client.end()));
});
