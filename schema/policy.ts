import type { AlertSeverity, ContentCondition, PolicyKind as Kind } from "#db/tables/policies.ts";
import { type AlertRow, alertList } from "#src/detection/alerts/list.ts";
import { createPolicy, deletePolicy, updatePolicy } from "#src/detection/policies/change.ts";
import type { PolicyInput as Input } from "#src/detection/policies/draft.ts";
import { loadPolicies, type PolicyRow, policyList, visiblePart } from "#src/detection/policies/list.ts";
import { type PolicyPreview, previewPolicy } from "#src/detection/policies/preview.ts";
import type { PolicyScope } from "#src/detection/policies/scope.ts";
import { policyTemplates } from "#src/detection/policies/templates/index.ts";
import type { PolicyTemplate } from "#src/detection/policies/templates/template.ts";
import type { Threshold } from "#src/detection/policies/threshold.ts";
import { ActivityFilter, activityKeyOf } from "./activity.ts";
import { AlertConnection } from "./alert.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { describedEnum } from "./described-enum.ts";
import { Confidence } from "./file-enums.ts";
import { FileFilter } from "./file-filter.ts";
import { GovernanceActionKind } from "./governance.ts";
import { parseNumber, policyKey } from "./ids.ts";
import { loadAll } from "./load.ts";
import { OAuthAppFilter } from "./oauth-app.ts";
import { Severity } from "./recommendation.ts";
import { ActivityRef, FileRef, PolicyRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const PolicyKind = describedEnum("PolicyKind", "The kind of a policy: what it evaluates.", {
  ANOMALY: "Behaviour that is unusual for an account, found by the built-in detections.",
  ACTIVITY: "Activities that match a filter, each on its own or several within a window.",
  SIGMA: "Activities that match a Sigma rule.",
  FILE: "Files and how they are shared.",
  OAUTH_APP: "Third-party apps and their permissions.",
});

const Sensitivity = describedEnum("Sensitivity", "How readily a detection raises alerts.", {
  LOW: "Raises fewest alerts: what is usual for the account or the organisation is suppressed.",
  MEDIUM: "Suppresses what is usual for the account.",
  HIGH: "Raises most alerts: only what is always harmless is suppressed.",
});

const ThresholdRef = builder.objectRef<Threshold>("Threshold").implement({
  description: "A number of matches within a window of event time.",
  fields: (t) => ({
    count: t.exposeInt("count", { description: "Number of matches that raises an alert." }),
    windowSeconds: t.exposeInt("windowSeconds", {
      description: "Length of the window in seconds. The matches must lie within less than it.",
    }),
    sameUser: t.exposeBoolean("sameUser", {
      description:
        "True if matches are counted separately for each account, or across instances for each person whose accounts are linked.",
    }),
    sameInstance: t.exposeBoolean("sameInstance", {
      description: "True if matches are counted separately for each instance.",
    }),
  }),
});

const PolicyScopeRef = builder.objectRef<PolicyScope>("PolicyScope").implement({
  description: "The accounts, group members, instances and folders of a scope.",
  fields: (t) => ({
    userIds: t.idList({ description: "Ids of the accounts in the scope.", resolve: ({ userIds }) => userIds }),
    groupIds: t.idList({
      description: "Ids of the groups whose members are in the scope.",
      resolve: ({ groupIds }) => groupIds,
    }),
    instanceIds: t.idList({
      description: "Ids of the instances in the scope.",
      resolve: ({ instanceIds }) => instanceIds,
    }),
    folderIds: t.idList({
      description: "Ids of the folders whose files are in the scope, at any depth. Empty unless the kind is FILE.",
      resolve: ({ folderIds }) => folderIds ?? [],
    }),
  }),
});

const ContentConditionRef = builder.objectRef<ContentCondition>("ContentCondition").implement({
  description: "A condition on the content of a file, as content inspection finds it.",
  fields: (t) => ({
    detectors: t.exposeStringList("detectors", { description: "Slugs of the detectors whose matches count." }),
    categories: t.exposeStringList("categories", {
      description: "Categories of detectors whose matches count, such as CREDENTIALS.",
    }),
    minCount: t.exposeInt("minCount", {
      description: "Number of different values that must be found, over all of these detectors together.",
    }),
    minConfidence: t.expose("minConfidence", {
      type: Confidence,
      description: "Least confidence with which a detector must have found its values for them to count.",
    }),
  }),
});

const PolicyAction = builder.objectRef<PolicyRow["actions"][number]>("PolicyAction").implement({
  description: "A governance action that is taken when the policy raises an alert.",
  fields: (t) => ({
    kind: t.field({
      type: GovernanceActionKind,
      description: "Kind of the governance action.",
      resolve: ({ kind }) => kind as never,
    }),
    parameters: t.field({
      type: "JSON",
      nullable: true,
      description: "Parameters of the action besides its target. Null if it has none.",
      resolve: ({ parameters }) => parameters,
    }),
  }),
});

builder.node(PolicyRef, {
  description: "A rule: what to detect, its severity, and which actions to take.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.policy, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the policy." }),
    description: t.exposeString("description", { description: "Purpose of the policy." }),
    kind: t.expose("kind", { type: PolicyKind, description: "Kind of the policy." }),
    enabled: t.exposeBoolean("enabled", { description: "True if the policy is evaluated." }),
    severity: t.expose("severity", { type: Severity, description: "Severity of the alerts that the policy raises." }),
    slug: t.exposeString("slug", {
      nullable: true,
      description:
        "Stable name of the built-in detection, or of the template from which the policy was created. Null if there is none.",
    }),
    builtIn: t.exposeBoolean("builtIn", {
      description:
        "True if the policy is part of Gatehouse. It can be enabled, disabled, scoped and tuned, but not deleted.",
    }),
    filter: t.field({
      type: "JSON",
      nullable: true,
      description:
        "The ActivityFilter, FileFilter or OAuthAppFilter of the policy. Ids in instances that you may not see are omitted. Null if the policy has no filter.",
      resolve: ({ filter }, _, { viewer }) => visiblePart(viewer, filter),
    }),
    content: t.expose("content", {
      type: ContentConditionRef,
      nullable: true,
      description: "Condition on the content of the files, for kind FILE. Null if the content does not matter.",
    }),
    threshold: t.expose("threshold", {
      type: ThresholdRef,
      nullable: true,
      description: "Number of matches within a window that raises an alert. Null if each match raises one.",
    }),
    sigma: t.exposeString("sigma", {
      nullable: true,
      description: "Source of the Sigma rule, as YAML. Null unless the kind is SIGMA.",
    }),
    sensitivity: t.expose("sensitivity", {
      type: Sensitivity,
      nullable: true,
      description: "Sensitivity of the anomaly detection. Null if the policy has no sensitivity levels.",
    }),
    include: t.field({
      type: PolicyScopeRef,
      nullable: true,
      description:
        "Accounts, group members, instances and folders to which the policy applies. If instances, accounts or groups, and folders are given, all must match. Of a policy of kind FILE the accounts are the owners. Null applies it to all.",
      resolve: ({ include }, _, { viewer }) => visiblePart(viewer, include),
    }),
    exclude: t.field({
      type: PolicyScopeRef,
      nullable: true,
      description:
        "Accounts, group members, instances and folders to which the policy does not apply, even if `include` covers them. Null excludes none.",
      resolve: ({ exclude }, _, { viewer }) => visiblePart(viewer, exclude),
    }),
    learningUntil: t.expose("learningUntil", {
      type: "DateTime",
      nullable: true,
      description:
        "End of the learning period, during which an anomaly detection raises no alerts about new behaviour. Null if there is no learning period.",
    }),
    disabledReason: t.exposeString("disabledReason", {
      nullable: true,
      description: "Reason why Gatehouse disabled the policy. Null if it did not.",
    }),
    mitreTechniques: t.exposeStringList("mitreTechniques", {
      description: "MITRE ATT&CK techniques that the policy detects.",
    }),
    matchesLast24h: t.int({
      description: "Number of activities, files or apps that came to match in the last 24 hours, in whole hours.",
      resolve: async ({ id }, _, context) => (await context.load.policyFigures.load(id)).matches,
    }),
    errorsLast24h: t.int({
      description:
        "Number of activities and files of the last 24 hours for which the evaluation failed. Failures are faults of Gatehouse; its log has the details.",
      resolve: async ({ id }, _, context) => (await context.load.policyFigures.load(id)).errors,
    }),
    actions: t.field({
      type: [PolicyAction],
      description:
        "Actions that are taken when the policy raises an alert, once for each alert however often it recurs; of a policy of kind FILE whenever a file comes to match.",
      resolve: ({ actions }) => actions,
    }),
    maxTargetsPerDay: t.exposeInt("maxTargetsPerDay", {
      description: "Maximum number of automatic actions a day. Further actions await approval.",
    }),
    createdBy: t.exposeString("createdBy", { description: "Name of the person or token that created the policy." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the policy was created." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When the policy was last changed." }),
    alerts: t.field({
      type: AlertConnection,
      description: "Alerts that the policy raised, newest first.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: ({ id }, args, context) =>
        nestedConnection<AlertRow>(
          context,
          "policy.alerts",
          args,
          {},
          () => alertList(context.core.db, context.viewer, null),
          { instanceId: 0, externalId: String(id) },
        ),
    }),
  }),
});
const PolicyConnection = connectionOf("Policy", PolicyRef);

