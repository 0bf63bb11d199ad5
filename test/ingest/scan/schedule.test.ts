import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startWorkers } from "#jobs/index.ts";
import {
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderScopeError,
  ProviderUnavailableError,
  StreamCursorError,
} from "#src/errors.ts";
import { cancelScan, startScan } from "#src/ingest/scan/request.ts";
import { runScan } from "#src/ingest/scan/run.ts";
import { queueDueScans } from "#src/ingest/scan/schedule.ts";
import { activity, admin, eventIds, gate, openScanBench, type ScanBench, until } from "./fixture.ts";

let bench: ScanBench;
beforeAll(async () => {
  bench = await openScanBench(() => new StreamCursorError("gone"));
});
afterAll(() => bench.close());
afterEach(async () => {
  // What one test leaves due is no business of the next.
  await bench.database.sql`update streams set next_run_at = null`;
  await bench.database.sql`update scans set status = 'CANCELLED' where status in ('QUEUED', 'RUNNING', 'THROTTLED')`;
  await bench.database.sql`delete from pgboss.job where name = 'scan.stream'`;
});

const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};
/** Jobs that wait or run. */
const jobs = async (id: number) =>
  (
    await bench.database.sql<{ data: { stream: string; backfillScanId?: number } }[]>`
      select data from pgboss.job where name = 'scan.stream' and state < 'completed' and (data->>'instanceId')::int = ${id} order by data->>'stream'`
  ).map((row) => row.data);
const backfill = (id: number, scanId: number, signal = new AbortController().signal) =>
  runScan(bench.core, { instanceId: id, stream: "ACTIVITIES", backfillScanId: scanId }, signal);

test("users are read first; the others follow, and activities at the latest after ten seconds", async () => {
  const { id } = await bench.connect();
  await queueDueScans(bench.core);
  await queueDueScans(bench.core);
  expect(await jobs(id)).toEqual([{ instanceId: id, stream: "USERS" }]);
  pass(10_000);
  await queueDueScans(bench.core);
  expect((await jobs(id)).map((job) => job.stream)).toEqual(["ACTIVITIES", "USERS"]);
  await bench.run(id, "USERS");
  expect((await bench.stream(id, "ACTIVITIES")).nextRunAt!.getTime()).toBeLessThanOrEqual(bench.clock.now.getTime());
  expect((await bench.stream(id, "USERS")).nextRunAt!.getTime()).toBe(bench.clock.now.getTime() + 3_600_000);
});

test("many processes that queue what is due at once make one job of it", async () => {
  const { id } = await bench.connect();
  await Promise.all(Array.from({ length: 20 }, () => queueDueScans(bench.core)));
  expect(await jobs(id)).toHaveLength(1);
});

test("a throttled stream gives its job back, and nobody asks before its time", async () => {
  const { id, app } = await bench.connect();
  app.emit(30);
  const until = new Date(bench.clock.now.getTime() + 3_600_000);
  app.beforePage = (_, page) => {
    if (page === 2) throw new ProviderRateLimitError("Too often.", until);
  };
  const began = performance.now();
  await bench.run(id, "ACTIVITIES");
  expect(performance.now() - began).toBeLessThan(2_000);
  expect((await bench.scans(id))[0]).toMatchObject({ status: "THROTTLED", throttledUntil: until, itemsWritten: 10 });
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({
    throttledUntil: until,
    nextRunAt: until,
    consecutiveFailures: 0,
  });
  await queueDueScans(bench.core);
  expect((await jobs(id)).map((job) => job.stream)).toEqual(["USERS"]);
  // Not for a person's asking either.
  const [asked] = await startScan(bench.core, admin, id, { streams: ["ACTIVITIES"] });
  expect(asked).toMatchObject({ status: "THROTTLED" });
  expect((await bench.stream(id, "ACTIVITIES")).nextRunAt).toEqual(until);
  app.beforePage = () => {};
  pass(3_600_000);
  await queueDueScans(bench.core);
  expect((await jobs(id)).map((job) => job.stream)).toEqual(["ACTIVITIES", "USERS"]);
  await bench.run(id, "ACTIVITIES");
  expect(await bench.told(id)).toEqual(eventIds(30));
  expect((await bench.scans(id)).map((scan) => scan.status)).toEqual(["SUCCEEDED"]);
});

