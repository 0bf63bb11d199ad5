import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { startScan } from "#src/ingest/scan/request.ts";
import { queueDueScans } from "#src/ingest/scan/schedule.ts";
import { file } from "../../support/file-items.ts";
import { type MadeUpApp, person } from "../../support/made-up-app.ts";
import { activity, admin, openMadeUpBench, type ScanBench } from "./fixture.ts";

const daySeconds = 24 * 3600;
let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 300, scopes: [], fullListing: false, fullEverySeconds: daySeconds },
      GROUPS: { everySeconds: 300, scopes: [], fullListing: false },
      OAUTH_APPS: { everySeconds: 300, scopes: [], fullListing: false },
      ACTIVITIES: { everySeconds: 60, scopes: [], backlog: false, retroactivePeriod: "P7D" },
      FILES: { everySeconds: 43_200, scopes: [] },
    },
  });
});
afterAll(() => bench.close());

const page = (cursor: string, ...items: StreamItem[]): StreamPage<StreamItem> => ({ items, cursor });
const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};
const removed = (externalId: string) => ({ kind: "removed" as const, externalId });
const member = (groupId: string, userId: string) => ({ kind: "member" as const, groupId, userId });
const group = (externalId: string) => ({ kind: "group" as const, externalId, name: externalId, raw: {} });

test("an account that the feed reports as removed is deleted, one never known stays unknown, and the last word counts", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", page("d1", person("u1"), person("u2"), person("u3")));
  await bench.run(id, "USERS");
  app.serve(
    "USERS",
    page("d2", removed("u1"), removed("nobody"), removed("u2"), person("u2"), person("u4"), removed("u4")),
  );
  await bench.run(id, "USERS");
  expect(await bench.users(id)).toEqual({ u1: "DELETED", u2: "ACTIVE", u3: "ACTIVE" });
  expect(await bench.stream(id, "USERS")).toMatchObject({ cursor: "d2" });
});

test("groups, their members and apps that the feed reports as removed are forgotten", async () => {
  const { id, app } = await bench.connect();
  app.serve(
    "GROUPS",
    page(
      "d1",
      group("g1"),
      group("g2"),
      group("g3"),
      member("g1", "u1"),
      member("g1", "u2"),
      member("g2", "u1"),
      member("g3", "u9"),
    ),
  );
  await bench.run(id, "GROUPS");
  app.serve(
    "GROUPS",
    page(
      "d2",
      removed("g2"),
      { kind: "removed-member", groupId: "g1", userId: "u1" },
      { kind: "removed-member", groupId: "g1", userId: "u2" },
      member("g1", "u2"),
      removed("g3"),
      group("g3"),
      member("g3", "u1"),
    ),
  );
  await bench.run(id, "GROUPS");
  const { sql } = bench.database;
  const groups = await sql`select external_id from groups where instance_id = ${id} order by 1`;
  const members = await sql`select group_id, user_id from group_members where instance_id = ${id} order by 1, 2`;
  expect(groups.map((row) => row.external_id)).toEqual(["g1", "g3"]);
  expect(members.map((row) => [row.group_id, row.user_id])).toEqual([
    ["g1", "u2"],
    ["g3", "u1"],
  ]);
  const app1 = {
    kind: "app" as const,
    externalId: "o1",
    name: "One",
    scopes: [],
    permissionLevel: "LOW" as const,
    raw: {},
  };
  app.serve(
    "OAUTH_APPS",
    page("d1", app1, { ...app1, externalId: "o2" }, { kind: "grant", appId: "o1", userId: "u1" }),
  );
  await bench.run(id, "OAUTH_APPS");
  app.serve("OAUTH_APPS", page("d2", removed("o1")));
  await bench.run(id, "OAUTH_APPS");
  expect(
    (await sql`select external_id from oauth_apps where instance_id = ${id}`).map((row) => row.external_id),
  ).toEqual(["o2"]);
  expect(await sql`select 1 from oauth_grants where instance_id = ${id}`).toHaveLength(0);
});