builder.objectField(ActivityRef, "policies", (t) =>
  t.field({
    type: [PolicyRef],
    description: "Policies that matched this activity.",
    resolve: (row, _, context) => context.load.policiesOfActivity.load(activityKeyOf(row)),
  }),
);

const PolicyTemplateRef = builder.objectRef<PolicyTemplate>("PolicyTemplate").implement({
  description: "A template for a policy. Pass its slug to createPolicy.",
  fields: (t) => ({
    slug: t.exposeString("slug", { description: "Stable name of the template." }),
    name: t.exposeString("name", { description: "Name of the template." }),
    description: t.exposeString("description", { description: "Description of what the policy detects." }),
    kind: t.expose("kind", { type: PolicyKind, description: "Kind of the policy." }),
    severity: t.expose("severity", { type: Severity, description: "Severity of the alerts that the policy raises." }),
    connectorSlugs: t.stringList({
      description: "Slugs of the connectors for which the template is made.",
      resolve: ({ connectorSlugs }) => [...connectorSlugs],
    }),
    filter: t.field({ type: "JSON", description: "The filter of the policy.", resolve: ({ filter }) => filter }),
    content: t.field({
      type: ContentConditionRef,
      nullable: true,
      description: "Condition on the content of the files. Null if the content does not matter.",
      resolve: ({ content }) => content,
    }),
    threshold: t.expose("threshold", {
      type: ThresholdRef,
      nullable: true,
      description: "Number of matches within a window that raises an alert. Null if each match raises one.",
    }),
    mitreTechniques: t.stringList({
      description: "MITRE ATT&CK techniques that the policy detects.",
      resolve: ({ mitreTechniques }) => [...mitreTechniques],
    }),
  }),
});

