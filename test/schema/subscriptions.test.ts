import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { connectors } from "#src/connectors/index.ts";
import { claimStream } from "#src/ingest/scan/claim.ts";
import { finishScan } from "#src/ingest/scan/finish.ts";
import { cancelScan, startScan } from "#src/ingest/scan/request.ts";
import { storePage } from "#src/ingest/scan/store-page.ts";
import { disableInstance, updateInstance } from "#src/instances/lifecycle.ts";
import { type Data, idOf, type Reader, startApp, type TestApp } from "../support/app.ts";
import { random } from "../support/random.ts";
import { activityRecord, addActivities, ago, range, seedInstance } from "../support/seed.ts";

let app: TestApp;
/** A second gateway on the same database. */
let other: TestApp;
let github: number;
let okta: number;
let next = 0;

beforeAll(async () => {
  app = await startApp();
  other = await startApp({ sharedWith: app });
  const empty = { users: 3, groups: 1, privileges: 0, apps: 0, activities: 0, scans: 0 };
  github = await seedInstance(app.core, "github", "first", empty);
  okta = await seedInstance(app.core, "okta", "second", empty);
});

const one =
  "subscription ($filter: ActivityFilter, $after: String) { activityAdded(filter: $filter, after: $after) { cursor activity { externalId category instance { name } user { displayName } } } }";
const batches =
  "subscription ($filter: ActivityFilter, $after: String, $maxBatch: Int) { activitiesAdded(filter: $filter, after: $after, maxBatch: $maxBatch) { cursor activity { externalId } } }";

const names = (events: Data[]) => events.map(({ activity }) => activity.externalId);
/** New activities with ids nobody else has; returns the ids. */
async function happen(instance: number, count = 1, other: object = {}): Promise<string[]> {
  const records = range(count).map(() => activityRecord(++next, { occurredAt: ago(-next / 10_000), ...other }));
  await addActivities(app.core, instance, records);
  return records.map(({ externalId }) => externalId);
}
async function position(of = app): Promise<string> {
  return (await of.data("{ streamPosition { newest } }")).streamPosition.newest;
}
/** A subscription from a known place on, so that nothing depends on when it is ready. */
async function follow(query: string, variables: object = {}, of = app): Promise<Reader> {
  return of.subscribe(query, { after: await position(of), ...variables });
}

