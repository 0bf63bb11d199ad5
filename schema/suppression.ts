import { visiblePart } from "#src/detection/policies/list.ts";
import {
  createSuppression,
  deleteSuppression,
  loadSuppressions,
  type SuppressedRow,
  type SuppressionRow,
  suppressedList,
  suppressionList,
} from "#src/detection/policies/suppression.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import { decodeId, parseNumber, policyKey } from "./ids.ts";
import { ActivityRef, InstanceRef, PolicyRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const SuppressionRef = builder.objectRef<SuppressionRow>("Suppression");

builder.node(SuppressionRef, {
  description: "A muted pattern of one policy: why, by whom, until when, and how often it hit.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadSuppressions(context.core.db, ids.map(parseNumber)),
  fields: (t) => ({
    policy: t.field({
      type: PolicyRef,
      description: "Of which policy.",
      resolve: async ({ policyId }, _, context) => (await context.load.policy.load(policyId)) as never,
    }),
    match: t.field({
      type: "JSON",
      description: "An ActivityFilter: what is muted. Ids in instances that are not yours are left out.",
      resolve: ({ match }, _, { viewer }) => visiblePart(viewer, match),
    }),
    reason: t.exposeString("reason", { description: "Why." }),
    createdBy: t.exposeString("createdBy", { description: "By whom." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "Since when." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", nullable: true, description: "Until when; null: for good." }),
    hits: t.exposeInt("hits", { description: "How often it hit." }),
  }),
});
const SuppressionConnection = connectionOf("Suppression", SuppressionRef);

const SuppressedFindingRef = builder.objectRef<SuppressedRow>("SuppressedFinding").implement({
  description: "What a policy would have found, and why it was kept quiet.",
  fields: (t) => ({
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description: "Which policy; null when it was removed since.",
      resolve: ({ policyId }, _, context) => context.load.policy.load(policyId),
    }),
    instance: t.field({
      type: InstanceRef,
      description: "Where.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    activity: t.field({
      type: ActivityRef,
      nullable: true,
      description: "The activity; null once it is past retention.",
      resolve: ({ instanceId, occurredAt, externalId }, _, context) =>
        context.load.activity.load({ instanceId, occurredAt: new Date(occurredAt), externalId }),
    }),
    occurredAt: t.expose("occurredAt", { type: "DateTime", description: "When it happened." }),
    rule: t.exposeString("rule", {
      description:
        "What kept it quiet: `suppression/12`, or a rule of the detection itself, such as `bordering-country`.",
    }),
    explanation: t.field({
      type: "JSON",
      description: "What was found, in figures.",
      resolve: (row) => row.explanation,
    }),
  }),
});
const SuppressedFindingConnection = connectionOf("SuppressedFinding", SuppressedFindingRef);

const SuppressionPayload = builder.objectRef<Payload<SuppressionRow | null>>("SuppressionPayload").implement({
  description: "The suppression.",
  fields: (t) => ({
    suppression: t.field({
      type: SuppressionRef,
      nullable: true,
      description: "The suppression.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const pageArgs = { first: pagingArgs.first, after: pagingArgs.after };

builder.queryFields((t) => ({
  suppressions: t.field({
    type: SuppressionConnection,
    description: "What is muted, newest first; what has expired, too.",
    args: {
      first: t.arg.int({ description: pageArgs.first }),
      after: t.arg.string({ description: pageArgs.after }),
    },
    resolve: (_, args, context) => rootConnection<SuppressionRow>(context, suppressionList(context.core.db), args),
  }),
  suppressedFindings: t.field({
    type: SuppressedFindingConnection,
    description: "What would have been found and was kept quiet, and by which rule; newest first.",
    args: {
      first: t.arg.int({ description: pageArgs.first }),
      after: t.arg.string({ description: pageArgs.after }),
      policyId: t.arg.id({ description: "Of this policy." }),
    },
    resolve: (_, { policyId, ...args }, context) =>
      rootConnection<SuppressedRow>(
        context,
        suppressedList(
          context.core.db,
          context.viewer,
          policyId == null ? null : policyKey(String(policyId), ["policyId"]),
        ),
        args,
      ),
  }),
}));

builder.mutationFields((t) => ({
  createSuppression: t.field({
    type: SuppressionPayload,
    description: "Mutes what passes a filter, for one policy, from now on. For all instances: ADMIN.",
    args: {
      policyId: t.arg.id({ required: true, description: "Which policy." }),
      match: t.arg({ type: "JSON", required: true, description: "An ActivityFilter: what to mute." }),
      reason: t.arg.string({ required: true, description: "Why." }),
      expiresAt: t.arg({ type: "DateTime", description: "Until when. Default: for good." }),
    },
    resolve: (_, { policyId, ...input }, context) =>
      payload(async () => {
        const key = await keyFor(context, "suppression.create", "ADMIN", () =>
          policyKey(String(policyId), ["policyId"]),
        );
        const id = await createSuppression(context.core, context.viewer, { ...input, policyId: key });
        return (await loadSuppressions(context.core.db, [id]))[0] ?? null;
      }),
  }),
  deleteSuppression: t.field({
    type: SuppressionPayload,
    description:
      "Ends a suppression and answers it as it was; what it muted so far stays on record. For all instances: ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Which suppression." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "suppression.delete", "ADMIN", () =>
          parseNumber(decodeId("Suppression", String(id), ["id"])),
        );
        const [before] = await loadSuppressions(context.core.db, [key]);
        await deleteSuppression(context.core, context.viewer, key);
        return before ?? null;
      }),
  }),
}));