test("a tenant that is throttled, or does not answer, delays no other", async () => {
  const silent = await bench.connect();
  const throttled = await bench.connect();
  const healthy = await bench.connect();
  const held = gate();
  silent.app.beforePage = () => held.wait;
  throttled.app.beforePage = () => {
    throw new ProviderRateLimitError("Too often.", new Date(bench.clock.now.getTime() + 3_600_000));
  };
  healthy.app.emit(100);
  healthy.app.users = ["u1"];
  // Real time: the workers' own timers run on it.
  const start = Date.now();
  const base = bench.clock.now.getTime();
  bench.core.now = () => new Date(base + Date.now() - start + 11_000);
  const stop = await startWorkers(bench.core);
  try {
    await until(async () => (await bench.stored(healthy.id)).length === 100, 8_000);
    await until(async () => (await bench.scans(throttled.id)).some((scan) => scan.status === "THROTTLED"), 8_000);
    expect((await bench.scans(silent.id)).map((scan) => scan.status)).toContain("RUNNING");
    expect(Object.keys(await bench.users(healthy.id))).toEqual(["u1"]);
  } finally {
    held.open();
    await stop();
    await bench.core.boss.offWork("scan.stream");
    bench.core.now = () => new Date(bench.clock.now);
  }
  // What was stopped goes back into the queue; it is not lost.
  expect((await bench.scans(silent.id)).every((scan) => scan.status !== "RUNNING")).toBe(true);
});

test("a run asked for in the middle of a run follows it at once, also over several time slices", async () => {
  const { id, app } = await bench.connect();
  app.users = Array.from({ length: 80 }, (_, n) => `u${n}`);
  let asked = 0;
  app.beforePage = async (_, page) => {
    pass(7_000);
    if (page === 2 && asked++ === 0) {
      const [scan] = await startScan(bench.core, admin, id, { streams: ["USERS"] });
      expect(scan).toMatchObject({ status: "RUNNING" });
      // Came on a page that was read before.
      app.users.unshift("newcomer");
    }
  };
  for (let slice = 0; slice < 10 && (await bench.scans(id, "USERS"))[0]?.status !== "SUCCEEDED"; slice++)
    await bench.run(id, "USERS");
  expect(Object.keys(await bench.users(id))).not.toContain("newcomer");
  expect((await bench.stream(id, "USERS")).nextRunAt!.getTime()).toBeLessThanOrEqual(bench.clock.now.getTime());
  app.beforePage = () => {};
  await bench.run(id, "USERS");
  expect(Object.keys(await bench.users(id))).toContain("newcomer");
  // Once: the answer to the request has been given.
  expect((await bench.stream(id, "USERS")).nextRunAt!.getTime()).toBe(bench.clock.now.getTime() + 3_600_000);
  expect(await bench.scans(id, "USERS")).toHaveLength(2);
});

test("FULL starts the log over, although a worker is reading it", async () => {
  const { id, app } = await bench.connect();
  app.emit(40);
  await bench.run(id, "ACTIVITIES");
  // Something that the log had not yet when it was read there.
  app.events.splice(5, 0, activity("hidden", new Date("2026-11-20T08:00:05Z")));
  app.emit(20);
  const reached = gate();
  const held = gate();
  app.beforePage = async (_, page) => {
    if (page !== 2) return;
    reached.open();
    await held.wait;
  };
  const run = bench.run(id, "ACTIVITIES");
  await reached.wait;
  const [full] = await startScan(bench.core, admin, id, { streams: ["ACTIVITIES"], mode: "FULL" });
  expect(full).toMatchObject({ status: "QUEUED", mode: "FULL" });
  held.open();
  await run;
  expect((await bench.scans(id)).map((scan) => [scan.status, scan.error])).toEqual([
    ["SUCCEEDED", null],
    ["CANCELLED", "Started over."],
    ["QUEUED", null],
  ]);
  expect((await bench.stream(id, "ACTIVITIES")).cursor).toBeNull();
  app.beforePage = () => {};
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toHaveLength(61);
  expect(await bench.told(id)).toHaveLength(61);
  expect((await bench.scans(id)).at(-1)).toMatchObject({ status: "SUCCEEDED", itemsSeen: 61 });
});

