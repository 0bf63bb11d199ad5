import { expect, test } from "vitest";
import type { RegexFlags } from "#src/platform/regex/parse.ts";
import { regexSearch, searchAll } from "#src/platform/regex/search.ts";

const flags: RegexFlags = { ignoreCase: false, multiline: true, dotAll: false };
const all = (source: string, text: string, given: Partial<RegexFlags> = {}, maxLength?: number) =>
  [...searchAll(regexSearch(source, { ...flags, ...given }, maxLength), text)].map(({ start, end }) =>
    text.slice(start, end),
  );

test.each<[string, string, string[]]>([
  ["\\d+", "a1 22 b333", ["1", "22", "333"]],
  ["\\b\\d{3}-\\d{2}\\b", "123-45, 1234-56 and 999-00x 777-11", ["123-45", "777-11"]],
  ["ab|abcd", "xabcd", ["abcd"]],
  ["[a-z]+@[a-z.]+", "to mira@acme.test, or tom@x.y.", ["mira@acme.test", "tom@x.y."]],
  ["^b$", "a\nb\nc", ["b"]],
  ["\\Aa", "a\na", ["a"]],
  ["a\\z", "a\na", ["a"]],
  ["\\Bb\\B", "abc b", ["b"]],
  ["é+", "caféé ok", ["éé"]],
  [".{2}", "a😀b", ["a😀"]],
  ["[^a]", "a😀a", ["😀"]],
  ["(a+)+b", "aaaab aab", ["aaaab", "aab"]],
])("/%s/ in %j finds %j", (source, text, expected) => {
  expect(all(source, text)).toEqual(expected);
});

test("agrees with the engine of JavaScript that random expressions match where they are found, and nowhere else", () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  const atom = () => pick(["a", "b", "[ab]", "[^b]", "\\w", "\\d", "(?:ab|c)", "\\b"]);
  let hits = 0;
  for (let round = 0; round < 5_000; round++) {
    const parts = Array.from({ length: 1 + next(4) }, atom);
    const source = `\\b${parts.map((one) => (one === "\\b" ? one : one + pick(["", "", "+", "?", "{1,2}"]))).join("")}\\b`;
    const text = Array.from({ length: next(9) }, () => pick(["a", "b", "c", "1", " ", "-"])).join("");
    const expected = new RegExp(source).test(text);
    let search: ReturnType<typeof regexSearch>;
    try {
      search = regexSearch(source, flags);
    } catch {
      continue;
    }
    const found = search.next(text, 0);
    if (found) {
      hits++;
      const [before, match] = [text.slice(0, found.start), text.slice(found.start, found.end)];
      // JavaScript agrees that exactly this stretch matches, in its place.
      expect(
        new RegExp(`^[^]{${before.length}}(?:${source})(?<=^[^]{${found.end}})`).test(text),
        `/${source}/ found ${JSON.stringify(match)} in ${JSON.stringify(text)}`,
      ).toBe(true);
    } else expect(expected, `/${source}/ on ${JSON.stringify(text)}`).toBe(false);
  }
  expect(hits).toBeGreaterThan(500);
});

test.each(["(a+)+$", "(a|aa)+c", "(.*)*x", "(.*a){20}", "a*a*a*a*a*a*a*b", "[ab]*a[ab]{12}c"])(
  "/%s/ on a text of 200,000 characters answers soon",
  (source) => {
    const text = `${"ab".repeat(50_000)}${"a".repeat(100_000)}!`;
    const started = performance.now();
    for (const _ of searchAll(regexSearch(source, flags), text)) if (performance.now() - started > 20_000) break;
    expect(performance.now() - started).toBeLessThan(10_000);
  },
);

test("a match is no longer than the limit", () => {
  expect(all("a+", "a".repeat(25), {}, 10).map(({ length }) => length)).toEqual([10, 10, 5]);
});

test.each(["", "a*", "(a|)", "(?:)", "^"])("/%s/ matches the empty text and is refused", (source) => {
  expect(() => regexSearch(source, flags)).toThrow(/found everywhere/);
});
