import { describe, expect, test } from "vitest";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, StreamItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import type { Live } from "../live.ts";
import { isListing, modesOf, streamsOf, subjects, usesKit } from "./facts.ts";
import { byKey, keyOf, valuesOf } from "./items.ts";
import { openStage, startOf } from "./stage.ts";

const stage = openStage();

describe.each(subjects)("$slug", (subject) => {
  const { connector, facts } = subject;
  const from = startOf(subject, "large");
  let opened: Promise<{ tenant: SandboxTenant; live: Live }> | undefined;
  /** One large tenant for all that only reads. */
  const large = () => {
    opened ??= stage.tenant(subject, "large").then(async (tenant) => {
      const live = await stage.connect(subject, tenant);
      // The clock stands still, so that one reading can be compared with another.
      const now = new Date();
      live.now = () => now;
      return { tenant, live };
    });
    return opened;
  };
  const readings = new Map<ScanStream, Promise<Reading>>();
  /** One stream read to its end; read once, looked at by many tests. */
  const reading = (stream: ScanStream): Promise<Reading> => {
    const known = readings.get(stream) ?? large().then(({ live }) => readPages(live, stream, from));
    readings.set(stream, known);
    return known;
  };
  const read = async (stream: ScanStream): Promise<StreamItem[]> => (await reading(stream)).items;

  test.each(modesOf(subject))("connects by %s and names the tenant, the same in all modes", async (mode) => {
    const { tenant, live } = await large();
    const other = await stage.connect(subject, tenant, { mode });
    const test = await connector.testConnection(other.context);
    expect(test).toMatchObject({ externalAccountId: expect.stringMatching(/./), missingScopes: [] });
    const { externalAccountId, accountName } = await connector.testConnection(live.context);
    expect(test).toMatchObject({ externalAccountId, accountName });
  });

  test("reads every account in several pages", async () => {
    const { tenant } = await large();
    const { items, cursors } = await reading("USERS");
    const found = (items as UserRecord[]).map(({ externalId }) => externalId);
    // A page may begin with the end of the one before, so that nobody is missed when others leave; most are named once all the same.
    expect(found.length - new Set(found).size).toBeLessThan(found.length / 10);
    expect((await tenant.userIds()).ids.filter((id) => !found.includes(id))).toEqual([]);
    expect(cursors.length, "Give the large tenant more users.").toBeGreaterThan(1);
  });

  test("reads every event of the log, at its time", async () => {
    if (!facts.log.pulled) return expect(await read("ACTIVITIES")).toEqual([]);
    const { tenant, live } = await large();
    const activities = (await read("ACTIVITIES")) as ActivityRecord[];
    const found = new Map(activities.map((one) => [one.externalId, one.occurredAt.getTime()]));
    const { events } = await tenant.events(0, 10_000);
    const ids = facts.log.ids?.(events) ?? events.map(({ id }) => id!);
    // Some apps log our own signing in, which goes on while the clock of this connection stands still.
    const until = live.now().getTime();
    expect(events.filter(({ at }, index) => at <= until && !found.has(ids[index]!))).toEqual([]);
    for (const [index, id] of ids.entries()) if (found.has(id)) expect(found.get(id), id).toBe(events[index]!.at);
    if (!facts.log.ids) expect([...found.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  test("produces only categories it declares, and knows every type of event of its tenant", async () => {
    const activities = (await read("ACTIVITIES")) as ActivityRecord[];
    for (const { category } of activities)
      expect(connector.manifest.streams.ACTIVITIES?.categories).toContain(category);
    expect(activities.filter(({ unmapped }) => unmapped).map(({ eventType }) => eventType)).toEqual([]);
  });

  test("names groups, privileges and apps that exist, and people who do", async () => {
    const items = new Map<ScanStream, StreamItem[]>();
    for (const stream of streamsOf(subject)) if (isListing(subject, stream)) items.set(stream, await read(stream));
    const of = (stream: ScanStream, field: string) => valuesOf(items.get(stream) ?? [], field);
    for (const [stream, field] of [
      ["GROUPS", "groupId"],
      ["PRIVILEGES", "privilegeId"],
      ["OAUTH_APPS", "appId"],
    ] as const)
      expect([...of(stream, field)].filter((id) => !of(stream, "externalId").has(id))).toEqual([]);
    const people = of("USERS", "externalId");
    for (const stream of items.keys())
      expect(
        [...of(stream, "userId")].filter((id) => !people.has(id)),
        stream,
      ).toEqual([]);
    if (items.has("GROUPS")) expect(of("GROUPS", "externalId").size).toBe(facts.tenants.large.groups);
    for (const [stream, found] of items) expect(found.length, stream).toBeGreaterThan(0);
  });

  test.each(streamsOf(subject).filter((stream) => isListing(subject, stream)))(
    "%s ends with no cursor, so that only a whole listing finds deletions",
    async (stream) => {
      const { cursors } = await reading(stream);
      expect(cursors.at(-1)).toBeNull();
      expect(cursors.slice(0, -1)).not.toContain(null);
    },
  );

  test.each(streamsOf(subject))("%s, dropped after every page, goes on alike", async (stream) => {
    const { live } = await large();
    const whole = byKey(await read(stream));
    const found = new Map<string, unknown>();
    let cursor: string | null = null;
    for (let run = 0; ; run++) {
      expect(run, "runs").toBeLessThan(300);
      const stored = found.size;
      const pages: AsyncGenerator<StreamPage<StreamItem>> = live.pages(stream, { cursor, from });
      const page: StreamPage<StreamItem> | undefined = (await pages.next()).value;
      if (!page) break;
      for (const [key, item] of byKey(page.items)) found.set(key, item);
      const stands: boolean = page.cursor === cursor;
      cursor = page.cursor;
      if (cursor === null) break;
      // A log has no end: it begins each run with the last minutes, or moves on without records.
      if (!isListing(subject, stream) && [...whole.keys()].every((key) => found.has(key))) break;
      if (!stands || found.size > stored) continue;
      // Dropped at the same page for ever, a listing would never end.
      if (usesKit(subject, "listing", "membership")) throw new Error(`It stands still at ${cursor}`);
      for await (const { items } of pages) for (const [key, item] of byKey(items)) found.set(key, item);
      break;
    }
    expect([...whole.keys()].filter((key) => !found.has(key))).toEqual([]);
    for (const [key, item] of whole) expect(found.get(key), key).toEqual(item);
  });

  test("an empty tenant is read to its end", async () => {
    const tenant = await stage.newTenant(subject, "small", { groups: 0, events: 0 });
    const live = await stage.connect(subject, tenant);
    for (const stream of streamsOf(subject)) {
      const { items, cursor } = await live.read(stream, { from });
      if (isListing(subject, stream)) expect(cursor, stream).toBeNull();
      if (stream === "ACTIVITIES") expect(items.map(keyOf)).toEqual([]);
    }
  });

  test("an archived event is mapped as the stream maps it", async () => {
    if (!connector.mapEvent) return;
    for (const activity of (await read("ACTIVITIES")) as ActivityRecord[])
      expect(connector.mapEvent(activity.raw)).toContainEqual(activity);
  });
});

interface Reading {
  items: StreamItem[];
  /** Of each page. */
  cursors: (string | null)[];
}

async function readPages(live: Live, stream: ScanStream, from: Date): Promise<Reading> {
  const items: StreamItem[] = [];
  const cursors: (string | null)[] = [];
  for await (const page of live.pages(stream, { from })) {
    items.push(...page.items);
    cursors.push(page.cursor);
  }
  return { items, cursors };
}