const ThresholdInput = builder.inputType("ThresholdInput", {
  description: "A number of matches within a window of event time.",
  fields: (t) => ({
    count: t.int({ required: true, description: "Number of matches that raises an alert, from 2 to 10,000." }),
    windowSeconds: t.int({
      required: true,
      description:
        "Length of the window in seconds, at most 604,800 (7 days). The matches must lie within less than it.",
    }),
    sameUser: t.boolean({ description: "Whether matches are counted separately for each account. Default true." }),
    sameInstance: t.boolean({ description: "Whether matches are counted separately for each instance. Default true." }),
  }),
});

const PolicyScopeInput = builder.inputType("PolicyScopeInput", {
  description: "The accounts, group members, instances and folders of a scope, at most 1,000 of each.",
  fields: (t) => ({
    userIds: t.idList({ description: "Ids of the accounts in the scope. Default: none." }),
    groupIds: t.idList({ description: "Ids of the groups whose members are in the scope. Default: none." }),
    instanceIds: t.idList({ description: "Ids of the instances in the scope. Default: none." }),
    folderIds: t.idList({
      description: "Ids of folders, for kind FILE: files in them are in the scope, at any depth. Default: none.",
    }),
  }),
});

const ContentConditionInput = builder.inputType("ContentConditionInput", {
  description:
    "A condition on the content of a file, as content inspection finds it. At least one detector or category is required.",
  fields: (t) => ({
    detectors: t.stringList({ description: "Slugs of the detectors whose matches count. Default: none." }),
    categories: t.stringList({
      description: "Categories of detectors whose matches count, such as CREDENTIALS. Default: none.",
    }),
    minCount: t.int({
      description:
        "Number of different values that must be found, over all of these detectors together, from 1 to 10,000. Default 1.",
    }),
    minConfidence: t.field({
      type: Confidence,
      description:
        "Least confidence with which a detector must have found its values for them to count. Default MEDIUM.",
    }),
  }),
});

