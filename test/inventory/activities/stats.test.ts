import { beforeAll, describe, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, ago, newest, range, seedInstance } from "../../support/seed.ts";

const empty = { users: 3, groups: 0, privileges: 0, apps: 0, activities: 0 };
let app: TestApp;
let first: number;
let second: number;
let limited: string;
const from = ago(10_000).toISOString();

const records = range(120).map((n) =>
  activityRecord(n, {
    actor: n % 4 === 3 ? { name: "Somebody", isAccount: false } : { externalId: `u${n % 3}`, name: `User ${n % 3}` },
  }),
);

beforeAll(async () => {
  app = await startApp();
  first = await seedInstance(app.core, "github", "first", empty);
  second = await seedInstance(app.core, "okta", "second", empty);
  await addActivities(app.core, first, records);
  await addActivities(app.core, second, records.slice(0, 30));
  both = all();
  limited = (await app.newToken("VIEWER", [second])).secret;
});

const text = `query ($filter: ActivityFilter, $groupBy: ActivityGrouping!, $interval: String, $first: Int) {
  activityStats(filter: $filter, groupBy: $groupBy, interval: $interval, first: $first) { key from count user { externalId } instance { id } }
}`;

async function stats(variables: object, token?: string): Promise<Data[]> {
  const { activityStats } = await app.data(text, { filter: { occurredFrom: from }, ...variables }, token);
  return activityStats;
}

let both: (ActivityRecord & { instanceId: number })[];
const all = () => [
  ...records.map((one) => ({ ...one, instanceId: first })),
  ...records.slice(0, 30).map((one) => ({ ...one, instanceId: second })),
];

function counts(pick: (one: (typeof both)[number]) => string, of = both): Record<string, number> {
  const found: Record<string, number> = {};
  for (const one of of) found[pick(one)] = (found[pick(one)] ?? 0) + 1;
  return found;
}
const asRecord = (buckets: Data[]) => Object.fromEntries(buckets.map(({ key, count }) => [key, count]));

const userOf = (one: (typeof both)[number]) =>
  one.actor?.externalId ? idOf("User", one.instanceId, one.actor.externalId) : "";
const groupings: [string, (one: (typeof both)[number]) => string][] = [
  ["CATEGORY", ({ category }) => category],
  ["EVENT_TYPE", ({ eventType }) => eventType],
  ["COUNTRY", ({ country }) => country ?? ""],
  ["IP_ADDRESS", ({ ipAddress }) => ipAddress ?? ""],
  ["OUTCOME", ({ outcome }) => outcome],
  ["INSTANCE", ({ instanceId }) => idOf("Instance", instanceId)],
  ["USER", userOf],
];

describe("counts by each grouping are those of the activities", () => {
  for (const [groupBy, pick] of groupings)
    test(groupBy, async () => {
      const buckets = await stats({ groupBy, first: 200 });
      expect(asRecord(buckets)).toEqual(counts(pick));
      expect(new Set(buckets.map(({ key }) => key)).size, "one bucket for each key").toBe(buckets.length);
      expect(buckets.map(({ count }) => count)).toEqual(buckets.map(({ count }) => count).sort((a, b) => b - a));
      expect(buckets.every((bucket) => bucket.from === null)).toBe(true);
      for (const { key, user, instance } of buckets) {
        expect(user?.externalId ?? null).toBe(
          groupBy === "USER" && key ? key && Buffer.from(key, "base64url").toString().split("/")[1] : null,
        );
        expect(instance !== null).toBe(groupBy === "INSTANCE" || (groupBy === "USER" && key !== ""));
      }
      const few = await stats({ groupBy, first: 1 });
      expect(few).toEqual(buckets.slice(0, 1));
      const own = await stats({ groupBy, first: 200 }, limited);
      expect(asRecord(own)).toEqual(
        counts(
          pick,
          both.filter(({ instanceId }) => instanceId === second),
        ),
      );
      const filtered = await stats({
        groupBy,
        first: 200,
        filter: { occurredFrom: from, categories: ["ADMIN"], instanceIds: [idOf("Instance", first)] },
      });
      expect(asRecord(filtered)).toEqual(
        counts(
          pick,
          both.filter(({ instanceId, category }) => instanceId === first && category === "ADMIN"),
        ),
      );
    });
});

describe("by time", () => {
  for (const [interval, minutes] of [
    ["PT1M", 1],
    ["PT5M", 5],
    ["PT1H", 60],
    ["P1D", 1440],
    ["P7D", 10_080],
  ] as const)
    test(interval, async () => {
      const step = minutes * 60_000;
      const origin = Date.parse("2000-01-01T00:00:00Z");
      const start = ({ occurredAt }: (typeof both)[number]) =>
        new Date(Math.floor((occurredAt.getTime() - origin) / step) * step + origin).toISOString();
      const buckets = await stats({ groupBy: "TIME", interval });
      expect(asRecord(buckets)).toEqual(counts(start));
      expect(buckets.map(({ key }) => key)).toEqual(Object.keys(counts(start)).sort());
      for (const { key, from: bucketStart } of buckets) expect(bucketStart).toBe(key);
      expect(asRecord(await stats({ groupBy: "TIME", interval }, limited))).toEqual(
        counts(
          start,
          both.filter(({ instanceId }) => instanceId === second),
        ),
      );
    });

  test("days are the default", async () => {
    expect(await stats({ groupBy: "TIME" })).toEqual(await stats({ groupBy: "TIME", interval: "P1D" }));
  });

  test("a wrong interval or size names the argument", async () => {
    for (const interval of ["", "1h", "P", "PT0M", "P1M", "P1Y", "PT1S", "-P1D", "P1DT1H"]) {
      const { errors } = await app.ask(text, { groupBy: "TIME", interval });
      expect([interval, errors[0]?.extensions]).toMatchObject([
        interval,
        { code: "BAD_USER_INPUT", field: ["interval"] },
      ]);
    }
    for (const variables of [
      { groupBy: "COUNTRY", first: 0 },
      { groupBy: "COUNTRY", first: 201 },
      { groupBy: "TIME", first: 2001 },
    ]) {
      const { errors } = await app.ask(text, variables);
      expect([variables, errors[0]?.extensions]).toMatchObject([
        variables,
        { code: "BAD_USER_INPUT", field: ["first"] },
      ]);
    }
  });

  test("up to 2,000 steps may be asked for", async () => {
    expect((await stats({ groupBy: "TIME", interval: "PT1M", first: 2000 })).length).toBe(120);
  });
});

test("without a start only the last 30 days count", async () => {
  const now = Date.now();
  const old = await seedInstance(app.core, "workday", "old", empty);
  await addActivities(app.core, old, [
    activityRecord(1, { occurredAt: new Date(now - 29 * 86_400_000) }),
    activityRecord(2, { occurredAt: new Date(now - 31 * 86_400_000) }),
  ]);
  const { activityStats } = await app.data(text, {
    groupBy: "INSTANCE",
    filter: { instanceIds: [idOf("Instance", old)] },
  });
  expect(activityStats).toMatchObject([{ count: 1 }]);
  expect(newest.getTime()).toBeLessThan(now);
});