test("a position that the app forgot is read again with an overlap; the gap is recorded, and filled by the run that does it", async () => {
  const { id, app } = await bench.connect();
  app.emit(30);
  await bench.run(id, "ACTIVITIES");
  const lastItemAt = app.events.at(-1)!.occurredAt;
  app.emit(5);
  // One that the app stored late, before what was read last.
  app.events.push(activity("late", new Date(lastItemAt.getTime() - 30 * 60_000)));
  app.accepts = () => false;
  await bench.run(id, "ACTIVITIES");
  const gaps = () =>
    bench.database.sql`select from_at, to_at, reason, filled_at from coverage_gaps where instance_id = ${id}`;
  expect((await bench.scans(id)).at(-1)).toMatchObject({ status: "FAILED" });
  const [gap] = await gaps();
  expect(gap).toMatchObject({ filled_at: null });
  expect([new Date(gap!.from_at), new Date(gap!.to_at)]).toEqual([lastItemAt, bench.clock.now]);
  expect(gap!.reason).toMatch(/no longer accepted the stored position/);
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({ cursor: null, nextRunAt: bench.clock.now });
  // Not from the beginning, not from now: from an hour before what was read last.
  expect((await bench.stream(id, "ACTIVITIES")).fromAt).toEqual(new Date(lastItemAt.getTime() - 3_600_000));
  app.accepts = () => true;
  pass(1000);
  await bench.run(id, "ACTIVITIES");
  expect(new Set(await bench.stored(id))).toEqual(new Set([...eventIds(35), "late"]));
  expect(await bench.told(id)).toHaveLength(36);
  expect((await gaps())[0]!.filled_at).not.toBeNull();
  expect(await gaps()).toHaveLength(1);
});

