import { expect, test } from "vitest";
import { mix } from "../../../sandbox/generator.ts";
import { EventMix } from "../../../sandbox/kit/event-mix.ts";

const weights: Record<string, number> = { view: 70, edit: 29.5, delete: 0.5, restore: 0 };
const log = (seed: number, count: number) => {
  const kinds = new EventMix(Object.keys(weights), (kind) => weights[kind] ?? 0);
  return Array.from({ length: count }, (_, number) => kinds.pick(mix(seed, number, 5)));
};

test("a log has its kinds as often as they weigh, tenths included, and none of weight 0", () => {
  const counts = Map.groupBy(log(1, 20_000), (kind) => kind);
  const share = (kind: string) => (counts.get(kind)?.length ?? 0) / 20_000;
  expect(share("view")).toBeCloseTo(0.7, 1);
  expect(share("edit")).toBeCloseTo(0.295, 1);
  expect(share("delete")).toBeGreaterThan(0.002);
  expect(share("delete")).toBeLessThan(0.01);
  expect(counts.has("restore")).toBe(false);
});

test("the same seed makes the same log, and another one another", () => {
  expect(log(1, 100)).toEqual(log(1, 100));
  expect(log(2, 100)).not.toEqual(log(1, 100));
});

test("kinds without any weight are refused", () => {
  expect(() => new EventMix(["a"], () => 0)).toThrow(/at least one/);
});
