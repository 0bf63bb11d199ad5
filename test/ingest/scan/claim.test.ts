import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { ProviderRateLimitError, StreamCursorError } from "#src/errors.ts";
import { ClaimLostError, claimStream } from "#src/ingest/scan/claim.ts";
import { finishScan, stopScan } from "#src/ingest/scan/finish.ts";
import { cancelScan } from "#src/ingest/scan/request.ts";
import { storePage } from "#src/ingest/scan/store-page.ts";
import { disableInstance } from "#src/instances/lifecycle.ts";
import { activity, admin, eventIds, gate, openScanBench, type ScanBench, until } from "./fixture.ts";

let bench: ScanBench;
beforeAll(async () => {
  bench = await openScanBench(() => new StreamCursorError("gone"));
});
afterAll(() => bench.close());

const manifestOf = () => bench.core.connectors[0]!.manifest;
const claim = (id: number, stream: "USERS" | "ACTIVITIES" = "ACTIVITIES") =>
  claimStream(bench.core.db, manifestOf(), id, stream, null, bench.core.now());

test("a worker that was thought dead cannot commit after a second one has claimed the stream", async () => {
  const { id } = await bench.connect();
  const zombie = (await claim(id))!;
  await storePage(
    bench.core,
    zombie,
    { items: [activity("e0", new Date("2026-11-20T08:00:00Z"))], cursor: "at:1" },
    bench.clock.now,
  );
  const second = (await claim(id))!;
  expect(second.scan.id).toBe(zombie.scan.id);
  expect(second.stream.cursor).toBe("at:1");
  const page = { items: [activity("e1", new Date("2026-11-20T08:00:01Z"))], cursor: "at:99" };
  await expect(storePage(bench.core, zombie, page, bench.clock.now)).rejects.toThrow(ClaimLostError);
  await expect(finishScan(bench.core.db, manifestOf(), zombie, bench.clock.now)).rejects.toThrow(ClaimLostError);
  await expect(
    stopScan(bench.core.db, zombie, { status: "FAILED", nextRunAt: null, error: "x" }, bench.clock.now),
  ).rejects.toThrow(ClaimLostError);
  expect(await bench.stored(id)).toEqual(["e0"]);
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({ cursor: "at:1", consecutiveFailures: 0 });
  await storePage(bench.core, second, { ...page, cursor: "at:2" }, bench.clock.now);
  await finishScan(bench.core.db, manifestOf(), second, bench.clock.now);
  expect(await bench.told(id)).toEqual(["e0", "e1"]);
  expect((await bench.scans(id)).map((scan) => scan.status)).toEqual(["SUCCEEDED"]);
});

test("a zombie runner in the middle of a run stops by itself, and its successor loses nothing", async () => {
  const { id, app } = await bench.connect();
  app.emit(50);
  const held = gate();
  let first = true;
  app.beforePage = async (_, page) => {
    if (page !== 3 || !first) return;
    first = false;
    await held.wait;
  };
  const zombie = bench.run(id, "ACTIVITIES");
  await until(() => !first);
  await bench.run(id, "ACTIVITIES");
  held.open();
  await zombie;
  expect(await bench.stored(id)).toEqual(eventIds(50));
  expect(await bench.told(id)).toEqual(eventIds(50));
  expect((await bench.scans(id)).map((scan) => [scan.status, scan.itemsWritten])).toEqual([["SUCCEEDED", 50]]);
});

test("ten workers that claim one stream at once store every event once", async () => {
  const { id, app } = await bench.connect();
  app.emit(200);
  app.beforePage = () => sleep(Math.random() * 5);
  await Promise.all(Array.from({ length: 10 }, () => bench.run(id, "ACTIVITIES")));
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toEqual(eventIds(200));
  expect((await bench.told(id)).toSorted(byNumber)).toEqual(eventIds(200));
});

test("after a page no other worker can go back to the cursor before it", async () => {
  const { id } = await bench.connect();
  const first = (await claim(id))!;
  const copy = { ...first, scan: { ...first.scan } };
  const page = (n: number) => ({ items: [activity(`e${n}`, new Date("2026-11-20T08:00:00Z"))], cursor: `at:${n + 1}` });
  const results = await Promise.allSettled([
    storePage(bench.core, first, page(0), bench.clock.now),
    storePage(bench.core, copy, page(5), bench.clock.now),
  ]);
  expect(results.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await bench.stored(id)).toHaveLength(1);
});