test("a back-fill and the ordinary run read beside each other, and each keeps its place", async () => {
  const { id, app } = await bench.connect();
  app.emit(120);
  for (let n = 0; n < 60; n++)
    app.events.push(activity(`o${n}`, new Date(Date.parse("2026-10-01T08:00:00Z") + n * 1000)));
  const [scan] = await startScan(bench.core, admin, id, {
    from: new Date("2026-10-01T00:00:00Z"),
    to: new Date("2026-10-02T00:00:00Z"),
  });
  expect(await jobs(id)).toEqual([{ instanceId: id, stream: "ACTIVITIES", backfillScanId: scan!.id }]);
  await Promise.all([backfill(id, scan!.id), bench.run(id, "ACTIVITIES")]);
  expect(await bench.stored(id)).toHaveLength(180);
  expect(await bench.told(id)).toHaveLength(180);
  expect((await bench.scans(id)).map((one) => one.status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  expect((await bench.stream(id, "ACTIVITIES")).cursor).toBe("at:120");
});

test("a back-fill goes on after a time slice, a throttle, a fault and a dead worker", async () => {
  const { id, app } = await bench.connect();
  await bench.database.sql`update streams set next_run_at = null where instance_id = ${id}`;
  for (let n = 0; n < 60; n++)
    app.events.push(activity(`e${n}`, new Date(Date.parse("2026-10-01T08:00:00Z") + n * 1000)));
  const [scan] = await startScan(bench.core, admin, id, { from: new Date("2026-10-01T00:00:00Z") });
  const take = async () => {
    await bench.database.sql`delete from pgboss.job where name = 'scan.stream'`;
    await queueDueScans(bench.core);
    const queued = await jobs(id);
    if (queued.length === 0) return false;
    expect(queued).toEqual([{ instanceId: id, stream: "ACTIVITIES", backfillScanId: scan!.id }]);
    await backfill(id, scan!.id);
    return true;
  };
  const state = async () => (await bench.scans(id)).find((one) => one.id === scan!.id)!;
  app.beforePage = (_, page) => {
    if (page === 2) pass(21_000);
  };
  await backfill(id, scan!.id);
  expect(await state()).toMatchObject({ status: "QUEUED", itemsWritten: 20 });
  app.beforePage = (_, page) => {
    if (page === 2) throw new ProviderRateLimitError("Too often.", new Date(bench.clock.now.getTime() + 60_000));
  };
  expect(await take()).toBe(true);
  expect(await state()).toMatchObject({ status: "THROTTLED", itemsWritten: 30 });
  expect(await take()).toBe(false);
  pass(60_000);
  app.beforePage = (_, page) => {
    if (page === 2) throw new ProviderUnavailableError("502");
  };
  expect(await take()).toBe(true);
  expect(await state()).toMatchObject({ status: "QUEUED", itemsWritten: 40 });
  expect(await take()).toBe(false);
  pass(15_000);
  const killed = gate();
  const dead = gate();
  app.beforePage = async (_, page) => {
    if (page !== 2) return;
    dead.open();
    await killed.wait;
  };
  void take();
  await dead.wait;
  app.beforePage = () => {};
  // Its job is gone without a trace; the scan is RUNNING.
  await until(async () => (await state()).itemsWritten === 50);
  expect(await state()).toMatchObject({ status: "RUNNING" });
  expect(await take()).toBe(true);
  killed.open();
  expect(await state()).toMatchObject({ status: "SUCCEEDED", itemsWritten: 60 });
  expect(await bench.told(id)).toEqual(eventIds(60));
  expect(await take()).toBe(false);
  expect(await bench.database.sql`select 1 from coverage_gaps where instance_id = ${id}`).toHaveLength(0);
});

test("a cancelled back-fill is not taken up again, and the ordinary run is left alone", async () => {
  const { id } = await bench.connect();
  const before = await bench.stream(id, "ACTIVITIES");
  const [scan] = await startScan(bench.core, admin, id, { from: new Date("2026-10-01T00:00:00Z") });
  await cancelScan(bench.core, admin, { instanceId: id, id: scan!.id });
  await backfill(id, scan!.id);
  expect((await bench.scans(id)).map((one) => one.status)).toEqual(["CANCELLED"]);
  expect((await bench.stream(id, "ACTIVITIES")).nextRunAt).toEqual(before.nextRunAt);
});

test("one refusal is a passing fault; one that is repeated turns the instance ERROR and ends its scans", async () => {
  const { id, app } = await bench.connect();
  app.emit(10);
  app.beforePage = () => {
    throw new ProviderAuthError("Invalid token.");
  };
  await bench.run(id, "ACTIVITIES");
  expect((await bench.scans(id))[0]).toMatchObject({ status: "QUEUED" });
  const status = async () =>
    (await bench.database.sql`select status, status_reason from instances where id = ${id}`)[0];
  expect(await status()).toMatchObject({ status: "CONNECTED" });
  app.refusal = new ProviderAuthError("Invalid token.");
  await bench.run(id, "ACTIVITIES");
  expect(await status()).toEqual({ status: "ERROR", status_reason: "Invalid token." });
  expect((await bench.scans(id)).map((scan) => scan.status)).toEqual(["FAILED"]);
  expect((await bench.stream(id, "USERS")).nextRunAt).toBeNull();
});

test("a stream without its scope is off, does not fill the queue, and looks again after six hours", async () => {
  const { id, app } = await bench.connect();
  app.emit(10);
  app.beforePage = () => {
    throw new ProviderScopeError("Not allowed.", ["log.read"]);
  };
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({
    disabledReason: "Not allowed. Missing: log.read.",
    consecutiveFailures: 0,
  });
  await bench.run(id, "ACTIVITIES");
  expect(await bench.scans(id)).toHaveLength(1);
  pass(6 * 3_600_000);
  await bench.run(id, "ACTIVITIES");
  expect((await bench.scans(id)).map((scan) => scan.status)).toEqual(["FAILED", "FAILED"]);
  await queueDueScans(bench.core);
  expect((await jobs(id)).map((job) => job.stream)).toEqual(["USERS"]);
  app.beforePage = () => {};
  pass(6 * 3_600_000);
  await bench.run(id, "ACTIVITIES");
  expect((await bench.stream(id, "ACTIVITIES")).disabledReason).toBeNull();
  expect(await bench.stored(id)).toHaveLength(10);
});
