import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ProviderRateLimitError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import { cancelScan, startScan } from "#src/ingest/scan/request.ts";
import { queueDueScans, scanJobKey } from "#src/ingest/scan/schedule.ts";
import { handleWebhook } from "#src/ingest/webhooks/receive.ts";
import { loadGaps, loadHealth } from "#src/instances/health.ts";
import { testInstance } from "#src/instances/lifecycle.ts";
import { loadInstances } from "#src/instances/list.ts";
import { queueRelisting, relistStreams } from "#src/instances/relist.ts";
import { sealCredential } from "#src/instances/secrets.ts";
import { lastPage, type MadeUpApp, person } from "../../support/made-up-app.ts";
import { activity, admin, openMadeUpBench, type ScanBench } from "./fixture.ts";

let bench: ScanBench<MadeUpApp>;
let directories: ScanBench<MadeUpApp>;
beforeAll(async () => {
  directories = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 3600, scopes: [] },
      GROUPS: { everySeconds: 3600, scopes: [], when: (_, components) => components.includes("groups") },
    },
    inParts: ["USERS"],
  });
  bench = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 3600, scopes: [] },
      ACTIVITIES: { everySeconds: 60, scopes: ["log"], categories: ["USER", "ADMIN"], retroactivePeriod: "P1D" },
    },
    inParts: ["ACTIVITIES"],
  });
});
afterAll(async () => {
  await bench.close();
  await directories.close();
});
afterEach(async () => {
  await bench.database.sql`update streams set next_run_at = null`;
  await bench.database.sql`update instances set status = 'DISABLED'`;
  await bench.database.sql`delete from pgboss.job`;
});

const at = new Date("2026-11-21T07:00:00Z");
const run = (id: number, part: string) => bench.run(id, "ACTIVITIES", undefined, part);
const part = (id: number, name: string) => bench.stream(id, "ACTIVITIES", name);
const parts = async (id: number) =>
  (
    await bench.database.sql<{ part: string }[]>`
      select part from streams where instance_id = ${id} and stream = 'ACTIVITIES' order by part`
  ).map((row) => row.part);
const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};

/** An app with two logs, one event in each. */
async function twoLogs() {
  return bench.connect((app) => {
    app.parts.ACTIVITIES = [{ name: "eu/1" }, { name: "us", label: "United States" }];
    app.answer = ({ stream, part }) =>
      stream === "USERS" ? [lastPage(person("u1"))] : [{ items: [activity(`${part}-1`, at)], cursor: `${part}:1` }];
  });
}

test("each part has its own run, cursor and job; the stream function reads the one it is handed", async () => {
  const { id, app } = await twoLogs();
  expect(await parts(id)).toEqual(["eu/1", "us"]);
  await bench.run(id, "USERS");
  await queueDueScans(bench.core);
  const queued = await bench.database.sql<{ data: object; singleton_key: string }[]>`
    select data, singleton_key from pgboss.job where name = 'scan.stream' and data->>'stream' = 'ACTIVITIES' order by singleton_key`;
  expect(queued.map((job) => job.data)).toEqual([
    { instanceId: id, stream: "ACTIVITIES", part: "eu/1" },
    { instanceId: id, stream: "ACTIVITIES", part: "us" },
  ]);
  expect(queued.map((job) => job.singleton_key)).toEqual([
    scanJobKey(id, "ACTIVITIES", "eu/1"),
    scanJobKey(id, "ACTIVITIES", "us"),
  ]);
  await run(id, "eu/1");
  expect(app.readParts("ACTIVITIES")).toEqual(["eu/1"]);
  expect(await part(id, "eu/1")).toMatchObject({ cursor: "eu/1:1" });
  expect(await part(id, "us")).toMatchObject({ cursor: null, lastSuccessAt: null });
  await run(id, "us");
  expect(await bench.stored(id)).toEqual(["us-1", "eu/1-1"]);
  expect((await bench.scans(id, "ACTIVITIES")).map((scan) => [scan.part, scan.status])).toEqual([
    ["eu/1", "SUCCEEDED"],
    ["us", "SUCCEEDED"],
  ]);
});