test("ids that PostgreSQL does not take, and instants of no calendar, hold up no page", async () => {
  const { id, app } = await bench.connect();
  const odd = "u\u00001";
  app.serve("USERS", page("d1", person("u2", { lastSignInAt: new Date(8.64e15) }), person(odd), removed(odd)));
  app.serve("GROUPS", page("d1", group(odd), member(odd, odd), { kind: "removed-member", groupId: odd, userId: odd }));
  await bench.run(id, "USERS");
  await bench.run(id, "GROUPS");
  app.serve("GROUPS", page("d2", removed(odd)));
  await bench.run(id, "GROUPS");
  const app1 = {
    kind: "app" as const,
    externalId: odd,
    name: "One",
    scopes: [],
    permissionLevel: "LOW" as const,
    raw: {},
  };
  app.serve("OAUTH_APPS", page("d1", { ...app1, lastUsedAt: new Date("never") }));
  await bench.run(id, "OAUTH_APPS");
  app.serve("OAUTH_APPS", page("d2", removed(odd)));
  await bench.run(id, "OAUTH_APPS");
  expect((await bench.scans(id)).map(({ status }) => status)).toEqual(Array(5).fill("SUCCEEDED"));
  expect(await bench.database.sql`select 1 from groups where instance_id = ${id}`).toHaveLength(0);
  expect(await bench.database.sql`select 1 from oauth_apps where instance_id = ${id}`).toHaveLength(0);
  expect(Object.keys(await bench.users(id))).toEqual(["u2"]);
});

test("a feed starts over as a listing when its time has come, and concludes what it missed", async () => {
  const { id, app } = await bench.connect();
  const cursors = () => app.asked.filter(({ stream }) => stream === "USERS").map(({ cursor }) => cursor);
  app.serve("USERS", page("d1", person("u1"), person("u2"), person("u3")));
  await bench.run(id, "USERS");
  app.serve("USERS", page("d2"));
  await bench.run(id, "USERS");
  expect(cursors()).toEqual([null, "d1"]);
  expect((await bench.scans(id, "USERS")).map(({ mode }) => mode)).toEqual(["FULL", "INCREMENTAL"]);
  // Nothing named is nothing new, for a feed.
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE", u3: "ACTIVE" });
  pass(daySeconds * 1000);
  // The deletion of u2 never came.
  app.serve("USERS", page("d3", person("u1"), person("u3")));
  await bench.run(id, "USERS");
  expect(cursors()).toEqual([null, "d1", null]);
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "DELETED", u3: "ACTIVE" });
  app.serve("USERS", page("d4"));
  await bench.run(id, "USERS");
  expect(cursors().at(-1)).toBe("d3");
});

test("a safety listing that was interrupted concludes nothing, and is repeated within the hour", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", page("d1", person("u1"), person("u2")));
  await bench.run(id, "USERS");
  pass(daySeconds * 1000);
  const shutdown = new AbortController();
  app.answer = ({ cursor }) => {
    if (cursor === null) shutdown.abort();
    return [page("p1", person("u1"))];
  };
  await bench.run(id, "USERS", shutdown.signal);
  await bench.run(id, "USERS");
  expect((await bench.scans(id, "USERS")).at(-1)).toMatchObject({ status: "SUCCEEDED", mode: "FULL" });
  expect((await bench.scans(id, "USERS")).at(-1)!.error).toMatch(/interrupted/);
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE" });
  expect((await bench.stream(id, "USERS")).nextFullAt).toEqual(new Date(bench.clock.now.getTime() + 3_600_000));
});

