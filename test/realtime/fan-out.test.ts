import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Db, rawSql } from "#db/client.ts";
import { revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { ensurePartitions } from "#src/inventory/activities/store.ts";
import { publish } from "#src/realtime/publish.ts";
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

const position = (cursor: string) =>
  Number(/^log:(?:\w{12}:)?(\d+)/.exec(Buffer.from(cursor, "base64url").toString())?.[1]);
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

/** How many messages of shared subscriptions were resolved and serialised so far. */
async function made(): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return Number(/^gatehouse_live_messages_made_total (\d+)/m.exec(text)?.[1]);
}

test("an event is resolved once, however many subscribers and filters it has, and once more for other rights", async () => {
  const by = random(13);
  const limited = await app.newToken("ADMIN", instances);
  const filters = [null, { hasUser: true }, { eventTypes }, { countries }];
  const readers = range(24).map((n) => app.subscribe(operation, { filter: filters[n % 4] }));
  await sleep(500);
  const before = await made();
  await write(by, 10);
  for (const reader of readers) await reader.until(10);
  expect((await made()) - before).toBe(10);
  const others = range(4).map(() => app.subscribe(operation, {}, limited.secret));
  await sleep(500);
  await write(by, 5);
  for (const reader of others) await reader.until(5);
  for (const reader of readers) await reader.until(15);
  expect((await made()) - before).toBe(10 + 5 * 2);
  for (const reader of [...readers, ...others]) reader.stop();
});

test("who asks for the same with an alias, a fragment or other variables gets it as asked", async () => {
  const by = random(14);
  const documents = [
    "subscription { activityAdded { activity { externalId } } }",
    "subscription { told: activityAdded { activity { key: externalId } } }",
    "subscription { activityAdded { ...One } } fragment One on ActivityEvent { activity { externalId __typename } }",
    "subscription ($yes: Boolean!) { activityAdded { activity { externalId @include(if: $yes) eventType } } }",
    "subscription { ...Root } fragment Root on Subscription { activityAdded { activity { externalId } } }",
  ];
  const readers = documents.map((document) => app.subscribe(document, document.includes("$yes") ? { yes: true } : {}));
  const without = app.subscribe(documents[3]!, { yes: false });
  await sleep(500);
  await write(by, 1);
  const got = await Promise.all(readers.map(async (reader) => (await reader.until(1))[0].activity));
  const externalId = `live-${last}`;
  expect(got).toEqual([
    { externalId },
    { key: externalId },
    { externalId, __typename: "Activity" },
    { externalId, eventType: expect.any(String) },
    { externalId },
  ]);
  expect((await without.until(1))[0].activity).toEqual({ eventType: got[3].eventType });
  for (const reader of [...readers, without]) reader.stop();
});

function openEventStream(variables: object, signal: AbortSignal): Promise<Response> {
  return fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: {
      accept: "text/event-stream",
      "content-type": "application/json",
      authorization: `Bearer ${app.tokens.ADMIN}`,
    },
    body: JSON.stringify({ query: operation, variables }),
    signal,
  });
}

test("event streams get what the sockets get, made once for both, and resume", async () => {
  const by = random(16);
  const stop = new AbortController();
  const listenTo = async (variables: object) => {
    const answer = await openEventStream(variables, stop.signal);
    const heard: Data[] = [];
    void (async () => {
      let text = "";
      for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const whole = text.split("\n\n");
        text = whole.pop()!;
        for (const event of whole)
          if (event.startsWith("event: next"))
            heard.push(JSON.parse(event.slice(event.indexOf("data: ") + 6)).data.activityAdded);
      }
    })().catch(() => {});
    return heard;
  };
  const reader = app.subscribe(operation, {});
  const heard = await listenTo({});
  await sleep(300);
  const before = await made();
  await write(by, 60);
  await reader.until(60);
  expect((await made()) - before).toBe(60);
  const resumed = await listenTo({ after: reader.received[19].cursor });
  await write(by, 5);
  await reader.until(65);
  const deadline = Date.now() + 5_000;
  while ((heard.length < 65 || resumed.length < 45) && Date.now() < deadline) await sleep(10);
  expect(heard).toEqual(reader.received);
  expect(resumed).toEqual(reader.received.slice(20));
  stop.abort();
  reader.stop();
});

test("wrong arguments and cursors are errors of the operation", async () => {
  const codeOf = async (query: string, variables: object) =>
    (await app.subscribe(query, variables).ended)?.[0]?.extensions?.code;
  expect(await codeOf(operation, { after: "nonsense" })).toBe("BAD_USER_INPUT");
  expect(await codeOf(operation, { filter: { instanceIds: ["nonsense"] } })).toBe("BAD_USER_INPUT");
  expect(await codeOf("subscription { activitiesAdded(maxBatch: 501) { cursor } }", {})).toBe("BAD_USER_INPUT");
  const ahead = { after: Buffer.from("log:999999").toString("base64url") };
  expect(await codeOf(operation, ahead)).toBe("CURSOR_EXPIRED");
  const stream = await openEventStream(ahead, AbortSignal.timeout(10_000));
  expect(await stream.text()).toMatch(/^:\n\nevent: next\ndata: .*"CURSOR_EXPIRED".*\n\nevent: complete\ndata:\n\n$/);
});

