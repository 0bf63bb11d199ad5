import type { Counting } from "#src/detection/rules/counting.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { Aggregation } from "./condition.ts";
import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { type FieldReader, fieldReader, textsOf } from "./fields.ts";
import { type Detection, isMap } from "./rule.ts";

/** Several matches that mean something together. */
export interface SigmaCorrelation extends Counting {
  kind: "event_count" | "value_count" | "temporal" | "temporal_ordered";
  /** How many matches, values or rules it needs. */
  minimum: number;
}

type TimedHit = Parameters<Counting["runs"]>[0][number];

/** Hits around a new one that are looked at, where more than a number of them is asked for. */
const maxNeighbours = 5_000;

/** A rule that a correlation speaks of. */
export interface Part {
  /** What it is called by in aliases. */
  names: readonly string[];
  detection: Detection;
}

type Kind = SigmaCorrelation["kind"];
const kinds: readonly string[] = ["event_count", "value_count", "temporal", "temporal_ordered"];
const maxWindowSeconds = 30 * 86_400;

/**
 * Throws BrokenRule and UnsupportedRule. `parts` are the rules that the document names, in its order.
 * Source: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md
 */
export function compileCorrelation(
  correlation: Readonly<Record<string, unknown>>,
  parts: readonly Part[],
): SigmaCorrelation {
  const kind = String(correlation.type ?? "");
  if (!kinds.includes(kind)) throw new UnsupportedRule(`the correlation type "${kind.slice(0, 40)}" is not supported`);
  const groupBy = textList(correlation["group-by"], "group-by");
  const isTemporal = kind === "temporal" || kind === "temporal_ordered";
  const { minimum, fields } = readMinimum(correlation.condition, isTemporal ? parts.length : null);
  if (isTemporal && minimum > parts.length) throw new BrokenRule(`it asks for ${minimum} of ${parts.length} rules`);
  if (kind === "temporal_ordered" && minimum !== parts.length)
    throw new UnsupportedRule("an ordered correlation of some of its rules is not supported");
  if (kind === "value_count" && fields.length === 0) throw new BrokenRule("a value_count names no field to count");
  return build(kind as Kind, parts, {
    windowSeconds: secondsOf(correlation.timespan),
    minimum,
    fields,
    groupBy,
    aliases: readAliases(correlation.aliases, parts),
  });
}

/** `count(field) by group > 5` of the first Sigma as the correlation it is. */
export function compileAggregation(
  { field, by, operator, count }: Aggregation,
  timeframe: string,
  detection: Detection,
): SigmaCorrelation {
  return build(field === null ? "event_count" : "value_count", [{ names: [], detection }], {
    windowSeconds: secondsOf(timeframe),
    minimum: minimumOf({ [operator]: count }),
    fields: field === null ? [] : [field],
    groupBy: by === null ? [] : [by],
    aliases: new Map(),
  });
}

