import type { AlertFilter } from "#src/detection/alerts/list.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import { canonicalAddress } from "#src/inventory/enrichment/address.ts";

export const severityOrder = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Severity = (typeof severityOrder)[number];

/** What a destination gets. */
export interface Selection {
  alerts: boolean;
  activities: boolean;
  /** Changes and repeats of alerts too, not only new ones. */
  alertChanges: boolean;
  /** Of alerts. */
  minSeverity: Severity | null;
  alertFilter: AlertFilter | null;
  activityFilter: ActivityFilter | null;
}

/** As it is kept: instants are texts in it. `shown` has the filters as the client sent them. */
export interface StoredSelection extends Omit<Selection, "alertFilter" | "activityFilter"> {
  alertFilter: object | null;
  activityFilter: object | null;
  shown: { alertFilter: unknown; activityFilter: unknown };
}

export function readSelection({ shown: _, ...stored }: StoredSelection): Selection {
  return {
    ...stored,
    alertFilter: revived(stored.alertFilter) as AlertFilter | null,
    activityFilter: withAddresses(revived(stored.activityFilter) as ActivityFilter | null),
  };
}

/** Severities that pass both the filter and the least one asked for; null: all. */
export function wantedSeverities({ minSeverity, alertFilter }: Selection): string[] | null {
  if (minSeverity === null) return alertFilter?.severity ?? null;
  const enough: string[] = severityOrder.slice(severityOrder.indexOf(minSeverity));
  return alertFilter?.severity ? alertFilter.severity.filter((one) => enough.includes(one)) : enough;
}

/** What was stored before addresses had one spelling may name them in another. */
function withAddresses(filter: ActivityFilter | null): ActivityFilter | null {
  return (
    filter && {
      ...filter,
      ...(filter.ipAddresses ? { ipAddresses: filter.ipAddresses.map((one) => canonicalAddress(one) ?? one) } : {}),
      ...(filter.not ? { not: withAddresses(filter.not) } : {}),
    }
  );
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      /^(occurredAt|(occurred|ingested|created)(From|To))$/.test(key) && typeof one === "string"
        ? new Date(one)
        : revived(one),
    ]),
  );
}
