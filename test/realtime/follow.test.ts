import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import { CursorExpiredError, InvalidInputError } from "#src/errors.ts";
import { activityChannel, activityFeed } from "#src/inventory/activities/feed.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import { ensurePartitions } from "#src/inventory/activities/store.ts";
import { decodeCursor, encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { beginEpoch } from "#src/realtime/epoch.ts";
import { selectItems } from "#src/realtime/feed.ts";
import { follow, oldestCursor } from "#src/realtime/follow.ts";
import { publish } from "#src/realtime/publish.ts";
import type { LogEntry, Tailer } from "#src/realtime/tailer.ts";
import { newestPositionOf } from "../support/log-position.ts";
import { type LogBench, openLogBench, until } from "./support.ts";

let bench: LogBench;
beforeAll(async () => {
  bench = await openLogBench();
  const sql = rawSql(bench.database.db);
  await ensurePartitions(sql, [new Date("2026-11-20T08:00:00Z")]);
  await sql`insert into instances (id, connector_slug, name, status) overriding system value values (1, 'fake', 'Acme', 'CONNECTED')`;
});
afterAll(() => bench.close());

/** Rows and their log batch, as a scan page stores them. */
async function store(...ids: string[]): Promise<number> {
  const at = ids.map(() => "2026-11-20T08:00:00.000Z");
  await bench.database.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await rawSql(tx)`
      insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, raw)
      select 1, '2026-11-20T08:00:00Z', id, case when id like 'admin%' then 'ADMIN' else 'USER' end, 'x', 'x', 'SUCCESS', '{}' from unnest(${ids}::text[]) id`;
    await publish(tx, "activities", { instanceId: 1, externalIds: ids, occurredAts: at });
  });
  return newestPositionOf(bench.database.sql, ids);
}

/** Follows and collects until the test ends it, as a subscription that catches up does. */
function watch(tailer: Tailer, after: string | null, filter: ActivityFilter | null = null) {
  const leaving = new AbortController();
  const ids: string[] = [];
  const cursors: string[] = [];
  const { sql } = bench.database;
  const feed = activityFeed(filter, null);
  const done = (async () => {
    const cursor =
      after === null ? { epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch } : decodeCursor(after);
    for await (const entries of follow(tailer, sql, cursor, leaving.signal)) {
      for (const entry of entries) {
        const items = await activityChannel.read(sql, entry);
        const seen = entry.position === cursor.position ? cursor.index : -1;
        for (const item of await selectItems(feed, sql, entry, items, seen)) {
          if (leaving.signal.aborted) return;
          ids.push(item.activity.externalId);
          cursors.push(item.cursor);
        }
      }
    }
  })();
  done.catch(() => {});
  return { ids, cursors, done, leave: () => leaving.abort() };
}

test("`after` is exclusive, down to the item of a batch", async () => {
  const tailer = await bench.tailer();
  const start = encodeCursor({ epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch });
  await store("a1", "a2", "a3");
  await store("b1", "b2");
  const all = watch(tailer, start);
  await until(() => all.ids.length === 5);
  all.leave();
  await all.done;
  expect(all.ids).toEqual(["a1", "a2", "a3", "b1", "b2"]);
  for (let seen = 0; seen < 5; seen++) {
    const rest = watch(tailer, all.cursors[seen] as string);
    await until(() => rest.ids.length === 4 - seen);
    await sleep(20);
    rest.leave();
    expect(rest.ids).toEqual(all.ids.slice(seen + 1));
    expect(rest.cursors).toEqual(all.cursors.slice(seen + 1));
  }
});

test("what was missed and what comes next join without a gap or a repeat, from memory and from the database", async () => {
  // Memory for hardly a batch: nearly everything is replayed from the database.
  for (const keep of [3, 50_000]) {
    const tailer = await bench.tailer({ keep, pollMs: 50 });
    const start = encodeCursor({ epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch });
    const expected: string[] = [];
    const writing = (async () => {
      for (let n = 0; n < 150; n++) {
        const ids = Array.from({ length: 1 + (n % 4) }, (_, i) => `k${keep}/${n}/${i}`);
        expected.push(...ids);
        await store(...ids);
      }
    })();
    const watchers = [watch(tailer, start)];
    // More join in the middle, each at a cursor that another one has just seen.
    for (let n = 0; n < 10; n++) {
      await sleep(20);
      const cursor = watchers[0]!.cursors.at(-1);
      if (cursor) watchers.push(watch(tailer, cursor));
    }
    await writing;
    await until(() => watchers.every((watcher) => watcher.ids.at(-1) === expected.at(-1)));
    for (const watcher of watchers) {
      watcher.leave();
      expect(watcher.ids).toEqual(expected.slice(expected.length - watcher.ids.length));
    }
    expect(watchers[0]!.ids).toEqual(expected);
  }
});

