import type { ObjectRef } from "@pothos/core";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { NotFoundError } from "#src/errors.ts";
import type { Parent as ListParent } from "#src/query/keyset.ts";
import { approveActions, cancelActions, retryAction, revertAction } from "#src/response/governance/decide.ts";
import { dryRunActions } from "#src/response/governance/effects.ts";
import { actionFact } from "#src/response/governance/facts.ts";
import {
  type ActionKey,
  type GovernanceActionFilter as Filter,
  type GovernanceActionRow,
  governanceActionList,
  loadGovernanceActions,
} from "#src/response/governance/list.ts";
import type { ActionRequest, Planned } from "#src/response/governance/plan.ts";
import { requestActions } from "#src/response/governance/request.ts";
import { abortable } from "./abortable.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { changeCursor, changedRows } from "./changes.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { describedEnum } from "./described-enum.ts";
import {
  accountKeys,
  containmentKeys,
  decodeId,
  instanceKey,
  instanceKeys,
  parseAccountId,
  parseScanId,
  policyKeys,
} from "./ids.ts";
import { AlertRef, ContainmentRef, FileRef, InstanceRef, OAuthAppRef, PolicyRef, UserRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

export const GovernanceActionKind = describedEnum(
  "GovernanceActionKind",
  "A kind of change in an app, or of notification. Each connector supports some of them.",
  {
    NOTIFY_USER: "Sends an e-mail to the address of the account. Parameters: subject, message.",
    NOTIFY_ADDRESSES: "Sends an e-mail to the given addresses. Parameters: addresses, subject, message.",
    NOTIFY_FILE_OWNER:
      "Sends an e-mail to the owner of the file. Mails of policies to one person are collected and sent as one. Parameters: subject, message, digestMinutes (default 60).",
    NOTIFY_LAST_EDITOR:
      "Sends an e-mail to the person who changed the file last, collected in the same way. Parameters: subject, message, digestMinutes (default 60).",
    CONFIRM_USER_COMPROMISED: "Reports the account to the app as compromised.",
    SUSPEND_USER: "Suspends the account in its app.",
    UNSUSPEND_USER: "Reinstates a suspended account.",
    REQUIRE_SIGN_IN_AGAIN: "Ends all sessions of the account.",
    RESET_PASSWORD: "Requires the user to choose a new password.",
    REVOKE_ADMIN_PRIVILEGES: "Revokes the admin roles of the account.",
    APPROVE_APP: "Marks a third-party app as approved in Gatehouse. Nothing changes at the provider.",
    REVOKE_APP: "Revokes the permissions of a third-party app for all accounts.",
    REVOKE_APP_FOR_USER: "Revokes the permissions of a third-party app for one account.",
    BAN_APP: "Bans a third-party app.",
    UNBAN_APP: "Lifts the ban of a third-party app.",
    QUARANTINE_FILE:
      "Moves the file to a place that only administrators can reach, and keeps what is needed to restore it.",
    RESTORE_FILE:
      "Restores a file from the trash or the quarantine. As the reversal of another action, restores the folder, the collaborators and the link that the action changed.",
    TRASH_FILE: "Moves the file to the trash of the app.",
    OVERWRITE_FILE: "Replaces the content of the file with a notice. Parameters: text.",
    REMOVE_PUBLIC_SHARING: "Removes links that give anyone access to the file.",
    REDUCE_PUBLIC_ACCESS: "Restricts public links to members of the organisation.",
    REMOVE_EXTERNAL_USERS: "Removes all collaborators outside the domains of the organisation.",
    MAKE_PRIVATE: "Removes all shared links and all collaborators except the owner.",
    REMOVE_COLLABORATOR: "Removes one collaborator from the file. Parameters: email or externalId.",
    REMOVE_USER_COLLABORATIONS: "Removes one account from every file and folder on which it collaborates.",
    TRANSFER_FILE_OWNERSHIP: "Makes another account the owner of the file. Parameters: email or externalId.",
    EXPIRE_SHARED_LINK: "Sets an expiry on the shared link of the file. Parameters: expiresAt, default now.",
    SET_SHARED_LINK_ACCESS: "Changes the audience of the shared link. Parameters: audience.",
    INHERIT_PARENT_PERMISSIONS:
      "Removes the permissions set on the file itself, so that it inherits those of its folder.",
    APPLY_LABEL: "Applies a sensitivity label. Parameters: label.",
    REMOVE_LABEL: "Removes a sensitivity label. Parameters: label.",
  },
);

const GovernanceActionStatus = describedEnum("GovernanceActionStatus", "The status of a governance action.", {
  AWAITING_APPROVAL: "The action waits for the approval of an admin.",
  QUEUED: "The action waits for a worker or for its next attempt.",
  RUNNING: "The action is being carried out.",
  SUCCEEDED: "The action was carried out.",
  FAILED: "The app refused the action, or all attempts failed.",
  REVERTED: "The action succeeded and has since been undone.",
  CANCELLED: "The action was cancelled before it started.",
});

export const GovernanceActionRef = builder.objectRef<GovernanceActionRow>("GovernanceAction");

builder.node(GovernanceActionRef, {
  description: "A change in an app, or a notification, from its request to its result.",
  id: {
    resolve: ({ instanceId, id }) => `${instanceId}/${id}`,
    description: "Global id: opaque, and unique across all types.",
  },
  loadMany: (ids, context) => loadGovernanceActions(context.core.db, context.viewer, ids.map(parseScanId)),
  fields: (t) => ({
    kind: t.field({
      type: GovernanceActionKind,
      description: "Kind of the action.",
      resolve: ({ kind }) => kind as never,
    }),
    status: t.expose("status", { type: GovernanceActionStatus, description: "Status of the action." }),
    instance: t.field({
      type: InstanceRef,
      description: "The instance in which the action is carried out.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account that the action targets. Null if it targets none.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "The third-party app that the action targets. Null if it targets none.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId === null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    file: t.field({
      type: FileRef,
      nullable: true,
      description: "The file that the action targets. Null if it targets none, or none that is known.",
      resolve: ({ instanceId, fileId }, _, context) =>
        fileId === null ? null : context.load.file.load({ instanceId, externalId: fileId }),
    }),
    requestedBy: t.exposeString("requestedBy", {
      description:
        "Name of the person or token that requested the action, or `policy: ` followed by the name of the policy.",
    }),
    alert: t.field({
      type: AlertRef,
      nullable: true,
      description: "The alert that led to the action. Null if there is none.",
      resolve: async ({ instanceId, alertId }, _, context) =>
        alertId === null ? null : await context.load.alert.load({ instanceId, id: alertId }),
    }),
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description: "The policy that requested the action. Null if a person requested it.",
      resolve: ({ policyId }, _, context) => (policyId === null ? null : context.load.policy.load(policyId)),
    }),
    containment: t.field({
      type: ContainmentRef,
      nullable: true,
      description: "The containment of a person that the action is a step of, or reverts. Null if there is none.",
      resolve: ({ containmentId }, _, context) =>
        containmentId === null ? null : context.load.containment.load(containmentId),
    }),
    supersededBy: t.field({
      type: GovernanceActionRef,
      nullable: true,
      description:
        "The stronger action on the same file for which this one was cancelled. If that one fails or is cancelled, this one is queued again. Null if there is none.",
      resolve: async ({ instanceId, supersededBy }, _, context) =>
        supersededBy === null ? null : await context.load.governanceAction.load({ instanceId, id: supersededBy }),
    }),
    attempts: t.exposeInt("attempts", { description: "Number of attempts so far." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the action was requested." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the action ended. Null if it has not ended.",
    }),
    checkAt: t.expose("checkAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When the app is next asked whether it has finished the action. Null if Gatehouse does not wait for the app.",
    }),
    error: t.exposeString("error", {
      nullable: true,
      description: "Reason why the action failed, waits or was cancelled. Null if there is none.",
    }),
    changed: t.boolean({
      nullable: true,
      description:
        "True if the action changed the app, false if the app was already in the wanted state. Null if the action is not finished.",
      resolve: ({ changed }) => (changed === null ? null : changed === "YES"),
    }),
    revertible: t.boolean({
      description: "True if revertGovernanceAction can currently undo the action.",
      resolve: ({ connectorSlug, kind, status, changed }) =>
        status === "SUCCEEDED" && changed === "YES" && actionFact(connectorSlug, kind)?.undo !== undefined,
    }),
    changeCursor: t.string({
      description: "Cursor of this state. Pass it to governanceActionChanged as `after` to resume behind this state.",
      resolve: (row, _, context) => changeCursor(row, context),
    }),
  }),
});
const GovernanceActionConnection = connectionOf("GovernanceAction", GovernanceActionRef);

