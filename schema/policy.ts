import type { AlertSeverity, PolicyKind as Kind } from "#db/tables/policies.ts";
import { type AlertRow, alertList } from "#src/detection/alerts/list.ts";
import { createPolicy, deletePolicy, updatePolicy } from "#src/detection/policies/change.ts";
import type { PolicyInput as Input } from "#src/detection/policies/draft.ts";
import { loadPolicies, type PolicyRow, policyList, visiblePart } from "#src/detection/policies/list.ts";
import { type PolicyPreview, previewPolicy } from "#src/detection/policies/preview.ts";
import type { PolicyScope } from "#src/detection/policies/scope.ts";
import { templates } from "#src/detection/policies/templates/index.ts";
import type { PolicyTemplate } from "#src/detection/policies/templates/template.ts";
import type { Threshold } from "#src/detection/policies/threshold.ts";
import { ActivityFilter, activityKeyOf } from "./activity.ts";
import { AlertConnection } from "./alert.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { describedEnum } from "./described-enum.ts";
import { GovernanceActionKind } from "./governance.ts";
import { parseNumber, policyKey } from "./ids.ts";
import { loadAll } from "./load.ts";
import { OAuthAppFilter } from "./oauth-app.ts";
import { Severity } from "./recommendation.ts";
import { ActivityRef, PolicyRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const PolicyKind = describedEnum("PolicyKind", "What a policy looks at.", {
  ANOMALY: "What is unusual for an account: the built-in detections.",
  ACTIVITY: "Activities that pass a filter, each or so many within a window.",
  SIGMA: "Activities that a Sigma rule finds.",
  FILE: "Files.",
  OAUTH_APP: "Third-party apps and what they may do.",
});

const Sensitivity = describedEnum("Sensitivity", "How easily a detection fires.", {
  LOW: "Seldom: what is usual for the account or the organisation keeps it quiet.",
  MEDIUM: "What is usual for the account keeps it quiet.",
  HIGH: "Often: only what is always harmless keeps it quiet.",
});

const ThresholdRef = builder.objectRef<Threshold>("Threshold").implement({
  description: "So many matches within a window of event time.",
  fields: (t) => ({
    count: t.exposeInt("count", { description: "How many." }),
    windowSeconds: t.exposeInt("windowSeconds", { description: "Within less than so many seconds." }),
    sameUser: t.exposeBoolean("sameUser", {
      description:
        "Counted for each account; across instances for each person, as far as accounts are known to be one person's.",
    }),
    sameInstance: t.exposeBoolean("sameInstance", { description: "Counted for each instance." }),
  }),
});

const PolicyScopeRef = builder.objectRef<PolicyScope>("PolicyScope").implement({
  description: "Accounts, members of groups, and instances.",
  fields: (t) => ({
    userIds: t.idList({ description: "Accounts.", resolve: ({ userIds }) => userIds }),
    groupIds: t.idList({ description: "Groups.", resolve: ({ groupIds }) => groupIds }),
    instanceIds: t.idList({ description: "Instances.", resolve: ({ instanceIds }) => instanceIds }),
  }),
});

const PolicyAction = builder.objectRef<PolicyRow["actions"][number]>("PolicyAction").implement({
  description: "What is done when the policy raises an alert.",
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, description: "What.", resolve: ({ kind }) => kind as never }),
    parameters: t.field({
      type: "JSON",
      nullable: true,
      description: "What it takes beside its target.",
      resolve: ({ parameters }) => parameters,
    }),
  }),
});