describe("activityAdded", () => {
  test("tells new activities in the order in which they were stored, with what hangs on them", async () => {
    const reader = await follow(one);
    const first = await happen(github, 3, { actor: { externalId: "u1", name: "User 1" } });
    const second = await happen(okta, 2, { occurredAt: ago(5000) });
    const events = await reader.until(5);
    expect(names(events)).toEqual([...first, ...second]);
    expect(events[0].activity).toMatchObject({ instance: { name: "first" }, user: { displayName: "User 1" } });
    expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(5);
    reader.stop();
  });

  test("what is stored again is not told again", async () => {
    const reader = await follow(one);
    const records = range(3).map(() => activityRecord(++next, { occurredAt: ago(-next / 10_000) }));
    await addActivities(app.core, github, records);
    await addActivities(app.core, github, records);
    const [last] = await happen(github);
    expect(names(await reader.until(4))).toEqual([...records.map(({ externalId }) => externalId), last]);
    await sleep(100);
    expect(reader.received).toHaveLength(4);
    reader.stop();
  });

  test("filters, also by what only other tables know", async () => {
    const filters: [object, (n: number, instance: number) => boolean][] = [
      [{ instanceIds: [idOf("Instance", okta)] }, (_, instance) => instance === okta],
      [{ connectorSlugs: ["github"] }, (_, instance) => instance === github],
      [{ categories: ["ADMIN"] }, (n) => n % 3 === 2],
      [{ not: { categories: ["ADMIN"] } }, (n) => n % 3 !== 2],
      [{ userIds: [idOf("User", github, "u1")] }, (n, instance) => instance === github && n % 4 === 1],
      [{ groupIds: [idOf("Group", github, "g0")] }, (n, instance) => instance === github && n % 4 < 3],
      [
        { userDomains: ["example.com"], instanceIds: [idOf("Instance", okta)] },
        (n, instance) => instance === okta && n % 4 < 3,
      ],
      [{ not: { userDomains: ["example.com"] } }, (n) => n % 4 === 3],
      [{ search: `event ${next + 10} ` }, (n) => n === next + 10],
      [{ instanceIds: [] }, () => false],
    ];
    const start = next;
    const expected = filters.map(([, holds]) =>
      range(40).flatMap((n) => (holds(start + n + 1, n % 2 ? okta : github) ? [`a${start + n + 1}`] : [])),
    );
    const readers: Reader[] = [];
    for (const [filter] of filters) readers.push(await follow(one, { filter }));
    for (const n of range(40))
      await happen(n % 2 ? okta : github, 1, (next + 1) % 4 < 3 ? { actor: { externalId: `u${(next + 1) % 4}` } } : {});
    for (const [index, reader] of readers.entries()) {
      await reader.until(expected[index]!.length);
      expect([filters[index]![0], names(reader.received)]).toEqual([filters[index]![0], expected[index]]);
    }
    await sleep(100);
    expect(readers.map(({ received }) => received.length)).toEqual(expected.map(({ length }) => length));
    for (const reader of readers) reader.stop();
  });

  test("a connector's filter knows instances that were added after it", async () => {
    const reader = await follow(one, { filter: { connectorSlugs: ["workday"] } });
    await happen(github);
    const workday = await seedInstance(app.core, "workday", "third", {
      users: 0,
      groups: 0,
      privileges: 0,
      apps: 0,
      activities: 0,
      scans: 0,
    });
    await happen(workday);
    expect(names(await reader.until(1))).toEqual([`a${next}`]);
    reader.stop();
  });

  test("after: everything since, without the one the cursor stands for, then live; on another gateway too", async () => {
    const from = await position();
    const stored = [...(await happen(github, 7)), ...(await happen(okta, 5)), ...(await happen(github, 4))];
    const whole = await app.subscribe(one, { after: from }).until(16);
    expect(names(whole)).toEqual(stored);
    for (const index of [0, 3, 6, 7, 11, 14, 15]) {
      const reader = (index % 2 ? app : other).subscribe(one, { after: whole[index].cursor });
      const rest = stored.slice(index + 1);
      await reader.until(rest.length);
      const [live] = await happen(okta);
      expect(names(await reader.until(rest.length + 1)).slice(0, rest.length + 1)).toEqual([...rest, live]);
      stored.push(live!);
      reader.stop();
    }
  });

  test("the same place in the log has the same cursor for every filter, size and gateway", async () => {
    const from = await position();
    const stored = await happen(github, 5);
    const single = await app.subscribe(one, { after: from }).until(5);
    const filtered = await other.subscribe(one, { after: from, filter: { search: "happened" } }).until(5);
    const [batch] = await other.subscribe(batches, { after: from }).until(1);
    expect(names(single)).toEqual(stored);
    expect(filtered.map(({ cursor }) => cursor)).toEqual(single.map(({ cursor }) => cursor));
    expect(batch.map(({ cursor }: Data) => cursor)).toEqual(single.map(({ cursor }) => cursor));
  });

  test("a wrong cursor is refused; an expired one tells the oldest that is left", async () => {
    const wrong = ["x", "", Buffer.from("log:x").toString("base64url")];
    for (const after of wrong)
      expect(await app.subscribe(one, { after }).ended).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    const elsewhere = Buffer.from("log:999999999").toString("base64url");
    expect(await app.subscribe(one, { after: elsewhere }).ended).toMatchObject([
      { extensions: { code: "CURSOR_EXPIRED", oldest: expect.any(String) } },
    ]);
    expect(await app.subscribe(one, { filter: { instanceIds: ["x"] } }).ended).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT", field: ["filter", "instanceIds"] } },
    ]);
    const sql = rawSql(app.core.db);
    const old = await position();
    const [kept] = await happen(github, 1);
    const [last] = await happen(github, 1);
    const [row] = await sql<{ position: string }[]>`select max(position) as position from activity_log`;
    const [state] = await sql<{ trimmed_through: string }[]>`select trimmed_through from activity_log_state`;
    await sql`update activity_log_state set trimmed_through = ${Number(row!.position) - 1}`;
    const [error] = await app.subscribe(one, { after: old }).ended;
    expect(error.extensions).toMatchObject({ code: "CURSOR_EXPIRED", oldest: expect.any(String) });
    expect((await app.data("{ streamPosition { oldest } }")).streamPosition.oldest).toBe(error.extensions.oldest);
    expect(names(await app.subscribe(one, { after: error.extensions.oldest }).until(1))).toEqual([last]);
    await sql`update activity_log_state set trimmed_through = ${Number(state!.trimmed_through)}`;
    expect(names(await app.subscribe(one, { after: old }).until(2))).toEqual([kept, last]);
  });
});

