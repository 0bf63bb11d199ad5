import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { logChannel } from "#src/realtime/publish.ts";
import { type Line, openLine } from "../support/line.ts";
import { type LogBench, openLogBench, until } from "./support.ts";

let bench: LogBench;
let admin: postgres.Sql;
beforeAll(async () => {
  bench = await openLogBench();
  admin = postgres(bench.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await admin.end();
  await bench.close();
});

const names = (entries: { externalIds: string[] }[] | null) => entries?.flatMap((entry) => entry.externalIds) ?? null;

/** Backends that listen for the log. */
const listeners = async () =>
  (
    await admin<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and query like ${`listen "${logChannel}"`}`
  ).map((row) => row.pid);

test("starts at the end of the log, and hears of a batch without waiting for the poll", async () => {
  const before = await bench.append("before");
  const tailer = await bench.tailer({ pollMs: 60_000 });
  expect(tailer.position()).toBe(before);
  expect(tailer.entriesAfter(before, 10)).toEqual([]);
  const began = performance.now();
  const waiting = tailer.wait(before, new AbortController().signal);
  await bench.append("a", "b");
  await waiting;
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(tailer.entriesAfter(before, 10)).toEqual([
    expect.objectContaining({ position: before + 1, topic: "activities", instanceId: 1, externalIds: ["a", "b"] }),
  ]);
});

test("keeps no more activity keys than its bound, and says when memory does not reach back", async () => {
  const tailer = await bench.tailer({ keep: 50 });
  const start = tailer.position();
  const ids = (n: number) => Array.from({ length: 9 }, (_, i) => `${n}/${i}`);
  for (let n = 0; n < 40; n++) await bench.append(...ids(n));
  await until(() => tailer.position() === start + 40);
  expect(tailer.entriesAfter(start, 1000)).toBeNull();
  // Ten for each batch: its keys and itself.
  const kept = tailer.entriesAfter(start + 35, 1000);
  expect(kept).toHaveLength(5);
  expect(tailer.entriesAfter(start + 34, 1000)).toBeNull();
  expect(tailer.entriesAfter(start + 35, 2)).toHaveLength(2);
  expect(tailer.entriesAfter(start + 40, 1000)).toEqual([]);
  // One batch larger than the bound is kept all the same: the newest is always there.
  await bench.append(...Array.from({ length: 200 }, (_, i) => `large/${i}`));
  await until(() => tailer.position() === start + 41);
  expect(tailer.entriesAfter(start + 40, 1000)).toHaveLength(1);
  expect(tailer.entriesAfter(start + 39, 1000)).toBeNull();
});

test("a lost notification is made up for by the poll", async () => {
  const tailer = await bench.tailer({ pollMs: 300 });
  const start = tailer.position();
  // Written as a restored or replicated row would be: nobody is notified.
  await admin`insert into activity_log (position, topic, instance_id, external_ids, occurred_ats) values (nextval('activity_log_position'), 'activities', 1, '{quiet}', '{2026-11-20}')`;
  const began = performance.now();
  await tailer.wait(start, new AbortController().signal);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(names(tailer.entriesAfter(start, 10))).toEqual(["quiet"]);
});

test("when the listening connection is killed, batches come within the poll, and the listener comes back by itself", async () => {
  const tailer = await bench.tailer({ pollMs: 400 });
  for (let round = 0; round < 5; round++) {
    await until(async () => (await listeners()).length > 0);
    const killed = await listeners();
    await admin`select pg_terminate_backend(pid) from unnest(${killed}::int[]) pid`;
    const start = tailer.position();
    const began = performance.now();
    await bench.append(`after kill ${round}`);
    await tailer.wait(start, new AbortController().signal);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(names(tailer.entriesAfter(start, 10))).toEqual([`after kill ${round}`]);
    await until(async () => {
      const now = await listeners();
      return now.length > 0 && now.every((pid) => !killed.includes(pid));
    });
  }
});

test("listens again after the kill: a batch comes without the poll", async () => {
  const tailer = await bench.tailer({ pollMs: 60_000 });
  const killed = await listeners();
  await admin`select pg_terminate_backend(pid) from unnest(${killed}::int[]) pid`;
  // What was appended while nobody listened is read when the listener is back.
  const start = tailer.position();
  await bench.append("meanwhile");
  await until(() => tailer.position() > start, 5_000);
  await until(async () => (await listeners()).length > 0);
  await sleep(100);
  const second = tailer.position();
  const began = performance.now();
  await bench.append("heard");
  await tailer.wait(second, new AbortController().signal);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test("when the listening connection goes dead without a word, batches come within the poll", async () => {
  let line: Line | undefined;
  const behind = await openLogBench(4, async (url) => {
    line = await openLine(url);
    return line.url;
  });
  onTestFinished(async () => {
    line?.cut("reset");
    await behind.close();
    await line?.close();
  });
  const tailer = await behind.tailer({ pollMs: 400 });
  expect(line!.freeze(`listen "${logChannel}"`)).toBe(1);
  for (let round = 0; round < 5; round++) {
    const start = tailer.position();
    const began = performance.now();
    await behind.append(`unheard ${round}`);
    await tailer.wait(start, new AbortController().signal);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(names(tailer.entriesAfter(start, 10))).toEqual([`unheard ${round}`]);
  }
});

test("a database that fails for a while costs nothing but time", async () => {
  const tailer = await bench.tailer({ pollMs: 100 });
  const start = tailer.position();
  await admin`alter table activity_log rename to activity_log_away`;
  await sleep(400);
  await admin`alter table activity_log_away rename to activity_log`;
  await bench.append("x");
  await until(() => tailer.position() > start);
  expect(names(tailer.entriesAfter(start, 10))).toEqual(["x"]);
  expect(bench.warnings.some((line) => line.msg === "reading the activity log failed")).toBe(true);
});

test("who waits is let go when it gives up, and when the tailer stops", async () => {
  const tailer = await bench.tailer();
  const leaving = new AbortController();
  const waits = [
    tailer.wait(tailer.position(), leaving.signal),
    tailer.wait(tailer.position(), new AbortController().signal),
  ];
  leaving.abort();
  await waits[0];
  await tailer.stop();
  await waits[1];
  await tailer.wait(Number.MAX_SAFE_INTEGER, new AbortController().signal);
});

test("a thousand batches at once are read once each, in order", async () => {
  const tailer = await bench.tailer();
  const start = tailer.position();
  const positions: number[] = [];
  const off = tailer.onEntry((entry) => void positions.push(entry.position));
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let n = 0; n < 100; n++) await bench.append(`${writer}/${n}`);
    }),
  );
  await until(() => tailer.position() === start + 1000);
  off();
  expect(positions).toEqual(Array.from({ length: 1000 }, (_, n) => start + 1 + n));
  await bench.append("nobody listens");
  expect(positions).toHaveLength(1000);
});