builder.node(PolicyRef, {
  description: "A rule: what to look for, how much it matters, and what to do then.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.policy, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name." }),
    description: t.exposeString("description", { description: "What it is for." }),
    kind: t.expose("kind", { type: PolicyKind, description: "What it looks at." }),
    enabled: t.exposeBoolean("enabled", { description: "Whether it looks." }),
    severity: t.expose("severity", { type: Severity, description: "How much its alerts matter." }),
    slug: t.exposeString("slug", {
      nullable: true,
      description: "Of a built-in detection, or of the template it was made from.",
    }),
    builtIn: t.exposeBoolean("builtIn", {
      description: "Comes with Gatehouse: it can be switched, scoped and tuned, not removed.",
    }),
    filter: t.field({
      type: "JSON",
      nullable: true,
      description:
        "An ActivityFilter or OAuthAppFilter, as it was given. Ids in instances that are not yours are left out.",
      resolve: ({ filter }, _, { viewer }) => visiblePart(viewer, filter),
    }),
    threshold: t.expose("threshold", { type: ThresholdRef, nullable: true, description: "Null: each match counts." }),
    sigma: t.exposeString("sigma", { nullable: true, description: "The imported Sigma rule." }),
    sensitivity: t.expose("sensitivity", {
      type: Sensitivity,
      nullable: true,
      description: "For anomaly detections that have levels.",
    }),
    include: t.field({
      type: PolicyScopeRef,
      nullable: true,
      description:
        "Only these: in one of the instances, and by one of the accounts or members, as far as any are named.",
      resolve: ({ include }, _, { viewer }) => visiblePart(viewer, include),
    }),
    exclude: t.field({
      type: PolicyScopeRef,
      nullable: true,
      description: "None of these; beats `include`.",
      resolve: ({ exclude }, _, { viewer }) => visiblePart(viewer, exclude),
    }),
    learningUntil: t.expose("learningUntil", {
      type: "DateTime",
      nullable: true,
      description: "An anomaly detection stays quiet about what is new until then.",
    }),
    disabledReason: t.exposeString("disabledReason", {
      nullable: true,
      description: "Why it was switched off by itself.",
    }),
    mitreTechniques: t.exposeStringList("mitreTechniques", { description: "Techniques of MITRE ATT&CK it is about." }),
    matchesLast24h: t.int({
      description: "Activities it matched in the last 24 hours, by whole hours.",
      resolve: async ({ id }, _, context) => (await context.load.policyFigures.load(id)).matches,
    }),
    errorsLast24h: t.int({
      description: "Activities on which it failed in the last 24 hours: a fault in Gatehouse, told in its log.",
      resolve: async ({ id }, _, context) => (await context.load.policyFigures.load(id)).errors,
    }),
    actions: t.field({
      type: [PolicyAction],
      description: "What is done when it raises an alert; once for an alert, however often it repeats.",
      resolve: ({ actions }) => actions,
    }),
    maxTargetsPerDay: t.exposeInt("maxTargetsPerDay", {
      description: "Actions of a day; above it a person decides.",
    }),
    createdBy: t.exposeString("createdBy", { description: "Who made it." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When it was last changed." }),
    alerts: t.field({
      type: AlertConnection,
      description: "What it raised, newest first.",
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
    description: "Policies it matched.",
    resolve: (row, _, context) => context.load.policiesOfActivity.load(activityKeyOf(row)),
  }),
);

const PolicyTemplateRef = builder.objectRef<PolicyTemplate>("PolicyTemplate").implement({
  description: "A policy to start from: createPolicy with its slug.",
  fields: (t) => ({
    slug: t.exposeString("slug", { description: "Its stable name." }),
    name: t.exposeString("name", { description: "Its name." }),
    description: t.exposeString("description", { description: "What it finds." }),
    kind: t.expose("kind", { type: PolicyKind, description: "What it looks at." }),
    severity: t.expose("severity", { type: Severity, description: "How much its alerts matter." }),
    connectorSlugs: t.stringList({
      description: "Apps it is made for.",
      resolve: ({ connectorSlugs }) => [...connectorSlugs],
    }),
    filter: t.field({ type: "JSON", description: "What it looks for.", resolve: ({ filter }) => filter }),
    threshold: t.expose("threshold", { type: ThresholdRef, nullable: true, description: "Null: each match counts." }),
    mitreTechniques: t.stringList({
      description: "Techniques of MITRE ATT&CK it is about.",
      resolve: ({ mitreTechniques }) => [...mitreTechniques],
    }),
  }),
});

const ThresholdInput = builder.inputType("ThresholdInput", {
  description: "So many matches within a window of event time.",
  fields: (t) => ({
    count: t.int({ required: true, description: "How many: 2 to 10,000." }),
    windowSeconds: t.int({ required: true, description: "Within less than so many seconds; at most 7 days." }),
    sameUser: t.boolean({ description: "Count for each account. Default true." }),
    sameInstance: t.boolean({ description: "Count for each instance. Default true." }),
  }),
});

const PolicyScopeInput = builder.inputType("PolicyScopeInput", {
  description: "Accounts, members of groups, and instances; at most 1,000 of each.",
  fields: (t) => ({
    userIds: t.idList({ description: "Accounts." }),
    groupIds: t.idList({ description: "Groups." }),
    instanceIds: t.idList({ description: "Instances." }),
  }),
});

const PolicyActionInput = builder.inputType("PolicyActionInput", {
  description: "What to do when the policy raises an alert.",
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, required: true, description: "What." }),
    parameters: t.field({ type: "JSON", description: "What it takes beside its target." }),
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
  description: "A policy to make, or what to change of one: what is left out stays as it is, or as in the template.",
  fields: (t) => ({
    name: t.string({ description: "Its name, one line of at most 200 characters." }),
    description: t.string({ description: "What it is for." }),
    kind: t.field({ type: PolicyKind, description: "What it looks at; cannot be changed later." }),
    enabled: t.boolean({
      description: "Whether it looks. Default true. Enabling it makes it look at what is stored from then on.",
    }),
    severity: t.field({ type: Severity, description: "How much its alerts matter. Default MEDIUM." }),
    templateSlug: t.string({ description: "Start from this template; only for a new policy." }),
    activityFilter: t.field({ type: ActivityFilter, description: "For ACTIVITY: which activities; `{}` means all." }),
    oauthAppFilter: t.field({ type: OAuthAppFilter, description: "For OAUTH_APP: which apps." }),
    threshold: t.field({
      type: ThresholdInput,
      description: "For ACTIVITY: how many within which time. Null: each match.",
    }),
    sigma: t.string({ description: "For SIGMA: one rule in YAML." }),
    sensitivity: t.field({ type: Sensitivity, description: "For an anomaly detection." }),
    include: t.field({ type: PolicyScopeInput, description: "Only these. Null: everybody." }),
    exclude: t.field({ type: PolicyScopeInput, description: "None of these; beats `include`. Null: nobody." }),
    actions: t.field({ type: [PolicyActionInput], description: "What to do when it raises an alert." }),
    maxTargetsPerDay: t.int({
      description: "Actions of a day; above it a person decides. Default 10; 0: a person approves each.",
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
  description: "The policy.",
  fields: (t) => ({
    policy: t.field({ type: PolicyRef, nullable: true, description: "The policy.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const PolicyPreviewRef = builder.objectRef<PolicyPreview>("PolicyPreview").implement({
  description: "What a policy would have done over stored history.",
  fields: (t) => ({
    matches: t.exposeInt("matches", { description: "Activities that match." }),
    alertsPerDay: t.exposeFloat("alertsPerDay", {
      description: "Alerts on an average day, thresholds applied, as if each were resolved by the end of its day.",
    }),
    samples: t.field({
      type: [ActivityRef],
      description: "The newest matches, at most 10.",
      resolve: ({ samples }) => samples,
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
    description: "All policies, the built-in detections among them, in the order in which they were made.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      kind: t.arg({ type: [PolicyKind], description: "Of these kinds." }),
    },
    resolve: (_, { kind, ...args }, context) =>
      rootConnection<PolicyRow>(context, policyList(context.core.db, kind ?? null), args),
  }),
  previewPolicy: t.field({
    type: PolicyPreviewRef,
    description:
      "What a policy of the kind ACTIVITY would have done over what is stored: in the instances you see, and at most 31 days.",
    args: {
      input: t.arg({ type: PolicyInput, required: true, description: "The policy." }),
      from: t.arg({ type: "DateTime", required: true, description: "Activities that happened at or after." }),
      to: t.arg({ type: "DateTime", required: true, description: "Activities that happened before." }),
    },
    resolve: (_, { input, from, to }, context) => previewPolicy(context.core, context.viewer, inputOf(input), from, to),
  }),
  policyTemplates: t.field({
    type: [PolicyTemplateRef],
    description: "Policies to start from.",
    resolve: () => [...templates],
  }),
}));

builder.mutationFields((t) => ({
  createPolicy: t.field({
    type: PolicyPayload,
    description: "Makes a policy; activities that are stored from then on can match. For all instances: ADMIN.",
    args: { input: t.arg({ type: PolicyInput, required: true, description: "The policy." }) },
    resolve: (_, { input }, context) =>
      payload(async () => read(context, await createPolicy(context.core, context.viewer, inputOf(input)))),
  }),
  updatePolicy: t.field({
    type: PolicyPayload,
    description: "Changes what is given of a policy. For all instances: ADMIN.",
    args: {
      id: t.arg.id({ required: true, description: "Which policy." }),
      input: t.arg({ type: PolicyInput, required: true, description: "What to change." }),
    },
    resolve: (_, { id, input }, context) =>
      payload(async () => {
        const key = await keyOf(context, "policy.update", id);
        return read(context, await updatePolicy(context.core, context.viewer, key, inputOf(input)));
      }),
  }),
  deletePolicy: t.field({
    type: PolicyPayload,
    description: "Removes a policy; its alerts stay. Answers it as it was. For all instances: ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Which policy." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyOf(context, "policy.delete", id);
        const before = await read(context, key);
        await deletePolicy(context.core, context.viewer, key);
        return before;
      }),
  }),
}));