const PolicyActionInput = builder.inputType("PolicyActionInput", {
  description: "A governance action to take when the policy raises an alert.",
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, required: true, description: "Kind of the governance action." }),
    parameters: t.field({ type: "JSON", description: "Parameters of the action besides its target. Default: none." }),
  }),
});

export interface PolicyInputShape extends Omit<Input, "include" | "exclude"> {
  kind?: Kind | null;
  severity?: AlertSeverity | null;
  include?: ScopeShape | null;
  exclude?: ScopeShape | null;
}
type ScopeShape = Partial<Record<keyof PolicyScope, (string | number)[] | null>>;

export const PolicyInput = builder.inputRef<PolicyInputShape>("PolicyInput").implement({
  description:
    "The policy to create, or the changes to make to a policy. Absent properties stay unchanged or are taken from the template.",
  fields: (t) => ({
    name: t.string({ description: "Name of the policy: one line of at most 200 characters." }),
    description: t.string({ description: "Purpose of the policy." }),
    kind: t.field({ type: PolicyKind, description: "Kind of the policy. It cannot be changed later." }),
    enabled: t.boolean({
      description:
        "Whether the policy is evaluated. Default true. After it is enabled, it applies to activities stored from then on, and to all stored files.",
    }),
    severity: t.field({
      type: Severity,
      description: "Severity of the alerts that the policy raises. Default MEDIUM.",
    }),
    templateSlug: t.string({ description: "Slug of the template to start from. Only for a new policy." }),
    activityFilter: t.field({
      type: ActivityFilter,
      description: "Filter of the activities to match, for kind ACTIVITY. `{}` matches all.",
    }),
    fileFilter: t.field({
      type: FileFilter,
      description: "Filter of the files and folders to match, for kind FILE. `{}` matches all that exist.",
    }),
    contentCondition: t.field({
      type: ContentConditionInput,
      description:
        "Condition on the content of the files, for kind FILE. Files that match otherwise are inspected if they were not yet. Null removes the condition.",
    }),
    oauthAppFilter: t.field({
      type: OAuthAppFilter,
      description: "Filter of the third-party apps to match, for kind OAUTH_APP.",
    }),
    threshold: t.field({
      type: ThresholdInput,
      description:
        "Number of matches within a window that raises an alert, for kind ACTIVITY. Null raises one for each match.",
    }),
    sigma: t.string({ description: "One Sigma rule as YAML, for kind SIGMA." }),
    sensitivity: t.field({ type: Sensitivity, description: "Sensitivity of an anomaly detection." }),
    include: t.field({
      type: PolicyScopeInput,
      description:
        "Accounts, group members, instances and folders to which the policy applies. Of a policy of kind FILE the accounts are the owners. Null applies it to all.",
    }),
    exclude: t.field({
      type: PolicyScopeInput,
      description:
        "Accounts, group members, instances and folders to which the policy does not apply, even if `include` covers them. Null excludes none.",
    }),
    actions: t.field({ type: [PolicyActionInput], description: "Actions to take when the policy raises an alert." }),
    maxTargetsPerDay: t.int({
      description:
        "Maximum number of automatic actions a day. Further actions await approval. Default 10. With 0, every action awaits approval.",
    }),
  }),
});

export function inputOf({ include, exclude, ...input }: PolicyInputShape): Input {
  const texts = (scope: ScopeShape | null | undefined) =>
    scope && Object.fromEntries(Object.entries(scope).map(([name, ids]) => [name, ids?.map(String) ?? null]));
  return {
    ...input,
    ...(include === undefined ? {} : { include: texts(include) ?? null }),
    ...(exclude === undefined ? {} : { exclude: texts(exclude) ?? null }),
  };
}

