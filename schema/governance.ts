import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { NotFoundError } from "#src/errors.ts";
import { approveActions, cancelActions, retryAction, revertAction } from "#src/response/governance/decide.ts";
import { actionFact } from "#src/response/governance/facts.ts";
import {
  type ActionKey,
  type GovernanceActionFilter as Filter,
  type GovernanceActionRow,
  governanceActionList,
  loadGovernanceActions,
} from "#src/response/governance/list.ts";
import { type ActionRequest, type Planned, planActions } from "#src/response/governance/plan.ts";
import { requestActions } from "#src/response/governance/request.ts";
import { abortable } from "./abortable.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { changeCursor, changedRows } from "./changes.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { describedEnum } from "./described-enum.ts";
import { accountKeys, decodeId, instanceKey, instanceKeys, parseAccountId, parseScanId, policyKeys } from "./ids.ts";
import { AlertRef, InstanceRef, OAuthAppRef, PolicyRef, UserRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

export const GovernanceActionKind = describedEnum(
  "GovernanceActionKind",
  "A change that can be made in an app (which ones an app offers, its connector says), or a mail.",
  {
    NOTIFY_USER: "Writes to the account's e-mail address. Parameters: subject, message.",
    NOTIFY_ADDRESSES: "Writes to e-mail addresses. Parameters: addresses, subject, message.",
    CONFIRM_USER_COMPROMISED: "Tells the app that the account is in wrong hands.",
    SUSPEND_USER: "Suspends the account.",
    UNSUSPEND_USER: "Restores a suspended account.",
    REQUIRE_SIGN_IN_AGAIN: "Ends the account's sessions.",
    RESET_PASSWORD: "Makes the user choose a new password.",
    REVOKE_ADMIN_PRIVILEGES: "Takes the account's admin roles away.",
    APPROVE_APP: "Marks an app as approved, here only.",
    REVOKE_APP: "Takes an app's permissions away for everybody.",
    REVOKE_APP_FOR_USER: "Takes an app's permissions away for one account.",
    BAN_APP: "Switches an app off.",
    UNBAN_APP: "Switches a banned app on again.",
    QUARANTINE_FILE: "Moves the file where only administrators reach it, and keeps what is needed to restore it.",
    RESTORE_FILE: "Restores a quarantined file to its folder, with its collaborators and link.",
    TRASH_FILE: "Moves the file to the app's trash.",
    OVERWRITE_FILE: "Replaces the content of the file by a notice. Parameters: text.",
    REMOVE_PUBLIC_SHARING: "Removes links that open the file to anybody.",
    REDUCE_PUBLIC_ACCESS: "Restricts public links to people of the organisation.",
    REMOVE_EXTERNAL_USERS: "Removes all collaborators outside the organisation's domains.",
    MAKE_PRIVATE: "Removes all links and all collaborators but the owner.",
    REMOVE_COLLABORATOR: "Removes one collaborator. Parameters: email, or externalId.",
    REMOVE_USER_COLLABORATIONS: "Removes one account from every file and folder it collaborates on.",
    TRANSFER_FILE_OWNERSHIP: "Makes another account the owner. Parameters: email, or externalId.",
    EXPIRE_SHARED_LINK: "Sets an end to the file's shared link. Parameters: expiresAt; default now.",
    SET_SHARED_LINK_ACCESS: "Changes who the shared link opens the file to. Parameters: audience.",
    INHERIT_PARENT_PERMISSIONS: "Removes the file's own permissions, so that those of its folder hold.",
    APPLY_LABEL: "Applies a sensitivity label. Parameters: label.",
    REMOVE_LABEL: "Removes a sensitivity label. Parameters: label.",
  },
);

const GovernanceActionStatus = describedEnum("GovernanceActionStatus", "Where an action stands.", {
  AWAITING_APPROVAL: "A person must approve it.",
  QUEUED: "Waits for a worker, or for its next try.",
  RUNNING: "Is being carried out.",
  SUCCEEDED: "Done.",
  FAILED: "The app refused it, or did not answer again and again.",
  REVERTED: "Done, and undone since.",
  CANCELLED: "Ended before it began.",
});

const GovernanceActionRef = builder.objectRef<GovernanceActionRow>("GovernanceAction");

builder.node(GovernanceActionRef, {
  description: "A change in an app, or a mail: asked, run, recorded.",
  id: { resolve: ({ instanceId, id }) => `${instanceId}/${id}`, description: "Opaque id." },
  loadMany: (ids, context) => loadGovernanceActions(context.core.db, context.viewer, ids.map(parseScanId)),
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, description: "What is done.", resolve: ({ kind }) => kind as never }),
    status: t.expose("status", { type: GovernanceActionStatus, description: "Where it stands." }),
    instance: t.field({
      type: InstanceRef,
      description: "Where.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "To which account.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "To which app.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId === null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    requestedBy: t.exposeString("requestedBy", { description: "Who asked: a name, or `policy: ` and the policy's." }),
    alert: t.field({
      type: AlertRef,
      nullable: true,
      description: "Because of which alert.",
      resolve: async ({ instanceId, alertId }, _, context) =>
        alertId === null ? null : await context.load.alert.load({ instanceId, id: alertId }),
    }),
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description: "The policy that asked.",
      resolve: ({ policyId }, _, context) => (policyId === null ? null : context.load.policy.load(policyId)),
    }),
    attempts: t.exposeInt("attempts", { description: "How often it was tried." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was asked for." }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true, description: "When it ended." }),
    checkAt: t.expose("checkAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When the app, which works on the action, is asked next whether it has finished. Null: it is not waited for.",
    }),
    error: t.exposeString("error", { nullable: true, description: "Why it failed, waits or was cancelled." }),
    changed: t.boolean({
      nullable: true,
      description: "False: the app was in that state already; null: not done yet.",
      resolve: ({ changed }) => (changed === null ? null : changed === "YES"),
    }),
    revertible: t.boolean({
      description: "Whether revertGovernanceAction can undo it now.",
      resolve: ({ connectorSlug, kind, status, changed }) =>
        status === "SUCCEEDED" && changed === "YES" && actionFact(connectorSlug, kind)?.undo !== undefined,
    }),
    changeCursor: t.string({
      description: "Resume governanceActionChanged behind this state with `after`.",
      resolve: changeCursor,
    }),
  }),
});
const GovernanceActionConnection = connectionOf("GovernanceAction", GovernanceActionRef);

