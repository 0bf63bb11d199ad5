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
  description: "A filter whose matches raise no alerts of one policy.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadSuppressions(context.core.db, ids.map(parseNumber)),
  fields: (t) => ({
    policy: t.field({
      type: PolicyRef,
      description: "The policy whose findings are suppressed.",
      resolve: async ({ policyId }, _, context) => (await context.load.policy.load(policyId)) as never,
    }),
    match: t.field({
      type: "JSON",
      description:
        "Filter of the activities that are suppressed, as an ActivityFilter. Ids in instances that you may not see are omitted.",
      resolve: ({ match }, _, { viewer }) => visiblePart(viewer, match),
    }),
    reason: t.exposeString("reason", { description: "Reason for the suppression." }),
    createdBy: t.exposeString("createdBy", {
      description: "Name of the person or token that created the suppression.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the suppression was created." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the suppression expires. Null if it does not expire.",
    }),
    hits: t.exposeInt("hits", { description: "Number of findings that were suppressed." }),
  }),
});
const SuppressionConnection = connectionOf("Suppression", SuppressionRef);

const SuppressedFindingRef = builder.objectRef<SuppressedRow>("SuppressedFinding").implement({
  description: "A finding that was suppressed, with the rule that suppressed it.",
  fields: (t) => ({
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description: "The policy that would have raised an alert. Null if it was deleted.",
      resolve: ({ policyId }, _, context) => context.load.policy.load(policyId),
    }),
    instance: t.field({
      type: InstanceRef,
      description: "The instance that the finding concerns.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    activity: t.field({
      type: ActivityRef,
      nullable: true,
      description: "The activity that was found. Null if it is past the retention period.",
      resolve: ({ instanceId, occurredAt, externalId }, _, context) =>
        context.load.activity.load({ instanceId, occurredAt: new Date(occurredAt), externalId }),
    }),
    occurredAt: t.expose("occurredAt", { type: "DateTime", description: "When the activity happened." }),
    rule: t.exposeString("rule", {
      description:
        "The rule that suppressed the finding: `suppression/12`, or a rule of the detection such as `bordering-country`.",
    }),
    explanation: t.field({
      type: "JSON",
      description: "Figures of the finding.",
      resolve: (row) => row.explanation,
    }),
  }),
});
const SuppressedFindingConnection = connectionOf("SuppressedFinding", SuppressedFindingRef);

const SuppressionPayload = builder.objectRef<Payload<SuppressionRow | null>>("SuppressionPayload").implement({
  description: "Result of a change of a suppression.",
  fields: (t) => ({
    suppression: t.field({
      type: SuppressionRef,
      nullable: true,
      description: "The created or deleted suppression. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const pageArgs = { first: pagingArgs.first, after: pagingArgs.after };

builder.queryFields((t) => ({
  suppressions: t.field({
    type: SuppressionConnection,
    description: "Suppressions including expired ones, newest first.",
    args: {
      first: t.arg.int({ description: pageArgs.first }),
      after: t.arg.string({ description: pageArgs.after }),
    },
    resolve: (_, args, context) => rootConnection<SuppressionRow>(context, suppressionList(context.core.db), args),
  }),
  suppressedFindings: t.field({
    type: SuppressedFindingConnection,
    description: "Findings that were suppressed, with the rule that suppressed each, newest first.",
    args: {
      first: t.arg.int({ description: pageArgs.first }),
      after: t.arg.string({ description: pageArgs.after }),
      policyId: t.arg.id({ description: "Return only findings of this policy. Default: all." }),
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
    description:
      "Suppress findings of one policy about activities that match a filter, from now on. Requires the role ADMIN for all instances.",
    args: {
      policyId: t.arg.id({ required: true, description: "Id of the policy." }),
      match: t.arg({
        type: "JSON",
        required: true,
        description: "Filter of the activities to suppress, as an ActivityFilter.",
      }),
      reason: t.arg.string({ required: true, description: "Reason for the suppression." }),
      expiresAt: t.arg({ type: "DateTime", description: "When the suppression expires. Default: never." }),
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
      "Delete a suppression and return it as it was. The findings that it suppressed stay on record. Requires the role ADMIN for all instances.",
    args: { id: t.arg.id({ required: true, description: "Id of the suppression." }) },
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