describe("activitiesAdded", () => {
  test("gives batches of at most maxBatch, none empty, in order", async () => {
    const from = await position();
    const stored = [...(await happen(github, 23)), ...(await happen(okta, 10))];
    for (const maxBatch of [1, 4, 10, 500]) {
      const reader = app.subscribe(batches, { after: from, maxBatch });
      while (reader.received.flat().length < stored.length) await reader.until(reader.received.length + 1);
      expect(names(reader.received.flat())).toEqual(stored);
      const sizes = reader.received.map(({ length }) => length);
      expect(Math.max(...sizes)).toBe(Math.min(maxBatch, 23));
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      reader.stop();
    }
    const middle = (await app.subscribe(batches, { after: from, maxBatch: 10 }).until(1))[0];
    const rest = other.subscribe(batches, { after: middle.at(-1).cursor });
    while (rest.received.flat().length < 23) await rest.until(rest.received.length + 1);
    expect(names(rest.received.flat())).toEqual(stored.slice(10));
    rest.stop();
  });

  test("maxBatch has limits", async () => {
    for (const maxBatch of [0, -1, 501])
      expect(await app.subscribe(batches, { maxBatch }).ended).toMatchObject([
        { extensions: { code: "BAD_USER_INPUT", field: ["maxBatch"] } },
      ]);
  });
});

test("a page and the subscription from its streamCursor together have every activity, while eight writers go on", async () => {
  const by = random();
  const written = new Set<string>();
  let goesOn = true;
  const writers = range(8).map(async (writer) => {
    while (goesOn) {
      const ids = await happen(writer % 2 ? okta : github, 1 + by.whole(5), { description: "handed over" });
      for (const id of ids) written.add(id);
      await sleep(by.whole(10));
    }
  });
  const readers = await Promise.all(
    range(12).map(async (n) => {
      await sleep(n * 40);
      const gateway = n % 2 ? app : other;
      // Activities of one page each: all that exist are on it.
      const seen: string[] = [];
      let cursor: string | null = null;
      let streamCursor = "";
      for (let after: string | null = null, more = true; more; ) {
        const page: Data = (
          await gateway.data(
            "query ($after: String, $filter: ActivityFilter) { activities(first: 200, after: $after, filter: $filter) { streamCursor nodes { externalId } pageInfo { hasNextPage endCursor } } }",
            { after, filter: { search: "handed over" } },
          )
        ).activities;
        cursor ??= page.streamCursor;
        seen.push(...page.nodes.map(({ externalId }: Data) => externalId));
        ({ endCursor: after, hasNextPage: more } = page.pageInfo);
        streamCursor = cursor as string;
      }
      const subscriber = n % 3 ? gateway : gateway === app ? other : app;
      return {
        seen,
        reader: subscriber.subscribe(batches, { after: streamCursor, filter: { search: "handed over" } }),
      };
    }),
  );
  await sleep(500);
  goesOn = false;
  await Promise.all(writers);
  const [last] = await happen(github, 1, { description: "handed over" });
  written.add(last!);
  for (const { seen, reader } of readers) {
    while (!names(reader.received.flat()).includes(last)) await reader.until(reader.received.length + 1);
    const streamed = names(reader.received.flat());
    expect(new Set(streamed).size, "nothing twice in the stream").toBe(streamed.length);
    expect(
      [...written].filter((id) => !seen.includes(id) && !streamed.includes(id)),
      "nothing missed",
    ).toEqual([]);
    reader.stop();
  }
  // All who listened long enough were told the same order.
  const orders = readers.map(({ reader }) => names(reader.received.flat()));
  const shortest = orders.reduce((least, order) => (order.length < least.length ? order : least));
  for (const order of orders) expect(order.slice(-shortest.length)).toEqual(shortest);
});

