import type { AlertQuery } from "../../__generated__/alerts.ts";

/** An alert with all that its drawer shows. */
export type ShownAlert = Exclude<NonNullable<AlertQuery["node"]>, Record<PropertyKey, never>>;
