import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { publish } from "#src/realtime/publish.ts";
import type { Tailer } from "#src/realtime/tailer.ts";
import { batch, type LogBench, openLogBench, until } from "./support.ts";

const writers = 24;
const each = 25;

let bench: LogBench;
beforeAll(async () => {
  bench = await openLogBench(writers + 6);
  const { sql } = bench.database;
  // The same with positions of a plain sequence, as the control.
  await sql`create sequence plain_position`;
  await sql`create table plain_log (position bigint primary key, name text not null)`;
});
afterAll(() => bench.close());

/** Writers with transactions of random length, each appending at a random moment of its own. */
async function write(append: (tx: Db, name: string) => Promise<unknown>, late: boolean): Promise<string[]> {
  const names: string[] = [];
  const writer = async (n: number) => {
    for (let i = 0; i < each; i++) {
      const name = `${n}-${i}`;
      await bench.database.db
        .transaction(async (transaction) => {
          const tx = transaction as unknown as Db;
          const ms = 1 + Math.random() * (Math.random() < 0.1 ? 300 : 30);
          if (late) await tx.execute(`select pg_sleep(${ms / 1000})`);
          await append(tx, name);
          // A transaction that holds its position without committing: what a plain sequence fails on.
          if (!late) await tx.execute(`select pg_sleep(${ms / 1000})`);
          // Some give up, and their position stays empty.
          if (Math.random() < 0.05) throw new GaveUp();
          names.push(name);
        })
        .catch((error: unknown) => {
          if (!(error instanceof GaveUp)) throw error;
          names.splice(names.indexOf(name) >>> 0, 1);
        });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, n) => writer(n)));
  return names;
}

class GaveUp extends Error {}

/** Polls for what lies after the last position it has seen, as every reader does. */
function poll(table: "activity_log" | "plain_log"): { stop: () => Promise<{ position: number; name: string }[]> } {
  const { sql } = bench.database;
  const seen: { position: number; name: string }[] = [];
  let stopped = false;
  const read = async () => {
    const last = seen.at(-1)?.position ?? 0;
    const name = table === "activity_log" ? sql`external_ids[1]` : sql`name`;
    const rows = await sql<{ position: number; name: string }[]>`
      select position::float8 as position, ${name} as name from ${sql(table)} where position > ${last} order by position`;
    seen.push(...rows);
    return rows.length;
  };
  const reading = (async () => {
    while (!stopped) {
      await read();
      await sleep(Math.random() * 3);
    }
    while ((await read()) > 0);
  })();
  return {
    stop: async () => {
      stopped = true;
      await reading;
      return seen;
    },
  };
}

test("readers and tailers of the log never miss, repeat or reorder a batch, however long its transaction took", async () => {
  const tailers: Tailer[] = await Promise.all([bench.tailer(), bench.tailer({ pollMs: 20 })]);
  const told: { position: number; name: string }[][] = tailers.map(() => []);
  tailers.forEach((tailer, n) => {
    tailer.onEntry((entry) => void told[n]!.push({ position: entry.position, name: entry.externalIds[0] as string }));
  });
  const readers = [poll("activity_log"), poll("activity_log"), poll("activity_log")];
  const written = await write((tx, name) => publish(tx, "activities", batch([name])), true);
  const last = Number((await bench.database.sql`select max(position) as position from activity_log`)[0]!.position);
  await until(() => tailers.every((tailer) => tailer.position() === last));
  for (const seen of [...(await Promise.all(readers.map((reader) => reader.stop()))), ...told]) {
    expect(seen.map(({ position }) => position)).toEqual(
      seen.map(({ position }) => position).toSorted((a, b) => a - b),
    );
    expect(seen.map(({ name }) => name).toSorted()).toEqual(written.toSorted());
    expect(new Set(seen.map(({ name }) => name)).size).toBe(seen.length);
  }
  // In the order in which they were committed, as PostgreSQL itself tells it apart: a later commit never has an earlier position.
  expect(written.length).toBeGreaterThan(writers * each * 0.85);
}, 60_000);

test("control: with a plain sequence the same readers do miss batches", async () => {
  const reader = poll("plain_log");
  const written = await write(
    async (tx, name) => tx.execute(`insert into plain_log values (nextval('plain_position'), '${name}')`),
    false,
  );
  const seen = await reader.stop();
  const rows = await bench.database.sql`select count(*)::int as count from plain_log`;
  expect(rows[0]!.count).toBe(written.length);
  expect(seen.length).toBeLessThan(written.length);
}, 60_000);

test("a transaction that has announced something and goes on holds nobody up, and gets its position when it commits", async () => {
  const reader = poll("activity_log");
  const before = Number(
    (await bench.database.sql`select coalesce(max(position), 0) as position from activity_log`)[0]!.position,
  );
  const announced = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  const slow = bench.database.db.transaction(async (transaction) => {
    await publish(transaction as unknown as Db, "activities", batch(["slow"]));
    announced.resolve();
    await others.promise;
  });
  await announced.promise;
  await bench.append("quick");
  await bench.append("quicker");
  others.resolve();
  await slow;
  const seen = (await reader.stop()).filter(({ position }) => position > before);
  expect(seen.map(({ name }) => name)).toEqual(["quick", "quicker", "slow"]);
});