test("a reader that is cut off at random and resumes with its last cursor gets every activity once, in order", async () => {
  const by = random();
  const from = await position();
  const whole = app.subscribe(batches, { after: from });
  let goesOn = true;
  const writing = (async () => {
    while (goesOn) {
      await happen(by.chance(0.5) ? github : okta, 1 + by.whole(30));
      await sleep(by.whole(5));
    }
  })();
  const received: string[] = [];
  let cursor = from;
  for (const round of range(40)) {
    const reader = (round % 2 ? app : other).subscribe(round % 3 ? one : batches, {
      after: cursor,
      ...(round % 3 ? {} : { maxBatch: 1 + by.whole(9) }),
    });
    await reader.until(1 + by.whole(6));
    reader.stop();
    const events = reader.received.flat();
    received.push(...names(events));
    cursor = events.at(-1).cursor;
  }
  goesOn = false;
  await writing;
  const rest = app.subscribe(batches, { after: cursor });
  const [last] = await happen(github);
  while (!names(rest.received.flat()).includes(last)) await rest.until(rest.received.length + 1);
  while (!names(whole.received.flat()).includes(last)) await whole.until(whole.received.length + 1);
  received.push(...names(rest.received.flat()));
  expect(received).toEqual(names(whole.received.flat()));
  expect(new Set(received).size).toBe(received.length);
  rest.stop();
  whole.stop();
});

describe("instanceChanged", () => {
  const changed = "subscription ($ids: [ID!]) { instanceChanged(ids: $ids) { id name status } }";

  test("tells the current state of each first, then every change", async () => {
    const instance = await seedInstance(app.core, "github", "to be changed", { scans: 0, activities: 0 });
    const all = app.subscribe(changed);
    const only = other.subscribe(changed, { ids: [idOf("Instance", instance)] });
    const { instances } = await app.data("{ instances { nodes { id name status } } }");
    expect(await all.until(instances.nodes.length)).toEqual(instances.nodes);
    expect(await only.until(1)).toEqual([
      { id: idOf("Instance", instance), name: "to be changed", status: "CONNECTED" },
    ]);
    await updateInstance(app.core, systemViewer, instance, { name: "changed" });
    await only.until(2);
    await disableInstance(app.core, systemViewer, instance);
    await only.until(3);
    expect(only.received.slice(1)).toEqual([
      { id: idOf("Instance", instance), name: "changed", status: "CONNECTED" },
      { id: idOf("Instance", instance), name: "changed", status: "DISABLED" },
    ]);
    await all.until(instances.nodes.length + 1);
    expect(all.received.at(-1).id).toBe(idOf("Instance", instance));
    all.stop();
    only.stop();
  });

  test("ids of instances that are not there tell nothing, and nothing of others", async () => {
    const reader = app.subscribe(changed, { ids: [idOf("Instance", 9999)] });
    const none = app.subscribe(changed, { ids: [] });
    await sleep(300);
    await updateInstance(app.core, systemViewer, github, { name: "first" });
    await sleep(300);
    expect([reader.received, none.received]).toEqual([[], []]);
    reader.stop();
    none.stop();
    expect(await app.subscribe(changed, { ids: ["x"] }).ended).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT", field: ["ids"] } },
    ]);
  });
});