test("a reader that dies at random and resumes sees every item once, in order", async () => {
  const tailer = await bench.tailer({ keep: 40, pollMs: 50 });
  let cursor = encodeCursor({ epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch });
  const expected: string[] = [];
  const seen: string[] = [];
  const writing = (async () => {
    for (let n = 0; n < 200; n++) {
      const ids = Array.from({ length: 1 + (n % 7) }, (_, i) => `r${n}/${i}`);
      expected.push(...ids);
      await store(...ids);
    }
  })();
  let resumed = 0;
  const deadline = Date.now() + 20_000;
  let written = false;
  void writing.then(() => {
    written = true;
  });
  while (!(written && seen.length === expected.length) && Date.now() < deadline) {
    const watcher = watch(tailer, cursor);
    await sleep(Math.random() * 25);
    watcher.leave();
    seen.push(...watcher.ids);
    cursor = watcher.cursors.at(-1) ?? cursor;
    resumed++;
    // What it got after this moment is thrown away, as a socket that died would.
  }
  await writing;
  expect(seen).toEqual(expected);
  expect(resumed).toBeGreaterThan(10);
});

test("a filter leaves out, and cursors go on counting the items that it left out", async () => {
  const tailer = await bench.tailer();
  const start = encodeCursor({ epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch });
  await store("f1", "admin1", "f2", "admin2");
  const admins = watch(tailer, start, { categories: ["ADMIN"] });
  await until(() => admins.ids.length === 2);
  expect(admins.ids).toEqual(["admin1", "admin2"]);
  admins.leave();
  const rest = watch(tailer, admins.cursors[0] as string);
  await until(() => rest.ids.length === 2);
  rest.leave();
  expect(rest.ids).toEqual(["f2", "admin2"]);
});

test("a reader costs a position: while it does not pull, nothing is read or kept for it", async () => {
  let reads = 0;
  const counted = new Proxy(bench.database.sql as unknown as Sql, {
    apply(target, self, args) {
      reads++;
      return Reflect.apply(target as never, self, args);
    },
  });
  const tailer = await bench.tailer({ keep: 20, pollMs: 50 });
  const start = tailer.position();
  const reader = follow(
    tailer,
    counted,
    { epoch: tailer.epoch(), position: start, index: wholeBatch },
    new AbortController().signal,
  );
  await store("s0");
  const first = (await reader.next()).value as LogEntry[];
  expect(first.flatMap((entry) => entry.externalIds)).toEqual(["s0"]);
  const before = reads;
  for (let n = 1; n <= 300; n++) await store(`s${n}`);
  await until(() => tailer.position() === start + 301);
  expect(reads).toBe(before);
  // Memory has moved on without it; it comes back by replay, in small steps.
  expect(tailer.entriesAfter(start + 1, 10)).toBeNull();
  const seen: string[] = [];
  while (seen.length < 300) {
    const entries = (await reader.next()).value as LogEntry[];
    expect(entries.length).toBeLessThanOrEqual(50);
    seen.push(...entries.flatMap((entry) => entry.externalIds));
  }
  expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => `s${n + 1}`));
  // And is live again.
  await store("live");
  expect(((await reader.next()).value as LogEntry[])[0]!.externalIds).toEqual(["live"]);
  await reader.return();
});

test("one slow reader holds up no other", async () => {
  const tailer = await bench.tailer({ keep: 20 });
  const start = tailer.position();
  const slow = follow(
    tailer,
    bench.database.sql,
    { epoch: tailer.epoch(), position: start, index: wholeBatch },
    new AbortController().signal,
  );
  const fast = watch(tailer, encodeCursor({ epoch: tailer.epoch(), position: start, index: wholeBatch }));
  await store("one");
  await slow.next();
  const ids = Array.from({ length: 100 }, (_, n) => `q${n}`);
  for (const id of ids) await store(id);
  await until(() => fast.ids.length === 101, 2_000);
  expect(fast.ids).toEqual(["one", ...ids]);
  fast.leave();
  await slow.return();
});

