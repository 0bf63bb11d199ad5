import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { InvalidInputError, InvalidInputsError } from "#src/errors.ts";
import type { Condition } from "#src/realtime/filter-index.ts";
import { compileAggregation, compileCorrelation, type Part, type SigmaCorrelation } from "./correlation.ts";
import { type RuleDocument, readDocuments } from "./documents.ts";
import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { readFacts, type SigmaFacts } from "./facts.ts";
import { compileRule, type Detection, isMap } from "./rule.ts";
import { flagOf, type Placeholders } from "./values.ts";

export type { SigmaCorrelation } from "./correlation.ts";
export type { SigmaFacts, SigmaLevel } from "./facts.ts";
export type { Placeholders } from "./values.ts";

/** A Sigma rule, ready to be tried on activities. */
export interface SigmaRule extends SigmaFacts {
  /** YAML of this rule alone; of a correlation with the rules it speaks of. */
  source: string;
  connectorSlugs: string[];
  /** What an activity must have in the dimensions of the index over rules, all of them; what they leave over is tried. */
  conditions: Condition[];
  matches(activity: EvaluatedActivity): boolean;
  /** Null: each match counts for itself. */
  correlation: SigmaCorrelation | null;
}

export interface SkippedRule {
  title: string;
  reason: string;
}

/** The rule of a stored source: its first document. Throws InvalidInputError when it cannot be understood (any more). */
export function compileStored(source: string, placeholders: Placeholders): SigmaRule {
  const { rules, skipped } = parseSigma(source, placeholders, ["sigma"]);
  if (skipped[0]) throw new InvalidInputError(`${skipped[0].title}: ${skipped[0].reason}`, ["sigma"]);
  return rules[0]!;
}

/** Messages after which no more are reported. */
const maxProblems = 20;

/**
 * Reads and compiles all rules of a file. What we do not support is in `skipped` with the reason; broken YAML and broken rules throw
 * InvalidInputError, so that of such a file nothing is taken over.
 * Source: https://github.com/SigmaHQ/sigma-specification (version 2.1)
 */
export function parseSigma(
  yaml: string,
  placeholders: Placeholders = new Map(),
  field: string[] = ["yaml"],
): { rules: SigmaRule[]; skipped: SkippedRule[] } {
  const { documents, problems } = readDocuments(yaml, field);
  if (problems.length === 0 && documents.length === 0)
    problems.push(new InvalidInputError("The file has no rule.", field));
  const read = documents.map((document) => readDocument(document, placeholders));
  const rules: SigmaRule[] = [];
  const skipped: SkippedRule[] = [];
  refuseDoubles(read);
  const filtered = narrowed(read);
  const inner = new Set(
    read.flatMap((one) => (one.correlation ? partsOf(one, read).filter((part) => part !== null) : [])),
  );
  for (const one of read) if (one.correlation && one.outcome === null) one.outcome = correlate(one, read);
  for (const one of read) {
    const kept = one.outcome;
    if (kept instanceof BrokenRule)
      problems.push(new InvalidInputError(`Rule "${one.title}" at line ${one.document.line}: ${kept.message}.`, field));
    else if (kept instanceof UnsupportedRule) skipped.push({ title: one.title, reason: kept.message });
    else if (filtered.has(one))
      skipped.push({ title: one.title, reason: "a filter narrows it, and filters are not supported" });
    else if (kept && (!inner.has(one) || one.isWanted)) rules.push(kept);
  }
  if (problems.length > 0) throw refusal(problems, field);
  return { rules, skipped };
}

function refusal(problems: readonly InvalidInputError[], field: string[]): InvalidInputError {
  const shown = problems.slice(0, maxProblems);
  if (shown.length === problems.length) return new InvalidInputsError(shown);
  const more = new InvalidInputError(`And ${problems.length - shown.length} more problems.`, field);
  return new InvalidInputsError([...shown, more]);
}

/** A document and what has become of it; a correlation waits for the rules it speaks of. */
interface Read {
  document: RuleDocument;
  title: string;
  facts: SigmaFacts | null;
  detection: Detection | null;
  correlation: Readonly<Record<string, unknown>> | null;
  /** Also as a rule of its own, though a correlation speaks of it. */
  isWanted: boolean;
  outcome: SigmaRule | BrokenRule | UnsupportedRule | null;
}

