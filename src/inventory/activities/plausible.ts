import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";

/** A year outside is a broken time, and would get a partition of its own. */
const earliestYear = 1990;
const latestYear = 2100;

export function hasPlausibleTime({ occurredAt }: Pick<ActivityRecord, "occurredAt">): boolean {
  const year = occurredAt.getUTCFullYear();
  return year >= earliestYear && year <= latestYear;
}