test("the app that is not ready ends the run: the page is stored, no worker waits, and health knows no failure", async () => {
  const { id, app } = await bench.connect();
  const ready = new Date(bench.clock.now.getTime() + 120_000);
  app.answer = ({ cursor }) =>
    cursor === null
      ? [
          { ...page("report-1", activity("e1", bench.clock.now)), resumeAt: ready },
          page("never", activity("no", ready)),
        ]
      : [page("done", activity("e2", bench.clock.now))];
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toEqual(["e1"]);
  expect((await bench.scans(id, "ACTIVITIES"))[0]).toMatchObject({
    status: "QUEUED",
    error: `The app is not ready with what follows; the scan goes on at ${ready.toISOString()}.`,
  });
  expect(await bench.stream(id, "ACTIVITIES")).toMatchObject({
    cursor: "report-1",
    nextRunAt: ready,
    consecutiveFailures: 0,
    throttledUntil: null,
  });
  const waiting = async () => {
    await queueDueScans(bench.core);
    return (
      await bench.database.sql`
        select 1 from pgboss.job where name = 'scan.stream' and singleton_key = ${`${id}/ACTIVITIES`} and state < 'completed'`
    ).length;
  };
  expect(await waiting()).toBe(0);
  pass(120_000);
  expect(await waiting()).toBe(1);
  await bench.run(id, "ACTIVITIES");
  expect(app.asked.at(-1)).toMatchObject({ stream: "ACTIVITIES", cursor: "report-1" });
  expect((await bench.scans(id, "ACTIVITIES")).map(({ status, error }) => [status, error])).toEqual([
    ["SUCCEEDED", null],
  ]);
  expect(await bench.stored(id)).toEqual(["e1", "e2"]);
});

test("a listing that waited for the app in between is still one, and concludes", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", page("d1", person("u1"), person("u2"), person("u3")));
  await bench.run(id, "USERS");
  pass(daySeconds * 1000);
  app.answer = ({ cursor }) =>
    cursor === null
      ? [{ ...page("half", person("u1")), resumeAt: new Date(bench.clock.now.getTime() + 60_000) }]
      : [page("d2", person("u2"))];
  await bench.run(id, "USERS");
  pass(60_000);
  await bench.run(id, "USERS");
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "ACTIVE", u3: "DELETED" });
});

test("a page to be resumed after that has no cursor is a bug of the connector, and says so in the log", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", { items: [person("u1")], cursor: null, resumeAt: bench.clock.now });
  await bench.run(id, "USERS");
  expect((await bench.scans(id, "USERS"))[0]!.error).toMatch(/^Internal error/);
  expect(JSON.stringify(bench.log.lines.at(-1))).toMatch(/a page of USERS is to be resumed after, and has no cursor/);
});

test("where nothing before connecting can be read, nothing of it is asked for", async () => {
  const { id, app } = await bench.connect();
  await bench.run(id, "ACTIVITIES");
  expect(app.asked.at(-1)!.from).toEqual(bench.clock.now);
  await expect(
    startScan(bench.core, admin, id, { from: new Date(bench.clock.now.getTime() - 3_600_000) }),
  ).rejects.toThrow(/nothing to read from before it was connected/);
});

test("files are read after accounts and groups, and everything else of an app with files goes on", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", page("d1", person("u1")));
  app.serve("GROUPS", page("d1"));
  await bench.run(id, "USERS");
  expect((await bench.stream(id, "FILES")).nextRunAt).toBeNull();
  await bench.run(id, "GROUPS");
  expect((await bench.stream(id, "FILES")).nextRunAt).toEqual(bench.clock.now);
  app.serve("FILES", { items: [file("f1")], cursor: null });
  await bench.run(id, "FILES");
  expect((await bench.scans(id, "FILES"))[0]).toMatchObject({ status: "SUCCEEDED", itemsSeen: 1, itemsWritten: 1 });
  app.serve("ACTIVITIES", page("a1", activity("e1", bench.clock.now)));
  await bench.run(id, "ACTIVITIES");
  expect(await bench.stored(id)).toEqual(["e1"]);
});
