import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, rawSql } from "#db/client.ts";
import { resealSecrets } from "#src/instances/reseal.ts";
import { sealedColumns } from "#src/instances/sealed-columns.ts";
import { inspectSealed, keysInUse } from "#src/instances/secrets.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { repository } from "../support/process.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { max: 2 });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test("every column that is sealed is in the list: also each column that db/tables describes as sealed", () => {
  const folder = join(repository, "db/tables");
  const described = readdirSync(folder).flatMap((file) => {
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    return lines.flatMap((line, at) => {
      const column = /^\s+(\w+): text\(/.exec(line)?.[1];
      return column && /\bsealed\b/i.test(`${lines[at - 1]}${/[sS]ealed/.test(column) ? " sealed" : ""}`)
        ? [column]
        : [];
    });
  });
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const known = [...sealedColumns.map(({ column }) => camel(column)), "sealed"];
  expect(described.filter((column) => !known.includes(column))).toEqual([]);
  expect(described.length).toBeGreaterThan(8);
});

test("what does not open is reported and left; everything else is sealed with the first key, in whatever number", async () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const before = createKeyRing([older]);
  const after = createKeyRing([newer, older]);
  const sql = rawSql(database.db);
  await sql`insert into instances (id, connector_slug, name, status) overriding system value values (1, 'fake', 'Acme', 'CONNECTED')`;
  const places = Array.from({ length: 450 }, (_, n) => `p${String(n).padStart(3, "0")}`);
  await sql`
    insert into purpose_tokens (instance_id, purpose, credential)
    select 1, * from unnest(${places}::text[], ${places.map((name) => before.seal(name, `instance/1/purpose/${name}`))}::text[])`;
  await sql`update purpose_tokens set credential = (select credential from purpose_tokens where purpose = 'p001') where purpose = 'p000'`;
  expect(await resealSecrets({ db: database.db, secrets: after })).toEqual({
    resealed: 449,
    broken: ["instance/1/purpose/p000"],
  });
  expect(await inspectSealed(database.db, after)).toMatchObject({ opened: 449, older: 0 });
  expect(await keysInUse(database.db)).toHaveLength(2);
  expect(await resealSecrets({ db: database.db, secrets: after })).toMatchObject({ resealed: 0 });
});
