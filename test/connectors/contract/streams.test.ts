import { describe, expect, test } from "vitest";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { PrivilegeItem, StreamItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { isListing, modesOf, streamsOf, subjects, usesKit } from "./facts.ts";
import { byKey, keyOf, valuesOf } from "./items.ts";
import { LargeTenant } from "./large.ts";
import { logTests } from "./log.ts";
import { openStage } from "./stage.ts";

const stage = openStage();

describe.each(subjects)("$slug", (subject) => {
  const { connector, facts } = subject;
  const large = new LargeTenant(stage, subject);
  const { from } = large;

  test.each(modesOf(subject))("connects by %s and names the tenant, the same in all modes", async (mode) => {
    const { tenant, live } = await large.open();
    const other = await stage.connect(subject, tenant, { mode });
    const test = await connector.testConnection(other.context);
    expect(test).toMatchObject({ externalAccountId: expect.stringMatching(/./), missingScopes: [] });
    const { externalAccountId, accountName } = await connector.testConnection(live.context);
    expect(test).toMatchObject({ externalAccountId, accountName });
  });

  test("reads every account in several pages", async () => {
    const { tenant } = await large.open();
    const { items, cursors } = await large.reading("USERS");
    const found = (items as UserRecord[]).map(({ externalId }) => externalId);
    // A page may begin with the end of the one before, so that nobody is missed when others leave; most are named once all the same.
    expect(found.length - new Set(found).size).toBeLessThan(found.length / 10);
    expect((await tenant.userIds()).ids.filter((id) => !found.includes(id))).toEqual([]);
    if (!facts.people?.atOnce) expect(cursors.length, "Give the large tenant more users.").toBeGreaterThan(1);
  });

  test("names everybody, nobody by another's name, and knows the suspended from the active", async () => {
    const { suspended } = await large.open();
    const users = new Map((await large.users()).map((user) => [user.externalId, user]));
    expect([...users.values()].filter(({ displayName }) => !displayName)).toEqual([]);
    for (const field of ["login", "email"] as const) {
      const names = [...users.values()].flatMap((user) => user[field] ?? []);
      expect(names.length, field).toBe(new Set(names).size);
    }
    expect(users.get(suspended)?.status).toBe(facts.people?.suspended === false ? "ACTIVE" : "SUSPENDED");
    const active = [...users.values()].filter(({ status }) => status === "ACTIVE");
    expect(active.length).toBeGreaterThan(users.size / 2);
  });

  test("names groups, privileges and apps that exist, and people who do", async () => {
    const items = new Map<ScanStream, StreamItem[]>();
    for (const stream of streamsOf(subject))
      if (isListing(subject, stream)) items.set(stream, await large.items(stream));
    const of = (stream: ScanStream, field: string) => valuesOf(items.get(stream) ?? [], field);
    for (const [stream, field] of [
      ["GROUPS", "groupId"],
      ["PRIVILEGES", "privilegeId"],
      ["OAUTH_APPS", "appId"],
      ["FILES", "fileId"],
    ] as const)
      expect([...of(stream, field)].filter((id) => !of(stream, "externalId").has(id))).toEqual([]);
    const people = of("USERS", "externalId");
    for (const stream of items.keys())
      expect(
        [...of(stream, "userId")].filter((id) => !people.has(id)),
        stream,
      ).toEqual([]);
    if (items.has("GROUPS")) expect(of("GROUPS", "externalId").size).toBe(facts.tenants.large.groups);
  });

  const kinds: [ScanStream, string[]][] = [
    ["GROUPS", ["group", "member"]],
    ["PRIVILEGES", ["privilege", "holder"]],
    ["OAUTH_APPS", facts.appsWithoutGrants ? ["app"] : ["app", "grant"]],
  ];

  test.each(kinds.filter(([stream]) => connector.streams[stream]))("%s has each of %j", async (stream, expected) => {
    const items = await large.items(stream);
    expect([...valuesOf(items, "kind")].toSorted()).toEqual(expected.toSorted());
    if (stream !== "PRIVILEGES") return;
    const privileges = items as PrivilegeItem[];
    const ofAdmins = privileges.flatMap((one) => (one.kind === "privilege" && one.isAdmin ? [one.externalId] : []));
    const admins = privileges.flatMap((one) =>
      one.kind === "holder" && ofAdmins.includes(one.privilegeId) ? [one.userId] : [],
    );
    expect(admins).not.toEqual([]);
    const listed = (await large.users()).filter(({ isAdmin }) => isAdmin).map(({ externalId }) => externalId);
    expect(listed.filter((id) => !admins.includes(id))).toEqual([]);
  });

  test.each(streamsOf(subject).filter((stream) => isListing(subject, stream)))(
    "%s ends with no cursor, so that only a whole listing finds deletions",
    async (stream) => {
      const { cursors } = await large.reading(stream);
      expect(cursors.at(-1)).toBeNull();
      expect(cursors.slice(0, -1)).not.toContain(null);
    },
  );

  test.each(streamsOf(subject))("%s, dropped after every page, goes on alike", async (stream) => {
    const { live } = await large.open();
    const whole = byKey(await large.items(stream));
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

  if (facts.log.pulled) logTests(subject, stage, large);
  else if ("ACTIVITIES" in connector.streams)
    test("has no log to pull", async () => {
      expect(await large.items("ACTIVITIES")).toEqual([]);
    });
});