/** The list of actions below a file or an alert. */
function actionsOf<Parent extends object>(
  ref: ObjectRef<typeof builder.$inferSchemaTypes, Parent>,
  of: "file" | "alert",
  description: string,
  keyOf: (parent: Parent) => ListParent,
): void {
  builder.objectField(ref, "governanceActions", (t) =>
    t.field({
      type: GovernanceActionConnection,
      description,
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: (parent, args, context) =>
        nestedConnection<GovernanceActionRow>(
          context,
          `${of}.governanceActions`,
          args,
          {},
          () => governanceActionList(context.core.db, context.viewer, null, of),
          keyOf(parent as Parent),
        ),
    }),
  );
}

actionsOf(FileRef, "file", "Governance actions on the file, newest first.", (file) => file);
actionsOf(
  AlertRef,
  "alert",
  "Governance actions and notifications that the alert led to, newest first.",
  ({ instanceId, id }) => ({ instanceId, externalId: String(id) }),
);

interface FilterShape extends Omit<Filter, "instanceIds" | "userIds" | "policyIds" | "containmentIds"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
  containmentIds?: (string | number)[] | null;
}

const GovernanceActionFilter = builder.inputRef<FilterShape>("GovernanceActionFilter").implement({
  description:
    "Selects governance actions. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    kinds: t.field({ type: [GovernanceActionKind], description: "Return only actions of these kinds." }),
    status: t.field({ type: [GovernanceActionStatus], description: "Return only actions with one of these statuses." }),
    instanceIds: t.idList({ description: "Return only actions in these instances." }),
    userIds: t.idList({ description: "Return only actions that target these accounts." }),
    policyIds: t.idList({ description: "Return only actions that these policies requested." }),
    containmentIds: t.idList({
      description: "Return only actions of these containments, those that revert them included.",
    }),
    requestedBy: t.string({ description: "Return only actions whose `requestedBy` equals this text." }),
    from: t.field({ type: "DateTime", description: "Return only actions requested at or after this instant." }),
    to: t.field({ type: "DateTime", description: "Return only actions requested before this instant." }),
  }),
});

