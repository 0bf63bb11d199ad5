import { afterAll, beforeAll, expect, test } from "vitest";
import { StreamCursorError } from "#src/errors.ts";
import { type Claim, claimStream } from "#src/ingest/scan/claim.ts";
import { storePage } from "#src/ingest/scan/store-page.ts";
import { Crash, crashing } from "./crashing.ts";
import { activity, eventIds, type FakeApp, openScanBench, type ScanBench, until } from "./fixture.ts";

let bench: ScanBench;
beforeAll(async () => {
  bench = await openScanBench(() => new StreamCursorError("gone"));
});
afterAll(() => bench.close());

async function everything(id: number): Promise<unknown> {
  const { sql } = bench.database;
  return {
    activities: await sql`select * from activities where instance_id = ${id} order by external_id`,
    users: await sql`select * from users where instance_id = ${id} order by external_id`,
    streams: await sql`select * from streams where instance_id = ${id} order by stream`,
    scans: await sql`select * from scans where instance_id = ${id} order by id`,
    instance: await sql`select * from instances where id = ${id}`,
    log: await sql`select * from activity_log where instance_id = ${id} order by position`,
    identities: await sql`select count(*) from identities`,
  };
}

test.each(["ACTIVITIES", "USERS"] as const)(
  "a crash anywhere in a page of %s leaves nothing of it, and the page can be stored again",
  async (stream) => {
    const { id } = await bench.connect();
    const claim = (await claimStream(
      bench.core.db,
      bench.core.connectors[0]!.manifest,
      id,
      stream,
      null,
      bench.core.now(),
    )) as Claim;
    const items =
      stream === "ACTIVITIES"
        ? eventIds(5).map((name) => activity(name, new Date("2026-11-20T08:00:00Z")))
        : eventIds(5).map((name) => ({
            externalId: name,
            login: name,
            email: `${name}@acme.example`,
            status: "ACTIVE" as const,
            raw: {},
          }));
    const page = { items, cursor: "at:5" };
    const before = await everything(id);
    let points = 0;
    for (;;) {
      const broken = crashing(bench.core.db, points + 1);
      try {
        await storePage({ ...bench.core, db: broken.db }, claim, page, bench.clock.now);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(Crash);
      }
      points++;
      expect(await everything(id)).toEqual(before);
    }
    // Every statement, and the moment before the commit.
    expect(points).toBeGreaterThan(5);
    expect(await bench.stream(id, stream)).toMatchObject({ cursor: "at:5", version: claim.version });
    expect((await bench.scans(id, stream))[0]).toMatchObject({ itemsSeen: 5, itemsWritten: 5 });
    if (stream === "ACTIVITIES") expect(await bench.told(id)).toEqual(eventIds(5));
    else expect(Object.keys(await bench.users(id))).toHaveLength(5);
  },
);

test("a connection that dies in the middle of a page loses nothing, and is nobody's failure", async () => {
  const { id, app } = await bench.connect();
  app.emit(60);
  let killed = 0;
  app.beforePage = async (_, page) => {
    if (page < 2 || killed >= 3) return;
    // Everything this process has, whatever it is doing.
    killed++;
    setTimeout(() => void killConnections(), page);
  };
  for (let round = 0; round < 6 && (await bench.stored(id)).length < 60; round++)
    await bench.run(id, "ACTIVITIES").catch(() => {});
  await until(async () => {
    await bench.run(id, "ACTIVITIES");
    return (await bench.stored(id)).length === 60;
  });
  expect(await bench.told(id)).toEqual(eventIds(60));
  expect((await bench.stream(id, "ACTIVITIES")).consecutiveFailures).toBe(0);
  expect((await bench.scans(id)).filter((scan) => scan.status === "FAILED")).toEqual([]);
});

async function killConnections(): Promise<void> {
  const { default: postgres } = await import("postgres");
  const sql = postgres(bench.url, { max: 1, onnotice: () => {} });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'gatehouse'`;
  await sql.end();
}

test("reading the same window twenty times changes nothing and tells nobody", async () => {
  const { id, app } = await bench.connect();
  app.emit(45);
  await bench.run(id, "ACTIVITIES");
  const { sql } = bench.database;
  const state = async () => ({
    rows: await sql`select * from activities where instance_id = ${id} order by external_id`,
    log: await sql`select position, external_ids from activity_log where instance_id = ${id} and topic = 'activities'`,
    seen: await sql`select external_id, last_seen_at, updated_at from users where instance_id = ${id}`,
  });
  const before = await state();
  expect(before.rows).toHaveLength(45);
  for (let round = 0; round < 20; round++) {
    await sql`update streams set cursor = null where instance_id = ${id} and stream = 'ACTIVITIES'`;
    app.pageSize = 3 + round;
    bench.clock.now = new Date(bench.clock.now.getTime() + 60_000);
    await bench.run(id, "ACTIVITIES");
  }
  expect(await state()).toEqual(before);
  const scans = await bench.scans(id);
  expect(scans).toHaveLength(21);
  expect(
    scans.slice(1).every((scan) => scan.status === "SUCCEEDED" && scan.itemsSeen === 45 && scan.itemsWritten === 0),
  ).toBe(true);
});

test("events that come late, out of order or with one time are all stored, once", async () => {
  const { id, app } = await bench.connect();
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`SEED=${seed}`);
  const random = randomOf(seed);
  const day = 86_400_000;
  let number = 0;
  for (let poll = 0; poll < 12; poll++) {
    const batch = 20 + Math.floor(random() * 60);
    const now = bench.clock.now.getTime();
    for (let n = 0; n < batch; n++) {
      const late = random() < 0.05 ? 60_000 + random() * 3 * day : 0;
      // Half of them share the very instant of the poll.
      const at = random() < 0.5 ? now : now - random() * 60_000;
      app.events.push(activity(`e${number++}`, new Date(Math.floor(at - late))));
    }
    shuffle(app, app.events.length - batch, random);
    app.pageSize = 1 + Math.floor(random() * 30);
    await bench.run(id, "ACTIVITIES");
    bench.clock.now = new Date(now + 60_000);
  }
  expect(await bench.stored(id)).toEqual(eventIds(number));
  expect(await bench.told(id)).toHaveLength(number);
  expect(new Set(await bench.told(id)).size).toBe(number);
});

/** Mulberry32: the same seed, the same numbers. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffle(app: FakeApp, from: number, random: () => number): void {
  const { events } = app;
  for (let i = events.length - 1; i > from; i--) {
    const j = from + Math.floor(random() * (i - from + 1));
    [events[i], events[j]] = [events[j]!, events[i]!];
  }
}
