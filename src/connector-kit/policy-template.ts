import type { ActivityCategory, ActivityOutcome, Severity } from "./contract/kinds.ts";
import type { ActivityRecord, SharingLevel } from "./contract/records.ts";

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

/** A policy over files to start from. */
export interface FileTemplateFacts
  extends Pick<TemplateFacts, "slug" | "name" | "description" | "severity" | "mitreTechniques"> {
  filter: FileTemplateFilter;
  /** What content inspection must have found; only for apps whose files can be read. */
  content?: { detectors: string[]; categories: string[]; minCount: number; minConfidence: "LOW" | "MEDIUM" | "HIGH" };
  /** What it finds and what it does not: one test runs them all. */
  examples: readonly FileExample[];
}

/** The conditions of the API's FileFilter that templates use, by the same names. */
export interface FileTemplateFilter {
  sharing?: readonly SharingLevel[];
  collaboratorDomains?: readonly string[];
  extensions?: readonly string[];
  mimeTypes?: readonly string[];
  isFolder?: boolean;
  trashed?: boolean;
  quarantined?: boolean;
  unmodifiedForDays?: number;
  not?: FileTemplateFilter;
}

/** A file, and whether a policy matches it. What is left out is ordinary: a private document that was changed today. */
export interface FileExample {
  name: string;
  file: { name?: string; sharing?: SharingLevel; isFolder?: boolean; trashed?: boolean; daysUnmodified?: number };
  /** Domains of people who have access, lower case. */
  domains?: readonly string[];
  /** What content inspection found, by detector. */
  found?: Readonly<Record<string, number>>;
  matches: boolean;
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
  /** Templates over this app's files only. */
  files?: readonly FileTemplateFacts[];
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
