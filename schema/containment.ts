import type { ContainmentStep } from "#db/tables/governance.ts";
import type { IdentityRow } from "#src/inventory/identities/list.ts";
import { approveContainments, containIdentities, revertContainment } from "#src/response/governance/contain.ts";
import { type ContainmentPlan, onRevert, planContainment } from "#src/response/governance/containment-plan.ts";
import {
  type ContainmentRow,
  containmentList,
  containmentStatus,
  loadContainments,
  mine,
} from "#src/response/governance/containments.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { describedEnum } from "./described-enum.ts";
import { GovernanceActionKind, GovernanceActionRef } from "./governance.ts";
import { containmentKey, containmentKeys, identityKey, parseLongNumber } from "./ids.ts";
import { loadAll } from "./load.ts";
import { ContainmentRef, IdentityRef, InstanceRef, OAuthAppRef, UserRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const ContainmentStatus = describedEnum("ContainmentStatus", "The status of a containment.", {
  AWAITING_APPROVAL: "The actions wait for the approval of an admin.",
  RUNNING: "Actions are queued or are being carried out.",
  SUCCEEDED: "Every account is suspended, and every other action succeeded.",
  PARTIAL:
    "Some actions succeeded. Others failed or were cancelled, or an app does not allow the suspension of an account.",
  FAILED: "No action succeeded.",
  REVERTING: "The reversal was requested, and its actions have not all ended.",
  REVERTED: "Everything that the containment changed and that can be restored is restored.",
  PARTIALLY_REVERTED: "The reversal ended, and some of its actions failed or were cancelled.",
});

const ContainmentGoal = describedEnum("ContainmentGoal", "The goal of a step of a containment for an account.", {
  SUSPEND: "The person can no longer sign in to the account.",
  END_SESSIONS: "The open sessions of the account end.",
  REVOKE_APPS: "Third-party apps lose the permissions that the account granted.",
});

/** A step, and whose containment it is of; null: of a plan. */
interface StepShape {
  step: ContainmentStep;
  containment: ContainmentRow | null;
}

interface AccountShape {
  instanceId: number;
  userId: string;
  steps: ContainmentStep[];
  containment: ContainmentRow | null;
}

function accountsOf(steps: readonly ContainmentStep[], containment: ContainmentRow | null): AccountShape[] {
  const byAccount = Map.groupBy(steps, ({ instanceId, userId }) => `${instanceId}/${userId}`);
  return [...byAccount.values()].map((own) => {
    const { instanceId, userId } = own[0]!;
    return { instanceId, userId, steps: own, containment };
  });
}

async function actionOf({ step, containment }: StepShape, context: Context, reversal: boolean) {
  if (containment === null || step.actionId === null) return null;
  const { instanceId, actionId } = step;
  if (!reversal) return context.load.governanceAction.load({ instanceId, id: actionId });
  const states = await context.load.stepStates.load(containment.id);
  // The newest.
  const id = states.findLast((state) => state.instanceId === instanceId && state.id === actionId)?.reversalId;
  return id == null ? null : context.load.governanceAction.load({ instanceId, id });
}

const Step = builder.objectRef<StepShape>("ContainmentStep").implement({
  description: "One step of a containment for one account, planned or requested.",
  fields: (t) => ({
    goal: t.field({
      type: ContainmentGoal,
      description: "Goal of the step.",
      resolve: ({ step }) => step.goal,
    }),
    kind: t.field({
      type: GovernanceActionKind,
      nullable: true,
      description: "Kind of the governance action. Null if nothing can or need be done.",
      resolve: ({ step }) => step.kind as never,
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description:
        "The third-party app that loses its permissions. Null for other goals, or if it is no longer listed.",
      resolve: ({ step: { instanceId, oauthAppId } }, _, context) =>
        oauthAppId === null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    note: t.string({
      nullable: true,
      description: "Side effects at this provider, or the reason why nothing need be done. Null if there are none.",
      resolve: ({ step }) => step.note,
    }),
    gap: t.string({
      nullable: true,
      description:
        "Explanation of what the app does not support or currently refuses, and of what is done instead. Null if the step achieves its goal.",
      resolve: ({ step }) => step.gap,
    }),
    revertible: t.boolean({
      description: "True if revertContainment undoes the step.",
      resolve: ({ step }) => step.revertible,
    }),
    onRevert: t.string({
      description: "Effect of revertContainment on the step, as a sentence.",
      resolve: ({ step }) => onRevert(step),
    }),
    action: t.field({
      type: GovernanceActionRef,
      nullable: true,
      description: "The governance action, with its result. Null in a plan, and if `kind` is null.",
      resolve: (shape, _, context) => actionOf(shape, context, false),
    }),
    reversal: t.field({
      type: GovernanceActionRef,
      nullable: true,
      description: "The governance action that undoes the step. Null if none was requested.",
      resolve: (shape, _, context) => actionOf(shape, context, true),
    }),
  }),
});

const Account = builder.objectRef<AccountShape>("ContainedAccount").implement({
  description: "One account of a person, with the steps of a containment.",
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account. Null if it is no longer stored.",
      resolve: ({ instanceId, userId }, _, context) => context.load.user.load({ instanceId, externalId: userId }),
    }),
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance to which the account belongs. Null if it was deleted.",
      resolve: ({ instanceId }, _, context) => context.load.instance.load(instanceId),
    }),
    status: t.field({
      type: ContainmentStatus,
      nullable: true,
      description: "Status of the steps of this account. Null in a plan.",
      resolve: async ({ steps, containment }, _, context) =>
        containment &&
        containmentStatus(steps, await context.load.stepStates.load(containment.id), containment.revertedAt !== null),
    }),
    steps: t.field({
      type: [Step],
      description: "Steps in the order in which they are carried out: each begins when the one before it has ended.",
      resolve: ({ steps, containment }) => steps.map((step) => ({ step, containment })),
    }),
  }),
});

