import type { EvaluatedActivity } from "./evaluated.ts";

/** How matches of a rule count together. */
export interface Counting {
  windowSeconds: number;
  /** Hits on either side that can matter to one. */
  neighbours: number;
  /** All hits of one key are by one account, or one person. */
  isOfOneUser: boolean;
  /** Hits of one key may be of several instances. */
  isAcrossInstances: boolean;
  /** What a match counts for: under a key, with a value where values are counted. */
  hits(activity: EvaluatedActivity): { key: string; value: string | null }[];
  /** Where among hits of one key (oldest first) it is reached. */
  runs(hits: readonly { occurredAtMs: number; value: string | null }[]): Run[];
  /** How often it happened in a run of so many hits, of which so many are new: each that was not there when it was first reached. */
  occurrences(fresh: number, isOngoing: boolean): number;
}

/** A stretch in which a threshold is reached without a break: places of its hits in the list, first and last. */
export interface Run {
  first: number;
  last: number;
}

/**
 * Where among instants (sorted) there are at least `count` within less than `windowMs`. Windows that share a hit are one run.
 * By event time alone: in which order they arrived makes no difference.
 */
export function runsOf(instants: readonly number[], count: number, windowMs: number): Run[] {
  const runs: Run[] = [];
  let current: Run | null = null;
  for (let first = 0; first + count <= instants.length; first++) {
    const last = first + count - 1;
    if (instants[last]! - instants[first]! >= windowMs) continue;
    if (current && first <= current.last) current.last = last;
    else {
      current = { first, last };
      runs.push(current);
    }
  }
  return runs;
}
