import { expect, test } from "vitest";
import { cleanText, postgresJson } from "#src/platform/text.ts";

test("a cut never leaves half a character", () => {
  expect(cleanText("ab😀", 3)).toBe("ab\ufffd");
  expect(cleanText("ab😀", 4)).toBe("ab😀");
  expect(cleanText("\u0000", 4)).toBeNull();
});

/** Lists in lists, as JSON.parse reads any number of them. */
const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

test("JSON for PostgreSQL is cut where it is nested too deep for those who read it, and nowhere else", () => {
  const at = new Date("2026-11-18T07:42:19Z");
  for (const levels of [1, 1_990]) {
    const value = { at, deep: nested(levels), __proto__x: 1 };
    expect(postgresJson(value)).toBe(JSON.stringify(value));
  }
  for (const levels of [2_500, 6_000, 100_000]) {
    const json = postgresJson([{ at, deep: nested(levels), next: "kept" }]);
    expect(json.match(/\[/g)).toHaveLength(1_999);
    expect(json).toContain('"(nested deeper than 2000 levels)"');
    expect(JSON.parse(json)[0]).toMatchObject({ at: at.toISOString(), next: "kept" });
  }
});

test("JSON for PostgreSQL has neither U+0000 nor halves of characters, and everything else as it was", () => {
  const odd = { "ke\u0000y": ["a\u0000b", "\ud800x", "\udfff", "😀", "\\u0000", "\\\\u0000", "\u0001"] };
  expect(JSON.parse(postgresJson(odd))).toEqual({
    "ke\ufffdy": ["a\ufffdb", "\ufffdx", "\ufffd", "😀", "\\u0000", "\\\\u0000", "\u0001"],
  });
});
