import type { Policy } from "#db/tables/policies.ts";
import { type Counting, runsOf } from "#src/detection/rules/counting.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import type { People } from "./people.ts";

export type Threshold = NonNullable<Policy["threshold"]>;

/** A policy's own threshold. */
export function countingOf(threshold: Threshold, people: Pick<People, "personOf">): Counting {
  const { count, windowSeconds, sameUser, sameInstance } = threshold;
  return {
    windowSeconds,
    neighbours: count - 1,
    isOfOneUser: sameUser,
    isAcrossInstances: !sameInstance,
    hits(activity) {
      const key = thresholdKey(threshold, activity, people);
      return key === null ? [] : [{ key, value: null }];
    },
    runs: (hits) =>
      runsOf(
        hits.map(({ occurredAtMs }) => occurredAtMs),
        count,
        windowSeconds * 1000,
      ),
    occurrences: (fresh, isOngoing) => (isOngoing ? fresh : fresh - count + 1),
  };
}

/**
 * What a match is counted under; null when it cannot be: nobody is known to have done it, and the threshold asks for one user.
 * One user of all instances is one person, if the accounts are linked to one person.
 */
export function thresholdKey(
  threshold: Threshold,
  { row }: { row: Pick<ActivityRow, "instanceId" | "userId" | "actorName"> },
  people: Pick<People, "personOf">,
): string | null {
  if (!threshold.sameUser) return threshold.sameInstance ? String(row.instanceId) : "";
  if (row.userId === null) return row.actorName === null ? null : `${row.instanceId}//${row.actorName}`;
  const person = threshold.sameInstance ? null : people.personOf(row.instanceId, row.userId);
  return person === null ? `${row.instanceId}/${row.userId}` : `person/${person}`;
}
