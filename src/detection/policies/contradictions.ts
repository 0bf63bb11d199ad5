import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import type { Problems } from "./problems.ts";

/** Conditions that cannot hold together, or never again. A filter that finds nothing would look like a clean bill of health. */
export function findContradictions(filter: ActivityFilter, field: string[], problems: Problems, now: Date): void {
  for (const [from, to] of [
    ["occurredFrom", "occurredTo"],
    ["ingestedFrom", "ingestedTo"],
  ] as const) {
    const [start, end] = [filter[from], filter[to]];
    if (start && end && start >= end) problems.add(`\`${to}\` must be after \`${from}\`.`, [...field, to]);
    else if (end && end <= now) problems.add("It lies in the past: no new activity can match.", [...field, to]);
  }
  const ofAccounts = (["userIds", "groupIds", "userDomains", "identityIds", "isAdmin"] as const).filter(
    (name) => filter[name],
  );
  if (filter.hasUser === false && ofAccounts.length > 0 && (filter.involvement ?? "ACTOR") === "ACTOR")
    problems.add(`What nobody known did cannot be by the accounts of \`${ofAccounts[0]}\`.`, [...field, "hasUser"]);
  for (const name of ["userIds", "groupIds"] as const) {
    const keys = filter[name];
    if (keys && filter.instanceIds && !keys.some((key) => filter.instanceIds?.includes(key.instanceId)))
      problems.add(`None of \`${name}\` is in one of \`instanceIds\`.`, [...field, name]);
  }
  if (filter.not) {
    if (isImplied(filter, filter.not))
      problems.add("`not` excludes everything that the other conditions let through.", [...field, "not"]);
    // In there, a condition that can never hold excludes nothing, which is no harm; the rest is looked at as well.
    findContradictions({ ...filter.not, occurredTo: null, ingestedTo: null }, [...field, "not"], problems, now);
  }
}

/** Whether everything that passes `filter` passes `other`, judged by lists and flags alone. */
export function isImplied<Filter extends object>(filter: Filter, other: Filter): boolean {
  return Object.entries(other).every(([name, wanted]) => {
    if (wanted == null) return true;
    const given = filter[name as keyof Filter];
    if (given == null) return false;
    if (!Array.isArray(wanted)) return JSON.stringify(given) === JSON.stringify(wanted);
    const values = new Set(wanted.map((value) => JSON.stringify(value)));
    return (given as unknown[]).every((value) => values.has(JSON.stringify(value)));
  });
}
