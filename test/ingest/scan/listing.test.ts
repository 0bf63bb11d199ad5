import { afterAll, beforeAll, expect, test } from "vitest";
import { ProviderUnavailableError, StreamCursorError } from "#src/errors.ts";
import { startScan } from "#src/ingest/scan/request.ts";
import { admin, type FakeApp, openScanBench, type ScanBench } from "./fixture.ts";

let bench: ScanBench;
beforeAll(async () => {
  bench = await openScanBench(() => new StreamCursorError("gone"));
});
afterAll(() => bench.close());

const names = (count: number) => Array.from({ length: count }, (_, n) => `u${String(n).padStart(3, "0")}`);

/** A tenant of 100 accounts on ten pages, all stored; then one of them leaves. */
async function listed(): Promise<{ id: number; app: FakeApp }> {
  const { id, app } = await bench.connect();
  app.users = names(100);
  await bench.run(id, "USERS");
  expect(Object.values(await bench.users(id))).toEqual(Array(100).fill("ACTIVE"));
  app.users = app.users.filter((name) => name !== "u004");
  return { id, app };
}

const gone = async (id: number) =>
  Object.entries(await bench.users(id)).flatMap(([name, status]) => (status === "DELETED" ? [name] : []));
const last = async (id: number) => (await bench.scans(id, "USERS")).at(-1)!;

/** Runs until page `page` was asked for, and then this process is told to stop. */
async function stopAt(id: number, app: FakeApp, page: number): Promise<void> {
  const shutdown = new AbortController();
  app.beforePage = (_, n) => {
    if (n === page) shutdown.abort();
  };
  await bench.run(id, "USERS", shutdown.signal);
  app.beforePage = () => {};
}

test("one unbroken full listing says who is gone; who comes back is there again", async () => {
  const { id, app } = await listed();
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual(["u004"]);
  app.users = names(100);
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual([]);
});

test("a listing that was stopped and resumed, again and again, concludes nothing; the next whole one does", async () => {
  const { id, app } = await listed();
  await stopAt(id, app, 3);
  expect(await last(id)).toMatchObject({ status: "QUEUED", itemsSeen: 20, unbroken: false });
  await stopAt(id, app, 3);
  expect(await last(id)).toMatchObject({ status: "QUEUED", itemsSeen: 40 });
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual([]);
  expect(await last(id)).toMatchObject({ status: "SUCCEEDED", itemsSeen: 99 });
  expect((await last(id)).error).toMatch(/interrupted/);
  expect((await bench.scans(id, "USERS")).length).toBe(2);
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual(["u004"]);
});

test("a listing whose worker was killed concludes nothing", async () => {
  const { id } = await listed();
  const { claimStream } = await import("#src/ingest/scan/claim.ts");
  // The worker claims, and is never heard of again.
  await claimStream(bench.core.db, bench.core.connectors[0]!.manifest, id, "USERS", null, bench.core.now());
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "SUCCEEDED", unbroken: false });
  expect(await gone(id)).toEqual([]);
});

test("a listing that a passing fault interrupted concludes nothing, and starts over when it happens too often", async () => {
  const { id, app } = await listed();
  for (let failure = 1; failure <= 6; failure++) {
    app.beforePage = (_, page) => {
      if (page === 2) throw new ProviderUnavailableError("502");
    };
    await bench.run(id, "USERS");
    const scan = await last(id);
    expect([failure, scan.status]).toEqual([failure, failure <= 5 ? "QUEUED" : "FAILED"]);
    const stream = await bench.stream(id, "USERS");
    expect(stream.consecutiveFailures).toBe(failure);
    expect(stream.nextRunAt!.getTime()).toBeGreaterThan(bench.clock.now.getTime() + 9_000);
  }
  expect((await bench.stream(id, "USERS")).cursor).toBeNull();
  expect(await gone(id)).toEqual([]);
  app.beforePage = () => {};
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual(["u004"]);
  expect((await bench.stream(id, "USERS")).consecutiveFailures).toBe(0);
});

test("a listing in several time slices is still one", async () => {
  const { id, app } = await listed();
  app.beforePage = () => {
    bench.clock.now = new Date(bench.clock.now.getTime() + 7_000);
  };
  for (let slice = 1; (await last(id)).status !== "SUCCEEDED" || slice === 1; slice++) {
    await bench.run(id, "USERS");
    const scan = await last(id);
    if (scan.status === "SUCCEEDED") break;
    // Three pages fit into 20 s of seven each.
    expect(scan).toMatchObject({ status: "QUEUED", itemsSeen: slice * 30, unbroken: true });
    expect((await bench.stream(id, "USERS")).nextRunAt).toEqual(bench.clock.now);
    expect(slice).toBeLessThan(5);
  }
  expect(await gone(id)).toEqual(["u004"]);
  expect((await bench.scans(id, "USERS")).length).toBe(2);
});

test("an empty answer with 200 deletes nobody, and the scan says so", async () => {
  const { id, app } = await listed();
  app.users = [];
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual([]);
  expect((await last(id)).error).toMatch(/named no account although 100 are known/);
});

test("a listing that starts where a failed one ended is no whole one, even when somebody asked for it", async () => {
  const { id, app } = await listed();
  app.beforePage = (_, page) => {
    if (page === 3) throw new Error("a bug");
  };
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "FAILED" });
  app.beforePage = () => {};
  await startScan(bench.core, admin, id, { streams: ["USERS"] });
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "SUCCEEDED", unbroken: false });
  expect(await gone(id)).toEqual([]);
  await bench.run(id, "USERS");
  expect(await gone(id)).toEqual(["u004"]);
});

test("a full listing asked for after a failed one starts from the beginning, and concludes", async () => {
  const { id, app } = await listed();
  app.beforePage = (_, page) => {
    if (page === 3) throw new Error("a bug");
  };
  await bench.run(id, "USERS");
  app.beforePage = () => {};
  await startScan(bench.core, admin, id, { streams: ["USERS"], mode: "FULL" });
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "SUCCEEDED", unbroken: true, itemsSeen: 99 });
  expect(await gone(id)).toEqual(["u004"]);
});

test("a listing whose position the app forgot starts over, without a gap", async () => {
  const { id, app } = await listed();
  await stopAt(id, app, 3);
  app.accepts = () => false;
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "FAILED" });
  expect(await bench.stream(id, "USERS")).toMatchObject({ cursor: null });
  await bench.run(id, "USERS");
  expect(await last(id)).toMatchObject({ status: "SUCCEEDED", unbroken: true, itemsSeen: 99 });
  expect(await gone(id)).toEqual(["u004"]);
  expect(await bench.database.sql`select * from coverage_gaps where instance_id = ${id}`).toHaveLength(0);
});