test("a job key of a part is that of no other part, nor of a back-fill", () => {
  const keys = [
    scanJobKey(1, "ACTIVITIES", ""),
    scanJobKey(1, "ACTIVITIES", "", 7),
    scanJobKey(1, "ACTIVITIES", "a"),
    scanJobKey(1, "ACTIVITIES", "a", 7),
    scanJobKey(1, "ACTIVITIES", "a/7"),
    scanJobKey(1, "ACTIVITIES", ":a"),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("throttling, failure and a missing scope of one part leave the other alone, and health reports them apart", async () => {
  const { id, app } = await twoLogs();
  const usual = app.answer;
  const limitEnds = new Date(bench.clock.now.getTime() + 600_000);
  app.answer = (asked) => {
    if (asked.part === "us") throw new ProviderRateLimitError("Too often.", limitEnds);
    return usual(asked);
  };
  await run(id, "us");
  await run(id, "eu/1");
  expect(await part(id, "us")).toMatchObject({ throttledUntil: limitEnds, nextRunAt: limitEnds });
  expect(await part(id, "eu/1")).toMatchObject({ throttledUntil: null, consecutiveFailures: 0 });
  app.answer = (asked) => {
    if (asked.part === "us") throw new ProviderScopeError("Not allowed.", ["log.us"]);
    return usual(asked);
  };
  await run(id, "us");
  expect(await part(id, "us")).toMatchObject({ disabledReason: "Not allowed. Missing: log.us." });
  expect(await part(id, "eu/1")).toMatchObject({ disabledReason: null });
  const [instance] = await loadInstances(bench.core.db, admin, [id]);
  const [health] = await loadHealth(bench.core.db, [instance!], bench.clock.now);
  expect(
    health!.streams.map(({ stream, part, partLabel, disabledReason }) => [stream, part, partLabel, disabledReason]),
  ).toEqual([
    ["USERS", null, null, null],
    ["ACTIVITIES", "eu/1", "eu/1", null],
    ["ACTIVITIES", "us", "United States", "Not allowed. Missing: log.us."],
  ]);
});

test("a part that lacks a scope at the test is off, and comes on when a later test finds it", async () => {
  const { id, app } = await bench.connect((one) => {
    one.parts.ACTIVITIES = [{ name: "eu" }, { name: "us", scopes: ["log.us"] }];
    one.missingScopes = ["log.us"];
  });
  expect(await part(id, "us")).toMatchObject({ disabledReason: "Missing: log.us." });
  expect(await part(id, "eu")).toMatchObject({ disabledReason: null });
  await testable(id);
  app.missingScopes = [];
  app.parts.ACTIVITIES = [{ name: "eu" }, { name: "us", scopes: ["log.us"] }, { name: "asia" }];
  await testInstance(bench.core, admin, id);
  expect(await parts(id)).toEqual(["asia", "eu", "us"]);
  expect(await part(id, "us")).toMatchObject({ disabledReason: null, nextRunAt: bench.clock.now });
  app.missingScopes = ["log.us"];
  await testInstance(bench.core, admin, id);
  expect(await part(id, "us")).toMatchObject({ disabledReason: "Missing: log.us." });
  expect(await part(id, "asia")).toMatchObject({ disabledReason: null });
});

test("once a day the parts are listed again: new ones are read, those no longer named are not, and their gaps stay", async () => {
  const { id, app } = await twoLogs();
  await testable(id);
  await bench.run(id, "USERS");
  await run(id, "eu/1");
  await bench.database.sql`
    insert into coverage_gaps (instance_id, stream, part, from_at, to_at, reason) values (${id}, 'ACTIVITIES', 'us', now(), now(), 'lost')`;
  const [asked] = (await startScan(bench.core, admin, id, { streams: ["ACTIVITIES"] })).filter(
    ({ part }) => part === "us",
  );
  app.parts.ACTIVITIES = [{ name: "eu/1" }, { name: "asia" }];
  const relistings = async () =>
    bench.database.sql`select 1 from pgboss.job where name = 'instance.streams' and state < 'completed'`;
  await queueRelisting(bench.core);
  expect(await relistings()).toHaveLength(0);
  pass(24 * 3_600_000);
  await queueRelisting(bench.core);
  expect(await relistings()).toHaveLength(1);
  await relistStreams(bench.core, id);
  expect(await parts(id)).toEqual(["asia", "eu/1"]);
  expect(await part(id, "eu/1")).toMatchObject({ cursor: "eu/1:1" });
  expect((await part(id, "asia")).nextRunAt).toEqual(bench.clock.now);
  expect((await bench.scans(id)).find((scan) => scan.id === asked!.id)).toMatchObject({
    status: "CANCELLED",
    error: "This is no longer read.",
  });
  await run(id, "us");
  expect(app.readParts("ACTIVITIES")).toEqual(["eu/1"]);
  const [gaps] = await loadGaps(bench.core.db, [id]);
  expect(gaps).toMatchObject([{ stream: "ACTIVITIES", part: "us", filledAt: null }]);
  await bench.database.sql`delete from pgboss.job`;
  await queueRelisting(bench.core);
  expect(await relistings()).toHaveLength(0);
});

test("parts that the app cannot list now stay as they are; where it may not list them, the stream is off and says why", async () => {
  const { id, app } = await twoLogs();
  await testable(id);
  app.partsFail = new ProviderUnavailableError("502");
  await relistStreams(bench.core, id);
  expect(await parts(id)).toEqual(["eu/1", "us"]);
  const refused = await bench.connect((one) => {
    one.partsFail = new ProviderScopeError("The logs may not be listed.", ["logs.list"]);
  });
  await testable(refused.id);
  expect(await part(refused.id, "")).toMatchObject({ disabledReason: "The logs may not be listed.", nextRunAt: null });
  refused.app.partsFail = null;
  refused.app.parts.ACTIVITIES = [{ name: "eu" }];
  await relistStreams(bench.core, refused.id);
  expect(await parts(refused.id)).toEqual(["eu"]);
  expect(refused.app.readParts("ACTIVITIES")).toEqual([]);
});

test("no part at all: the stream is off, and the others wait for nothing", async () => {
  const { id } = await bench.connect();
  expect(await parts(id)).toEqual([]);
  expect((await bench.stream(id, "USERS")).nextRunAt).toEqual(bench.clock.now);
});

test("a stream that has come to consist of parts is not read before they are listed", async () => {
  const { id, app } = await twoLogs();
  await testable(id);
  await bench.database.sql`delete from streams where instance_id = ${id} and stream = 'ACTIVITIES'`;
  await bench.database.sql`
    insert into streams (instance_id, stream, from_at, next_run_at, cursor) values (${id}, 'ACTIVITIES', now(), now(), 'old')`;
  await run(id, "");
  expect(app.readParts("ACTIVITIES")).toEqual([]);
  expect(await part(id, "")).toMatchObject({ nextRunAt: null });
  expect(await bench.database.sql`select 1 from pgboss.job where name = 'instance.streams'`).toHaveLength(1);
  await relistStreams(bench.core, id);
  expect(await parts(id)).toEqual(["eu/1", "us"]);
});

test("a scan asked for by its stream is one of each part, and cancelling one leaves the other", async () => {
  const { id } = await twoLogs();
  const scans = await startScan(bench.core, admin, id, { streams: ["ACTIVITIES"] });
  expect(scans.map(({ part }) => part).toSorted()).toEqual(["eu/1", "us"]);
  await cancelScan(bench.core, admin, { instanceId: id, id: scans.find(({ part }) => part === "us")!.id });
  expect((await part(id, "us")).nextRunAt!.getTime()).toBe(bench.clock.now.getTime() + 60_000);
  expect((await part(id, "eu/1")).nextRunAt).toEqual(bench.clock.now);
});

test("a webhook brings forward the part it names, or all parts of a stream", async () => {
  const { id } = await twoLogs();
  await run(id, "eu/1");
  await run(id, "us");
  const later = new Date(bench.clock.now.getTime() + 3_600_000);
  const delivered = async (delivery: string, refresh: unknown[]) => {
    await bench.database
      .sql`update streams set next_run_at = ${later.toISOString()}::timestamptz, requested_at = null where instance_id = ${id}`;
    await bench.database.sql`
      insert into webhook_deliveries (instance_id, delivery_id, payload) values (${id}, ${delivery}, ${JSON.stringify({ activities: [], refresh })}::text::json)`;
    pass(10_000);
    await handleWebhook(bench.core, id, delivery);
    return Promise.all(["eu/1", "us"].map(async (name) => (await part(id, name)).nextRunAt! <= bench.clock.now));
  };
  expect(await delivered("d1", [{ stream: "ACTIVITIES", part: "us" }])).toEqual([false, true]);
  expect(await delivered("d2", ["ACTIVITIES"])).toEqual([true, true]);
});

test("a listing of one part concludes nothing about what another part named", async () => {
  const people: Record<string, string[]> = { eu: ["u1", "u2"], us: ["u3", "u4"] };
  const { id } = await directories.connect((app) => {
    app.parts.USERS = [{ name: "eu" }, { name: "us" }];
    app.answer = ({ part }) => [lastPage(...people[part as string]!.map((name) => person(name)))];
  });
  const read = (name: string) => directories.run(id, "USERS", undefined, name);
  await read("eu");
  await read("us");
  people.us = ["u3"];
  await read("eu");
  expect(await directories.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE", u3: "ACTIVE", u4: "ACTIVE" });
  await read("us");
  expect(await directories.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE", u3: "ACTIVE", u4: "DELETED" });
});

test("a component that is chosen or given up brings its stream or takes it away", async () => {
  const { id } = await directories.connect();
  const streams = async () =>
    (
      await directories.database.sql<
        { stream: string }[]
      >`select stream from streams where instance_id = ${id} order by 1`
    ).map((row) => row.stream);
  const choose = async (...components: string[]) => {
    await directories.database.sql`update instances set components = ${components} where id = ${id}`;
    await relistStreams(directories.core, id);
    return streams();
  };
  expect(await streams()).toEqual([]);
  expect(await choose("groups")).toEqual(["GROUPS"]);
  expect((await directories.stream(id, "GROUPS")).nextRunAt).toEqual(directories.clock.now);
  expect(await choose()).toEqual([]);
});

/** What `openConnection` and a person's verbs need. */
async function testable(id: number): Promise<void> {
  await bench.database.sql`
    update instances set credential = ${sealCredential(bench.core.secrets, id, { accessToken: "x" })} where id = ${id}`;
}
