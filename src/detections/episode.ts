import { dayMs } from "./baseline.ts";
import { type Detection, detection, levelNames } from "./catalogue.ts";
import { type Fact, levelOf } from "./fact.ts";
import type { AccountState } from "./state.ts";

/**
 * What happens again within a day is the same story. The length is counted from its start and not from its last, so that an activity that
 * comes late can make it start earlier or be longer, and never joins two into one.
 */
export const episodeMs = dayMs;

/**
 * A person who left and is still active is one story however long it goes on: its subject is the instant of the termination. Its alert is
 * raised again only when somebody resolved it and more has happened since.
 */
export function isEndless({ of, subject }: Pick<Episode, "of" | "subject">): boolean {
  return of === detection["terminated-user-activity"] && subject !== "";
}

export function lastsMs(episode: Pick<Episode, "of" | "subject">): number {
  return isEndless(episode) ? Number.POSITIVE_INFINITY : episodeMs;
}

/** Activities of an episode that are kept. */
const mostEvidence = 50;

export type Explanation = Record<string, unknown>;

/** One story about an account: an alert, or what was kept quiet by a rule. */
export interface Episode {
  of: Detection;
  /** What it is about when an account can have several at a time: a country. */
  subject: string;
  /** Why it is kept quiet; null: it alarms. */
  rule: string | null;
  start: number;
  startId: string;
  last: number;
  count: number;
  evidence: [number, string][];
  explanation: Explanation;
}

export interface Occurrence {
  of: Detection;
  subject?: string;
  rule: string | null;
  /** Activities before this one that belong to it. */
  with?(): readonly [number, string][];
  /** Of the whole episode: with what it said before, if this is not its first. */
  explain(before: Explanation | null): Explanation;
}

/** Puts it into its episode, or begins one. A policy that is switched off, or does not cover the account, hears nothing. */
export function occur(state: AccountState, fact: Fact, occurrence: Occurrence): void {
  const { of, subject = "" } = occurrence;
  const level = levelOf(fact, of);
  if (level === 0) return;
  const suppression = fact.muted?.[of];
  const rule = occurrence.rule ?? (suppression === undefined ? null : `suppression/${suppression}`);
  const episode = state.episodes.find(
    (one) =>
      one.of === of && one.subject === subject && one.rule === rule && Math.abs(fact.t - one.start) < lastsMs(one),
  );
  if (!episode) {
    state.episodes.push({
      ...{ of, subject, rule, start: fact.t, startId: fact.id, last: fact.t, count: 1 },
      evidence: gather([], fact, occurrence, false),
      explanation: { ...occurrence.explain(null), sensitivity: levelNames[level] },
    });
    return;
  }
  episode.count++;
  episode.last = Math.max(episode.last, fact.t);
  episode.explanation = { ...episode.explanation, ...occurrence.explain(episode.explanation) };
  episode.evidence = gather(episode.evidence, fact, occurrence, isEndless(episode));
}

/** The first activities; of a story without an end the last ones. */
function gather(
  evidence: [number, string][],
  fact: Fact,
  occurrence: Occurrence,
  keepsLast: boolean,
): [number, string][] {
  if (keepsLast) return [...evidence, [fact.t, fact.id] as [number, string]].slice(-mostEvidence);
  if (evidence.length >= mostEvidence) return evidence;
  const all = [...evidence, ...(occurrence.with?.() ?? []), [fact.t, fact.id] as [number, string]];
  const seen = new Set<string>();
  return all.filter(([t, id]) => !seen.has(`${t}/${id}`) && seen.add(`${t}/${id}`)).slice(0, mostEvidence);
}

/** The list with one more at its end, as long as it is short; told apart by `key`. */
export function added<T>(list: unknown, item: T, key: (item: T) => unknown, most = 10): T[] {
  const before = (list ?? []) as T[];
  if (before.length >= most || before.some((one) => key(one) === key(item))) return before;
  return [...before, item];
}
