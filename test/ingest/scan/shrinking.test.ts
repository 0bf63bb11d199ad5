import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamItem } from "#src/connector-kit/contract/records.ts";
import { loadHealth } from "#src/instances/health.ts";
import { loadInstances } from "#src/instances/list.ts";
import { lastPage, type MadeUpApp, person } from "../../support/made-up-app.ts";
import { activity, admin, openMadeUpBench, type ScanBench } from "./fixture.ts";

let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 3600, scopes: [] },
      GROUPS: { everySeconds: 3600, scopes: [] },
      PRIVILEGES: { everySeconds: 3600, scopes: [] },
      OAUTH_APPS: { everySeconds: 86_400, scopes: [] },
      ACTIVITIES: { everySeconds: 60, scopes: [] },
      POSTURE: { everySeconds: 86_400, scopes: [] },
    },
  });
});
afterAll(() => bench.close());

const range = (count: number, from = 0) => Array.from({ length: count }, (_, n) => n + from);
const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};
const hours = (at: Date | null) => (at!.getTime() - bench.clock.now.getTime()) / 3_600_000;

/** What each listing names, and where it is kept. */
const listings: Record<"GROUPS" | "PRIVILEGES" | "OAUTH_APPS", { table: string; item: (n: number) => StreamItem[] }> = {
  GROUPS: {
    table: "groups",
    item: (n) => [
      { kind: "group", externalId: `g${n}`, name: `g${n}`, raw: {} },
      { kind: "member", groupId: `g${n}`, userId: "u1" },
    ],
  },
  PRIVILEGES: {
    table: "privileges",
    item: (n) => [
      { kind: "privilege", externalId: `p${n}`, name: `p${n}`, isAdmin: true },
      { kind: "holder", privilegeId: `p${n}`, userId: "u1" },
    ],
  },
  OAUTH_APPS: {
    table: "oauth_apps",
    item: (n) => [
      { kind: "app", externalId: `o${n}`, name: `o${n}`, scopes: [], permissionLevel: "LOW", raw: {} },
      { kind: "grant", appId: `o${n}`, userId: "u1" },
    ],
  },
};

describeEach("GROUPS");
describeEach("PRIVILEGES");
describeEach("OAUTH_APPS");

function describeEach(stream: keyof typeof listings): void {
  const { table, item } = listings[stream];
  const known = async (id: number) =>
    (await bench.database.sql`select 1 from ${bench.database.sql(table)} where instance_id = ${id}`).length;
  const list = async (id: number, app: MadeUpApp, numbers: number[]) => {
    app.serve(stream, lastPage(...numbers.flatMap(item)));
    await bench.run(id, stream);
    return known(id);
  };
  const note = async (id: number) => (await bench.scans(id, stream)).at(-1)!.error;

  test(`one empty listing of ${stream} deletes nothing, and a second one in a row does`, async () => {
    const { id, app } = await bench.connect();
    expect(await list(id, app, range(3))).toBe(3);
    expect(await list(id, app, [])).toBe(3);
    expect(await note(id)).toMatch(/^The app named no .* although 3 are known; nothing was marked as deleted\./);
    expect(hours((await bench.stream(id, stream)).nextRunAt)).toBe(1);
    expect(await list(id, app, [])).toBe(0);
    expect(await note(id)).toBeNull();
  });

  test(`an empty listing of ${stream} between two whole ones is forgotten`, async () => {
    const { id, app } = await bench.connect();
    await list(id, app, range(3));
    await list(id, app, []);
    expect(await list(id, app, range(2))).toBe(2);
    expect(await list(id, app, [])).toBe(2);
  });

  test(`of ${stream}, far fewer than are known are believed the second time, and only what neither listing named is deleted`, async () => {
    const { id, app } = await bench.connect();
    await list(id, app, range(30));
    expect(await list(id, app, range(14))).toBe(30);
    expect(await note(id)).toMatch(/named 14 .* although 30 are known/);
    // Another fourteen: 14 and 15 are named now, 0 and 1 were named the last time.
    expect(await list(id, app, range(14, 2))).toBe(16);
    expect(await list(id, app, range(14, 2))).toBe(14);
  });

  test(`half of ${stream}, or a few of a few, are deleted at once`, async () => {
    const { id, app } = await bench.connect();
    await list(id, app, range(30));
    expect(await list(id, app, range(15))).toBe(15);
    expect(await list(id, app, range(1))).toBe(1);
  });
}

