import { describe, expect, test } from "vitest";
import { textTest, tokensOf } from "#src/detection/sigma/pattern.ts";

const fits = (pattern: string, text: string, cased = false) => textTest(tokensOf(pattern), cased)(text);

describe("wildcards", () => {
  test.each([
    ["abc", "abc", true],
    ["abc", "abcd", false],
    ["ABC", "abc", true],
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "anything", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["a*c", "ac", true],
    ["a*c", "abbbc", true],
    ["a*c", "abbbcd", false],
    ["a*b*c", "a-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["*aab", "aaab", true],
    ["*ab*ab", "ab", false],
    ["*ab*ab", "abab", true],
    ["a?c*", "abcde", true],
    ["list*", "ListBuckets", true],
    ["*.delete", "repo.DELETE", true],
    ["x?", "x😀", true],
    ["v*.Compute.Firewalls.Delete", "v1.compute.firewalls.delete", true],
  ])("%j fits %j: %j", (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  test("case counts when asked for", () => {
    expect(fits("Abc*", "Abcdef", true)).toBe(true);
    expect(fits("Abc*", "abcdef", true)).toBe(false);
  });
});

describe("backslashes", () => {
  test.each([
    ["a single one is itself", "C:\\Windows", "C:\\Windows"],
    ["two are one", "C:\\\\Windows", "C:\\Windows"],
    ["before a star: a star", "5\\*5", "5*5"],
    ["before a question mark: a question mark", "why\\?", "why?"],
    ["two before a star: one, then a wildcard", "dir\\\\*", "dir\\anything"],
    ["three before a star: one, then a star", "dir\\\\\\*", "dir\\*"],
    ["three before a letter: two", "\\\\\\x", "\\\\x"],
    ["four: two", "\\\\\\\\x", "\\\\x"],
    ["at the end", "end\\", "end\\"],
  ])("%s", (_, pattern, text) => {
    expect(fits(pattern, text)).toBe(true);
  });

  test("an escaped wildcard is no wildcard", () => {
    expect(fits("5\\*5", "5x5")).toBe(false);
    expect(fits("dir\\\\\\*", "dir\\x")).toBe(false);
  });
});

describe("against a plain recursive matcher", () => {
  /** The definition, word for word; slow. */
  function slow(pattern: string, text: string): boolean {
    if (pattern === "") return text === "";
    if (pattern[0] === "*") return slow(pattern.slice(1), text) || (text !== "" && slow(pattern, text.slice(1)));
    return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && slow(pattern.slice(1), text.slice(1));
  }

  test("agrees on twenty thousand random pairs", () => {
    let seed = 7;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return (seed >>> 8) % below;
    };
    const word = (letters: string, length: number) =>
      Array.from({ length }, () => letters[next(letters.length)]).join("");
    let hits = 0;
    for (let round = 0; round < 20_000; round++) {
      const pattern = word("ab*?", next(8));
      const text = word("ab", next(10));
      const expected = slow(pattern, text);
      if (expected) hits++;
      if (fits(pattern, text) !== expected) expect.fail(`${pattern} on ${text} should be ${expected}`);
    }
    // The pairs say something only when both answers are common.
    expect(hits).toBeGreaterThan(2_000);
    expect(hits).toBeLessThan(18_000);
  });

  test("many stars on a long text that nearly fits take no time to speak of", () => {
    const test = textTest(tokensOf(`${"*a".repeat(60)}*b`), false);
    const started = performance.now();
    expect(test("a".repeat(50_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