builder.node(ContainmentRef, {
  description:
    "A person who is kept out of all apps: accounts are suspended, sessions ended and app permissions revoked. One mutation reverts all of it.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.containment, ids.map(parseLongNumber)),
  fields: (t) => ({
    identity: t.field({
      type: IdentityRef,
      nullable: true,
      description: "The person. Null if the identity no longer exists.",
      resolve: ({ identityId }, _, context) => (identityId === null ? null : context.load.identity.load(identityId)),
    }),
    email: t.exposeString("email", { description: "E-mail address of the person when the containment was requested." }),
    status: t.field({
      type: ContainmentStatus,
      description: "Status of the whole containment, computed from its actions.",
      resolve: async (row, _, context) =>
        containmentStatus(
          mine(context.viewer, row)!.steps,
          await context.load.stepStates.load(row.id),
          row.revertedAt !== null,
        ),
    }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: "Reason for the containment. Null if none was given.",
    }),
    requestedBy: t.exposeString("requestedBy", {
      description: "Name of the person or token that requested the containment.",
    }),
    approvedBy: t.exposeString("approvedBy", {
      nullable: true,
      description:
        "Name of the person or token that approved the containment. Null if nobody has, or if no approval was needed.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the containment was requested." }),
    revertedBy: t.exposeString("revertedBy", {
      nullable: true,
      description: "Name of the person or token that requested the reversal. Null if nobody has.",
    }),
    revertedAt: t.expose("revertedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the reversal was requested. Null if it was not.",
    }),
    accounts: t.field({
      type: [Account],
      description: "Accounts of the person in the instances that you may see, with the steps of each.",
      resolve: (row, _, context) => accountsOf(mine(context.viewer, row)!.steps, row),
    }),
  }),
});
const ContainmentConnection = connectionOf("Containment", ContainmentRef);

const Plan = builder.objectRef<ContainmentPlan>("ContainmentPlan").implement({
  description: "The steps that containing a person would take. Nothing is requested yet.",
  fields: (t) => ({
    identity: t.field({
      type: IdentityRef,
      description: "The person whose containment is planned.",
      resolve: ({ identity }) => identity as IdentityRow,
    }),
    accounts: t.field({
      type: [Account],
      description: "Accounts of the person that are not deleted, with the steps of each.",
      resolve: ({ steps }) => accountsOf(steps, null),
    }),
    containment: t.field({
      type: ContainmentRef,
      nullable: true,
      description:
        "The containment of the person that was not reverted. Containing the person again adds to it only what is new. Null if there is none.",
      resolve: async ({ identity }, _, context) =>
        (await context.load.containmentsOfIdentity.load(identity.id)).find(({ revertedAt }) => revertedAt === null) ??
        null,
    }),
  }),
});