test("a revoked token hears nothing more and is closed with 4403; others of its group go on", async () => {
  const by = random(15);
  const mine = await app.newToken("ANALYST");
  const theirs = await app.newToken("ANALYST");
  const lost = range(5).map(() => app.subscribe(operation, {}, mine.secret));
  const kept = range(5).map(() => app.subscribe(operation, {}, theirs.secret));
  await sleep(500);
  await write(by, 3);
  for (const reader of [...lost, ...kept]) await reader.until(3);
  await revokeApiToken(app.core.db, systemViewer, mine.id);
  const revokedAt = Date.now();
  // What is known of a token is reused for two seconds.
  await sleep(2_100);
  const heard = lost.map(({ received }) => received.length);
  await write(by, 3);
  for (const reader of kept) await reader.until(6);
  for (const reader of lost) expect((await reader.ended).code).toBe(4403);
  expect(Date.now() - revokedAt).toBeLessThan(5_000);
  expect(lost.map(({ received }) => received.length)).toEqual(heard);
  for (const reader of kept) reader.stop();
});

test("changes of instances and scans reach all who follow them, made once", async () => {
  const document = "subscription ($ids: [ID!]) { instanceChanged(ids: $ids) { id name } }";
  const [one, other] = [instances[0]!, instances[1]!];
  const all = range(5).map(() => app.subscribe(document));
  const only = range(5).map(() => app.subscribe(document, { ids: [idOf("Instance", one)] }));
  for (const reader of all) await reader.until(3);
  for (const reader of only) await reader.until(1);
  const scans = app.subscribe("subscription { scanProgressed { id stream } }");
  await sleep(300);
  const before = await made();
  const change = (instanceId: number) =>
    app.core.db.transaction((tx) =>
      publish(tx as unknown as Db, "instance", { instanceId, payload: { status: "CONNECTED" } }),
    );
  await change(other);
  for (const reader of all) await reader.until(4);
  await change(one);
  for (const reader of all) expect((await reader.until(5)).at(-1).id).toBe(idOf("Instance", one));
  for (const reader of only) expect((await reader.until(2)).at(-1).id).toBe(idOf("Instance", one));
  expect((await made()) - before).toBe(2);
  const [scan] = await rawSql(app.core.db)<
    { id: number }[]
  >`select id from scans where instance_id = ${one} order by id limit 1`;
  await app.core.db.transaction((tx) => publish(tx as unknown as Db, "scan", { instanceId: one, scanId: scan!.id }));
  expect((await scans.until(1))[0].id).toBe(idOf("Scan", `${one}/${scan!.id}`));
  for (const reader of [...all, ...only, scans]) reader.stop();
});

test("readers that take nothing cost their place in the log; when they take again they get everything, once, in order", async () => {
  const stuck = await Promise.all(
    range(15).map(async () => {
      const socket = new WebSocket(`${app.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
      const heard: string[] = [];
      socket.on("message", (data) => {
        const { type, payload } = JSON.parse(String(data));
        if (type === "connection_ack") {
          const query = "subscription { activityAdded { activity { externalId description } } }";
          socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
        }
        if (type === "next") heard.push(payload.data.activityAdded.activity.externalId);
      });
      await once(socket, "open");
      socket.send(
        JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${app.tokens.ADMIN}` } }),
      );
      return { socket, heard };
    }),
  );
  const quick = app.subscribe(operation);
  await sleep(1_000);
  for (const { socket } of stuck) socket.pause();
  const start = await streamPosition();
  const memory = () => {
    const { external, arrayBuffers } = process.memoryUsage();
    return external + arrayBuffers;
  };
  const before = memory();
  let most = 0;
  // 10 MB for each of them; the kernel takes some of it.
  for (let batch = 0; batch < 10; batch += 1) {
    const records = range(500).map(() => {
      last += 1;
      return activityRecord(last, { externalId: `live-${last}`, occurredAt: newest, description: "x".repeat(2_000) });
    });
    await addActivities(app.core, instances[batch % instances.length]!, records);
    await quick.until((batch + 1) * 500, 20_000);
    most = Math.max(most, memory() - before);
  }
  // Unbounded it would be 150 MB and the frames around it. What all share is at most 32 MB.
  expect(most).toBeLessThan(90 * 1024 * 1024);
  for (const { socket } of stuck) socket.resume();
  const expected = (await logAfter(position(start))).map(({ externalId }) => externalId);
  for (const { socket, heard } of stuck) {
    const deadline = Date.now() + 20_000;
    while (heard.length < expected.length && Date.now() < deadline) await sleep(50);
    expect(heard).toEqual(expected);
    socket.close();
  }
  quick.stop();
}, 90_000);
