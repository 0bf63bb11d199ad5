import type { Policy } from "#db/tables/policies.ts";
import type { EvaluatedActivity } from "./evaluated.ts";
import type { People } from "./people.ts";

export type Threshold = NonNullable<Policy["threshold"]>;

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

/**
 * What a match is counted under; null when it cannot be: nobody is known to have done it, and the threshold asks for one user.
 * One user of all instances is one person, as far as the accounts are known to be one person's.
 */
export function thresholdKey(
  threshold: Threshold,
  { row }: Pick<EvaluatedActivity, "row">,
  people: Pick<People, "personOf">,
): string | null {
  if (!threshold.sameUser) return threshold.sameInstance ? String(row.instanceId) : "";
  if (row.userId === null) return row.actorName === null ? null : `${row.instanceId}//${row.actorName}`;
  const person = threshold.sameInstance ? null : people.personOf(row.instanceId, row.userId);
  return person === null ? `${row.instanceId}/${row.userId}` : `person/${person}`;
}