test("disabling in the middle of a page neither deadlocks nor lets anything of later pages in", async () => {
  for (let round = 0; round < 12; round++) {
    const { id, app } = await bench.connect();
    app.emit(400);
    app.pageSize = 40;
    const run = bench.run(id, "ACTIVITIES");
    await until(() => (app.pages.ACTIVITIES ?? 0) >= 2 + (round % 4));
    await disableInstance(bench.core, admin, id);
    const { length } = await bench.stored(id);
    await run;
    expect(await bench.stored(id)).toHaveLength(length);
    const [scan] = await bench.scans(id);
    expect(scan).toMatchObject({ status: "CANCELLED", error: "The instance was disabled." });
    expect((await bench.stream(id, "ACTIVITIES")).nextRunAt).toBeNull();
  }
});

test("a cancelled scan stays cancelled, whatever its worker meets afterwards", async () => {
  for (const end of ["finishes", "is throttled", "goes on"] as const) {
    const { id, app } = await bench.connect();
    app.emit(30);
    const held = gate();
    const reached = gate();
    app.beforePage = async (_, page) => {
      if (page !== 3) return;
      reached.open();
      await held.wait;
      if (end === "is throttled")
        throw new ProviderRateLimitError("Too often.", new Date(bench.clock.now.getTime() + 60_000));
      if (end === "finishes") app.events.length = 20;
    };
    const run = bench.run(id, "ACTIVITIES");
    await reached.wait;
    const [scan] = await bench.scans(id);
    const cancelled = await cancelScan(bench.core, admin, { instanceId: id, id: scan!.id });
    expect(cancelled.status).toBe("CANCELLED");
    held.open();
    await run;
    expect([end, (await bench.scans(id)).map(({ status }) => status)]).toEqual([end, ["CANCELLED"]]);
    const stream = await bench.stream(id, "ACTIVITIES");
    expect(stream.nextRunAt!.getTime()).toBe(bench.clock.now.getTime() + 60_000);
    expect(stream.throttledUntil).toBeNull();
    // The next run goes on where the cancelled one had stored.
    app.beforePage = () => {};
    if (end === "finishes") app.emit(10);
    await bench.run(id, "ACTIVITIES");
    expect(await bench.stored(id)).toEqual(eventIds(30));
    expect(await bench.told(id)).toEqual(eventIds(30));
  }
});

test("cancelling while pages are stored never deadlocks", async () => {
  for (let round = 0; round < 12; round++) {
    const { id, app } = await bench.connect();
    app.emit(400);
    app.pageSize = 40;
    const run = bench.run(id, "ACTIVITIES");
    await until(() => (app.pages.ACTIVITIES ?? 0) >= 2 + (round % 4));
    const [scan] = await bench.scans(id);
    await cancelScan(bench.core, admin, { instanceId: id, id: scan!.id });
    await run;
    const { status } = (await bench.scans(id))[0]!;
    expect(["CANCELLED", "SUCCEEDED"]).toContain(status);
  }
  expect(bench.log.lines.filter((line) => line.incident)).toEqual([]);
});

test("an instance that is not connected is not claimed, nor a stream that is off until its time has come", async () => {
  const { id } = await bench.connect();
  const set = (values: object) =>
    bench.database
      .sql`update streams set ${bench.database.sql(values)} where instance_id = ${id} and stream = 'ACTIVITIES'`;
  await set({ disabled_reason: "Missing: log.", next_run_at: null });
  expect(await claim(id)).toBeNull();
  await set({ next_run_at: new Date(bench.clock.now.getTime() + 1000).toISOString() });
  expect(await claim(id)).toBeNull();
  await set({ next_run_at: bench.clock.now.toISOString() });
  const claimed = (await claim(id))!;
  await finishScan(bench.core.db as Db, manifestOf(), claimed, bench.clock.now);
  expect((await bench.stream(id, "ACTIVITIES")).disabledReason).toBeNull();
  await disableInstance(bench.core, admin, id);
  expect(await claim(id)).toBeNull();
});

function byNumber(a: string, b: string): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}
