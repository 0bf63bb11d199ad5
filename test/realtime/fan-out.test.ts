import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { ensurePartitions } from "#src/activities/store.ts";
import { type Data, idOf, type Reader, read, startApp, type TestApp } from "../support/app.ts";
import { type Random, random } from "../support/random.ts";
import { activityRecord, addActivities, newest, range, seedInstance } from "../support/seed.ts";

let app: TestApp;
let instances: number[];
beforeAll(async () => {
  app = await startApp();
  instances = [
    await seedInstance(app.core, "github", "Octo"),
    await seedInstance(app.core, "okta", "Sign-in"),
    await seedInstance(app.core, "workday", "People"),
  ];
  await ensurePartitions(rawSql(app.core.db), [newest]);
});

const eventTypes = ["session.start", "file.read", "role.grant"];
const countries = ["DE", "FR", "US"];
const operation = `subscription ($filter: ActivityFilter, $after: String) {
  activityAdded(filter: $filter, after: $after) { cursor activity { externalId eventType country instance { id name } user { id displayName } } }
}`;

let last = 0;
/** One batch of new activities of an instance, as a scan stores it; its rows differ in what filters look at. */
async function write(by: Random, size: number, instance = by.pick(instances)): Promise<void> {
  const records = range(size).map(() => {
    last += 1;
    return activityRecord(last, {
      externalId: `live-${last}`,
      occurredAt: new Date(newest.getTime() - (last % 1000)),
      eventType: by.pick(eventTypes),
      country: by.pick(countries),
      actor: { externalId: `u${by.whole(5)}` },
    });
  });
  await addActivities(app.core, instance, records);
}

interface Told {
  externalId: string;
  eventType: string;
  country: string;
  instanceId: number;
}

/** Everything the log tells after a cursor, in its order. */
async function logAfter(position: number): Promise<Told[]> {
  return rawSql(app.core.db)<Told[]>`
    select a.external_id as "externalId", a.event_type as "eventType", a.country, a.instance_id as "instanceId"
    from activity_log l cross join unnest(l.occurred_ats, l.external_ids) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = l.instance_id and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    where l.position > ${position} order by l.position, k.n`;
}

interface Wish {
  filter: Record<string, unknown>;
  wants(event: Told): boolean;
}

function wish(by: Random): Wish {
  const filter: Record<string, unknown> = {};
  const tests: ((event: Told) => boolean)[] = [];
  if (by.chance(0.4)) {
    const type = by.pick(eventTypes);
    filter.eventTypes = [type];
    tests.push((event) => event.eventType === type);
  }
  if (by.chance(0.4)) {
    const wanted = by.some(countries, 2);
    filter.countries = wanted;
    tests.push((event) => wanted.includes(event.country));
  }
  if (by.chance(0.4)) {
    const id = by.pick(instances);
    filter.instanceIds = [idOf("Instance", id)];
    tests.push((event) => event.instanceId === id);
  }
  if (by.chance(0.2)) filter.hasUser = true;
  return { filter, wants: (event) => tests.every((one) => one(event)) };
}

const position = (cursor: string) => Number(/^log:(\d+)/.exec(Buffer.from(cursor, "base64url").toString())?.[1]);
const idsOf = (received: Data[]) => received.map(({ activity }) => activity.externalId as string);
async function streamPosition(): Promise<string> {
  return (await app.data("{ streamPosition { newest } }")).streamPosition.newest;
}

/** A reader whose connection is made. */
async function listen(variables: object, token?: string): Promise<Reader> {
  const client = app.socket(token);
  const connected = new Promise((resolve) => client.on("connected", resolve));
  const reader = read(client, operation, variables);
  await connected;
  return reader;
}

test("subscribers who join, leave and resume at random hear what their filters want: all of it, once, in the order of the log", async () => {
  const seed = Number(process.env.TEST_SEED ?? 7);
  const by = random(seed);
  const start = await streamPosition();
  let writing = true;
  // One for each instance, as scans have it.
  const writers = instances.map(async (instance, n) => {
    const own = random(seed * 100 + n);
    for (let batch = 0; batch < 50; batch += 1) {
      await write(own, 1 + own.whole(own.chance(0.1) ? 60 : 6), instance);
      await sleep(own.whole(15));
    }
  });
  const wishes = range(12).map(() => wish(by));
  const subscribers = range(36).map(async (n) => {
    const own = random(seed * 1000 + n);
    const { filter, wants } = wishes[n % wishes.length]!;
    const heard: string[] = [];
    let after = start;
    await sleep(own.whole(300));
    while (writing) {
      const reader = await listen({ filter, after });
      await sleep(own.whole(own.chance(0.3) ? 600 : 150));
      // Complete politely or break off: what came until then was heard.
      reader.stop();
      const received = [...reader.received];
      heard.push(...idsOf(received));
      after = received.at(-1)?.cursor ?? after;
    }
    const reader = await listen({ filter, after });
    const expected = (await logAfter(position(start))).filter(wants).map(({ externalId }) => externalId);
    await reader.until(expected.length - heard.length, 20_000);
    await sleep(50);
    heard.push(...idsOf(reader.received));
    reader.stop();
    expect(heard, `seed ${seed}, subscriber ${n}, ${JSON.stringify(filter)}`).toEqual(expected);
    return heard.length;
  });
  await Promise.all(writers);
  writing = false;
  const counts = await Promise.all(subscribers);
  expect(Math.max(...counts)).toBeGreaterThan(200);
});

test("who subscribes from now on hears everything after, beside those who were there", async () => {
  const by = random(11);
  const earlier: Reader[] = range(5).map(() => app.subscribe(operation));
  await sleep(200);
  const readers = range(20).map(() => app.subscribe(operation));
  await sleep(300);
  const start = await streamPosition();
  for (const size of [1, 3, 120]) await write(by, size);
  const expected = (await logAfter(position(start))).map(({ externalId }) => externalId);
  for (const reader of [...earlier, ...readers]) expect(idsOf(await reader.until(expected.length))).toEqual(expected);
  for (const reader of [...earlier, ...readers]) reader.stop();
});

test("batches hold at most what was asked for, and resume at any event", async () => {
  const by = random(12);
  const start = await streamPosition();
  await write(by, 25);
  await write(by, 3);
  const expected = (await logAfter(position(start))).map(({ externalId }) => externalId);
  const batches = `subscription ($after: String) { activitiesAdded(maxBatch: 10, after: $after) { cursor activity { externalId } } }`;
  const reader = app.subscribe(batches, { after: start });
  const received = await reader.until(4);
  expect(received.map((batch) => batch.length)).toEqual([10, 10, 5, 3]);
  expect(idsOf(received.flat())).toEqual(expected);
  const resumed = app.subscribe(batches, { after: received[1][3].cursor });
  expect(idsOf((await resumed.until(3)).flat())).toEqual(expected.slice(14));
  reader.stop();
  resumed.stop();
});
