import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { ensurePartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { storeUsers } from "#src/inventory/users/store.ts";
import { idOf, startApp, type TestApp } from "../support/app.ts";
import { seedInstance } from "../support/seed.ts";

/** One person in two apps, an admin in the second, who left; and somebody else. */
let app: TestApp;
let okta: number;
let github: number;
let person: string;

/** Hours before the present, which periods end in. */
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

beforeAll(async () => {
  app = await startApp();
  const sql = rawSql(app.core.db);
  await ensurePartitions(sql, [ago(0.5), ago(30)]);
  const nothing = { users: 0, groups: 0, privileges: 0, apps: 0, activities: 0 };
  okta = await seedInstance(app.core, "okta", "Okta", nothing);
  github = await seedInstance(app.core, "github", "GitHub", nothing);
  const [identity] = await sql<{ id: number }[]>`
    insert into identities (email, terminated_at) values ('mira@example.com', now()) returning id::int as id`;
  person = idOf("Identity", identity!.id);
  for (const [instance, signedIn] of [
    [okta, ago(90 * 24)],
    [github, null],
  ] as const) {
    await storeUsers(
      sql,
      instance,
      ["mira", "other"].map((externalId) => ({
        externalId,
        email: `${externalId}@example.com`,
        status: "ACTIVE" as const,
        ...(externalId === "mira" ? { lastSignInAt: signedIn } : { lastSignInAt: ago(1) }),
        raw: {},
      })),
      1,
    );
    await sql`update users set identity_id = ${identity!.id}, is_admin = ${instance === github} where instance_id = ${instance} and external_id = 'mira'`;
    await storeActivities(
      sql,
      instance,
      ["mira", "other"].flatMap((externalId) =>
        [0.5, 30].map((hours) => ({
          externalId: `${externalId}-${hours}`,
          category: "LOG_ON" as const,
          eventType: "sign-in",
          description: "Signed in",
          occurredAt: ago(hours),
          actor: { externalId },
          outcome: "FAILURE" as const,
          targets: [],
          raw: {},
        })),
      ),
    );
  }
});

const activitiesWith = async (filter: object) => {
  const { activities } = await app.data(
    "query ($filter: ActivityFilter) { activities(filter: $filter) { totalCount nodes { externalId instance { name } } } }",
    { filter },
  );
  expect(activities.totalCount).toBe(activities.nodes.length);
  return activities.nodes.map(
    (one: { externalId: string; instance: { name: string } }) => `${one.instance.name} ${one.externalId}`,
  );
};

test("all activities of a person, in whatever app, newest first: as a filter and below the person", async () => {
  const all = await activitiesWith({ identityIds: [person] });
  expect(all.toSorted()).toEqual(["GitHub mira-0.5", "GitHub mira-30", "Okta mira-0.5", "Okta mira-30"]);
  expect(all.slice(0, 2).every((one: string) => one.endsWith("-0.5"))).toBe(true);
  const { node } = await app.data(
    `query ($id: ID!) { node(id: $id) { ... on Identity {
      activities(first: 3) { totalCount nodes { externalId } pageInfo { hasNextPage endCursor } } } } }`,
    { id: person },
  );
  expect(node.activities).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
  const rest = await app.data(
    `query ($id: ID!, $after: String) { node(id: $id) { ... on Identity {
      activities(first: 3, after: $after) { nodes { externalId } pageInfo { hasNextPage } } } } }`,
    { id: person, after: node.activities.pageInfo.endCursor },
  );
  expect(rest.node.activities).toEqual({ nodes: [{ externalId: "mira-30" }], pageInfo: { hasNextPage: false } });
});

test("failed sign-ins of admins of the last day", async () => {
  expect(await activitiesWith({ isAdmin: true, last: "24h", outcomes: ["FAILURE"] })).toEqual(["GitHub mira-0.5"]);
  expect(await activitiesWith({ isAdmin: false, last: "1d" })).toHaveLength(3);
});

test("of a relative period and an instant the later beginning counts", async () => {
  const filter = { identityIds: [person], last: "2d", occurredFrom: ago(1).toISOString() };
  expect(await activitiesWith(filter)).toHaveLength(2);
  expect(await activitiesWith({ ...filter, last: "10m" })).toEqual([]);
});

test.each(["", "24", "h", "0h", "-1h", "1.5h", "999999w", "1y"])("%j is no period", async (last) => {
  const { errors } = await app.ask("query ($filter: ActivityFilter) { activities(filter: $filter) { totalCount } }", {
    filter: { not: { last } },
  });
  expect(errors).toMatchObject([
    { message: expect.stringContaining("30m, 24h, 7d or 2w"), extensions: { field: ["filter", "not", "last"] } },
  ]);
});

const usersWith = async (filter: object) => {
  const { users } = await app.data(
    "query ($filter: UserFilter) { users(filter: $filter) { nodes { externalId instance { name } } } }",
    { filter },
  );
  return users.nodes.map(
    (one: { externalId: string; instance: { name: string } }) => `${one.instance.name} ${one.externalId}`,
  );
};

test("leavers who can still sign in, and admins who have not signed in for long", async () => {
  expect((await usersWith({ terminated: true, status: ["ACTIVE"] })).toSorted()).toEqual(["GitHub mira", "Okta mira"]);
  const longAgo = ago(30 * 24).toISOString();
  expect((await usersWith({ lastSignInBefore: longAgo })).toSorted()).toEqual(["GitHub mira", "Okta mira"]);
  expect(await usersWith({ lastSignInBefore: longAgo, isAdmin: true })).toEqual(["GitHub mira"]);
});

test("a filter that is kept has no period that ends now", async () => {
  const { createDestination } = await app.data(
    `mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { userErrors { message field } } }`,
    {
      input: {
        name: "SIEM",
        kind: "WEBHOOK",
        target: "https://siem.example/hook",
        activityFilter: { last: "1h" },
      },
    },
  );
  expect(createDestination.userErrors).toMatchObject([{ field: ["input", "activityFilter", "last"] }]);
  const { createPolicy } = await app.data(
    `mutation ($input: PolicyInput!) { createPolicy(input: $input) { userErrors { field } } }`,
    { input: { name: "Recent", kind: "ACTIVITY", activityFilter: { last: "1h" } } },
  );
  expect(createPolicy.userErrors).toMatchObject([{ field: ["input", "activityFilter", "last"] }]);
});

test("the recommendations that cost most points come first", async () => {
  const sql = rawSql(app.core.db);
  for (const [slug, share, max] of [
    ["a", 1, 10],
    ["b", 0.5, 8],
    ["c", 0, 6],
    ["d", 0.5, 20],
  ] as const)
    await sql`insert into recommendations ${sql({ instance_id: okta, slug, finding: share === 1 ? "COMPLETED" : "TO_ADDRESS", share, max_points: max, evaluated_at: new Date().toISOString() })}`;
  const query = `query ($after: String) { recommendations(orderBy: POINTS_LOST, first: 3, after: $after) {
    nodes { id pointsLost } pageInfo { endCursor } } }`;
  const { recommendations } = await app.data(query);
  expect(recommendations.nodes.map(({ pointsLost }: { pointsLost: number }) => pointsLost)).toEqual([10, 6, 4]);
  const more = await app.data(query, { after: recommendations.pageInfo.endCursor });
  expect(more.recommendations.nodes).toMatchObject([{ id: idOf("Recommendation", okta, "a"), pointsLost: 0 }]);
});
