import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#db/client.ts";
import { isPassingDatabaseFault } from "#db/passing-fault.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Line, openLine } from "../support/line.ts";

let test_: TestDatabase;
let line: Line;
let database: Database;
let admin: postgres.Sql;
beforeAll(async () => {
  test_ = await createTestDatabase();
  admin = postgres(test_.url, { max: 1, onnotice: () => {} });
  await admin`create table marks (name text)`;
  line = await openLine(test_.url);
  database = openDatabase(line.url, { max: 3 });
});
afterAll(async () => {
  await database.close();
  await admin.end();
  await line.close();
  await test_.drop();
});

const terminate = () =>
  admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'gatehouse'`;

const breaks: [string, () => unknown][] = [
  ["ends the connection", () => line.cut("end")],
  ["resets the connection", () => line.cut("reset")],
  ["ends the backend", terminate],
];

test.each(breaks)(
  "when the server %s between two statements, the transaction fails and nothing of it runs outside",
  async (_, cut) => {
    await admin`truncate marks`;
    const failed = await database.db
      .transaction(async (tx) => {
        await tx.execute("insert into marks values ('first')");
        await cut();
        // The pool has connected this place again by then.
        await sleep(50);
        await Promise.all(Array.from({ length: 6 }, () => database.sql`select pg_sleep(0.01)`.catch(() => {})));
        await tx.execute("insert into marks values ('second')");
      })
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(isPassingDatabaseFault(failed)).toBe(true);
    await sleep(50);
    expect(await admin`select * from marks`).toEqual([]);
  },
);

test.each(breaks)(
  "when the server %s under a running statement, the transaction fails, and the process goes on",
  async (_, cut) => {
    await admin`truncate marks`;
    for (let round = 0; round < 10; round++) {
      const running = Promise.withResolvers<void>();
      const work = database.db.transaction(async (tx) => {
        await tx.execute("insert into marks values ('first')");
        running.resolve();
        await tx.execute("select pg_sleep(1)");
      });
      const failed = work.then(
        () => null,
        (error: unknown) => error,
      );
      await Promise.race([running.promise, failed]);
      await sleep(round * 2);
      await cut();
      expect(isPassingDatabaseFault(await failed)).toBe(true);
    }
    expect(await admin`select * from marks`).toEqual([]);
  },
);

test("after many broken connections every place of the pool still answers", async () => {
  for (let round = 0; round < 30; round++) {
    const works = Array.from({ length: 6 }, (_, n) =>
      n % 2
        ? database.db.transaction(async (tx) => {
            for (let i = 0; i < 5; i++) await tx.execute(`select ${i}`);
          })
        : database.sql`select ${n}::int`,
    );
    const settled = Promise.allSettled(works);
    await sleep(round % 6);
    if (round % 3 === 0) line.cut("reset");
    else if (round % 3 === 1) line.cut("end");
    else await terminate();
    await settled;
  }
  // The last blow may still be on its way.
  await Promise.allSettled(Array.from({ length: 6 }, () => database.sql`select pg_sleep(0.05)`));
  for (let round = 0; round < 4; round++)
    await Promise.all(Array.from({ length: 3 }, () => database.sql`select pg_sleep(0.05)`));
}, 60_000);
