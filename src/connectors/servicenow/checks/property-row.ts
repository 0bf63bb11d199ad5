import type { Severity } from "#src/connector-kit/contract/kinds.ts";

/** What a property should be: a word, a number within bounds, or nothing. */
export type Wanted = "true" | "false" | "deny" | "empty" | { from?: number; to: number };

export type PropertyRow = readonly [
  slug: string,
  name: string,
  wanted: Wanted,
  /** What holds where the instance has no such property. */
  fallback: string,
  severity: Severity,
  points: number,
  title: string,
  why: string,
];
