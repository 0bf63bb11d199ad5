import { type Detection, levelNames } from "./catalogue.ts";
import { type Fact, levelOf } from "./fact.ts";
import { type AccountState, type Explanation, isEndless, lastsMs } from "./state.ts";

/** Activities of an episode that are kept. */
const mostEvidence = 50;

export interface Occurrence {
  of: Detection;
  subject?: string;
  rule: string | null;
  /** Activities before this one that belong to it. */
  with?(): readonly [number, string][];
  /** Of the whole episode: with its earlier content, if this is not its first. */
  explain(before: Explanation | null): Explanation;
}

/** Puts it into its episode, or begins one. A policy that is switched off, or does not cover the account, gets nothing. */
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

/** The first activities; of an episode without an end, the last ones. */
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

/** The list with one more at its end, as long as it is short; distinguished by `key`. */
export function added<T>(list: unknown, item: T, key: (item: T) => unknown, most = 10): T[] {
  const before = (list ?? []) as T[];
  if (before.length >= most || before.some((one) => key(one) === key(item))) return before;
  return [...before, item];
}