test("groups that are named without any of their members keep them until the next listing says the same", async () => {
  const { id, app } = await bench.connect();
  const groups = range(3).flatMap(listings.GROUPS.item);
  const members = async () => (await bench.database.sql`select 1 from group_members where instance_id = ${id}`).length;
  app.serve("GROUPS", lastPage(...groups));
  await bench.run(id, "GROUPS");
  app.serve("GROUPS", lastPage(...groups.filter((item) => "kind" in item && item.kind === "group")));
  await bench.run(id, "GROUPS");
  expect(await members()).toBe(3);
  await bench.run(id, "GROUPS");
  expect(await members()).toBe(0);
});

test("accounts that vanish all at once are never believed, most of them only the second time", async () => {
  const { id, app } = await bench.connect();
  const deleted = async (...named: number[]) => {
    app.serve("USERS", lastPage(...named.map((n) => person(`u${n}`))));
    await bench.run(id, "USERS");
    return Object.values(await bench.users(id)).filter((status) => status === "DELETED").length;
  };
  await deleted(...range(40));
  expect(await deleted()).toBe(0);
  expect(await deleted()).toBe(0);
  expect((await bench.scans(id, "USERS")).at(-1)!.error).toBe(
    "The app named no account although 40 are known; nothing was marked as deleted.",
  );
  expect(await deleted(...range(10))).toBe(0);
  expect(await deleted(...range(10))).toBe(30);
});

test("a listing of which no page ever came concludes nothing", async () => {
  const { id, app } = await bench.connect();
  app.serve("GROUPS", lastPage(...range(3).flatMap(listings.GROUPS.item)));
  await bench.run(id, "GROUPS");
  app.serve("GROUPS");
  for (let round = 0; round < 3; round++) await bench.run(id, "GROUPS");
  expect((await bench.scans(id, "GROUPS")).at(-1)!.error).toMatch(/returned no page of this listing/);
  expect(await bench.database.sql`select 1 from groups where instance_id = ${id}`).toHaveLength(3);
});

test("settings that could not be read are looked at again in an hour, then ever later, and health says so", async () => {
  const { id, app } = await bench.connect();
  const look = async (...items: StreamItem[]) => {
    app.serve("POSTURE", lastPage(...items));
    await bench.run(id, "POSTURE");
    const scan = (await bench.scans(id, "POSTURE")).at(-1)!;
    const [instance] = await loadInstances(bench.core.db, admin, [id]);
    const [health] = await loadHealth(bench.core.db, [instance!], bench.clock.now);
    const { unreadableRecords } = health!.streams.find((one) => one.stream === "POSTURE")!;
    return {
      status: scan.status,
      note: scan.error,
      again: hours((await bench.stream(id, "POSTURE")).nextRunAt),
      state: health!.state,
      unreadableRecords,
    };
  };
  const outage = { key: "mfa", unreadable: "HTTP 503" };
  expect(await look({ key: "sso", value: true }, outage)).toEqual({
    status: "SUCCEEDED",
    note: "Some settings could not be read: mfa.",
    again: 1,
    state: "DEGRADED",
    unreadableRecords: 1,
  });
  pass(3_600_000);
  expect((await look(outage)).again).toBe(1);
  pass(3 * 3_600_000);
  expect((await look(outage)).again).toBe(4);
  pass(96 * 3_600_000);
  expect((await look(outage)).again).toBe(24);
  // The next one to fail is looked at soon again, however long the other has been.
  expect((await look(outage, { key: "sso", unreadable: "HTTP 502" })).again).toBe(1);
  expect(await look({ key: "mfa", value: true }, { key: "sso", value: true })).toMatchObject({
    note: null,
    again: 24,
    unreadableRecords: 0,
  });
  // Nothing was read, so nothing is known anew.
  app.serve("POSTURE");
  await bench.run(id, "POSTURE");
  expect((await bench.scans(id, "POSTURE")).at(-1)!.error).toMatch(/returned no settings/);
});

test("an account whose state the app does not show is UNKNOWN, whatever it is seen doing", async () => {
  const { id, app } = await bench.connect();
  app.serve("USERS", lastPage(person("u1", { status: "UNKNOWN" }), person("u2")));
  await bench.run(id, "USERS");
  const signIn = { ...activity("e1", bench.clock.now), category: "LOG_ON" as const };
  app.serve("ACTIVITIES", { items: [signIn, activity("e2", bench.clock.now)], cursor: "c1" });
  await bench.run(id, "ACTIVITIES");
  expect(await bench.users(id)).toEqual({ u1: "UNKNOWN", u2: "ACTIVE" });
  app.serve("USERS", lastPage(person("u1"), person("u2", { status: "UNKNOWN" })));
  await bench.run(id, "USERS");
  expect(await bench.users(id)).toEqual({ u1: "ACTIVE", u2: "UNKNOWN" });
});