test("a cursor that retention has passed is CURSOR_EXPIRED and names the oldest that works", async () => {
  const tailer = await bench.tailer();
  const first = await store("t1", "t2");
  const second = await store("t3", "t4");
  await until(() => tailer.position() === second);
  await bench.trim(first);
  const oldest = await oldestCursor(bench.database.sql);
  expect(decodeCursor(oldest)).toEqual({ epoch: tailer.epoch(), position: first, index: wholeBatch });
  for (const expired of [
    { position: first - 1, index: wholeBatch },
    // Of this batch one item was still to come, and it is gone.
    { position: first, index: 0 },
    { position: 0, index: wholeBatch },
  ]) {
    const error = await watch(tailer, encodeCursor({ epoch: tailer.epoch(), ...expired })).done.catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CursorExpiredError);
    expect(error).toMatchObject({ code: "CURSOR_EXPIRED", oldest });
  }
  const rest = watch(tailer, oldest);
  await until(() => rest.ids.length === 2);
  rest.leave();
  expect(rest.ids).toEqual(["t3", "t4"]);
});

test("a reader too slow for retention is told, also when nothing at all is left", async () => {
  for (const left of [true, false]) {
    const tailer = await bench.tailer({ keep: 2 });
    const start = tailer.position();
    const reader = follow(
      tailer,
      bench.database.sql,
      { epoch: tailer.epoch(), position: start, index: wholeBatch },
      new AbortController().signal,
    );
    await store(`y${left}0`);
    await reader.next();
    for (let n = 1; n <= 60; n++) await store(`y${left}${n}`);
    await until(() => tailer.position() === start + 61);
    await bench.trim(left ? start + 30 : start + 61);
    await expect(reader.next()).rejects.toThrow(CursorExpiredError);
  }
});

test("a restore makes the cursors of what was lost expire, and those of what was kept stay valid", async () => {
  const { sql } = bench.database;
  const tailer = await bench.tailer({ pollMs: 50 });
  const before = tailer.epoch();
  await store("e0");
  const kept = await store("e1", "e2");
  await until(() => tailer.position() === kept);
  const reading = watch(tailer, encodeCursor({ epoch: before, position: kept - 1, index: wholeBatch }));
  await until(() => reading.ids.length === 2);
  await beginEpoch(bench.database.db, {}, new Date());
  // Who follows at that moment learns of it, without any activity.
  await expect(reading.done).rejects.toThrow(/restored from a backup/);
  await until(() => tailer.epoch() !== before);
  const again = await store("e3");
  expect(again).toBe(kept + 1);
  for (const cursor of [
    // Somebody was given this position for something else, in the database that was lost.
    { epoch: before, position: again, index: wholeBatch },
    { epoch: "0123456789ab", position: 1, index: wholeBatch },
  ]) {
    const error = await watch(tailer, encodeCursor(cursor)).done.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CURSOR_EXPIRED", oldest: await oldestCursor(sql) });
    expect((error as Error).message).toContain("restored from a backup");
  }
  const rest = watch(tailer, encodeCursor({ epoch: before, position: kept, index: 0 }));
  await until(() => rest.ids.length === 2);
  rest.leave();
  expect(rest.ids).toEqual(["e2", "e3"]);
  expect(decodeCursor(rest.cursors.at(-1)!).epoch).toBe(tailer.epoch());
});

test("cursors of before there were epochs have no name, and the text they always had", () => {
  expect(encodeCursor({ epoch: "", position: 12, index: 3 })).toBe(Buffer.from("log:12.3").toString("base64url"));
  expect(decodeCursor(Buffer.from("log:12").toString("base64url"))).toEqual({
    epoch: "",
    position: 12,
    index: wholeBatch,
  });
});

test("a cursor ahead of the log is refused; one that is only ahead of this process is waited for", async () => {
  const tailer = await bench.tailer({ pollMs: 60_000 });
  const ahead = encodeCursor({ epoch: tailer.epoch(), position: tailer.position() + 1000, index: wholeBatch });
  await expect(watch(tailer, ahead).done).rejects.toThrow(CursorExpiredError);
  await expect(watch(tailer, "bm90IGEgY3Vyc29y").done).rejects.toThrow(InvalidInputError);
  // Another gateway has told of this batch before our tailer read it.
  const late: Tailer = { ...tailer, position: () => 0, entriesAfter: () => [], wait: () => new Promise(() => {}) };
  const position = await store("elsewhere");
  const watcher = watch(late, encodeCursor({ epoch: tailer.epoch(), position, index: 0 }));
  await sleep(100);
  watcher.leave();
  expect(watcher.ids).toEqual([]);
});
