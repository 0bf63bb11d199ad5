import type { AlertSeverity, PolicyKind } from "#db/tables/policies.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StoredFilter } from "../stored-filter.ts";
import type { Threshold } from "../threshold.ts";

/** A policy to start from. */
export interface PolicyTemplate {
  slug: string;
  name: string;
  description: string;
  kind: PolicyKind;
  severity: AlertSeverity;
  /** Apps whose activities it is made for. */
  connectorSlugs: readonly string[];
  filter: StoredFilter;
  threshold: Threshold | null;
  mitreTechniques: readonly string[];
  /** What it finds and what it does not: one test runs them all. */
  examples: readonly RuleExample[];
}

/** Some events and how many alerts a rule must make of them. */
export interface RuleExample {
  name: string;
  /** In the order in which they arrive. */
  events: readonly ExampleEvent[];
  alerts: number;
}

/** An event as a connector would map it; what is left out is ordinary. */
export interface ExampleEvent extends Partial<Omit<ActivityRecord, "occurredAt" | "actor" | "externalId">> {
  /** Seconds after the first. */
  at: number;
  /** Account that did it; null: nobody known. Default `ana`. */
  user?: string | null;
  connectorSlug?: string;
  /** Of the range that the address lies in. */
  ipCategory?: "CORPORATE" | "VPN" | "RISKY";
}

/** The same event several times, so many seconds apart. */
export function repeated(times: number, everySeconds: number, event: Omit<ExampleEvent, "at">): ExampleEvent[] {
  return Array.from({ length: times }, (_, n) => ({ ...event, at: n * everySeconds }));
}
