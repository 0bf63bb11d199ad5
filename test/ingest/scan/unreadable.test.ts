import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { openUnreadable, type UnreadableRow, unreadableList } from "#src/ingest/unreadable-list.ts";
import { loadHealth } from "#src/instances/health.ts";
import { loadInstances } from "#src/instances/list.ts";
import { nestedPages } from "#src/query/keyset.ts";
import { lastPage, type MadeUpApp, nested, person } from "../../support/made-up-app.ts";
import { activity, admin, openMadeUpBench, type ScanBench } from "./fixture.ts";

let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 3600, scopes: [] },
      ACTIVITIES: { everySeconds: 60, scopes: [] },
      POSTURE: { everySeconds: 86_400, scopes: [] },
    },
  });
});
afterAll(() => bench.close());

const at = new Date("2026-11-20T08:00:00Z");
const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};
const poison = (raw: unknown = { action: "repo.destroy" }): UnreadableItem => ({
  kind: "unreadable",
  path: "[1]._document_id",
  reason: "Expected a text at [1]._document_id, found nothing.",
  raw,
});
async function setAside(id: number): Promise<UnreadableRow[]> {
  const [page] = await nestedPages<UnreadableRow>(bench.database.sql, unreadableList(bench.core.db), { first: 50 }, [
    { instanceId: id, externalId: null },
  ]);
  return page!.rows;
}
const recordOf = async ({ instanceId, id }: UnreadableRow) =>
  (await openUnreadable(bench.core.db, bench.core.secrets, [{ instanceId, externalId: id }]))[0];
const healthOf = async (id: number) => {
  const [instance] = await loadInstances(bench.core.db, admin, [id]);
  return (await loadHealth(bench.core.db, [instance!], bench.clock.now))[0]!;
};

test("one record that cannot be read holds up neither its page nor the cursor; it is counted and kept", async () => {
  const { id, app } = await bench.connect();
  app.serve("ACTIVITIES", { items: [activity("p-1", at), poison(), activity("p-3", at)], cursor: "c1" });
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toEqual(["p-1", "p-3"]);
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({ cursor: "c1", consecutiveFailures: 0 });
  expect((await bench.scans(id, "ACTIVITIES"))[0]).toMatchObject({
    status: "SUCCEEDED",
    itemsSeen: 3,
    itemsWritten: 2,
  });
  const first = bench.clock.now;
  pass(60_000);
  await bench.run(id, "ACTIVITIES");
  const [row, ...others] = await setAside(id);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ stream: "ACTIVITIES", part: null, path: "[1]._document_id", count: 2 });
  expect([new Date(row!.firstSeenAt), new Date(row!.lastSeenAt)]).toEqual([first, bench.clock.now]);
  const [stored] = await bench.database.sql`select raw from unreadable_records where instance_id = ${id}`;
  expect(stored!.raw).toMatch(/^v1\./);
  expect(await recordOf(row!)).toEqual({ action: "repo.destroy" });
  const health = await healthOf(id);
  expect(health.streams.find(({ stream }) => stream === "ACTIVITIES")).toMatchObject({ unreadableRecords: 1 });
  expect(health.state).toBe("DEGRADED");
  pass(25 * 3_600_000);
  const later = (await healthOf(id)).streams.find(({ stream }) => stream === "ACTIVITIES");
  expect(later).toMatchObject({ unreadableRecords: 1, unreadableNow: false });
});

test("a listing with a record that cannot be read concludes nothing: it may be the one that is missing", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", lastPage(person("u1"), person("u2")));
  await bench.run(id, "USERS");
  app.serve("USERS", lastPage(person("u1"), poison({ id: "u2", status: 7 })));
  pass(3_600_000);
  await bench.run(id, "USERS");
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE" });
  expect((await bench.scans(id, "USERS")).at(-1)!.error).toMatch(/One record of the listing could not be read/);
  app.serve("USERS", lastPage(person("u1")));
  pass(3_600_000);
  await bench.run(id, "USERS");
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "DELETED" });
});

test("an event of an impossible time is set aside", async () => {
  const { id, app } = await bench.connect();
  const odd = ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "+275760-01-01T00:00:00Z", "never"];
  app.serve("ACTIVITIES", {
    items: [activity("good", at), ...odd.map((time, n) => activity(`odd-${n}`, new Date(time)))],
    cursor: "c1",
  });
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toEqual(["good"]);
  expect((await setAside(id)).map(({ path }) => path)).toEqual(odd.map(() => "occurredAt"));
});

test.each([600, 3_000, 6_000, 9_000, 20_000, 200_000])(
  "a value nested %i levels deep stops no stream, in activities, listings, settings or what is set aside",
  async (levels) => {
    const { id, app } = await bench.connect();
    const deep = nested(levels);
    const deepEvent = { ...activity("deep", at), raw: { id: "deep", value: deep } };
    app.serve("ACTIVITIES", { items: [activity("before", at), deepEvent, activity("after", at)], cursor: "c1" });
    app.serve("USERS", lastPage(person("u1"), person("u2", { raw: deep })));
    app.serve("POSTURE", {
      items: [
        { key: "good", value: 1 },
        { key: "deep", value: deep },
      ],
      cursor: null,
    });
    for (const stream of ["ACTIVITIES", "USERS", "POSTURE"] as const) {
      await bench.run(id, stream);
      expect([stream, (await bench.scans(id, stream))[0]!.status]).toEqual([stream, "SUCCEEDED"]);
    }
    expect(await bench.stored(id)).toEqual(["deep", "after", "before"]);
    app.serve("ACTIVITIES", { items: [poison(deep) as StreamItem], cursor: "c2" });
    await bench.run(id, "ACTIVITIES");
    expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({ cursor: "c2", consecutiveFailures: 0 });
    for (const row of await setAside(id)) expect(JSON.stringify(await recordOf(row))).toMatch(/^[[{"]/);
  },
);

test("a very large record is kept as its beginning", async () => {
  const { id, app } = await bench.connect();
  app.serve("ACTIVITIES", { items: [poison({ text: "x".repeat(1_000_000) }) as StreamItem], cursor: "c1" });
  await bench.run(id, "ACTIVITIES");
  const [row] = await setAside(id);
  const kept = (await recordOf(row!)) as string;
  expect(kept).toMatch(/^\{"text":"xxx/);
  expect(kept.length).toBeLessThan(300_000);
});
