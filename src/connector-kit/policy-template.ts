import type { ActivityCategory, ActivityOutcome, Severity } from "./contract/kinds.ts";
import type { ActivityRecord } from "./contract/records.ts";

/** A policy to start from, as far as it is independent of any app. */
export interface TemplateFacts {
  /** kebab-case, stable, one of its kind among all apps. */
  slug: string;
  name: string;
  description: string;
  severity: Severity;
  filter: TemplateFilter;
  /** Null: each match is an alert. */
  threshold: { count: number; windowSeconds: number; sameUser: boolean; sameInstance: boolean } | null;
  mitreTechniques: readonly string[];
  /** What it finds and what it does not: one test runs them all. */
  examples: readonly RuleExample[];
}

/** The conditions of the API's ActivityFilter that templates use, by the same names. */
export interface TemplateFilter {
  categories?: readonly ActivityCategory[];
  eventTypes?: readonly string[];
  outcomes?: readonly ActivityOutcome[];
  ipCategories?: readonly string[];
  userAgentTags?: readonly string[];
  hasUser?: boolean;
  search?: string;
  not?: TemplateFilter;
}

/** An app's event types for a template that many apps share, and what it finds among them. */
export interface TemplateEvents {
  eventTypes: readonly string[];
  examples: readonly RuleExample[];
}

/** What an app adds to the templates. */
export interface AppTemplates {
  /** Templates that look at this app's activities only. */
  own?: readonly TemplateFacts[];
  /** By slug of a template that looks for event types and leaves it to the apps to name them. */
  events?: Readonly<Record<string, TemplateEvents>>;
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
  /** Of the range that the address lies in. */
  ipCategory?: "CORPORATE" | "VPN" | "RISKY";
}

/** The same event several times, so many seconds apart. */
export function repeated(times: number, everySeconds: number, event: Omit<ExampleEvent, "at">): ExampleEvent[] {
  return Array.from({ length: times }, (_, n) => ({ ...event, at: n * everySeconds }));
}