interface Terms {
  windowSeconds: number;
  minimum: number;
  /** Whose values are counted. */
  fields: readonly string[];
  groupBy: readonly string[];
  /** By alias, then by the number of the rule: the field it stands for. */
  aliases: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

function build(kind: Kind, parts: readonly Part[], terms: Terms): SigmaCorrelation {
  const { windowSeconds, minimum } = terms;
  const ofOneApp = new Set(parts.flatMap(({ detection }) => detection.connectorSlugs)).size === 1;
  const counted = parts.map(({ detection }, number) => ({
    matches: detection.matches,
    group: groupReader(
      detection,
      terms.groupBy.map((field) => terms.aliases.get(field)?.get(number) ?? field),
    ),
    value: groupReader(detection, terms.fields),
  }));
  return {
    kind,
    windowSeconds,
    minimum,
    neighbours: kind === "event_count" ? minimum - 1 : maxNeighbours,
    isOfOneUser: false,
    isAcrossInstances: !ofOneApp,
    // The key: values of the `group-by` fields, and the instance unless the rules are of several apps. The value: what is counted distinct,
    // or which of the rules matched (`0 2`).
    hits(activity) {
      const byKey = new Map<string, string | null>();
      counted.forEach(({ matches, group, value }, number) => {
        if (!matches(activity)) return;
        const values = group(activity);
        if (values === null) return;
        const key = JSON.stringify(ofOneApp ? [activity.row.instanceId, ...values] : values);
        if (kind === "event_count") byKey.set(key, null);
        else if (kind === "value_count") {
          const found = value(activity);
          if (found !== null) byKey.set(key, JSON.stringify(found));
        } else byKey.set(key, byKey.has(key) ? `${byKey.get(key)} ${number}` : String(number));
      });
      return [...byKey].map(([key, value]) => ({ key, value }));
    },
    runs: (hits) => joined(windowsOf(kind, hits, minimum, parts.length, windowSeconds * 1000)),
    occurrences: (fresh, isOngoing) => (isOngoing ? fresh : Math.max(1, fresh - minimum + 1)),
  };
}

/** Values of fields in the events of the detection's logs; null when one is not there: it belongs to no group. */
function groupReader({ logs }: Detection, fields: readonly string[]): (activity: EvaluatedActivity) => string[] | null {
  const bySlug = new Map<string, FieldReader[]>();
  for (const { connectorSlug, source } of logs)
    bySlug.set(
      connectorSlug,
      fields.map((field) => fieldReader(field, source)),
    );
  return (activity) => {
    const values: string[] = [];
    for (const read of bySlug.get(activity.connectorSlug) ?? []) {
      const text = read(activity).flatMap(textsOf)[0];
      if (text === undefined) return null;
      values.push(text.slice(0, 500));
    }
    return values;
  };
}

/** Each shortest stretch, shorter than the window, in which it is fulfilled. */
function windowsOf(kind: Kind, hits: readonly TimedHit[], minimum: number, rules: number, windowMs: number) {
  const windows: { first: number; last: number }[] = [];
  for (let first = 0; first < hits.length; first++) {
    if (kind === "temporal_ordered" && !hits[first]!.value?.split(" ").includes("0")) continue;
    const isDone = progress(kind, minimum, rules);
    for (
      let last = first;
      last < hits.length && hits[last]!.occurredAtMs - hits[first]!.occurredAtMs < windowMs;
      last++
    ) {
      if (!isDone(hits[last]!.value)) continue;
      windows.push({ first, last });
      break;
    }
  }
  return windows;
}

/** Takes hit after hit, and reports when it is fulfilled. */
function progress(kind: Kind, minimum: number, rules: number): (value: string | null) => boolean {
  if (kind === "event_count") {
    let count = 0;
    return () => ++count >= minimum;
  }
  if (kind === "temporal_ordered") {
    let next = 0;
    return (value) => {
      if (value?.split(" ").includes(String(next))) next++;
      return next >= rules;
    };
  }
  const seen = new Set<string>();
  return (value) => {
    for (const one of kind === "temporal" ? (value ?? "").split(" ") : [value ?? ""]) seen.add(one);
    return seen.size >= minimum;
  };
}

function joined(windows: readonly { first: number; last: number }[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const { first, last } of windows) {
    const current = runs[runs.length - 1];
    if (current && first <= current.last) current.last = Math.max(current.last, last);
    else runs.push({ first, last });
  }
  return runs;
}

function secondsOf(timespan: unknown): number {
  const match = /^(\d{1,7})\s*([smhd])$/.exec(String(timespan ?? "").trim());
  if (!match) throw new BrokenRule(`"${String(timespan ?? "")}" is not a span of time like 10m`);
  const seconds = Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as "s" | "m" | "h" | "d"];
  if (seconds === 0) throw new BrokenRule("its span of time is zero");
  if (seconds > maxWindowSeconds) throw new UnsupportedRule("its span of time is longer than 30 days");
  return seconds;
}

function readMinimum(condition: unknown, otherwise: number | null): { minimum: number; fields: string[] } {
  if (condition === undefined || condition === null) {
    if (otherwise === null) throw new BrokenRule("the correlation has no condition");
    return { minimum: otherwise, fields: [] };
  }
  if (!isMap(condition)) throw new UnsupportedRule("the condition of the correlation is not a map");
  const { field, ...criteria } = condition;
  return { minimum: minimumOf(criteria), fields: field === undefined ? [] : textList(field, "field") };
}

/** It fires once enough has been seen: what asks for few, or for an exact number, can only be decided afterwards. */
function minimumOf(criteria: Readonly<Record<string, unknown>>): number {
  const entries = Object.entries(criteria);
  const [name, value] = entries[0] ?? [];
  if (entries.length !== 1 || (name !== "gte" && name !== "gt"))
    throw new UnsupportedRule("only `gte` and `gt` can be counted while events come in");
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 100_000)
    throw new BrokenRule("the condition of the correlation is not a count");
  return Math.max(1, name === "gt" ? value + 1 : value);
}

function readAliases(aliases: unknown, parts: readonly Part[]): Map<string, ReadonlyMap<number, string>> {
  const read = new Map<string, ReadonlyMap<number, string>>();
  if (aliases === undefined || aliases === null) return read;
  if (!isMap(aliases)) throw new BrokenRule("its aliases are not a map");
  for (const [alias, fields] of Object.entries(aliases)) {
    if (!isMap(fields)) throw new BrokenRule(`the alias "${alias}" is not a map`);
    const byRule = new Map<number, string>();
    for (const [name, field] of Object.entries(fields)) {
      const number = parts.findIndex(({ names }) => names.includes(name));
      if (number < 0) throw new BrokenRule(`the alias "${alias}" speaks of "${name}", which it does not correlate`);
      if (typeof field !== "string") throw new BrokenRule(`the alias "${alias}" names no field`);
      byRule.set(number, field);
    }
    read.set(alias, byRule);
  }
  return read;
}

function textList(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((one): one is string => typeof one === "string" && one !== "") || list.length > 20)
    throw new BrokenRule(`\`${name}\` is not a list of up to 20 fields`);
  return list;
}