interface FilterShape extends Omit<Filter, "instanceIds" | "userIds" | "policyIds"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
}

const GovernanceActionFilter = builder.inputRef<FilterShape>("GovernanceActionFilter").implement({
  description: "Which actions: all conditions must hold.",
  fields: (t) => ({
    kinds: t.field({ type: [GovernanceActionKind], description: "Of these kinds." }),
    status: t.field({ type: [GovernanceActionStatus], description: "In one of these states." }),
    instanceIds: t.idList({ description: "On these instances." }),
    userIds: t.idList({ description: "To these accounts." }),
    policyIds: t.idList({ description: "Asked for by these policies." }),
    requestedBy: t.string({ description: "Asked for by exactly this name." }),
    from: t.field({ type: "DateTime", description: "Asked for at or after." }),
    to: t.field({ type: "DateTime", description: "Asked for before." }),
  }),
});

function wanted(filter: FilterShape | null | undefined): Filter | null {
  if (!filter) return null;
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), ["filter", "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), ["filter", "userIds"]),
    policyIds: policyKeys(filter.policyIds?.map(String), ["filter", "policyIds"]),
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
  description: "An action to ask for.",
  fields: (t) => ({
    kind: t.field({ type: GovernanceActionKind, required: true, description: "What to do." }),
    instanceId: t.id({ required: true, description: "Where." }),
    userId: t.id({ description: "To which account of that instance." }),
    oauthAppId: t.id({ description: "To which app of that instance." }),
    fileId: t.id({ description: "The file of that instance to act on." }),
    alertId: t.id({ description: "Because of which alert of that instance." }),
    parameters: t.field({
      type: "JSON",
      description: "What the action takes beside its target; the connector's documentation lists it.",
    }),
    idempotencyKey: t.string({ description: "Asking again with the same key returns the first action." }),
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

const PlannedAction = builder.objectRef<Planned>("PlannedGovernanceAction").implement({
  description: "What would be done: nothing was asked for yet.",
  fields: (t) => ({
    kind: t.field({
      type: GovernanceActionKind,
      description: "What would be done.",
      resolve: ({ kind }) => kind as never,
    }),
    instance: t.field({
      type: InstanceRef,
      description: "Where.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "To which account.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId == null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "To which app.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId == null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    revertible: t.exposeBoolean("revertible", { description: "Whether it could be undone." }),
    note: t.exposeString("note", { nullable: true, description: "Side effects at this provider." }),
  }),
});

const GovernanceActionPayload = builder
  .objectRef<Payload<GovernanceActionRow | null>>("GovernanceActionPayload")
  .implement({
    description: "The action.",
    fields: (t) => ({
      governanceAction: t.field({
        type: GovernanceActionRef,
        nullable: true,
        description: "The action.",
        resolve: ({ data }) => data,
      }),
      userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
    }),
  });

const GovernanceActionsPayload = builder
  .objectRef<Payload<{ actions: GovernanceActionRow[]; planned: Planned[] }>>("GovernanceActionsPayload")
  .implement({
    description: "The actions, or for a dry run what they would be.",
    fields: (t) => ({
      governanceActions: t.field({
        type: [GovernanceActionRef],
        description: "The actions; none for a dry run.",
        resolve: ({ data }) => data?.actions ?? [],
      }),
      planned: t.field({
        type: [PlannedAction],
        description: "For a dry run: what would be done.",
        resolve: ({ data }) => data?.planned ?? [],
      }),
      userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
    }),
  });

builder.queryField("governanceActions", (t) =>
  t.field({
    type: GovernanceActionConnection,
    description: "What was asked for and done in the apps, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: GovernanceActionFilter, description: "Which actions." }),
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
    description: "Lets an action that awaits approval go ahead. ADMIN.",
  },
  cancelGovernanceAction: {
    audit: "governance.cancel",
    change: (core: Core, viewer: Viewer, key: ActionKey) => cancelActions(core, viewer, [key]),
    description: "Ends an action that has not begun. ADMIN.",
  },
  retryGovernanceAction: {
    audit: "governance.retry",
    change: retryAction,
    description: "Tries a failed action again. ADMIN.",
  },
  revertGovernanceAction: {
    audit: "governance.revert",
    change: revertAction,
    description: "Asks for the action that undoes this one; answers that new action. ADMIN.",
  },
} as const;

for (const [name, { audit, change, description }] of Object.entries(decisions)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: GovernanceActionPayload,
      description,
      args: { id: t.arg.id({ required: true, description: "Which action." }) },
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
    description: "Lets up to 200 actions that await approval go ahead: all, or none when one of them does not. ADMIN.",
  },
  cancelGovernanceActions: {
    audit: "governance.cancel",
    change: cancelActions,
    description: "Ends up to 200 actions that have not begun: all, or none when one of them has. ADMIN.",
  },
} as const;

for (const [name, { audit, change, description }] of Object.entries(bulkDecisions)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: GovernanceActionsPayload,
      description,
      args: { ids: t.arg.idList({ required: true, description: "Which actions." }) },
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
    description: "Asks for one action. ADMIN.",
    args: { input: t.arg({ type: GovernanceActionInput, required: true, description: "The action." }) },
    resolve: (_, { input }, context) =>
      payload(async () => {
        const requests = await requestsOf(context, [input], () => ["input"]);
        return (await shown(context, await requestActions(context.core, context.viewer, requests)))[0] ?? null;
      }),
  }),
  requestGovernanceActions: t.field({
    type: GovernanceActionsPayload,
    description:
      "Asks for up to 200 actions: all, or none when one cannot be done. With dryRun only says what would be done. ADMIN.",
    args: {
      inputs: t.arg({ type: [GovernanceActionInput], required: true, description: "The actions." }),
      dryRun: t.arg.boolean({ description: "Check only. Default false." }),
    },
    resolve: (_, { inputs, dryRun }, context) =>
      payload(async () => {
        const requests = await requestsOf(context, inputs, (index) => ["inputs", String(index)]);
        if (dryRun) return { actions: [], planned: await planActions(context.core, context.viewer, requests) };
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
    description: "Actions as they move on; with `after` (a changeCursor) it resumes.",
    args: {
      filter: t.arg({ type: GovernanceActionFilter, description: "Which actions." }),
      after: t.arg.string({ description: "Resume behind this changeCursor. Default: from now on." }),
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
