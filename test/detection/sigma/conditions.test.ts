import { describe, expect, test } from "vitest";
import { ruleDimensions } from "#src/detection/policies/rule-dimensions.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { parseSigma, type SigmaRule } from "#src/detection/sigma/index.ts";
import { createFilterIndex } from "#src/realtime/filter-index.ts";
import { activity, reasonOf, ruleOf, ruleText } from "./support.ts";

const searches = "sel_a: {a: 1}\nsel_b: {b: 1}\nfilter_x: {x: 1}\n_hidden: {h: 1}\n";
const holds = (condition: string, event: unknown) =>
  ruleOf(ruleText(`${searches}condition: ${condition}`)).matches(activity(event));

test.each<[string, unknown, boolean]>([
  ["sel_a", { a: 1 }, true],
  ["not sel_a", { a: 1 }, false],
  ["not sel_a", {}, true],
  ["not not sel_a", { a: 1 }, true],
  ["sel_a and sel_b", { a: 1, b: 1 }, true],
  ["sel_a and sel_b", { a: 1 }, false],
  ["sel_a or sel_b", { b: 1 }, true],
  ["sel_a AND NOT filter_x", { a: 1 }, true],
  ["sel_a and not filter_x", { a: 1, x: 1 }, false],
  // `and` binds tighter than `or`, `not` tighter than both.
  ["sel_a or sel_b and filter_x", { a: 1 }, true],
  ["(sel_a or sel_b) and filter_x", { a: 1 }, false],
  ["not sel_a and sel_b", { b: 1 }, true],
  ["not (sel_a and sel_b)", { a: 1 }, true],
  ["not (sel_a or sel_b)", { a: 1 }, false],
  ["1 of sel*", { b: 1 }, true],
  ["1 of sel*", { x: 1 }, false],
  ["any of sel_*", { a: 1 }, true],
  ["all of sel_*", { a: 1 }, false],
  ["all of sel_*", { a: 1, b: 1 }, true],
  ["1 of *_b", { b: 1 }, true],
  ["1 of them", { x: 1 }, true],
  ["1 of them", { h: 1 }, false],
  ["all of them", { a: 1, b: 1, x: 1 }, true],
  ["all of them", { a: 1, b: 1 }, false],
  ["2 of them", { a: 1, x: 1 }, true],
  ["2 of them", { a: 1 }, false],
  ["1 of _hid*", { h: 1 }, true],
  ["all of sel_* and not 1 of filter_*", { a: 1, b: 1 }, true],
  ["all of sel_* and not 1 of filter_*", { a: 1, b: 1, x: 1 }, false],
  ["sel_a and 1 of sel_b", { a: 1, b: 1 }, true],
  ["[sel_a, sel_b and filter_x]", { a: 1 }, true],
  ["[sel_a, sel_b and filter_x]", { b: 1 }, false],
  ["[sel_a, sel_b and filter_x]", { b: 1, x: 1 }, true],
])("%s on %j: %j", (condition, event, expected) => {
  expect(holds(condition, event)).toBe(expected);
});