describe("scanProgressed", () => {
  const progressed =
    "subscription ($ids: [ID!]) { scanProgressed(instanceIds: $ids) { id stream status itemsSeen itemsWritten finishedAt instance { id } } }";
  const manifest = connectors.find((entry) => entry.manifest.slug === "github")!.manifest;

  /** Subscribed for sure: a scan that is asked for again and again has been told. */
  async function listen(instance: number, of = app): Promise<Reader> {
    const reader = of.subscribe(progressed, { ids: [idOf("Instance", instance)] });
    await sleep(400);
    return reader;
  }

  test("tells a run from its start over its pages to its end, on every gateway", async () => {
    const instance = await seedInstance(app.core, "github", "scanned", { scans: 0, activities: 0 });
    const readers = await Promise.all([listen(instance), listen(instance, other)]);
    const claim = await claimStream(app.core.db, manifest, instance, "ACTIVITIES", null, new Date());
    for (const n of range(3)) {
      await storePage(
        app.core,
        claim!,
        { items: range(4).map(() => activityRecord(++next)), cursor: `c${n}`, total: 12 },
        new Date(),
      );
      await sleep(50);
    }
    await finishScan(app.core.db, manifest, claim!, new Date());
    for (const reader of readers) {
      while (reader.received.at(-1)?.status !== "SUCCEEDED") await reader.until(reader.received.length + 1);
      expect(reader.received.every(({ id }) => id === idOf("Scan", instance, claim!.scan.id))).toBe(true);
      const seen = reader.received.map(({ itemsSeen }) => itemsSeen);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(reader.received.at(-1)).toMatchObject({
        stream: "ACTIVITIES",
        itemsSeen: 12,
        itemsWritten: 12,
        finishedAt: expect.any(String),
        instance: { id: idOf("Instance", instance) },
      });
      reader.stop();
    }
  });

  test("tells each scan that was asked for, one that is cancelled, and those a disabled instance loses", async () => {
    const instance = await seedInstance(app.core, "github", "asked", { scans: 0, activities: 0 });
    const reader = await listen(instance);
    const asked = await startScan(app.core, systemViewer, instance, { streams: ["USERS", "ACTIVITIES"] });
    expect(asked).toHaveLength(2);
    const told = (status: string) =>
      reader.received.filter((scan) => scan.status === status).map(({ stream }) => stream);
    while (told("QUEUED").length < 2) await reader.until(reader.received.length + 1);
    expect(told("QUEUED").sort()).toEqual(["ACTIVITIES", "USERS"]);
    await cancelScan(app.core, systemViewer, asked.find(({ stream }) => stream === "USERS")!);
    while (told("CANCELLED").length < 1) await reader.until(reader.received.length + 1);
    expect(told("CANCELLED")).toEqual(["USERS"]);
    await disableInstance(app.core, systemViewer, instance);
    while (told("CANCELLED").length < 2) await reader.until(reader.received.length + 1);
    expect(told("CANCELLED")).toEqual(["USERS", "ACTIVITIES"]);
    reader.stop();
  });
});

test("a hundred subscribers of many kinds end without a trace when they leave", async () => {
  const open = async () => {
    const gateways = await Promise.all(
      [app, other].map(async ({ url }) =>
        (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${app.tokens.ADMIN}` } })).text(),
      ),
    );
    const lines = gateways.flatMap((text) =>
      text.split("\n").filter((line) => line.startsWith("gatehouse_open_streams{")),
    );
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  };
  await sleep(300);
  const before = await open();
  const kinds = [one, batches, "subscription { instanceChanged { id } }", "subscription { scanProgressed { id } }"];
  const readers = range(100).map((n) => (n % 2 ? app : other).subscribe(kinds[n % 4]!));
  while ((await open()) < before + 100) await sleep(20);
  await happen(github, 10);
  for (const [n, reader] of readers.entries()) if (n % 4 === 0) await reader.until(1);
  for (const reader of readers) reader.stop();
  while ((await open()) > before) await sleep(20);
  for (const { logged } of [app, other]) expect(logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