function wanted(filter: FilterShape | null | undefined): Filter | null {
  if (!filter) return null;
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), ["filter", "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), ["filter", "userIds"]),
    policyIds: policyKeys(filter.policyIds?.map(String), ["filter", "policyIds"]),
    containmentIds: containmentKeys(filter.containmentIds?.map(String), ["filter", "containmentIds"]),
  };
}

interface InputShape {
  kind: string;
  instanceId: string | number;
  userId?: string | number | null;
  oauthAppId?: string | number | null;
  fileId?: string | number | null;
  alertId?: string | number | null;
  parameters?: unknown;
  idempotencyKey?: string | null;
}

const GovernanceActionInput = builder.inputType("GovernanceActionInput", {
  description: "The governance action to request.",
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, required: true, description: "Kind of the action." }),
    instanceId: t.id({ required: true, description: "Id of the instance in which the action is carried out." }),
    userId: t.id({ description: "Id of the account that the action targets. It must belong to the same instance." }),
    oauthAppId: t.id({
      description: "Id of the third-party app that the action targets. It must belong to the same instance.",
    }),
    fileId: t.id({ description: "Id of the file that the action targets. It must belong to the same instance." }),
    alertId: t.id({ description: "Id of the alert that leads to the action. It must belong to the same instance." }),
    parameters: t.field({
      type: "JSON",
      description: "Parameters of the action besides its target. The documentation of the connector lists them.",
    }),
    idempotencyKey: t.string({
      description:
        "Key that makes the request idempotent: a repeated request with the same key returns the first action.",
    }),
  }),
});

function requestOf(input: InputShape, field: string[]): ActionRequest {
  const instanceId = instanceKey(String(input.instanceId), [...field, "instanceId"]);
  const target = (type: string, id: string | number | null | undefined, name: string): string | null => {
    if (id == null) return null;
    const key = parseAccountId(decodeId(type, String(id), [...field, name]));
    if (key.instanceId !== instanceId) throw new NotFoundError(`The ${type} in this instance`, [...field, name]);
    return key.externalId;
  };
  return {
    kind: input.kind,
    instanceId,
    userId: target("User", input.userId, "userId"),
    oauthAppId: target("OAuthApp", input.oauthAppId, "oauthAppId"),
    fileId: target("File", input.fileId, "fileId"),
    alertId: alertOf(instanceId, input.alertId, [...field, "alertId"]),
    parameters: (input.parameters ?? {}) as Record<string, unknown>,
    idempotencyKey: input.idempotencyKey ?? null,
  };
}

