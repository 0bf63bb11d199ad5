import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { type UserFilter, userList } from "#src/inventory/users/list.ts";
import { settleAdmins, storeGroups, storePrivileges, storeUsers } from "#src/inventory/users/store.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { rootPage } from "#src/query/keyset.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { type Random, random } from "../../support/random.ts";
import { ago, range, seedInstance } from "../../support/seed.ts";

interface Made {
  instanceId: number;
  slug: string;
  externalId: string;
  login: string | null;
  email: string | null;
  displayName: string | null;
  status: "ACTIVE" | "SUSPENDED" | "DELETED";
  isAdmin: boolean;
  isExternal: boolean;
  type: "HUMAN" | "SERVICE" | "UNKNOWN";
  lastSeenAt: Date | null;
  lastSignInAt: Date | null;
  /** Of a person who left. */
  hasLeft: boolean;
  groups: string[];
  privileges: string[];
}

const seed = Number(process.env.TEST_SEED ?? 20_261_118);
const names = ["Mira Holt", "ÄÖÜ Straße", "100%", "a_b", "a\\b", "ΟΔΟΣ"];
const texts = ["mira", "HOLT", "öü", "%", "_", "\\", "οδοσ", "example", "", "U1", "u1", "zz"];
const domains = ["example.com", "Example.ORG", "elsewhere.test"];
const groups = ["g0", "g1", "g2"];
const privileges = ["p0", "p1", "p2"];
const all: Made[] = [];
const instances: { id: number; slug: string }[] = [];
let app: TestApp;

beforeAll(async () => {
  const by = random(seed);
  app = await startApp();
  const sql = rawSql(app.core.db);
  for (const slug of ["github", "okta", "github"]) {
    const id = await seedInstance(app.core, slug, `${slug} ${instances.length}`, {
      users: 0,
      groups: 0,
      privileges: 0,
      apps: 0,
      activities: 0,
    });
    instances.push({ id, slug });
    const own = range(60).map((n): Made => {
      const held = privileges.filter(() => by.chance(0.2));
      return {
        instanceId: id,
        slug,
        externalId: `u${n}`,
        login: by.chance(0.3) ? null : by.pick(["mira", "MIRA", `login${n}`]),
        email: by.chance(0.3) ? null : `user${n}@${by.pick(domains)}`,
        displayName: by.chance(0.3) ? null : by.pick(names),
        status: by.pick(["ACTIVE", "SUSPENDED", "DELETED"]),
        isAdmin: held.includes("p0"),
        isExternal: by.chance(0.3),
        type: by.pick(["HUMAN", "SERVICE", "UNKNOWN"]),
        lastSeenAt: by.chance(0.3) ? null : ago(by.whole(60)),
        lastSignInAt: by.chance(0.3) ? null : ago(by.whole(60)),
        hasLeft: by.chance(0.3),
        groups: groups.filter(() => by.chance(0.4)),
        privileges: held,
      };
    });
    all.push(...own);
    await storeUsers(
      sql,
      id,
      own.map(({ lastSeenAt: _, isAdmin: __, hasLeft: ___, ...one }) => ({ ...one, raw: {} })),
      1,
    );
    await sql`insert into identities (email, terminated_at) values (${`here-${id}@example.com`}, null), (${`left-${id}@example.com`}, now())`;
    for (const { externalId, lastSeenAt, hasLeft } of own)
      await sql`update users set last_seen_at = ${lastSeenAt?.toISOString() ?? null}::timestamptz,
        identity_id = (select id from identities where email = ${`${hasLeft ? "left" : "here"}-${id}@example.com`})
        where instance_id = ${id} and external_id = ${externalId}`;
    await storeGroups(
      sql,
      id,
      [
        ...groups.map((externalId) => ({ kind: "group" as const, externalId, name: externalId, raw: {} })),
        ...own.flatMap((one) =>
          one.groups.map((groupId) => ({ kind: "member" as const, groupId, userId: one.externalId })),
        ),
      ],
      1,
    );
    await storePrivileges(
      sql,
      id,
      [
        ...privileges.map((externalId) => ({
          kind: "privilege" as const,
          externalId,
          name: externalId,
          isAdmin: externalId === "p0",
        })),
        ...own.flatMap((one) =>
          one.privileges.map((privilegeId) => ({ kind: "holder" as const, privilegeId, userId: one.externalId })),
        ),
      ],
      1,
    );
    await settleAdmins(sql, id);
  }
});

function filter(by: Random, depth = 0): UserFilter {
  const made: Record<string, unknown> = {};
  const maybe = (name: keyof UserFilter, value: () => unknown) => {
    if (by.chance(0.17)) made[name] = by.chance(0.05) ? null : value();
  };
  const keys = (from: readonly string[]) => () =>
    by.some(
      instances.flatMap(({ id }) => from.map((externalId) => ({ instanceId: id, externalId }))),
      4,
      true,
    );
  maybe("instanceIds", () => by.some([...instances.map(({ id }) => id), 999], 2, true));
  maybe("connectorSlugs", () => by.some(["github", "okta", "workday"], 2, true));
  maybe("status", () => by.some(["ACTIVE", "SUSPENDED", "DELETED", "INVITED"], 2, true));
  maybe("isAdmin", () => by.chance(0.5));
  maybe("isExternal", () => by.chance(0.5));
  maybe("types", () => by.some(["HUMAN", "SERVICE", "UNKNOWN"], 2, true));
  maybe("groupIds", keys([...groups, "none"]));
  maybe("privilegeIds", keys([...privileges, "none"]));
  maybe("domains", () => by.some(["example.com", "EXAMPLE.org", "elsewhere.test", "x.test"], 2, true));
  maybe("lastSeenBefore", () => ago(by.whole(60)));
  maybe("lastSignInBefore", () => ago(by.whole(60)));
  maybe("terminated", () => by.chance(0.5));
  maybe("search", () => by.pick(texts));
  if (depth < 3 && by.chance(0.25)) made.not = filter(by, depth + 1);
  return made as UserFilter;
}

