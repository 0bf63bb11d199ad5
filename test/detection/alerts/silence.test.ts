import { beforeAll, beforeEach, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { checkSilence } from "#src/detection/alerts/silence.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, range, seedInstance } from "../../support/seed.ts";

const hour = 60 * 60_000;
const empty = { users: 0, groups: 0, privileges: 0, activities: 0, apps: 0, scans: 0, gaps: 0 };
const start = Date.parse("2026-11-02T00:00:00.000Z");
let app: TestApp;
let made = 0;
let instance: number;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  await rawSql(app.core.db)`update instances set status = 'DISCONNECTED'`;
  await connect();
});

/** A tenant with a log and nothing else. */
async function connect(): Promise<void> {
  instance = await seedInstance(app.core, "github", `tenant ${made++}`, empty);
  await rawSql(app.core.db)`delete from streams where instance_id = ${instance} and stream <> 'ACTIVITIES'`;
}

/** Something happened in each of these hours since the start; the stream has read it. */
async function busy(hours: number[]): Promise<void> {
  await addActivities(
    app.core,
    instance,
    hours.map((n) => activityRecord(made++, { occurredAt: new Date(start + n * hour + 20 * 60_000) })),
  );
  const last = new Date(start + Math.max(...hours) * hour + 20 * 60_000).toISOString();
  await rawSql(app.core.db)`update streams set last_item_at = ${last}::timestamptz where instance_id = ${instance}`;
}

/** A look, so many hours after the start. `readHoursAgo`: when the stream had last caught up. */
async function check(hours: number, readHoursAgo = 0): Promise<void> {
  const now = new Date(start + hours * hour);
  const read = new Date(now.getTime() - readHoursAgo * hour).toISOString();
  await rawSql(
    app.core.db,
  )`update streams set last_success_at = ${read}::timestamptz where instance_id = ${instance} and stream = 'ACTIVITIES'`;
  await checkSilence({ db: app.core.db, now: () => now });
}

async function alerts(): Promise<Data[]> {
  const { data } = await app.ask(
    "query ($ids: [ID!]) { alerts(filter: { instanceIds: $ids }) { nodes { title status severity kind occurrences explanation resolution } } }",
    { ids: [idOf("Instance", instance)] },
  );
  return data.alerts.nodes;
}

async function health(): Promise<Data> {
  return (
    await app.data("query ($id: ID!) { instance(id: $id) { health { state streams { silentSince } } } }", {
      id: idOf("Instance", instance),
    })
  ).instance.health;
}

test("not read for an hour or more is told once, seen twice, and closed when it is read again", async () => {
  const last = start + 10 * hour;
  const look = (hours: number) => check(hours, hours - 10);
  await look(10.9);
  await look(10.95);
  expect(await alerts()).toEqual([]);
  await look(11.1);
  // After a restart everything is a little late: the first look only notes it.
  expect(await alerts()).toEqual([]);
  expect((await health()).streams[0].silentSince).toBe(new Date(last).toISOString());
  for (const hours of [11.2, 11.3, 15]) await look(hours);
  expect(await alerts()).toMatchObject([
    {
      title: expect.stringMatching(/^"tenant \d+" has not been read for 1 hour: activities$/),
      kind: "SYSTEM",
      status: "OPEN",
      severity: "HIGH",
      occurrences: 1,
      explanation: { stream: "ACTIVITIES", silentSince: new Date(last).toISOString() },
    },
  ]);
  expect((await health()).state).toBe("STALE");
  await check(15.1);
  expect(await alerts()).toMatchObject([{ status: "TRUE_POSITIVE", resolution: "The stream has records again." }]);
  expect((await health()).streams[0].silentSince).toBeNull();
  // The next silence is another alert.
  for (const hours of [17, 17.1]) await check(hours, hours - 15.1);
  expect((await alerts()).map(({ status }) => status)).toEqual(["OPEN", "TRUE_POSITIVE"]);
});

test("read without an error and finding nothing for twice as long as is usual", async () => {
  // By day only: the longest usual silence is a night of twelve hours.
  await busy(range(10).flatMap((day) => range(12).map((n) => day * 24 + n)));
  const quiet = 9 * 24 + 11;
  for (const hours of [quiet + 7, quiet + 12, quiet + 23, quiet + 23.5]) await check(hours);
  expect(await alerts()).toEqual([]);
  for (const hours of [quiet + 27, quiet + 27.1, quiet + 40]) await check(hours);
  expect(await alerts()).toMatchObject([
    {
      title: expect.stringContaining("is read without an error and has had no activity for 26 hours"),
      severity: "MEDIUM",
      occurrences: 1,
      explanation: { longestUsualSilenceHours: 13, remedy: expect.any(String) },
    },
  ]);
  expect((await health()).state).toBe("STALE");
  await busy([quiet + 41]);
  await check(quiet + 41.5);
  expect(await alerts()).toMatchObject([{ status: "TRUE_POSITIVE" }]);
});

test("who is busy at all hours is missed after six, who is heard seldom or is new is not", async () => {
  await busy(range(100));
  await check(104);
  await check(104.1);
  expect(await alerts()).toEqual([]);
  await check(105.5);
  await check(105.6);
  expect(await alerts()).toHaveLength(1);

  await connect();
  await busy(range(10).map((n) => n * 30));
  for (const hours of [900, 900.1]) await check(hours);
  expect(await alerts()).toEqual([]);
  await connect();
  await busy(range(40));
  for (const hours of [100, 100.1]) await check(hours);
  expect(await alerts()).toEqual([]);
});

test("an alert that somebody resolved stays so; one that is no longer to be read is closed, a broken connection's is not", async () => {
  for (const hours of [5, 5.1]) await check(hours, hours);
  const sql = rawSql(app.core.db);
  await sql`update alerts set status = 'BENIGN' where instance_id = ${instance}`;
  for (const hours of [6, 6.1]) await check(hours, hours);
  expect((await alerts()).map(({ status }) => status)).toEqual(["BENIGN"]);

  await sql`update alerts set status = 'OPEN' where instance_id = ${instance}`;
  await sql`update instances set status = 'ERROR' where id = ${instance}`;
  await check(7, 7);
  expect((await alerts()).map(({ status }) => status)).toEqual(["OPEN"]);
  await sql`update instances set status = 'DISABLED' where id = ${instance}`;
  await check(8, 8);
  expect(await alerts()).toMatchObject([{ status: "TRUE_POSITIVE", resolution: "The stream is no longer read." }]);
});

test("a long listing that is on its way is not silent, one that never came is", async () => {
  const sql = rawSql(app.core.db);
  const now = start + 24 * hour;
  const at = (hours: number) => new Date(now - hours * hour).toISOString();
  await sql`insert into streams (instance_id, stream, from_at, last_success_at, last_item_at) values (${instance}, 'USERS', now(), ${at(9)}, ${at(0.1)})`;
  await sql`insert into streams (instance_id, stream, from_at) values (${instance}, 'GROUPS', now())`;
  await sql`update instances set connected_at = ${at(20)} where id = ${instance}`;
  await check(24);
  await check(24.1);
  expect((await alerts()).map(({ title }) => title)).toEqual([
    expect.stringContaining("not been read for 20 hours: groups"),
  ]);
});
