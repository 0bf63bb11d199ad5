import { expect, test } from "vitest";
import { parseSigma } from "#src/detection/sigma/index.ts";
import { InvalidInputError } from "#src/errors.ts";
import { activity, matches, ruleOf, ruleText } from "./support.ts";

const rule = (title: string) => ruleText("s: {eventType: x}\ncondition: s").replace("A rule", title);

test("files that were put together keep their rules, whichever of them begin with a byte order mark", () => {
  for (const yaml of [
    `\ufeff${rule("First")}---\n\ufeff${rule("Second")}`,
    `${rule("First")}\ufeff---\n${rule("Second")}`,
    `\ufeff---\r\n${rule("First")}---\r\n\ufeff# a comment\r\n\ufeff${rule("Second")}`,
  ]) {
    const { rules, skipped } = parseSigma(yaml);
    expect([rules.map(({ title }) => title), skipped]).toEqual([["First", "Second"], []]);
    expect(rules.map(({ source }) => source).join("")).not.toContain("\ufeff");
  }
});

const merging = (detection: string) => ruleOf(ruleText(`${detection}\ncondition: selection`));
const hits = (detection: string, event: object) => merging(detection).matches(activity(event));

test("a merge key takes over the conditions of another search, which its own precede", () => {
  const base = "base: &b\n  eventType: bug.merge\n  actor: mira\n";
  const selection = `${base}selection:\n  <<: *b\n  actor: tom\n  outcome.result: FAILURE`;
  expect(hits(selection, { eventType: "bug.merge", actor: "tom", outcome: { result: "FAILURE" } })).toBe(true);
  expect(hits(selection, { eventType: "bug.merge", actor: "mira", outcome: { result: "FAILURE" } })).toBe(false);
  expect(hits(selection, { eventType: "other", actor: "tom", outcome: { result: "FAILURE" } })).toBe(false);
  expect(hits(selection, { eventType: "bug.merge", actor: "tom" })).toBe(false);
});

test("a merge key takes a list of maps, the earlier first, and maps that merge others", () => {
  const several = "one: &a {x: 1}\ntwo: &b {x: 2, <<: {y: 2}}\nselection: {<<: [*a, *b], z: 3}";
  expect(hits(several, { x: 1, y: 2, z: 3 })).toBe(true);
  expect(hits(several, { x: 2, y: 2, z: 3 })).toBe(false);
  expect(hits(several, { x: 1, z: 3 })).toBe(false);
});

test("merge keys that are none, or copy too much, refuse the document", () => {
  const refusal = (detection: string) => {
    try {
      parseSigma(ruleText(`${detection}\ncondition: selection`));
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
    return null;
  };
  expect(refusal("selection: {<<: text, a: 1}")).toMatch(/merge key/);
  expect(refusal("selection: {<<: [{a: 1}, 2]}")).toMatch(/merge key/);
  const wide = Array.from({ length: 2_000 }, (_, key) => `k${key}: 1`).join(", ");
  expect(refusal(`m: &m {${wide}}\nselection: {<<: [*m, *m, *m, *m, *m, *m]}`)).toMatch(/copy more than 10000 keys/);
  expect(refusal("selection: &s {<<: *s, a: 1}")).toBe(null);
});

test.each([
  ["yes", true],
  ["On", true],
  ["true", true],
  ["NO", false],
  ["off", false],
  ["false", false],
])("`exists: %s` is the truth value of YAML 1.1 and 1.2", (word, exists) => {
  expect(matches(`field|exists: ${word}`, { field: 1 })).toBe(exists);
  expect(matches(`field|exists: ${word}`, {})).toBe(!exists);
});

test("`exists` takes no other words, and texts stay texts", () => {
  expect(() => matches("field|exists: maybe", {})).toThrow(/true or false/);
  expect(matches("state: 'off'", { state: "off" })).toBe(true);
  expect(matches("state: on", { state: "on" })).toBe(true);
});
