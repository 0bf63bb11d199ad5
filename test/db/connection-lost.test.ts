import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#db/client.ts";
import { isPassingDatabaseFault } from "#db/passing-fault.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

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

interface Line {
  url: string;
  /** Breaks every connection, with FIN or with RST. */
  cut(how: "end" | "reset"): void;
  close(): Promise<void>;
}

/** A wire between us and PostgreSQL that can be cut. */
async function openLine(url: string): Promise<Line> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = dial(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const through = new URL(url);
  through.port = String((server.address() as { port: number }).port);
  const cut = (how: "end" | "reset") => {
    for (const socket of sockets) how === "end" ? socket.end() : socket.resetAndDestroy();
  };
  return {
    url: through.href,
    cut,
    close: () => {
      cut("reset");
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

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
  for (let round = 0; round < 4; round++)
    await Promise.all(Array.from({ length: 3 }, () => database.sql`select pg_sleep(0.05)`));
}, 60_000);