describe("searches", () => {
  const matches = (detection: string, event: unknown) => ruleOf(ruleText(detection)).matches(activity(event));

  test("all lines of a map must hold, one of a list of maps", () => {
    const map = "s:\n  a: 1\n  b: 2\ncondition: s";
    expect(matches(map, { a: 1, b: 2 })).toBe(true);
    expect(matches(map, { a: 1 })).toBe(false);
    const list = "s:\n  - a: 1\n    b: 2\n  - c: 3\ncondition: s";
    expect(matches(list, { c: 3 })).toBe(true);
    expect(matches(list, { a: 1 })).toBe(false);
  });

  test("keywords are looked for in all of the event, in names and values", () => {
    const keywords = "words:\n  - 'roleAssignments/write'\n  - brk*glass\ncondition: words";
    expect(matches(keywords, { a: [{ b: "Microsoft.Authorization/RoleAssignments/write" }] })).toBe(true);
    expect(matches(keywords, { note: 'it says "brk-the-glass"' })).toBe(true);
    expect(matches(keywords, { "image.brk-glass": true })).toBe(true);
    expect(matches(keywords, { a: "roleAssignments/read" })).toBe(false);
  });

  test("keywords: all of them, with case, and by expression", () => {
    expect(matches("w:\n  '|all': [one, two]\ncondition: w", { a: "one", b: "TWO" })).toBe(true);
    expect(matches("w:\n  '|all': [one, two]\ncondition: w", { a: "one" })).toBe(false);
    expect(matches("w:\n  '|cased': One\ncondition: w", { a: "one" })).toBe(false);
    expect(matches("w:\n  '|re': 'o.e'\ncondition: w", { a: "x ole" })).toBe(true);
    expect(matches("w: 'say \"hi\"'\ncondition: w", { a: 'they say "hi"' })).toBe(true);
  });

  test("a list may mix keywords and maps", () => {
    const mixed = "s:\n  - word\n  - a: 1\ncondition: s";
    expect(matches(mixed, { x: "a word" })).toBe(true);
    expect(matches(mixed, { a: 1 })).toBe(true);
    expect(matches(mixed, { a: 2 })).toBe(false);
  });
});

describe("what the index over rules is told", () => {
  const conditions = (detection: string) => ruleOf(ruleText(detection)).conditions;
  const types = (detection: string) =>
    conditions(detection).find(({ dimension }) => dimension === "foldedEventType")?.values ?? null;

  test("the connectors, and the event types when nothing else can match", () => {
    expect(conditions("s: {eventType: User.Session.Start}\ncondition: s")).toEqual([
      { dimension: "connector", values: ["okta"] },
      { dimension: "foldedEventType", values: ["user.session.start"] },
    ]);
    expect(types("a: {eventType: [x, y]}\nb: {other: 1}\ncondition: a and b")).toEqual(["x", "y"]);
    expect(types("a: {eventType: x}\nb: {eventType: y}\ncondition: a or b")).toEqual(["x", "y"]);
    expect(types("a: {eventType: x}\nb: {eventType: y}\ncondition: 1 of them")).toEqual(["x", "y"]);
    expect(types("s:\n  - eventType: x\n  - eventtype: y\n    other: 1\ncondition: s")).toEqual(["x", "y"]);
  });

  test("the name in the event, for apps whose event types are not it", () => {
    const aws = (detection: string) =>
      ruleOf(`title: A\nlogsource: {product: aws}\ndetection: ${detection}\n`).conditions;
    expect(aws("{s: {eventName: [CreateUser, DeleteUser], other: 1}, condition: s}")).toEqual([
      { dimension: "connector", values: ["aws"] },
      { dimension: "eventName", values: ["createuser", "deleteuser"] },
    ]);
    expect(aws("{s: {eventName: Create*}, condition: s}")).toEqual([{ dimension: "connector", values: ["aws"] }]);
  });

  test("a rule is found for each event that it matches, and not tried on most others", () => {
    const index = createFilterIndex<EvaluatedActivity, SigmaRule>(ruleDimensions);
    const rule = (product: string, selection: string) =>
      ruleOf(`title: A\nlogsource: {product: ${product}}\ndetection: {s: ${selection}, condition: s}\n`);
    const cases = [
      [
        rule("okta", "{eventType: User.Session.Start}"),
        activity({ eventType: "user.session.start" }, { eventType: "user.session.start" }),
      ],
      [
        rule("github", "{action: Org.add_member}"),
        activity({ action: "org.add_member" }, { eventType: "org.add_member" }, "github"),
      ],
      [
        rule("aws", "{EVENTNAME: createuser}"),
        activity({ eventName: "CreateUser" }, { eventType: "iam/CreateUser" }, "aws"),
      ],
      [rule("onelogin", "{event_type_id: 3}"), activity({ event_type_id: 3 }, { eventType: "x" }, "onelogin")],
      [
        rule("m365", "{Operation: Add-MailboxPermission}"),
        activity({ Operation: "add-mailboxpermission" }, {}, "office365"),
      ],
    ] as const;
    for (const [one] of cases) index.add(one, one.conditions);
    for (const [one, event] of cases) {
      expect(one.matches(event)).toBe(true);
      expect(index.candidates(event)).toEqual([one]);
    }
  });

  test("no event types where others can match too", () => {
    expect(types("a: {eventType: x}\nb: {other: 1}\ncondition: a or b")).toBeNull();
    expect(types("a: {eventType: x}\ncondition: not a")).toBeNull();
    expect(types("a: {eventType: 'user.*'}\ncondition: a")).toBeNull();
    expect(types("a: {'eventType|contains': x}\ncondition: a")).toBeNull();
    expect(types("a: {'eventType|neq': x}\ncondition: a")).toBeNull();
    expect(types("s:\n  - eventType: x\n  - other: y\ncondition: s")).toBeNull();
    expect(types("a: {eventType: x}\nb: {other: 1}\nc: {other: 2}\ncondition: 2 of them")).toBeNull();
  });
});

