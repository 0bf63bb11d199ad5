import { describe, expect, it } from "vitest";
import { builtInPolicies } from "#src/detection/anomalies/built-in.ts";
import { detection, levels, slugs } from "#src/detection/anomalies/catalogue.ts";
import { coordinates, type Example, examples } from "#src/detection/anomalies/examples.ts";
import { type Fact, factOf, kinds, kindsOf, setLevel } from "#src/detection/anomalies/fact.ts";
import { judge } from "#src/detection/anomalies/judge.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { blankActivity } from "../../support/activity-row.ts";

const row: ActivityRow = { ...blankActivity, userId: "u", actorName: "U" };

function locate(address: string, country: string | null) {
  const [latitude = null, longitude = null] = coordinates[address] ?? [];
  return { country, latitude, longitude };
}

function findingsOf(example: Example) {
  const facts: Fact[] = example.activities.flatMap(({ at, ...other }, n) => {
    const activity = { ...row, ...other, externalId: `a${n}` };
    const isAfter = example.terminatedAt !== undefined && Date.parse(at) > Date.parse(example.terminatedAt);
    const found = kindsOf(activity) | (isAfter && activity.outcome !== "FAILURE" ? kinds.terminated : 0);
    if (found === 0) return [];
    const fact = factOf(activity, Date.parse(at), found, (address) => locate(address, activity.country));
    if (found & kinds.terminated) fact.terminated = { at: Date.parse(example.terminatedAt!), directory: "Okta" };
    setLevel(fact, detection[example.of], levels[example.sensitivity ?? "MEDIUM"]);
    return [fact];
  });
  const account = {
    isService: example.isService ?? false,
    isCommon: (_: string, value: string) => example.common?.includes(value) ?? false,
  };
  return judgeByDay(
    facts.sort((a, b) => a.t - b.t),
    account,
  );
}

/** A day at a time, as accounts live; every episode that was told. */
function judgeByDay(facts: readonly Fact[], account: Parameters<typeof judge>[2]) {
  const told = new Map<string, string | null>();
  const days = Map.groupBy(facts, (fact) => Math.floor(fact.t / 86_400_000));
  let stored = null;
  for (const day of days.values()) {
    const judgement = judge(stored, day, account, () => true);
    stored = judgement.stored;
    for (const { key, episode } of judgement.changed) told.set(key, episode.rule);
  }
  return [...told.values()];
}

describe("examples of the detections", () => {
  for (const example of examples)
    it(`${example.of}: an account that ${example.that}`, () => {
      const rules = findingsOf(example);
      if (example.is === "nothing") expect(rules).toEqual([]);
      else if (example.is === "alert") expect(rules).toContain(null);
      else {
        expect(rules).toContain(example.is.suppressed);
        expect(rules).not.toContain(null);
      }
    });

  it("are there for each detection: some that fire and some that do not", () => {
    for (const slug of slugs) {
      const own = examples.filter((example) => example.of === slug);
      expect(own.some((example) => example.is === "alert")).toBe(true);
      expect(own.some((example) => example.is !== "alert")).toBe(true);
    }
    expect(builtInPolicies.map((policy) => policy.slug)).toEqual(slugs);
  });
});
