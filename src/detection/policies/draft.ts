import type { AlertSeverity, ContentCondition, Policy, PolicyKind } from "#db/tables/policies.ts";
import type { Confidence } from "#src/inspection/detector.ts";
import { cleanText } from "#src/platform/text.ts";
import type { Problems } from "./problems.ts";
import type { PolicyScope } from "./scope.ts";
import { type StoredFilter, storedForm } from "./stored-filter.ts";
import type { PolicyTemplate } from "./templates/template.ts";
import type { Threshold } from "./threshold.ts";

/** A policy as clients ask for it. Left out: as it was, as in the template, or the default. */
export interface PolicyInput {
  name?: string | null;
  description?: string | null;
  kind?: PolicyKind | null;
  enabled?: boolean | null;
  severity?: AlertSeverity | null;
  templateSlug?: string | null;
  activityFilter?: object | null;
  oauthAppFilter?: object | null;
  fileFilter?: object | null;
  contentCondition?: ContentInput | null;
  threshold?: { count: number; windowSeconds: number; sameUser?: boolean | null; sameInstance?: boolean | null } | null;
  sigma?: string | null;
  sensitivity?: Policy["sensitivity"];
  include?: Partial<Record<keyof PolicyScope, readonly string[] | null>> | null;
  exclude?: Partial<Record<keyof PolicyScope, readonly string[] | null>> | null;
  actions?: readonly { kind: string; parameters?: unknown }[] | null;
  maxTargetsPerDay?: number | null;
}

/** What content inspection must have found. */
export interface ContentInput {
  detectors?: readonly string[] | null;
  categories?: readonly string[] | null;
  minCount?: number | null;
  minConfidence?: Confidence | null;
}

/** The columns of a policy that can be set. */
export type Draft = Pick<
  Policy,
  | "name"
  | "description"
  | "kind"
  | "enabled"
  | "severity"
  | "slug"
  | "threshold"
  | "sigma"
  | "sigmaFacts"
  | "sensitivity"
  | "include"
  | "exclude"
  | "content"
  | "mitreTechniques"
  | "actions"
  | "maxTargetsPerDay"
> & { filter: StoredFilter | null };

/** Where each kind of policy takes its filter from. */
export const filterArguments = {
  ACTIVITY: "activityFilter",
  OAUTH_APP: "oauthAppFilter",
  FILE: "fileFilter",
  SIGMA: null,
  ANOMALY: null,
} as const;

/** A new policy from what was asked for and what it starts from. */
export function newDraft(input: PolicyInput, template: PolicyTemplate | null, problems: Problems): Draft {
  const kind = input.kind ?? template?.kind;
  if (!kind) problems.add("Say of which kind, or start from a template.", ["input", "kind"]);
  else if (template && kind !== template.kind)
    problems.add(`The template is of the kind ${template.kind}.`, ["input", "kind"]);
  return changed(
    {
      name: template?.name ?? "",
      description: template?.description ?? "",
      kind: template?.kind ?? kind ?? "ACTIVITY",
      enabled: true,
      severity: template?.severity ?? "MEDIUM",
      slug: template?.slug ?? null,
      filter: template?.filter ?? null,
      threshold: template?.threshold ?? null,
      sigma: null,
      sigmaFacts: null,
      sensitivity: null,
      include: null,
      exclude: null,
      content: template?.content ?? null,
      mitreTechniques: [...(template?.mitreTechniques ?? [])],
      actions: [],
      maxTargetsPerDay: 10,
    },
    input,
  );
}

/** A policy with what was asked for; null takes away what can be taken away. */
export function changed(draft: Draft, input: PolicyInput): Draft {
  const filterArgument = filterArguments[draft.kind];
  const filter = filterArgument ? input[filterArgument] : undefined;
  return {
    ...draft,
    name: input.name == null ? draft.name : (cleanText(input.name.trim(), 10_000) ?? ""),
    description: input.description === undefined ? draft.description : (cleanText(input.description, 10_000) ?? ""),
    enabled: input.enabled ?? draft.enabled,
    severity: input.severity ?? draft.severity,
    filter: filter == null ? draft.filter : storedForm(filter),
    threshold: input.threshold === undefined ? draft.threshold : thresholdOf(input.threshold),
    sigma: input.sigma ?? draft.sigma,
    sensitivity: input.sensitivity ?? draft.sensitivity,
    include: input.include === undefined ? draft.include : scopeOf(input.include),
    exclude: input.exclude === undefined ? draft.exclude : scopeOf(input.exclude),
    content: input.contentCondition === undefined ? draft.content : contentOf(input.contentCondition),
    actions: input.actions == null ? draft.actions : input.actions.map(actionOf),
    maxTargetsPerDay: input.maxTargetsPerDay ?? draft.maxTargetsPerDay,
  };
}

function thresholdOf(threshold: PolicyInput["threshold"]): Threshold | null {
  if (!threshold) return null;
  const { count, windowSeconds, sameUser, sameInstance } = threshold;
  return { count, windowSeconds, sameUser: sameUser ?? true, sameInstance: sameInstance ?? true };
}

function scopeOf(scope: PolicyInput["include"]): PolicyScope | null {
  if (!scope) return null;
  const ids = (list: readonly string[] | null | undefined) => [...(list ?? [])].map(String);
  return {
    userIds: ids(scope.userIds),
    groupIds: ids(scope.groupIds),
    instanceIds: ids(scope.instanceIds),
    ...(scope.folderIds?.length ? { folderIds: ids(scope.folderIds) } : {}),
  };
}

function contentOf(condition: ContentInput | null): ContentCondition | null {
  if (!condition) return null;
  return {
    detectors: [...new Set(condition.detectors ?? [])],
    categories: [...new Set(condition.categories ?? [])],
    minCount: condition.minCount ?? 1,
    minConfidence: condition.minConfidence ?? "MEDIUM",
  };
}

function actionOf({ kind, parameters }: { kind: string; parameters?: unknown }): Policy["actions"][number] {
  return { kind, parameters: (parameters ?? null) as Record<string, unknown> | null };
}
