import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type ActivityFilter, accountConditions, filterPredicate } from "#src/inventory/activities/filter.ts";
import { activityList } from "#src/inventory/activities/list.ts";
import { type ActivityRow, activityColumns } from "#src/inventory/activities/row.ts";
import { ensurePartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { storeGroups, storeUsers } from "#src/inventory/users/store.ts";
import { rootPage } from "#src/query/keyset.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { type Random, random } from "../../support/random.ts";
import { ago, range, seedInstance } from "../../support/seed.ts";

// A random set of activities and thousands of random filters; three ways to say which activities a filter means: the SQL of lists, the
// predicate of live events, and the plain words below.

/** An activity as this test made it. */
interface Made extends ActivityRecord {
  instanceId: number;
  slug: string;
  userId: string | null;
  ipCategory: string;
  ipTags: string[];
  ingestedAt: Date;
}

const names = [
  "Mira Holt",
  "mira",
  "ÄÖÜ Straße",
  "äöü strasse",
  "100%",
  "a_b",
  "a\\b",
  "ΟΔΟΣ",
  "οδοσ Α",
  "İstanbul",
  "istanbul",
  "",
];
const texts = [
  "mira",
  "HOLT",
  "öü",
  "ÄÖ",
  "%",
  "_",
  "\\",
  "100%",
  "ΟΔΟΣ",
  "οδος",
  "οδοσ",
  "i",
  "İ",
  "straße",
  "",
  "192.0",
  "zz",
  "a_b",
];
const users = ["u0", "u1", "u2", "u3", "u4", "u5"];
const domains = ["example.com", "Example.ORG", "elsewhere.test", "nowhere.test"];
const groups = ["g0", "g1", "g2"];
const eventTypes = ["session.start", "file.read", "role.grant", "Session.Start"];
const addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
const agents = ["Mozilla/5.0 (X11)", "curl/8.1", "MOZILLA (Windows NT 6.1)"];
const agentTags: Record<string, string[]> = { "curl/8.1": ["robot"], "MOZILLA (Windows NT 6.1)": ["outdated-os"] };
const categories = ["ADMINISTRATIVE", "CORPORATE", "RISKY", "OTHER"];
const tags = ["office", "vpn", "guest"];
const providers = ["Example Net", "Other Net"];
const orNull = <T>(by: Random, from: readonly T[]): T | null => (by.chance(0.25) ? null : by.pick(from));

const seed = Number(process.env.TEST_SEED ?? 20_261_118);
const all: Made[] = [];
let app: TestApp;
let rows: ActivityRow[];
let instances: { id: number; slug: string }[];
/** `instance/user` → e-mail, and the groups it is in. */
const accounts = new Map<string, { email: string | null; groups: string[]; isAdmin: boolean; person: number | null }>();
/** Numbers of two persons, who have accounts in all instances. */
let persons: number[];

beforeAll(async () => {
  const by = random(seed);
  app = await startApp();
  const sql = rawSql(app.core.db);
  instances = [];
  persons = (
    await sql<{ id: number }[]>`
      insert into identities (email) values ('one@example.com'), ('two@example.com') returning id::int as id`
  ).map(({ id }) => id);
  for (const slug of ["github", "okta", "github"]) {
    const id = await seedInstance(app.core, slug, `${slug} ${instances.length}`, {
      users: 0,
      groups: 0,
      privileges: 0,
      apps: 0,
      activities: 0,
    });
    instances.push({ id, slug });
    const known = users.slice(0, 5).map((externalId) => ({
      externalId,
      email: by.chance(0.2) ? null : `${externalId}@${by.pick(domains)}`,
      groups: groups.filter(() => by.chance(0.4)),
      isAdmin: by.chance(0.4),
      person: orNull(by, persons),
    }));
    for (const one of known) accounts.set(`${id}/${one.externalId}`, one);
    await storeUsers(
      sql,
      id,
      known.map(({ externalId, email }) => ({ externalId, email, status: "ACTIVE" as const, raw: {} })),
      1,
    );
    await storeGroups(
      sql,
      id,
      [
        ...groups.map((externalId) => ({ kind: "group" as const, externalId, name: externalId, raw: {} })),
        ...known.flatMap((one) =>
          one.groups.map((groupId) => ({ kind: "member" as const, groupId, userId: one.externalId })),
        ),
      ],
      1,
    );
  }
  for (const [key, { isAdmin, person }] of accounts) {
    const [instanceId, externalId] = key.split("/") as [string, string];
    await sql`update users set is_admin = ${isAdmin}, identity_id = ${person}
      where instance_id = ${Number(instanceId)} and external_id = ${externalId}`;
  }
  for (const n of range(190)) all.push(make(n, by));
  await ensurePartitions(
    sql,
    all.map(({ occurredAt }) => occurredAt),
  );
  for (const { id } of instances)
    await storeActivities(
      sql,
      id,
      all.filter(({ instanceId }) => instanceId === id),
    );
  for (const one of all)
    await sql`update activities set ip_category = ${one.ipCategory}, ip_tags = ${one.ipTags}, ingested_at = ${one.ingestedAt.toISOString()}::timestamptz
      where instance_id = ${one.instanceId} and occurred_at = ${one.occurredAt.toISOString()}::timestamptz and external_id = ${one.externalId}`;
  // An actor becomes an account when it is stored; those of this test that were not listed have neither mail nor group.
  rows = [...(await sql<ActivityRow[]>`select ${activityColumns(sql)} from activities a`)];
  expect(rows).toHaveLength(all.length);
});

function make(n: number, by: Random): Made {
  const { id, slug } = by.pick(instances);
  const userId = orNull(by, users);
  const targets = range(by.whole(3)).map(() => ({
    type: "USER",
    id: orNull(by, [...users, "doc-1"]),
    name: orNull(by, names) || null,
  }));
  return {
    externalId: `a${n}`,
    instanceId: id,
    slug,
    userId,
    category: by.pick(["LOG_ON", "USER", "ADMIN"]),
    eventType: by.pick(eventTypes),
    description: by.pick(names) || "empty",
    occurredAt: new Date(ago(by.whole(60)).getTime() + by.whole(2)),
    actor:
      userId === null
        ? by.chance(0.5)
          ? null
          : { name: by.pick(names), isAccount: false }
        : { externalId: userId, name: by.pick(names) },
    outcome: by.pick(["SUCCESS", "FAILURE", "UNKNOWN"]),
    impersonated: by.chance(0.3),
    interactive: orNull(by, [true, false]),
    ipAddress: orNull(by, addresses),
    ipCategory: by.pick(categories),
    ipTags: by.some(tags, 2, true),
    country: orNull(by, ["DE", "FR", "US"]),
    isp: orNull(by, providers),
    userAgent: orNull(by, agents),
    ingestedAt: new Date(ago(by.whole(60)).getTime() + by.whole(2)),
    targets,
    raw: {},
  };
}

function filter(by: Random, depth = 0): ActivityFilter {
  const made: Record<string, unknown> = {};
  const maybe = (name: keyof ActivityFilter, value: () => unknown) => {
    if (by.chance(depth === 0 ? 0.09 : 0.12)) made[name] = by.chance(0.05) ? null : value();
  };
  const account = (from: readonly string[]) => () =>
    by.some(
      instances.flatMap(({ id }) => from.map((externalId) => ({ instanceId: id, externalId }))),
      4,
      true,
    );
  const instant = () => new Date(ago(by.whole(60)).getTime() + by.whole(2));
  maybe("instanceIds", () => by.some([...instances.map(({ id }) => id), 999], 2, true));
  maybe("connectorSlugs", () => by.some(["github", "okta", "workday"], 2, true));
  maybe("categories", () => by.some(["LOG_ON", "USER", "ADMIN"], 2, true));
  maybe("eventTypes", () => by.some([...eventTypes, "no.such"], 2, true));
  maybe("userIds", account([...users, "nobody"]));
  maybe("identityIds", () => by.some([...persons, 999_999], 2, true));
  maybe("isAdmin", () => by.chance(0.5));
  maybe("actor", () => by.pick(texts));
  maybe("ipAddresses", () => by.some([...addresses, "192.0.2.9"], 2, true));
  maybe("countries", () => by.some(["DE", "fr", "Us", "XX"], 2, true));
  maybe("ipCategories", () => by.some(categories, 2, true));
  maybe("outcomes", () => by.some(["SUCCESS", "FAILURE", "UNKNOWN"], 2, true));
  maybe("impersonated", () => by.chance(0.5));
  maybe("interactive", () => by.chance(0.5));
  maybe("occurredFrom", instant);
  maybe("occurredTo", instant);
  maybe("ingestedFrom", instant);
  maybe("ingestedTo", instant);
  maybe("ids", () =>
    by.some(
      all.map(({ instanceId, occurredAt, externalId }) => ({ instanceId, occurredAt, externalId })),
      90,
      true,
    ),
  );
  maybe("groupIds", account([...groups, "no group"]));
  maybe("userDomains", () => by.some(["example.com", "EXAMPLE.org", "elsewhere.test", "other.test", ""], 2, true));
  maybe("involvement", () => by.pick(["ACTOR", "TARGET", "ANY"]));
  maybe("target", () => by.pick([...texts, "u1", "doc-1", "DOC-1"]));
  maybe("ipTags", () => by.some([...tags, "none"], 2, true));
  maybe("isps", () => by.some([...providers, "No Net"], 2, true));
  maybe("userAgent", () => by.pick(["mozilla", "CURL", "%", ""]));
  maybe("userAgentTags", () => by.some(["robot", "outdated-os", "none"], 2, true));
  maybe("hasUser", () => by.chance(0.5));
  maybe("search", () => by.pick(texts));
  if (depth < 3 && by.chance(0.25)) made.not = filter(by, depth + 1);
  return made as ActivityFilter;
}

/** What the documentation of each condition says, in plain words. */
function means(filter: ActivityFilter, one: Made): boolean {
  const isOneOf = <T>(values: readonly T[] | null | undefined, value: T | null | undefined) =>
    !values || (value !== null && value !== undefined && values.includes(value));
  const says = (text: string | null | undefined, ...values: (string | null | undefined)[]) =>
    text == null || values.some((value) => value != null && lower(value).includes(lower(text)));
  const actors = one.userId === null ? [] : [one.userId];
  const targets = one.targets.flatMap(({ id }) => (id ? [id] : []));
  const involved = { ACTOR: actors, TARGET: targets, ANY: [...actors, ...targets] }[filter.involvement ?? "ACTOR"];
  const holds = [
    isOneOf(filter.instanceIds, one.instanceId),
    isOneOf(filter.connectorSlugs, one.slug),
    isOneOf(filter.categories, one.category),
    isOneOf(filter.eventTypes, one.eventType),
    !filter.userIds ||
      filter.userIds.some((key) => key.instanceId === one.instanceId && involved.includes(key.externalId)),
    !filter.groupIds ||
      filter.groupIds.some(
        (key) =>
          key.instanceId === one.instanceId &&
          involved.some((id) => accounts.get(`${one.instanceId}/${id}`)?.groups.includes(key.externalId)),
      ),
    !filter.userDomains ||
      involved.some((id) => {
        const email = accounts.get(`${one.instanceId}/${id}`)?.email;
        return (
          email && filter.userDomains?.some((domain) => domain.toLowerCase() === email.split("@")[1]?.toLowerCase())
        );
      }),
    !filter.identityIds ||
      involved.some((id) => filter.identityIds?.includes(accounts.get(`${one.instanceId}/${id}`)?.person as number)),
    filter.isAdmin == null ||
      filter.isAdmin === involved.some((id) => accounts.get(`${one.instanceId}/${id}`)?.isAdmin),
    says(filter.actor, one.actor?.name || null),
    isOneOf(filter.ipAddresses, one.ipAddress),
    isOneOf(
      filter.countries?.map((country) => country.toUpperCase()),
      one.country,
    ),
    isOneOf(filter.ipCategories, one.ipCategory),
    isOneOf(filter.outcomes, one.outcome),
    isOneOf(filter.isps, one.isp),
    !filter.userAgentTags || filter.userAgentTags.some((tag) => agentTags[one.userAgent ?? ""]?.includes(tag)),
    !filter.ipTags || filter.ipTags.some((tag) => one.ipTags.includes(tag)),
    filter.impersonated == null || filter.impersonated === one.impersonated,
    filter.interactive == null || filter.interactive === one.interactive,
    !filter.occurredFrom || one.occurredAt >= filter.occurredFrom,
    !filter.occurredTo || one.occurredAt < filter.occurredTo,
    !filter.ingestedFrom || one.ingestedAt >= filter.ingestedFrom,
    !filter.ingestedTo || one.ingestedAt < filter.ingestedTo,
    !filter.ids ||
      filter.ids.some(
        (key) =>
          key.instanceId === one.instanceId &&
          key.externalId === one.externalId &&
          key.occurredAt.getTime() === one.occurredAt.getTime(),
      ),
    filter.target == null ||
      one.targets.some(({ id, name }) => id === filter.target || (name != null && says(filter.target, name))),
    says(filter.userAgent, one.userAgent),
    filter.hasUser == null || filter.hasUser === (one.userId !== null),
    says(filter.search, one.description, one.actor?.name || null, one.eventType, one.ipAddress),
    !filter.not || !means(filter.not, one),
  ];
  return holds.every(Boolean);
}

/** Letter by letter, as PostgreSQL does it: no letter depends on its neighbours. */
function lower(text: string): string {
  return [...text].map((letter) => (letter === "İ" ? "i" : letter.toLowerCase())).join("");
}

const meant = (one: ActivityFilter) =>
  all
    .filter((made) => means(one, made))
    .map(({ externalId }) => externalId)
    .sort();

async function bySql(one: ActivityFilter): Promise<string[]> {
  const sql = rawSql(app.core.db);
  const list = activityList(systemViewer, one);
  const { rows: found } = await rootPage<{ externalId: string }>(
    sql,
    {
      ...list,
      columns: sql`a.occurred_at as "occurredAt", a.instance_id as "instanceId", a.external_id as "externalId"`,
    },
    { first: 200 },
  );
  return found.map(({ externalId }) => externalId).sort();
}

function byPredicate(one: ActivityFilter): string[] | null {
  const matches = filterPredicate(one);
  const slugOf = (id: number) => instances.find((instance) => instance.id === id)!.slug;
  return (
    matches &&
    rows
      .filter((row) => matches(row, slugOf(row.instanceId)))
      .map(({ externalId }) => externalId)
      .sort()
  );
}

async function check(one: ActivityFilter): Promise<{ matched: number; inMemory: boolean }> {
  const expected = meant(one);
  const what = `seed ${seed}: ${JSON.stringify(one)}`;
  expect(await bySql(one), `SQL, ${what}`).toEqual(expected);
  const live = byPredicate(one);
  if (live) expect(live, `live, ${what}`).toEqual(expected);
  return { matched: expected.length, inMemory: live !== null };
}

const needsTables = (one: ActivityFilter | null | undefined): boolean =>
  !!one && (accountConditions.some((name) => one[name] != null) || needsTables(one.not));

test("3,000 random filters mean the same in SQL, for live events and in words", async () => {
  const by = random(seed);
  const filters = range(3000).map(() => filter(by));
  const results: { matched: number; inMemory: boolean }[] = [];
  for (let start = 0; start < filters.length; start += 20)
    results.push(...(await Promise.all(filters.slice(start, start + 20).map(check))));
  // The filters are neither all empty nor all full, and all that need no other table were tried in memory.
  expect(results.filter(({ matched }) => matched > 0 && matched < all.length).length).toBeGreaterThan(1000);
  results.forEach(({ inMemory }, index) => void expect(inMemory).toBe(!needsTables(filters[index])));
});

test("each condition alone, and its negation, mean the same; together they are all activities", async () => {
  const by = random(seed);
  const conditions = new Map<string, ActivityFilter[]>();
  while (![...conditions.values()].every((some) => some.length >= 8) || conditions.size < 28) {
    for (const [name, value] of Object.entries(filter(by))) {
      const some = conditions.get(name) ?? [];
      if (some.length < 8 && value !== null && name !== "not") conditions.set(name, [...some, { [name]: value }]);
    }
  }
  for (const one of [...conditions.values()].flat()) {
    const { matched } = await check(one);
    expect(matched + (await check({ not: one })).matched).toBe(all.length);
    expect((await check({ not: { not: one } })).matched).toBe(matched);
    for (const involvement of ["ACTOR", "TARGET", "ANY"] as const)
      if (one.userIds || accountConditions.some((name) => one[name] != null)) await check({ ...one, involvement });
  }
});

test("the filter of the API is the filter of the domain: ids, enums and instants arrive as they were meant", async () => {
  const by = random(seed + 1);
  for (const one of range(150).map(() => filter(by))) {
    const { activities } = await app.data(
      "query ($filter: ActivityFilter) { activities(first: 200, filter: $filter) { totalCount nodes { externalId } } }",
      { filter: asInput(one) },
    );
    expect(
      activities.nodes.map(({ externalId }: Made) => externalId).sort(),
      `seed ${seed + 1}: ${JSON.stringify(one)}`,
    ).toEqual(meant(one));
    expect(activities.totalCount).toBe(activities.nodes.length);
  }
});

function asInput(one: ActivityFilter): object {
  const account = (type: string) => (key: { instanceId: number; externalId: string }) =>
    idOf(type, key.instanceId, key.externalId);
  return {
    ...one,
    ...(one.instanceIds ? { instanceIds: one.instanceIds.map((id) => idOf("Instance", id)) } : {}),
    ...(one.userIds ? { userIds: one.userIds.map(account("User")) } : {}),
    ...(one.identityIds ? { identityIds: one.identityIds.map((id) => idOf("Identity", id)) } : {}),
    ...(one.groupIds ? { groupIds: one.groupIds.map(account("Group")) } : {}),
    ...(one.ids
      ? { ids: one.ids.map((key) => idOf("Activity", key.instanceId, key.occurredAt.getTime(), key.externalId)) }
      : {}),
    ...(one.not ? { not: asInput(one.not) } : {}),
  };
}

test("an instance-limited list holds what the filter means within the limit", async () => {
  const by = random(seed + 2);
  const viewer = { ...systemViewer, instanceIds: [instances[0]!.id, instances[2]!.id] };
  const sql = rawSql(app.core.db);
  for (const one of range(100).map(() => filter(by))) {
    const { rows: found } = await rootPage<{ externalId: string }>(sql, activityList(viewer, one), {
      first: 200,
    });
    const expected = meant(one).filter((id) =>
      viewer.instanceIds.includes(all.find(({ externalId }) => externalId === id)!.instanceId),
    );
    expect(found.map(({ externalId }) => externalId).sort()).toEqual(expected);
  }
});

test("a wrong value names the argument", async () => {
  const ask = (filter: object) =>
    app.ask("query ($filter: ActivityFilter) { activities(filter: $filter) { totalCount } }", { filter });
  const cases: [object, string[]][] = [
    [{ instanceIds: ["x"] }, ["filter", "instanceIds"]],
    [{ userIds: [idOf("Instance", 1)] }, ["filter", "userIds"]],
    [{ not: { groupIds: [idOf("User", 1, "u1")] } }, ["filter", "not", "groupIds"]],
    [{ ids: [idOf("Activity", 1, "x")] }, ["filter", "ids"]],
  ];
  for (const [filter, field] of cases)
    expect((await ask(filter)).errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field } }]);
  for (const filter of [
    { categories: ["NO"] },
    { occurredFrom: "yesterday" },
    { occurredFrom: "2026-01-01" },
    { occurredTo: 7 },
    { actor: ["x"] },
    { noSuch: 1 },
  ]) {
    const { data, errors } = await ask(filter);
    expect([data, errors[0]?.extensions.code]).toEqual([null, "BAD_USER_INPUT"]);
  }
});