function readDocument(document: RuleDocument, placeholders: Placeholders): Read {
  const { content } = document;
  const read: Read = {
    document,
    title: typeof content.title === "string" ? content.title.slice(0, 256) : `(line ${document.line})`,
    facts: null,
    detection: null,
    correlation: null,
    isWanted: false,
    outcome: null,
  };
  try {
    if ("action" in content)
      throw new UnsupportedRule("collections with `action` are of the first Sigma; write the rules out");
    read.facts = readFacts(content);
    if ("filter" in content) throw new UnsupportedRule("filters are not supported; write the exception into the rule");
    if (isMap(content.correlation)) {
      read.correlation = content.correlation;
      return read;
    }
    read.detection = compileRule(content, placeholders);
    read.outcome = ruleOf(read.facts, read.detection, document.text);
  } catch (error) {
    read.outcome = problemOf(error);
  }
  return read;
}

function ruleOf(facts: SigmaFacts, detection: Detection, source: string): SigmaRule {
  const { counts, connectorSlugs, conditions, matches } = detection;
  const correlation = counts && compileAggregation(counts.aggregation, counts.timeframe, detection);
  return { ...facts, source, connectorSlugs, conditions, matches, correlation };
}

function problemOf(error: unknown): BrokenRule | UnsupportedRule {
  if (error instanceof BrokenRule || error instanceof UnsupportedRule) return error;
  throw error;
}

function refuseDoubles(all: readonly Read[]): void {
  const seen = new Set<string>();
  for (const one of all) {
    const id = one.facts?.id?.toLowerCase();
    if (id === undefined) continue;
    if (seen.has(id)) one.outcome = new BrokenRule(`another rule of the file has the id ${id}`);
    seen.add(id);
  }
}

/** The documents a correlation speaks of, in its order; null for one that the file does not have. */
function partsOf(one: Read, all: readonly Read[]): (Read | null)[] {
  const { rules } = one.correlation!;
  const names = Array.isArray(rules) ? rules : [rules];
  return names.map(
    (name) => all.find(({ facts }) => facts !== null && (facts.id === name || facts.name === name)) ?? null,
  );
}

function correlate(one: Read, all: readonly Read[]): SigmaRule | BrokenRule | UnsupportedRule {
  try {
    const found = partsOf(one, all);
    const names = one.correlation!.rules;
    if (!names || (Array.isArray(names) && names.length === 0)) throw new BrokenRule("the correlation names no rules");
    if (found.length > maxParts) throw new UnsupportedRule(`the correlation names more than ${maxParts} rules`);
    const parts = found.map((part, index): Part => {
      const name = String(Array.isArray(names) ? names[index] : names).slice(0, 100);
      if (!part) throw new UnsupportedRule(`it correlates "${name}", which is not in the file`);
      if (part.correlation) throw new UnsupportedRule(`it correlates "${name}", which is a correlation itself`);
      if (part.outcome instanceof Error) throw new UnsupportedRule(`it correlates "${name}": ${part.outcome.message}`);
      if (!part.detection || part.detection.counts)
        throw new UnsupportedRule(`it correlates "${name}", which counts matches itself`);
      if (flagOf(one.correlation!.generate) === true) part.isWanted = true;
      return {
        names: [part.facts?.id, part.facts?.name].filter((some): some is string => !!some),
        detection: part.detection,
      };
    });
    const detections = parts.map(({ detection }) => detection);
    return {
      ...one.facts!,
      source: [...new Set([one, ...(found as Read[])])].map(({ document }) => document.text).join("---\n"),
      connectorSlugs: [...new Set(detections.flatMap(({ connectorSlugs }) => connectorSlugs))],
      conditions: eitherOf(detections.map(({ conditions }) => conditions)),
      matches: (activity) => detections.some((detection) => detection.matches(activity)),
      correlation: compileCorrelation(one.correlation!, parts),
    };
  } catch (error) {
    return problemOf(error);
  }
}
const maxParts = 20;

/** What an activity must have to match one of several: only dimensions that all of them name. */
function eitherOf(all: readonly (readonly Condition[])[]): Condition[] {
  return (all[0] ?? []).flatMap(({ dimension }) => {
    const same = all.map((conditions) => conditions.find((one) => one.dimension === dimension));
    if (same.some((one) => one === undefined)) return [];
    return [{ dimension, values: [...new Set(same.flatMap((one) => one!.values))] }];
  });
}

/** Rules that a filter of the file speaks of: without it they would match more than meant. */
function narrowed(all: readonly Read[]): ReadonlySet<Read> {
  const found = new Set<Read>();
  for (const { document } of all) {
    const { filter } = document.content;
    if (!isMap(filter)) continue;
    const names = Array.isArray(filter.rules) ? filter.rules : [filter.rules];
    for (const one of all) {
      if (one.outcome instanceof Error) continue;
      if (names.includes("any") || names.includes(one.facts?.id) || names.includes(one.facts?.name)) found.add(one);
    }
  }
  return found;
}
