import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, type Db, openDatabase, rawSql } from "#db/client.ts";
import { copyInto, type Field } from "#db/copy.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let test_: TestDatabase;
let database: Database;
beforeAll(async () => {
  test_ = await createTestDatabase();
  database = openDatabase(test_.url, { max: 1 });
  await database.sql`create table marks (n integer primary key check (n <> 13), name text, said boolean default true)`;
});
afterAll(async () => {
  await database.close();
  await test_.drop();
});

interface Mark {
  n: number;
  name: string | null;
}
const columns: Record<keyof Mark, (mark: Mark) => Field> = { n: ({ n }) => n, name: ({ name }) => name };
const copy = (marks: Mark[]) => copyInto(database.sql, "marks", columns, marks);
const marks = () => database.sql<Mark[]>`select n, name from marks order by n`;

test("texts come out as they went in, and what is left out has its default", async () => {
  const names = [
    "\\N",
    "\\.",
    "a\tb\nc\r\n",
    "\\t\\\\",
    "",
    "'\"{},;",
    "Ä€🔥",
    "\u0001\u007f\u0085\u2028",
    "x".repeat(200_000),
    null,
  ];
  await copy(names.map((name, n) => ({ n, name })));
  expect((await marks()).map(({ name }) => name)).toEqual(names);
  expect(await database.sql`select distinct said from marks`).toEqual([{ said: true }]);
});

test("what PostgreSQL says against the rows is thrown, and the connection goes on", async () => {
  const many = Array.from({ length: 5000 }, (_, n): Mark => ({ n: n + 100, name: "x".repeat(200) }));
  // At the end of the rows, and with many still to come.
  for (const bad of [many.length - 1, 0])
    await expect(copy(many.with(bad, { n: 13, name: null }))).rejects.toMatchObject({ code: "23514" });
  await expect(
    copy([
      { n: 100, name: null },
      { n: 100, name: null },
    ]),
  ).rejects.toMatchObject({ code: "23505" });
  await expect(copy([{ n: 100, name: "\0" }])).rejects.toMatchObject({ code: "22021" });
  expect(await marks()).toHaveLength(10);
  await copy(many);
  expect(await marks()).toHaveLength(5010);
});

test("rows that cannot be written out are no part of the table", async () => {
  const broken = { ...columns, name: ({ n }: Mark): Field => (n === 9000 ? JSON.parse("{") : "x".repeat(100)) };
  const many = Array.from({ length: 2000 }, (_, n) => ({ n: n + 8000, name: null }));
  await expect(copyInto(database.sql, "marks", broken, many)).rejects.toThrow(SyntaxError);
  expect(await database.sql`select from marks where n between 8000 and 10000`).toHaveLength(0);
});

test("a transaction fails with what PostgreSQL said of the rows", async () => {
  await database.sql`delete from marks`;
  const failed = database.db.transaction(async (transaction) => {
    const tx = rawSql(transaction as unknown as Db);
    await tx`insert into marks values (1, 'before')`;
    await copyInto(tx, "marks", columns, [{ n: 13, name: null }]);
  });
  await expect(failed).rejects.toMatchObject({ code: "23514" });
  expect(await marks()).toEqual([]);
});
