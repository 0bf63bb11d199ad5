import { expect, test } from "vitest";
import { type ActivityItem, activityChannel, activityFeed, conditionsOf } from "#src/inventory/activities/feed.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { createFilterIndex } from "#src/realtime/filter-index.ts";
import { type Random, random } from "../support/random.ts";
import { range } from "../support/seed.ts";

const seed = Number(process.env.TEST_SEED ?? 5);
const slugs = ["github", "okta", "workday"];
const eventTypes = range(8).map((n) => `event.${n}`);
const addresses = range(6).map((n) => `192.0.2.${n}`);
const countries = ["DE", "FR", "US", "JP"];
const categories = ["LOG_ON", "USER", "ADMIN"] as const;
const users = range(6).map((n) => `u${n}`);

function item(by: Random, index: number): ActivityItem {
  const instanceId = 1 + by.whole(6);
  const activity: Partial<ActivityRow> = {
    instanceId,
    externalId: `a${index}`,
    occurredAt: "2026-11-18 12:00:00+00",
    ingestedAt: "2026-11-18 12:00:01+00",
    category: by.pick(categories),
    eventType: by.pick(eventTypes),
    description: "Something happened",
    userId: by.chance(0.2) ? null : by.pick(users),
    actorName: null,
    outcome: by.pick(["SUCCESS", "FAILURE"]),
    impersonated: by.chance(0.1),
    ipAddress: by.chance(0.3) ? null : by.pick(addresses),
    ipCategory: by.pick(["UNKNOWN", "RISKY"]),
    ipTags: [],
    country: by.chance(0.3) ? null : by.pick(countries),
    isp: null,
    targets: [{ type: "USER", id: by.pick(users), name: null }],
  };
  const connectorSlug = slugs[instanceId % slugs.length]!;
  return { index, instanceId, connectorSlug, cursor: "", activity: activity as ActivityRow };
}

function filter(by: Random, depth = 0): ActivityFilter | null {
  if (by.chance(0.05)) return null;
  const accounts = () => by.some(users, 2).map((externalId) => ({ instanceId: 1 + by.whole(6), externalId }));
  return {
    ...(by.chance(0.3) ? { instanceIds: by.some([1, 2, 3, 4, 5, 6], 3, true) } : {}),
    ...(by.chance(0.2) ? { connectorSlugs: by.some(slugs, 2) } : {}),
    ...(by.chance(0.3) ? { categories: by.some(categories, 2) } : {}),
    ...(by.chance(0.3) ? { eventTypes: by.some(eventTypes, 3) } : {}),
    ...(by.chance(0.2) ? { userIds: accounts(), involvement: by.pick([null, "ACTOR", "TARGET", "ANY"] as const) } : {}),
    ...(by.chance(0.2) ? { ipAddresses: by.some(addresses, 2) } : {}),
    // As people write them: the filter takes small letters too.
    ...(by.chance(0.2)
      ? { countries: by.some(countries, 2).map((one) => (by.chance(0.5) ? one.toLowerCase() : one)) }
      : {}),
    ...(by.chance(0.1) ? { outcomes: ["FAILURE" as const] } : {}),
    ...(by.chance(0.1) ? { impersonated: true } : {}),
    ...(by.chance(0.1) && depth < 2 ? { not: filter(by, depth + 1) } : {}),
  };
}

test("the index finds exactly those that trying every filter finds, while filters come and go", () => {
  const by = random(seed);
  const index = createFilterIndex<ActivityItem, number>(activityChannel.dimensions);
  const feeds = new Map<number, ReturnType<typeof activityFeed>>();
  let tried = 0;
  let matched = 0;
  for (let round = 0; round < 4_000; round += 1) {
    if (feeds.size < 300 || by.chance(0.5)) {
      const wanted = filter(by);
      feeds.set(round, activityFeed(wanted, null));
      index.add(round, conditionsOf(wanted));
    } else {
      const gone = by.pick([...feeds.keys()]);
      feeds.delete(gone);
      index.delete(gone);
    }
    const one = item(by, round);
    const candidates = index.candidates(one);
    expect(new Set(candidates).size, `seed ${seed}, each once`).toBe(candidates.length);
    const found = candidates.filter((member) => feeds.get(member)!.matches(one)).sort((a, b) => a - b);
    const expected = [...feeds].filter(([, feed]) => feed.matches(one)).map(([member]) => member);
    expect(found, `seed ${seed}, round ${round}`).toEqual(expected.sort((a, b) => a - b));
    expect(index.has(one)).toBe(candidates.length > 0);
    tried += candidates.length;
    matched += found.length;
  }
  expect(index.size).toBe(feeds.size);
  expect(matched).toBeGreaterThan(10_000);
  // Trying all of them would be 1.2 million; many of these random filters have no condition to tell them apart by.
  expect(tried).toBeLessThan(4_000 * 300 * 0.5);
});

test("filters that agree in one dimension are told apart by another", () => {
  const index = createFilterIndex<{ kind: string; place: number }, number>({
    kind: ({ kind }) => kind,
    place: ({ place }) => place,
  });
  for (const place of range(1_000))
    index.add(place, [
      { dimension: "kind", values: ["same"] },
      { dimension: "place", values: [place] },
    ]);
  expect(index.candidates({ kind: "same", place: 700 }).length).toBeLessThan(10);
  for (const place of range(1_000)) index.delete(place);
  expect(index.candidates({ kind: "same", place: 700 })).toEqual([]);
  expect(index.size).toBe(0);
});

test("who wants one of no values wants nothing; who sets no condition may want everything", () => {
  const index = createFilterIndex<{ kind: string | null }, string>({ kind: ({ kind }) => kind });
  index.add("none", [{ dimension: "kind", values: [] }]);
  expect(index.has({ kind: "a" })).toBe(false);
  index.add("all", []);
  index.add("unknown dimension", [{ dimension: "other", values: ["x"] }]);
  expect(index.candidates({ kind: null }).sort()).toEqual(["all", "unknown dimension"]);
});
