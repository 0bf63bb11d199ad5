import { describe, expect, test } from "vitest";
import { detect } from "#src/inspection/detect.ts";
import { compileDetectors } from "#src/inspection/detector-set.ts";
import { builtInDetectors } from "#src/inspection/detectors/index.ts";
import { regexSearch } from "#src/platform/regex/search.ts";

describe.each(builtInDetectors.map((detector) => [detector.slug, detector] as const))("%s", (slug, detector) => {
  const set = compileDetectors([detector]);
  const found = (text: string) => detect(text, set).map((match) => match.detector);

  test.each(detector.examples.match)("is found in %j", (text) => {
    expect(found(text)).toEqual([slug]);
  });
  test.each(detector.examples.none)("is not found in %j", (text) => {
    expect(found(text)).toEqual([]);
  });
});

const whole = compileDetectors(builtInDetectors);

test.each(builtInDetectors.flatMap(({ slug, examples }) => examples.match.map((text) => [slug, text] as const)))(
  "%s is found among all detectors too, and its sample shows no digit and none of its value: %j",
  (slug, text) => {
    const match = detect(text, whole).find(({ detector }) => detector === slug);
    expect(match).toBeDefined();
    for (const sample of match!.samples) expect(sample).not.toMatch(/\d/);
  },
);

test("slugs are unique, and there are enough detectors for at least twenty countries' identity numbers", () => {
  const slugs = builtInDetectors.map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
  expect(slugs.length).toBeGreaterThan(60);
  const countries = builtInDetectors
    .filter(({ category }) => category === "NATIONAL_ID")
    .flatMap(({ countries }) => countries);
  expect(new Set(countries).size).toBeGreaterThan(20);
});

test("every pattern has a bounded length, so nothing between two distant words is taken for a match", () => {
  for (const { slug, patterns } of builtInDetectors)
    for (const pattern of patterns) {
      expect(pattern.replace(/\\.|\[(?:\\.|[^\]])*\]/g, "x"), slug).not.toMatch(/[*+](?![^[]*\])/);
      expect(() => regexSearch(pattern, { ignoreCase: false, multiline: true, dotAll: false })).not.toThrow();
    }
});