const ContainmentPayload = builder.objectRef<Payload<ContainmentRow | null>>("ContainmentPayload").implement({
  description: "Result of a request for, or a change of, a containment.",
  fields: (t) => ({
    containment: t.field({
      type: ContainmentRef,
      nullable: true,
      description: "The containment. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const ContainmentsPayload = builder.objectRef<Payload<ContainmentRow[]>>("ContainmentsPayload").implement({
  description: "Result of a request for, or a change of, several containments.",
  fields: (t) => ({
    containments: t.field({
      type: [ContainmentRef],
      description: "The containments, in the order of the argument. Empty if `userErrors` is not empty.",
      resolve: ({ data }) => data ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.objectField(IdentityRef, "containments", (t) =>
  t.field({
    type: [ContainmentRef],
    description: "Containments of the person, newest first, at most 100.",
    resolve: ({ id }, _, context) => context.load.containmentsOfIdentity.load(id),
  }),
);

builder.queryFields((t) => ({
  containments: t.field({
    type: ContainmentConnection,
    description: "Containments of people, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      open: t.arg.boolean({
        description:
          "True returns only containments whose reversal was not requested, false only the others. Default: all.",
      }),
    },
    resolve: (_, { open, ...args }, context) =>
      rootConnection<ContainmentRow>(
        context,
        containmentList(context.core.db, context.viewer, { open: open ?? null }),
        args,
      ),
  }),
  planContainment: t.field({
    type: Plan,
    description:
      "Show the steps that containIdentity would take for a person: the actions for each account, what an app does not support and what is done instead, and what cannot be reverted. Changes nothing. Requires the role ADMIN.",
    args: { identityId: t.arg.id({ required: true, description: "Id of the person." }) },
    resolve: (_, { identityId }, context) =>
      planContainment(context.core, context.viewer, identityKey(String(identityId), ["identityId"])),
  }),
}));

async function shown(context: Context, ids: readonly number[]): Promise<ContainmentRow[]> {
  return (await loadContainments(context.core.db, context.viewer, ids)).filter((row) => row !== null);
}

const reasonArg = "Reason for the containment, at most 500 characters. Default: none.";

builder.mutationFields((t) => ({
  containIdentity: t.field({
    type: ContainmentPayload,
    description:
      "Contain a person: suspend every account, end its sessions and revoke its app permissions, as planContainment shows it. Idempotent: who is contained is not contained again, and only accounts and permissions that are new are added. Requires the role ADMIN.",
    args: {
      identityId: t.arg.id({ required: true, description: "Id of the person." }),
      reason: t.arg.string({ description: reasonArg }),
    },
    resolve: (_, { identityId, reason }, context) =>
      payload(async () => {
        const key = await keyFor(context, "containment.request", "ADMIN", () =>
          identityKey(String(identityId), ["identityId"]),
        );
        const ids = await containIdentities(context.core, context.viewer, [key], reason ?? null);
        return (await shown(context, ids))[0] ?? null;
      }),
  }),
  containIdentities: t.field({
    type: ContainmentsPayload,
    description:
      "Contain up to 50 people, all or none. Of more than one person, the actions wait for approveContainments. Requires the role ADMIN.",
    args: {
      identityIds: t.arg.idList({ required: true, description: "Ids of the people." }),
      reason: t.arg.string({ description: reasonArg }),
    },
    resolve: (_, { identityIds, reason }, context) =>
      payload(async () => {
        const keys = await keyFor(context, "containment.request", "ADMIN", () =>
          [...new Set(identityIds.map(String))].map((id) => identityKey(id, ["identityIds"])),
        );
        return shown(context, await containIdentities(context.core, context.viewer, keys, reason ?? null));
      }),
  }),
  approveContainments: t.field({
    type: ContainmentsPayload,
    description: "Approve up to 50 containments that await approval, all or none. Idempotent. Requires the role ADMIN.",
    args: { ids: t.arg.idList({ required: true, description: "Ids of the containments." }) },
    resolve: (_, { ids }, context) =>
      payload(async () => {
        const keys = await keyFor(context, "containment.approve", "ADMIN", () =>
          containmentKeys([...new Set(ids.map(String))], ["ids"]),
        );
        return shown(context, await approveContainments(context.core, context.viewer, keys ?? []));
      }),
  }),
  revertContainment: t.field({
    type: ContainmentPayload,
    description:
      "Undo exactly what a containment changed: accounts that were suspended before stay suspended, and actions that have not begun are cancelled. Repeating it only tries again what could not be undone. Requires the role ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Id of the containment." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "containment.revert", "ADMIN", () => containmentKey(String(id), ["id"]));
        return (await shown(context, await revertContainment(context.core, context.viewer, key)))[0] ?? null;
      }),
  }),
}));