const lower = (text: string) => [...text].map((letter) => letter.toLowerCase()).join("");

function means(filter: UserFilter, one: Made): boolean {
  const isOneOf = <T>(values: readonly T[] | null | undefined, value: T) => !values || values.includes(value);
  const has = (asked: readonly AccountKey[] | null | undefined, held: readonly string[]) =>
    !asked || asked.some((key) => key.instanceId === one.instanceId && held.includes(key.externalId));
  return [
    isOneOf(filter.instanceIds, one.instanceId),
    isOneOf(filter.connectorSlugs, one.slug),
    isOneOf(filter.status, one.status as string),
    filter.isAdmin == null || filter.isAdmin === one.isAdmin,
    filter.isExternal == null || filter.isExternal === one.isExternal,
    isOneOf(filter.types, one.type as string),
    has(filter.groupIds, one.groups),
    has(filter.privilegeIds, one.privileges),
    !filter.domains ||
      (one.email !== null &&
        filter.domains.some((domain) => domain.toLowerCase() === one.email?.split("@")[1]?.toLowerCase())),
    !filter.lastSeenBefore || one.lastSeenAt === null || one.lastSeenAt < filter.lastSeenBefore,
    !filter.lastSignInBefore || one.lastSignInAt === null || one.lastSignInAt < filter.lastSignInBefore,
    filter.terminated == null || filter.terminated === one.hasLeft,
    filter.search == null ||
      one.externalId === filter.search ||
      [one.displayName, one.email, one.login].some(
        (value) => value !== null && lower(value).includes(lower(filter.search ?? "")),
      ),
    !filter.not || !means(filter.not, one),
  ].every(Boolean);
}

const name = ({ instanceId, externalId }: AccountKey) => `${instanceId}/${externalId}`;
const meant = (one: UserFilter) =>
  all
    .filter((made) => means(one, made))
    .map(name)
    .sort();

async function bySql(one: UserFilter): Promise<string[]> {
  const sql = rawSql(app.core.db);
  const list = userList(systemViewer, { filter: one });
  const { rows } = await rootPage<AccountKey>(
    sql,
    { ...list, columns: sql`u.instance_id as "instanceId", u.external_id as "externalId"` },
    { first: 200 },
  );
  return rows.map(name).sort();
}

test("2,000 random filters mean the same in SQL and in words", async () => {
  const by = random(seed);
  const filters = range(2000).map(() => filter(by));
  let telling = 0;
  for (let start = 0; start < filters.length; start += 20)
    await Promise.all(
      filters.slice(start, start + 20).map(async (one) => {
        const expected = meant(one);
        if (expected.length > 0 && expected.length < all.length) telling += 1;
        expect(await bySql(one), `seed ${seed}: ${JSON.stringify(one)}`).toEqual(expected);
      }),
    );
  expect(telling).toBeGreaterThan(800);
});

test("each condition and its negation together are all accounts", async () => {
  const by = random(seed + 1);
  const seen = new Map<string, number>();
  while (seen.size < 11 || [...seen.values()].some((count) => count < 5)) {
    for (const [key, value] of Object.entries(filter(by))) {
      if (key === "not" || value === null) continue;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (seen.get(key)! > 5) continue;
      const [plain, negated] = [await bySql({ [key]: value }), await bySql({ not: { [key]: value } })];
      expect([...plain, ...negated].sort()).toEqual(all.map(name).sort());
    }
  }
});

test("the filter of the API is the filter of the domain, for the root list and below an instance", async () => {
  const by = random(seed + 2);
  const text = `query ($filter: UserFilter, $id: ID!) {
    users(first: 200, filter: $filter) { totalCount nodes { externalId instance { id } } }
    instance(id: $id) { users(first: 200, filter: $filter) { totalCount nodes { externalId } } }
  }`;
  const id = idOf("Instance", instances[1]!.id);
  for (const one of range(80).map(() => filter(by))) {
    const { users, instance } = await app.data(text, { filter: asInput(one), id });
    const expected = meant(one);
    expect(users.totalCount).toBe(expected.length);
    expect(users.nodes).toHaveLength(expected.length);
    const below = expected.filter((key) => key.startsWith(`${instances[1]!.id}/`));
    expect(instance.users.totalCount).toBe(below.length);
    expect(instance.users.nodes.map(({ externalId }: Made) => `${instances[1]!.id}/${externalId}`).sort()).toEqual(
      below,
    );
  }
});

function asInput(one: UserFilter): object {
  const ids = (type: string, keys: readonly AccountKey[]) =>
    keys.map((key) => idOf(type, key.instanceId, key.externalId));
  return {
    ...one,
    ...(one.instanceIds ? { instanceIds: one.instanceIds.map((key) => idOf("Instance", key)) } : {}),
    ...(one.groupIds ? { groupIds: ids("Group", one.groupIds) } : {}),
    ...(one.privilegeIds ? { privilegeIds: ids("Privilege", one.privilegeIds) } : {}),
    ...(one.not ? { not: asInput(one.not) } : {}),
  };
}

test("a wrong value names the argument", async () => {
  const cases: [object, string[]][] = [
    [{ groupIds: [idOf("User", 1, "u1")] }, ["filter", "groupIds"]],
    [{ not: { privilegeIds: ["x"] } }, ["filter", "not", "privilegeIds"]],
  ];
  for (const [filter, field] of cases) {
    const { errors } = await app.ask("query ($filter: UserFilter) { users(filter: $filter) { totalCount } }", {
      filter,
    });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field } }]);
  }
});