describe("files", () => {
  test("facts of a rule are kept", () => {
    const head = `id: 7f1c-1
name: short
status: test
description: |
  What it is
  about.
author: Mira, Tom
level: high
tags: [attack.t1078.004, attack.initial-access, attack.t1110, cve.2026.1]
falsepositives: [Admins at work]
references: [https://docs.acme.test/a]
`;
    expect(ruleOf(ruleText("s: {a: 1}\ncondition: s", head))).toMatchObject({
      id: "7f1c-1",
      name: "short",
      title: "A rule",
      description: "What it is\nabout.",
      status: "test",
      level: "high",
      author: "Mira, Tom",
      tags: ["attack.t1078.004", "attack.initial-access", "attack.t1110", "cve.2026.1"],
      mitreTechniques: ["T1078.004", "T1110"],
      falsePositives: ["Admins at work"],
      references: ["https://docs.acme.test/a"],
      connectorSlugs: ["okta"],
      correlation: null,
    });
    expect(ruleOf(ruleText("s: {a: 1}\ncondition: s"))).toMatchObject({ id: null, level: "medium", tags: [] });
  });

  test("each rule of a file keeps the text of its own document, comments and all", () => {
    const [one, two] = [1, 2].map((n) => `# rule ${n}\n${ruleText(`s: {a: ${n}} # ${n}\ncondition: s`)}`);
    const { rules } = parseSigma(`---\n${one}---\n${two}...\n`);
    expect(rules.map(({ source }) => source)).toEqual([one, two]);
    for (const [index, { source }] of rules.entries())
      expect(ruleOf(source).matches(activity({ a: index + 1 }))).toBe(true);
  });

  test("a log that no connector reads is skipped, and named", () => {
    const rule = (logsource: string) => `title: A\nlogsource: ${logsource}\ndetection: {s: {a: 1}, condition: s}\n`;
    expect(reasonOf(rule("{product: windows, service: security}"))).toBe(
      "no connector reads the log source: product windows, service security",
    );
    expect(reasonOf(rule("{product: okta, service: nosuch}"))).toContain("product okta, service nosuch");
    expect(reasonOf(rule("{category: process_creation}"))).toContain("category process_creation");
    expect(ruleOf(rule("{product: OKTA}")).connectorSlugs).toEqual(["okta"]);
    expect(ruleOf(rule("{product: azure}")).connectorSlugs.sort()).toEqual(["azure", "office365"]);
  });

  test("a rule that a filter narrows is skipped with it", () => {
    const rule = `id: r-1\n${ruleText("s: {a: 1}\ncondition: s")}`;
    const filter = "title: F\nlogsource: {product: okta}\nfilter: {rules: [r-1], s: {b: 1}, condition: not s}\n";
    const { rules, skipped } = parseSigma(`${rule}---\n${filter}---\n${ruleText("s: {a: 2}\ncondition: s")}`);
    expect(rules.map(({ source }) => source.includes("a: 2"))).toEqual([true]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "a filter narrows it, and filters are not supported",
      "filters are not supported; write the exception into the rule",
    ]);
  });
});
