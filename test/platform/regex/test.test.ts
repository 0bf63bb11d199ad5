import { describe, expect, test } from "vitest";
import type { RegexFlags } from "#src/platform/regex/parse.ts";
import { maxRegexText, regexTest } from "#src/platform/regex/test.ts";

const plain: RegexFlags = { ignoreCase: false, multiline: false, dotAll: false };
const found = (source: string, text: string, flags: Partial<RegexFlags> = {}) =>
  regexTest(source, { ...plain, ...flags })(text);

describe("expressions", () => {
  test.each([
    ["abc", "xxabcxx", true],
    ["^abc$", "xabc", false],
    ["^a.c$", "abc", true],
    ["^a.c$", "a\nc", false],
    ["a{2,3}b", "xaab", true],
    ["^a{2,3}b", "aaaab", false],
    ["a{,3}", "a{,3}", true],
    ["(foo|bar)+baz", "foobarbaz", true],
    ["(?:a|b)c", "bc", true],
    ["(?<who>mira|tom)@", "tom@acme.test", true],
    ["[^a-z]", "abc", false],
    ["[^a-z]", "abC", true],
    ["[]x]", "]", true],
    ["[a-]", "-", true],
    ["[\\w.-]+@", "m.holt-x@", true],
    ["\\d{3}", "a12b345", true],
    ["\\bcat\\b", "a cat.", true],
    ["\\bcat\\b", "concat", false],
    ["\\.exe$", "a.exe\n", true],
    ["a\\x41b", "aAb", true],
    ["(?i)ABC", "abc", true],
    ["(?i:A)B", "aB", true],
    ["(?i:A)B", "ab", false],
    ["a*?b", "aab", true],
    ["(a*)*b", "aaaac", false],
    ["", "anything", true],
    [".+:assumed-role/aws:.+", "arn:aws:sts::1:assumed-role/aws:ec2/i-1", true],
    ["(^0oa.*|[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,10})", "hunter2!", false],
    ["(^0oa.*|[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,10})", "mira@acme.test", true],
  ])("/%s/ in %j: %j", (source, text, expected) => {
    expect(found(source, text)).toBe(expected);
    // Where PCRE and JavaScript agree.
    if (!source.startsWith("(?i)") && !source.startsWith("[]") && !source.endsWith("$"))
      expect(new RegExp(source).test(text)).toBe(expected);
  });

  test("flags: case, lines, and the dot", () => {
    expect(found("ABC", "abc")).toBe(false);
    expect(found("ABC", "abc", { ignoreCase: true })).toBe(true);
    expect(found("[A-C]x", "bx", { ignoreCase: true })).toBe(true);
    expect(found("^b$", "a\nb\nc")).toBe(false);
    expect(found("^b$", "a\nb\nc", { multiline: true })).toBe(true);
    expect(found("a.b", "a\nb")).toBe(false);
    expect(found("a.b", "a\nb", { dotAll: true })).toBe(true);
  });
});

test("agrees with the engine of JavaScript on random expressions and texts", () => {
  let seed = 11;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  const expression = (depth: number): string => {
    const atom = () =>
      depth > 0 && next(4) === 0
        ? `(${expression(depth - 1)})`
        : pick(["a", "b", "c", ".", "[ab]", "[^b]", "\\w", "^", "$"]);
    const piece = () => {
      const one = atom();
      return one === "^" || one === "$" ? one : one + pick(["", "", "", "*", "+", "?", "{1,2}", "{2}"]);
    };
    const sequence = () => Array.from({ length: 1 + next(3) }, piece).join("");
    return next(3) === 0 ? `${sequence()}|${sequence()}` : sequence();
  };
  let hits = 0;
  for (let round = 0; round < 5_000; round++) {
    const source = expression(2);
    const text = Array.from({ length: next(8) }, () => pick(["a", "b", "c", "d"])).join("");
    const expected = new RegExp(source).test(text);
    if (expected) hits++;
    if (found(source, text) !== expected) expect.fail(`/${source}/ on ${text} should be ${expected}`);
  }
  expect(hits).toBeGreaterThan(500);
  expect(hits).toBeLessThan(4_500);
});

describe("what could run for ever", () => {
  test.each(["(a+)+$", "(a|aa)+$", "(a|a)*b", "(.*)*x", "(.*a){20}", "a*a*a*a*a*a*a*b"])(
    "/%s/ answers soon",
    (source) => {
      const test = regexTest(source, plain);
      const started = performance.now();
      test(`${"a".repeat(maxRegexText)}!`);
      expect(performance.now() - started).toBeLessThan(3_000);
    },
  );

  test.each(["(a{1000}){1000}", "((){9999}){9999}", `${"(".repeat(80)}a${")".repeat(80)}`, "a".repeat(3_000)])(
    "/%.20s…/ is refused",
    (source) => {
      expect(() => regexTest(source, plain)).toThrow(/counts to too much|nested too deep|longer than/);
    },
  );

  test("only the beginning of a very long text is looked at", () => {
    expect(found("end", `${"a".repeat(maxRegexText)}end`)).toBe(false);
  });
});

test.each([
  ["(?=a)", /looks around/],
  ["(?<!a)b", /looks around/],
  ["(a)\\1", /\\1, which is not supported/],
  ["a++", /possessive/],
  ["(a", /open bracket/],
  ["a)", /bracket too many/],
  ["[a", /open bracket/],
  ["*a", /nothing before it/],
  ["a{3,2}", /more to less/],
  ["[z-a]", /high to low/],
  ["[[:alpha:]]", /POSIX/],
  ["a\\", /backslash/],
  ["\\p{L}", /\\p/],
])("/%s/ is not supported, and the reason says why", (source, reason) => {
  expect(() => regexTest(source, plain)).toThrow(reason);
});
