import type { ContentCondition, PolicyKind } from "#db/tables/policies.ts";
import type { FileExample, RuleExample, TemplateFacts } from "#src/connector-kit/policy-template.ts";
import type { StoredFilter } from "../stored-filter.ts";

/** A policy to start from. */
export interface PolicyTemplate extends Omit<TemplateFacts, "filter" | "examples"> {
  kind: PolicyKind;
  /** Apps whose activities it is made for, in the order of the catalogue; at least one. */
  connectorSlugs: readonly string[];
  filter: StoredFilter;
  /** FILE only: what content inspection must have found. */
  content?: ContentCondition | null;
  /** FILE only. */
  fileExamples?: readonly FileExample[];
  /** Each with the app whose events they are. Empty for FILE. */
  examples: readonly (RuleExample & { connectorSlug: string })[];
}

/** A template that names no app. It fits each whose log has a category that its filter asks for. */
export interface SharedTemplate extends TemplateFacts {
  /** The event types to look for are those that apps name for it (their templates.ts); it fits only apps that name some. */
  eventTypesOfApps?: true;
}
