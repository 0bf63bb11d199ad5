import { describe, expect, test } from "vitest";
import { parseSigma } from "#src/detection/sigma/index.ts";
import { activity, reasonOf, ruleOf } from "./support.ts";

const failed = `title: Failed
id: f-1
name: failed
logsource: {product: okta}
detection: {s: {outcome: FAILURE}, condition: s}
`;
const passed = `title: Passed
id: p-1
name: passed
logsource: {product: okta}
detection: {s: {outcome: SUCCESS}, condition: s}
`;
const correlation = (body: string, rules = "[failed]") =>
  `title: Together\nid: c-1\nlevel: high\ncorrelation:\n  rules: ${rules}\n  ${body.split("\n").join("\n  ")}\n`;
const file = (body: string, rules = "[failed]", parts = rules === "[failed]" ? [failed] : [failed, passed]) =>
  [correlation(body, rules), ...parts].join("---\n");

const event = (outcome: string, user: string, at = 0, extra: object = {}) =>
  activity({ outcome, user, ...extra }, {}, "okta", at * 1000);

/** Runs of the rule over events, all under one key: [[first, last], …] as seconds. */
function runs(yaml: string, events: ReturnType<typeof event>[]): [number, number][] {
  const counting = ruleOf(yaml).correlation!;
  const hits = events.flatMap((one) =>
    counting.hits(one).map(({ key, value }) => ({ key, value, occurredAtMs: one.occurredAtMs })),
  );
  if (new Set(hits.map(({ key }) => key)).size > 1) throw new Error("several keys");
  return counting
    .runs(hits)
    .map(({ first, last }) => [hits[first]!.occurredAtMs / 1000, hits[last]!.occurredAtMs / 1000]);
}

describe("event_count", () => {
  const yaml = file("type: event_count\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 3}");

  test("so many within less than the span, by event time", () => {
    const at = (...seconds: number[]) => seconds.map((second) => event("FAILURE", "mira", second));
    expect(runs(yaml, at(0, 10))).toEqual([]);
    expect(runs(yaml, at(0, 10, 59))).toEqual([[0, 59]]);
    expect(runs(yaml, at(0, 10, 60))).toEqual([]);
    expect(runs(yaml, at(0, 10, 20, 30, 500, 510, 520))).toEqual([
      [0, 30],
      [500, 520],
    ]);
  });

  test("counts what matches, for each group of each instance", () => {
    const rule = ruleOf(yaml);
    expect(rule.correlation).toMatchObject({ kind: "event_count", minimum: 3, windowSeconds: 60, neighbours: 2 });
    expect(rule.matches(event("FAILURE", "mira"))).toBe(true);
    expect(rule.matches(event("SUCCESS", "mira"))).toBe(false);
    const keyOf = (one: ReturnType<typeof event>) => rule.correlation!.hits(one).map(({ key }) => key);
    expect(keyOf(event("SUCCESS", "mira"))).toEqual([]);
    expect(keyOf(event("FAILURE", "mira"))).not.toEqual(keyOf(event("FAILURE", "tom")));
    const elsewhere = activity({ outcome: "FAILURE", user: "mira" }, { instanceId: 2 });
    expect(keyOf(event("FAILURE", "mira"))).not.toEqual(keyOf(elsewhere));
    // Of no group.
    expect(keyOf(activity({ outcome: "FAILURE" }))).toEqual([]);
  });

  test("gt is one more", () => {
    expect(ruleOf(file("type: event_count\ntimespan: 90m\ncondition: {gt: 3}")).correlation).toMatchObject({
      minimum: 4,
      windowSeconds: 5400,
    });
  });
});

test("value_count counts different values", () => {
  const yaml = file("type: value_count\ngroup-by: [ip]\ntimespan: 1m\ncondition: {field: user, gte: 3}");
  const by = (...users: string[]) => users.map((user, second) => event("FAILURE", user, second, { ip: "203.0.113.7" }));
  expect(runs(yaml, by("a", "b", "a", "b", "b"))).toEqual([]);
  expect(runs(yaml, by("a", "b", "a", "c"))).toEqual([[0, 3]]);
});

describe("temporal", () => {
  const yaml = file("type: temporal\ngroup-by: [user]\ntimespan: 1m", "[failed, passed]");

  test("all rules within the span, in any order", () => {
    expect(runs(yaml, [event("FAILURE", "mira", 0), event("FAILURE", "mira", 5)])).toEqual([]);
    expect(runs(yaml, [event("FAILURE", "mira", 0), event("SUCCESS", "mira", 5)])).toEqual([[0, 5]]);
    expect(runs(yaml, [event("SUCCESS", "mira", 0), event("FAILURE", "mira", 5)])).toEqual([[0, 5]]);
    expect(runs(yaml, [event("SUCCESS", "mira", 0), event("FAILURE", "mira", 60)])).toEqual([]);
  });

  test("ordered: in the order of the rules", () => {
    const ordered = yaml.replace("type: temporal", "type: temporal_ordered");
    expect(runs(ordered, [event("FAILURE", "mira", 0), event("SUCCESS", "mira", 5)])).toEqual([[0, 5]]);
    expect(runs(ordered, [event("SUCCESS", "mira", 0), event("FAILURE", "mira", 5)])).toEqual([]);
    expect(
      runs(ordered, [event("SUCCESS", "mira", 0), event("FAILURE", "mira", 5), event("SUCCESS", "mira", 9)]),
    ).toEqual([[5, 9]]);
  });

  test("so many of the rules, when the condition says so", () => {
    const some = file("type: temporal\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 1}", "[failed, passed]");
    expect(runs(some, [event("SUCCESS", "mira", 3)])).toEqual([[3, 3]]);
  });

  test("aliases join fields of different names, across apps without regard to the instance", () => {
    const github =
      "title: G\nname: g\nlogsource: {product: github}\ndetection: {s: {action: org.add_member}, condition: s}\n";
    const {
      correlation: counting,
      connectorSlugs,
      conditions,
    } = ruleOf(
      file(
        "type: temporal\ngroup-by: [person]\ntimespan: 1m\naliases:\n  person: {failed: user, g: actor}",
        "[failed, g]",
        [failed, github],
      ),
    );
    const okta = counting!.hits(event("FAILURE", "mira"));
    const other = counting!.hits(activity({ action: "org.add_member", actor: "mira" }, { instanceId: 9 }, "github"));
    expect(okta[0]!.key).toBe(other[0]!.key);
    expect([okta[0]!.value, other[0]!.value]).toEqual(["0", "1"]);
    expect(connectorSlugs).toEqual(["okta", "github"]);
    expect(conditions).toEqual([{ dimension: "connector", values: ["okta", "github"] }]);
  });
});