const PolicyPayload = builder.objectRef<Payload<PolicyRow | null>>("PolicyPayload").implement({
  description: "Result of a change of a policy.",
  fields: (t) => ({
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description: "The created, changed or deleted policy. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const PolicyPreviewRef = builder.objectRef<PolicyPreview>("PolicyPreview").implement({
  description: "The matches that a policy would have had in stored activities, or has among stored files.",
  fields: (t) => ({
    matches: t.exposeInt("matches", {
      description: "Number of activities or files that match. Of files, the 10,000 that changed last are examined.",
    }),
    alertsPerDay: t.exposeFloat("alertsPerDay", {
      description:
        "Average number of alerts a day with the threshold applied, as if each alert were resolved at the end of its day; of kind FILE, of files that changed in the period.",
    }),
    samples: t.field({
      type: [ActivityRef],
      description: "The newest matching activities, at most 10. Empty for kind FILE.",
      resolve: ({ samples }) => samples,
    }),
    files: t.field({
      type: [FileRef],
      description: "The matching files that changed last, at most 10. Empty unless the kind is FILE.",
      resolve: ({ files }) => files,
    }),
    filesToInspect: t.exposeInt("filesToInspect", {
      description:
        "Number of files that match but for their content, which would have to be inspected first. They do not count as matches.",
    }),
  }),
});

const read = async (context: Context, id: number): Promise<PolicyRow | null> =>
  (await loadPolicies(context.core.db, [id]))[0] ?? null;

const keyOf = (context: Context, action: string, id: string | number) =>
  keyFor(context, action, "ADMIN", () => policyKey(String(id), ["id"]));

builder.queryFields((t) => ({
  policies: t.field({
    type: PolicyConnection,
    description: "All policies including the built-in detections, in the order in which they were created.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      kind: t.arg({ type: [PolicyKind], description: "Return only policies of these kinds. Default: all." }),
    },
    resolve: (_, { kind, ...args }, context) =>
      rootConnection<PolicyRow>(context, policyList(context.core.db, kind ?? null), args),
  }),
  previewPolicy: t.field({
    type: PolicyPreviewRef,
    description:
      "Evaluate a policy of kind ACTIVITY over stored activities of at most 31 days, or one of kind FILE over stored files, in the instances that you may see. Counts 3,000 towards the cost of the operation.",
    extensions: { work: 3_000 },
    args: {
      input: t.arg({ type: PolicyInput, required: true, description: "The policy to evaluate." }),
      from: t.arg({
        type: "DateTime",
        required: true,
        description: "Evaluate activities that happened at or after this instant.",
      }),
      to: t.arg({
        type: "DateTime",
        required: true,
        description: "Evaluate activities that happened before this instant.",
      }),
    },
    resolve: (_, { input, from, to }, context) => previewPolicy(context.core, context.viewer, inputOf(input), from, to),
  }),
  policyTemplates: t.field({
    type: [PolicyTemplateRef],
    description: "Templates from which a policy can be created.",
    resolve: async () => [...(await policyTemplates())],
  }),
}));

builder.mutationFields((t) => ({
  createPolicy: t.field({
    type: PolicyPayload,
    description:
      "Create a policy. Activities stored from then on can match it; one of kind FILE is applied to all stored files as well. Requires the role ADMIN for all instances.",
    args: { input: t.arg({ type: PolicyInput, required: true, description: "The policy to create." }) },
    resolve: (_, { input }, context) =>
      payload(async () => read(context, await createPolicy(context.core, context.viewer, inputOf(input)))),
  }),
  updatePolicy: t.field({
    type: PolicyPayload,
    description: "Change the given properties of a policy. Requires the role ADMIN for all instances.",
    args: {
      id: t.arg.id({ required: true, description: "Id of the policy." }),
      input: t.arg({ type: PolicyInput, required: true, description: "The changes to make." }),
    },
    resolve: (_, { id, input }, context) =>
      payload(async () => {
        const key = await keyOf(context, "policy.update", id);
        return read(context, await updatePolicy(context.core, context.viewer, key, inputOf(input)));
      }),
  }),
  deletePolicy: t.field({
    type: PolicyPayload,
    description:
      "Delete a policy and return it as it was. Its alerts are kept. Requires the role ADMIN for all instances.",
    args: { id: t.arg.id({ required: true, description: "Id of the policy." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyOf(context, "policy.delete", id);
        const before = await read(context, key);
        await deletePolicy(context.core, context.viewer, key);
        return before;
      }),
  }),
}));