function alertOf(instanceId: number, id: string | number | null | undefined, field: string[]): number | null {
  if (id == null) return null;
  const key = parseScanId(decodeId("Alert", String(id), field));
  if (key.instanceId !== instanceId) throw new NotFoundError("The alert in this instance", field);
  return key.id;
}

async function shown(context: Context, keys: readonly ActionKey[]): Promise<GovernanceActionRow[]> {
  return (await loadGovernanceActions(context.core.db, context.viewer, keys)).filter((row) => row !== null);
}

const PlannedAction = builder.objectRef<Planned & { effects: string[] }>("PlannedGovernanceAction").implement({
  description: "A governance action that a dry run would carry out. Nothing is requested yet.",
  fields: (t) => ({
    kind: t.field({
      type: GovernanceActionKind,
      description: "Kind of the action.",
      resolve: ({ kind }) => kind as never,
    }),
    instance: t.field({
      type: InstanceRef,
      description: "The instance in which the action would be carried out.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account that the action would target. Null if it would target none.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId == null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "The third-party app that the action would target. Null if it would target none.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId == null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    file: t.field({
      type: FileRef,
      nullable: true,
      description: "The file that the action would target. Null if it would target none, or none that is known.",
      resolve: ({ instanceId, fileId }, _, context) =>
        fileId == null ? null : context.load.file.load({ instanceId, externalId: fileId }),
    }),
    revertible: t.exposeBoolean("revertible", { description: "True if the action could be undone." }),
    effects: t.exposeStringList("effects", {
      description:
        "Changes that the action would make to the file, as sentences, from the stored state of the file. Empty for other targets.",
    }),
    note: t.exposeString("note", {
      nullable: true,
      description: "Side effects at this provider. Null if there are none.",
    }),
  }),
});

const GovernanceActionPayload = builder
  .objectRef<Payload<GovernanceActionRow | null>>("GovernanceActionPayload")
  .implement({
    description: "Result of a request for, or a change of, a governance action.",
    fields: (t) => ({
      governanceAction: t.field({
        type: GovernanceActionRef,
        nullable: true,
        description: "The governance action. Null if `userErrors` is not empty.",
        resolve: ({ data }) => data,
      }),
      userErrors: t.field({
        type: [UserError],
        description: "Errors that the caller can correct. Empty after success.",
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });

const GovernanceActionsPayload = builder
  .objectRef<Payload<{ actions: GovernanceActionRow[]; planned: (Planned & { effects: string[] })[] }>>(
    "GovernanceActionsPayload",
  )
  .implement({
    description: "Result of a request for, or a change of, several governance actions.",
    fields: (t) => ({
      governanceActions: t.field({
        type: [GovernanceActionRef],
        description: "The governance actions. Empty for a dry run and if `userErrors` is not empty.",
        resolve: ({ data }) => data?.actions ?? [],
      }),
      planned: t.field({
        type: [PlannedAction],
        description: "The actions that a dry run would carry out. Empty without `dryRun`.",
        resolve: ({ data }) => data?.planned ?? [],
      }),
      userErrors: t.field({
        type: [UserError],
        description: "Errors that the caller can correct. Empty after success.",
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });

builder.queryField("governanceActions", (t) =>
  t.field({
    type: GovernanceActionConnection,
    description: "Governance actions in all instances, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: GovernanceActionFilter, description: "Filter of the actions to return. Default: all." }),
    },
    resolve: (_, { filter, ...args }, context) =>
      rootConnection<GovernanceActionRow>(
        context,
        governanceActionList(context.core.db, context.viewer, wanted(filter)),
        args,
      ),
  }),
);

/** Decodes what is asked for; a malformed id is a failed attempt like others. */
const requestsOf = (context: Context, inputs: readonly InputShape[], field: (index: number) => string[]) =>
  keyFor(context, "governance.request", "ADMIN", () => inputs.map((input, index) => requestOf(input, field(index))));

/** The mutations that change one action by its id. */
const decisions = {
  approveGovernanceAction: {
    audit: "governance.approve",
    change: (core: Core, viewer: Viewer, key: ActionKey) => approveActions(core, viewer, [key]),
    description: "Approve an action that awaits approval. Requires the role ADMIN.",
  },
  cancelGovernanceAction: {
    audit: "governance.cancel",
    change: (core: Core, viewer: Viewer, key: ActionKey) => cancelActions(core, viewer, [key]),
    description: "Cancel an action that has not started. Requires the role ADMIN.",
  },
  retryGovernanceAction: {
    audit: "governance.retry",
    change: retryAction,
    description: "Retry a failed governance action. Requires the role ADMIN.",
  },
  revertGovernanceAction: {
    audit: "governance.revert",
    change: revertAction,
    description: "Request the action that undoes this one, and return the new action. Requires the role ADMIN.",
  },
} as const;

for (const [name, { audit, change, description }] of Object.entries(decisions)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: GovernanceActionPayload,
      description,
      args: { id: t.arg.id({ required: true, description: "Id of the governance action." }) },
      resolve: (_, { id }, context) =>
        payload(async () => {
          const key = await keyFor(context, audit, "ADMIN", () =>
            parseScanId(decodeId("GovernanceAction", String(id), ["id"])),
          );
          return (await shown(context, await change(context.core, context.viewer, key)))[0] ?? null;
        }),
    }),
  );
}

/** The same for up to 200 at once. */
const bulkDecisions = {
  approveGovernanceActions: {
    audit: "governance.approve",
    change: approveActions,
    description:
      "Approve up to 200 actions that await approval. Either all are approved, or none. Requires the role ADMIN.",
  },
  cancelGovernanceActions: {
    audit: "governance.cancel",
    change: cancelActions,
    description:
      "Cancel up to 200 actions that have not started. Either all are cancelled, or none. Requires the role ADMIN.",
  },
} as const;

for (const [name, { audit, change, description }] of Object.entries(bulkDecisions)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: GovernanceActionsPayload,
      description,
      args: { ids: t.arg.idList({ required: true, description: "Ids of the governance actions." }) },
      resolve: (_, { ids }, context) =>
        payload(async () => {
          const keys = await keyFor(context, audit, "ADMIN", () =>
            [...new Set(ids.map(String))].map((id) => parseScanId(decodeId("GovernanceAction", id, ["ids"]))),
          );
          return { actions: await shown(context, await change(context.core, context.viewer, keys)), planned: [] };
        }),
    }),
  );
}

builder.mutationFields((t) => ({
  requestGovernanceAction: t.field({
    type: GovernanceActionPayload,
    description: "Request one governance action. Requires the role ADMIN.",
    args: {
      input: t.arg({ type: GovernanceActionInput, required: true, description: "The governance action to request." }),
    },
    resolve: (_, { input }, context) =>
      payload(async () => {
        const requests = await requestsOf(context, [input], () => ["input"]);
        return (await shown(context, await requestActions(context.core, context.viewer, requests)))[0] ?? null;
      }),
  }),
  requestGovernanceActions: t.field({
    type: GovernanceActionsPayload,
    description: "Request up to 200 governance actions. Either all are accepted, or none. Requires the role ADMIN.",
    args: {
      inputs: t.arg({
        type: [GovernanceActionInput],
        required: true,
        description: "The governance actions to request.",
      }),
      dryRun: t.arg.boolean({
        description:
          "If true, validate the request and return the planned actions without carrying them out. Default false.",
      }),
    },
    resolve: (_, { inputs, dryRun }, context) =>
      payload(async () => {
        const requests = await requestsOf(context, inputs, (index) => ["inputs", String(index)]);
        if (dryRun) return { actions: [], planned: await dryRunActions(context.core, context.viewer, requests) };
        return {
          actions: await shown(context, await requestActions(context.core, context.viewer, requests)),
          planned: [],
        };
      }),
  }),
}));

builder.subscriptionField("governanceActionChanged", (t) =>
  t.field({
    type: GovernanceActionRef,
    description: "Governance actions as they change. Resumes with `after` (a changeCursor).",
    args: {
      filter: t.arg({
        type: GovernanceActionFilter,
        description: "Filter of the actions to deliver. Null delivers all of them.",
      }),
      after: t.arg.string({ description: "The changeCursor behind which to resume. Default: from now on." }),
    },
    subscribe: (_, { filter, after }, context) => {
      const conditions = wanted(filter);
      return abortable((signal) =>
        changedRows(
          context,
          "governance",
          after,
          {
            keysOf: (entry) =>
              (entry.payload as { ids: number[] }).ids.map((one) => ({ instanceId: entry.instanceId, id: one })),
            load: (keys) => loadGovernanceActions(context.core.db, context.viewer, keys, conditions),
          },
          signal,
        ),
      );
    },
    resolve: (row) => row as GovernanceActionRow,
  }),
);
