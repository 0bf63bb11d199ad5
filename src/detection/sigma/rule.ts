import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { Condition as IndexCondition } from "#src/realtime/filter-index.ts";
import { type Aggregation, type Condition, parseCondition } from "./condition.ts";
import { compileDetection, logTest, readSearch, type Search, type Test, valuesOf } from "./detection.ts";
import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { type LogSourceNames, logsOf, type ReadLog } from "./log-sources.ts";
import type { Placeholders } from "./values.ts";

/** The detection of one rule, compiled for each connector that has its log. */
export interface Detection {
  connectorSlugs: string[];
  logs: readonly ReadLog[];
  /** What an activity must have for the rule to be tried at all, in the dimensions of the index over rules. */
  conditions: IndexCondition[];
  matches: Test;
  /** Of conditions of the first Sigma, with the time they count in. */
  counts: { aggregation: Aggregation; timeframe: string } | null;
}

/** Throws BrokenRule and UnsupportedRule. */
export function compileRule(document: Readonly<Record<string, unknown>>, placeholders: Placeholders): Detection {
  const { detection, logsource } = document;
  if (!isMap(detection)) throw new BrokenRule("it has no detection");
  if (!isMap(logsource)) throw new BrokenRule("it has no logsource");
  const { condition: given, timeframe, ...named } = detection;
  const names = Object.keys(named);
  if (names.length === 0) throw new BrokenRule("its detection is empty");
  const { condition, aggregation } = readCondition(given, names);
  const searches = new Map(names.map((name) => [name, readSearch(name, named[name])]));
  const logs = logsOf(readNames(logsource));
  if (aggregation === null && timeframe !== undefined)
    throw new UnsupportedRule("it has a timeframe and counts nothing; write a correlation");
  if (aggregation !== null && typeof timeframe !== "string")
    throw new UnsupportedRule("it counts matches without a timeframe");
  return {
    connectorSlugs: [...new Set(logs.map(({ connectorSlug }) => connectorSlug))],
    logs,
    conditions: indexConditions(logs, searches, condition),
    matches: testOfLogs(logs, searches, condition, placeholders),
    counts: aggregation === null ? null : { aggregation, timeframe: timeframe as string },
  };
}

/** A list of conditions is met when one of them is. */
function readCondition(
  given: unknown,
  names: readonly string[],
): { condition: Condition; aggregation: Aggregation | null } {
  const texts = Array.isArray(given) ? given : [given];
  if (given === undefined || given === null || texts.length === 0)
    throw new BrokenRule("its detection has no condition");
  if (!texts.every((text): text is string => typeof text === "string"))
    throw new BrokenRule("its condition is not a text");
  const parsed = texts.map((text) => parseCondition(text, names));
  if (parsed.length === 1) return parsed[0]!;
  if (parsed.some(({ aggregation }) => aggregation !== null))
    throw new UnsupportedRule("it has several conditions and counts in one of them");
  return { condition: { kind: "or", of: parsed.map(({ condition }) => condition) }, aggregation: null };
}

function readNames(logsource: Readonly<Record<string, unknown>>): LogSourceNames {
  const name = (key: string) => {
    const value = logsource[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") throw new BrokenRule(`the ${key} of its logsource is not a text`);
    return value;
  };
  return { product: name("product"), service: name("service"), category: name("category") };
}

function testOfLogs(
  logs: readonly ReadLog[],
  searches: ReadonlyMap<string, Search>,
  condition: Condition,
  placeholders: Placeholders,
): Test {
  const byConnector = new Map<string, Test[]>();
  for (const { connectorSlug, source } of logs) {
    const detects = compileDetection(searches, condition, source, placeholders);
    const isOfLog = logTest(source);
    const test: Test = isOfLog ? (activity) => isOfLog(activity) && detects(activity) : detects;
    byConnector.set(connectorSlug, [...(byConnector.get(connectorSlug) ?? []), test]);
  }
  return (activity: EvaluatedActivity) =>
    byConnector.get(activity.connectorSlug)?.some((test) => test(activity)) ?? false;
}

function indexConditions(
  logs: readonly ReadLog[],
  searches: ReadonlyMap<string, Search>,
  condition: Condition,
): IndexCondition[] {
  const conditions: IndexCondition[] = [
    { dimension: "connector", values: [...new Set(logs.map(({ connectorSlug }) => connectorSlug))] },
  ];
  for (const [dimension, key] of [
    ["foldedEventType", "eventTypeField"],
    ["eventName", "eventNameField"],
  ] as const) {
    const values = logs.map(({ source }) => (source[key] ? valuesOf(source[key], searches, condition) : null));
    if (values.every((some) => some !== null))
      conditions.push({ dimension, values: [...new Set(values.flatMap((some) => [...some]))] });
  }
  return conditions;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