test("rules that are only spoken of are no rules of their own, unless the correlation says so", () => {
  const body = "type: event_count\ntimespan: 1m\ncondition: {gte: 3}";
  const both = (text: string) => file(text, "[failed]", [failed, passed]);
  expect(parseSigma(both(body)).rules.map(({ title }) => title)).toEqual(["Together", "Passed"]);
  expect(parseSigma(both(`${body}\ngenerate: true`)).rules.map(({ title }) => title)).toEqual([
    "Together",
    "Failed",
    "Passed",
  ]);
});

test("the text of a correlation has the rules it needs, and can be read again by itself", () => {
  const [rule] = parseSigma(
    file("type: event_count\ntimespan: 1m\ncondition: {gte: 3}", "[failed]", [failed, passed]),
  ).rules;
  expect(rule!.source).toContain("title: Failed");
  expect(rule!.source).not.toContain("title: Passed");
  expect(ruleOf(rule!.source).correlation).toMatchObject({ kind: "event_count", minimum: 3 });
});

describe("conditions of the first Sigma", () => {
  const old = (condition: string, timeframe = "timeframe: 10m, ") =>
    `title: Old\nlogsource: {product: okta}\ndetection: {s: {outcome: FAILURE}, ${timeframe}condition: '${condition}'}\n`;

  test("count() and count(field) are correlations", () => {
    expect(ruleOf(old("s | count() by user > 5")).correlation).toMatchObject({
      kind: "event_count",
      minimum: 6,
      windowSeconds: 600,
    });
    expect(ruleOf(old("s | count(user) by ip >= 5")).correlation).toMatchObject({ kind: "value_count", minimum: 5 });
    expect(ruleOf(old("s|count() > 50")).correlation).toMatchObject({ kind: "event_count", minimum: 51 });
  });

  test.each([
    [old("s | near t"), /"near t" is obsolete/],
    [old("s | max(n) by user > 5"), /is obsolete/],
    [old("s | count() < 5"), /only `gte` and `gt`/],
    [old("s | count() > 5", ""), /counts matches without a timeframe/],
    [old("s"), /timeframe and counts nothing/],
  ])("%s is skipped", (yaml, reason) => {
    expect(reasonOf(yaml)).toMatch(reason);
  });
});

test.each([
  ["type: value_sum\ntimespan: 1m\ncondition: {field: n, gte: 3}", /type "value_sum"/],
  ["type: event_count\ntimespan: 1m\ncondition: {lt: 3}", /only `gte` and `gt`/],
  ["type: event_count\ntimespan: 1m\ncondition: {gt: 1, lte: 3}", /only `gte` and `gt`/],
  ["type: event_count\ntimespan: 60d\ncondition: {gte: 3}", /longer than 30 days/],
])("%s is skipped with the reason", (body, reason) => {
  expect(parseSigma(file(body)).skipped).toEqual([{ title: "Together", reason: expect.stringMatching(reason) }]);
});

test("a correlation of rules that are missing or skipped is skipped", () => {
  const body = "type: event_count\ntimespan: 1m\ncondition: {gte: 3}";
  expect(reasonOf(correlation(body))).toBe('it correlates "failed", which is not in the file');
  const windows = failed.replace("okta", "windows");
  expect(parseSigma(file(body, "[failed]", [windows])).skipped.map(({ reason }) => reason)).toEqual([
    'it correlates "failed": no connector reads the log source: product windows',
    "no connector reads the log source: product windows",
  ]);
  const chain = "title: Chain\ncorrelation: {type: temporal, rules: [c-1], timespan: 1m}\n";
  expect(parseSigma(`${chain}---\n${file(body)}`).skipped.map(({ reason }) => reason)).toEqual([
    'it correlates "c-1", which is a correlation itself',
  ]);
});

test.each([
  ["type: event_count\ncondition: {gte: 3}", /not a span of time/],
  ["type: event_count\ntimespan: soon\ncondition: {gte: 3}", /"soon" is not a span of time/],
  ["type: event_count\ntimespan: 1m", /no condition/],
  ["type: event_count\ntimespan: 1m\ncondition: {gte: many}", /not a count/],
  ["type: value_count\ntimespan: 1m\ncondition: {gte: 3}", /names no field to count/],
  ["type: temporal\ntimespan: 1m\ncondition: {gte: 3}", /3 of 1 rules/],
  ["type: event_count\ntimespan: 1m\ncondition: {gte: 3}\naliases: {x: {nosuch: y}}", /speaks of "nosuch"/],
])("%s is broken: the file is refused", (body, message) => {
  expect(() => parseSigma(file(body))).toThrow(message);
});
