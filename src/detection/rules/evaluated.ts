import type { ActivityRow } from "#src/inventory/activities/row.ts";

/** A new activity as rules see it. */
export interface EvaluatedActivity {
  /** Instants as PostgreSQL writes them. */
  row: ActivityRow;
  occurredAtMs: number;
  connectorSlug: string;
  /** The event as the app sent it, parsed once, when first asked for. */
  raw(): unknown;
}
