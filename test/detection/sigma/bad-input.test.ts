import { expect, test } from "vitest";
import { parseSigma } from "#src/detection/sigma/index.ts";
import { InvalidInputError, InvalidInputsError } from "#src/errors.ts";
import { ruleText } from "./support.ts";

/** What is said about a file that nothing is taken from. */
function refusals(yaml: string): string[] {
  try {
    parseSigma(yaml);
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.field?.join() !== "yaml") throw error;
    return error instanceof InvalidInputsError ? error.problems.map(({ message }) => message) : [error.message];
  }
  throw new Error("the file was not refused");
}
const refusal = (yaml: string) => refusals(yaml)[0]!;

const good = ruleText("s: {a: 1}\ncondition: s");
const times = (text: string, count: number) => text.repeat(count);
const bombs = {
  aliases: `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${times(`*${"abcdefg"[index]},`, 9)}]`).join("\n")}\n`,
  brackets: times("[", 100_000),
  lines: times("[\n", 100_000),
  maps: `title: x\ndetection: {s: ${times('{"a":', 5_000)}1${times("}", 5_000)}}`,
  dashes: `a:\n  ${times("- ", 50_000)}x`,
  indents: Array.from({ length: 1_300 }, (_, depth) => `${times(" ", depth)}a:`).join("\n"),
  questions: times("? ", 100_000),
  keys: Array.from({ length: 20_000 }, (_, key) => `k${key}: 1`).join("\n"),
};

test.each([
  ["nothing", "", /no rule/],
  ["only a comment", "# soon\n---\n", /no rule/],
  ["a text", "just words", /line 1: a rule is a map/],
  ["a list", "- a\n- b", /a rule is a map/],
  ["broken YAML", "title: 'open\n", /line 2, column 1/],
  ["broken YAML further down", `${good}---\ntitle: x\n  level: [high\n`, /line 9, column 8/],
  ["a key twice", "title: a\ntitle: b\n", /line 2, column 1: the key "title" is there twice/],
  ["a tab for indent", "title: a\ndetection:\n\ts: 1\n", /line 3/],
  ["no title", "logsource: {product: okta}\ndetection: {s: {a: 1}, condition: s}", /no title/],
  ["no detection", "title: x\nlogsource: {product: okta}", /no detection/],
  ["no logsource", "title: x\ndetection: {s: {a: 1}, condition: s}", /no logsource/],
  ["an empty detection", "title: x\nlogsource: {product: okta}\ndetection: {}", /detection is empty/],
  ["a detection that is a list", "title: x\nlogsource: {product: okta}\ndetection: [a]", /no detection/],
  ["only a condition", ruleText("condition: s"), /detection is empty/],
  ["no condition", ruleText("s: {a: 1}"), /no condition/],
  ["an empty condition", ruleText("s: {a: 1}\ncondition: ''"), /condition "" is empty/],
  ["a condition that is a map", ruleText("s: {a: 1}\ncondition: {s: 1}"), /condition is not a text/],
  [
    "an unknown name",
    ruleText("s: {a: 1}\ncondition: s and nosuch"),
    /names "nosuch", which the detection does not have/,
  ],
  ["an unknown pattern", ruleText("s: {a: 1}\ncondition: 1 of nosuch*"), /speaks of "nosuch\*"/],
  ["half a condition", ruleText("s: {a: 1}\ncondition: s and"), /ends too early/],
  ["an open bracket", ruleText("s: {a: 1}\ncondition: (s"), /open bracket/],
  ["two names and nothing between", ruleText("s: {a: 1}\nt: {a: 1}\ncondition: s t"), /goes on with "t"/],
  ["more than there are", ruleText("s: {a: 1}\ncondition: 3 of them"), /asks for 3 of 1/],
  [
    "a condition without end",
    ruleText(`s: {a: 1}\ncondition: ${"(".repeat(400)}s${")".repeat(400)}`),
    /nested too deep/,
  ],
  ["an empty search", ruleText("s: {}\ncondition: s"), /"s" is empty/],
  ["a search of nothing", ruleText("s:\ncondition: s"), /"s" is empty/],
  ["a map for a value", ruleText("s: {a: {b: 1}}\ncondition: s"), /something else than a value for "a"/],
  ["a list in a list", ruleText("s: {a: [[1]]}\ncondition: s"), /something else than a value for "a"/],
  ["no values", ruleText("s: {a: []}\ncondition: s"), /no value for "a"/],
  ["an unknown level", ruleText("s: {a: 1}\ncondition: s", "level: grave\n"), /"grave" is not a level/],
  ["a range that is none", ruleText("s: {'a|cidr': 10.0.0.0/99}\ncondition: s"), /not a range of addresses/],
  ["a number that is none", ruleText("s: {'a|gt': few}\ncondition: s"), /"few" is not a number/],
  ["exists maybe", ruleText("s: {'a|exists': maybe}\ncondition: s"), /must be true or false/],
  ["an id twice", `id: x-1\n${good}---\nid: X-1\n${good}`, /another rule of the file has the id x-1/],
  ["a title of two thousand letters", good.replace("A rule", "x".repeat(2_000)), /longer than 256/],
  ["a correlation of nothing", "title: c\ncorrelation: {type: temporal, timespan: 1m}", /names no rules/],
  ["null characters", good.replace("A rule", '"a\u0000b"'), /null or half characters/],
  ["half a character", good.replace("A rule", '"a\ud800b"'), /null or half characters/],
  ["a file of two megabytes", `# ${"x".repeat(2_000_000)}`, /up to 1000000 can be imported at once/],
  ["too many rules", `${"title: x\n---\n".repeat(1_100)}`, /1100 documents; up to 1000/],
  ["an alias bomb", bombs.aliases, /too many aliases/],
  ["a hundred thousand brackets", bombs.brackets, /The YAML cannot be read|nested too deep/],
  ["a hundred thousand brackets on lines of their own", bombs.lines, /The YAML cannot be read|nested too deep/],
  ["five thousand maps in maps", bombs.maps, /nested too deep/],
  ["fifty thousand lists in lists", bombs.dashes, /The YAML cannot be read|nested too deep/],
  ["a thousand levels of indent", bombs.indents, /nested too deep/],
  ["keys that are keys that are keys", bombs.questions, /The YAML cannot be read|nested too deep/],
  ["twenty thousand keys", bombs.keys, /no title/],
])("%s is refused", (_, yaml, message) => {
  const started = performance.now();
  expect(refusal(yaml)).toMatch(message);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("one broken rule refuses the file, and says which it is and where", () => {
  const bad = ruleText("s: {a: 1}\ncondition: nosuch").replace("A rule", "The bad one");
  expect(refusal(`${good}---\n${bad}`)).toBe(
    'Rule "The bad one" at line 9: the condition "nosuch" names "nosuch", which the detection does not have.',
  );
});

test("all that is wrong is said at once, up to twenty", () => {
  const bad = ruleText("s: {a: 1}\ncondition: nosuch");
  expect(refusals(Array(3).fill(bad).join("---\n"))).toHaveLength(3);
  expect(refusals(Array(30).fill(bad).join("---\n")).pop()).toBe("And 10 more problems.");
});
