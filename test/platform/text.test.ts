import { expect, test } from "vitest";
import { cleanText, postgresJson } from "#src/platform/text.ts";

test("a cut never leaves half a character", () => {
  expect(cleanText("ab😀", 3)).toBe("ab\ufffd");
  expect(cleanText("ab😀", 4)).toBe("ab😀");
  expect(cleanText("\u0000", 4)).toBeNull();
});

test("JSON for PostgreSQL has neither U+0000 nor halves of characters, and everything else as it was", () => {
  const odd = { "ke\u0000y": ["a\u0000b", "\ud800x", "\udfff", "😀", "\\u0000", "\\\\u0000", "\u0001"] };
  expect(JSON.parse(postgresJson(odd))).toEqual({
    "ke\ufffdy": ["a\ufffdb", "\ufffdx", "\ufffd", "😀", "\\u0000", "\\\\u0000", "\u0001"],
  });
});
