import {
  type AlertKey,
  type AlertRow,
  alertList,
  type AlertFilter as Filter,
  loadAlerts,
} from "#src/detection/alerts/list.ts";
import { updateAlerts } from "#src/detection/alerts/update.ts";
import { abortable } from "./abortable.ts";
import { activityKeyOf } from "./activity.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { changeCursor, changedRows } from "./changes.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import { describedEnum } from "./described-enum.ts";
import { accountKeys, decodeId, instanceKeys, parseScanId, policyKeys } from "./ids.ts";
import { Severity } from "./recommendation.ts";
import { ActivityRef, AlertRef, InstanceRef, OAuthAppRef, PolicyRef, UserRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const AlertKind = describedEnum("AlertKind", "What raised an alert.", {
  POLICY: "A rule matched.",
  SYSTEM: "Gatehouse itself: a connection fails, a credential ends soon.",
});

const AlertStatus = describedEnum("AlertStatus", "Where an alert stands, or what it turned out to be.", {
  OPEN: "Nobody has looked at it.",
  IN_PROGRESS: "Somebody is looking at it.",
  TRUE_POSITIVE: "It was what it seemed.",
  BENIGN: "It happened, and was allowed.",
  FALSE_POSITIVE: "It was not what it seemed.",
});

builder.node(AlertRef, {
  description: "Something that somebody should look at. Repeats while it is unresolved are occurrences of it.",
  id: { resolve: ({ instanceId, id }) => `${instanceId}/${id}`, description: "Opaque id." },
  loadMany: (ids, context) => loadAlerts(context.core.db, context.viewer, ids.map(parseScanId)),
  fields: (t) => ({
    kind: t.expose("kind", { type: AlertKind, description: "What raised it." }),
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description:
        "The rule that matched; for an alert of the system the policy it is about. Null when it was removed since.",
      resolve: ({ policyId }, _, context) => (policyId === null ? null : context.load.policy.load(policyId)),
    }),
    instance: t.field({
      type: InstanceRef,
      description: "Where.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "Which account it is about.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "Which app it is about.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId === null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    severity: t.field({
      type: Severity,
      description: "How much it matters.",
      resolve: ({ severity }) => severity as never,
    }),
    status: t.expose("status", { type: AlertStatus, description: "Where it stands." }),
    title: t.exposeString("title", { description: "What happened, in a line." }),
    explanation: t.field({
      type: "JSON",
      description: "Why it was raised, in figures.",
      resolve: ({ explanation }) => explanation,
    }),
    evidence: t.field({
      type: [ActivityRef],
      description: "The activities that prove it, oldest first, at most 100; those past retention are left out.",
      resolve: async ({ instanceId, evidence }, _, context) => {
        const keys = evidence.map(([at, externalId]) => ({ instanceId, occurredAt: new Date(at), externalId }));
        const found = await Promise.all(keys.map((key) => context.load.activity.load(key)));
        return found.filter((activity) => activity !== null);
      },
    }),
    occurrences: t.exposeInt("occurrences", { description: "How often it happened." }),
    lastOccurredAt: t.expose("lastOccurredAt", { type: "DateTime", description: "When it last happened." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was raised." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When it last changed." }),
    assignee: t.exposeString("assignee", { nullable: true, description: "Who looks at it." }),
    resolution: t.exposeString("resolution", { nullable: true, description: "What was found out." }),
    changeCursor: t.string({
      description: "Resume alertChanged behind this state with `after`.",
      resolve: changeCursor,
    }),
  }),
});
export const AlertConnection = connectionOf("Alert", AlertRef);

export interface AlertFilterShape extends Omit<Filter, "instanceIds" | "userIds" | "policyIds"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
}

export const AlertFilter = builder.inputRef<AlertFilterShape>("AlertFilter").implement({
  description: "Which alerts: all conditions must hold.",
  fields: (t) => ({
    kind: t.field({ type: [AlertKind], description: "Raised by one of these." }),
    instanceIds: t.idList({ description: "On these instances." }),
    connectorSlugs: t.stringList({ description: "On instances of these apps." }),
    userIds: t.idList({ description: "About these accounts." }),
    policyIds: t.idList({ description: "Raised by these policies, or about them." }),
    severity: t.field({ type: [Severity], description: "Of one of these severities." }),
    status: t.field({ type: [AlertStatus], description: "In one of these states." }),
    createdFrom: t.field({ type: "DateTime", description: "Raised at or after." }),
    createdTo: t.field({ type: "DateTime", description: "Raised before." }),
    search: t.string({ description: "Text in the title." }),
  }),
});

export function alertFilter(filter: AlertFilterShape | null | undefined, field: string[] = ["filter"]): Filter | null {
  if (!filter) return null;
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), [...field, "userIds"]),
    policyIds: policyKeys(filter.policyIds?.map(String), [...field, "policyIds"]),
  };
}

builder.objectField(ActivityRef, "alerts", (t) =>
  t.field({
    type: [AlertRef],
    description: "Alerts it counts for.",
    resolve: (row, _, context) => context.load.alertsOfActivity.load(activityKeyOf(row)),
  }),
);

builder.queryField("alerts", (t) =>
  t.field({
    type: AlertConnection,
    description: "What somebody should look at, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: AlertFilter, description: "Which alerts." }),
    },
    resolve: (_, { filter, ...args }, context) =>
      rootConnection<AlertRow>(context, alertList(context.core.db, context.viewer, alertFilter(filter)), args),
  }),
);

const AlertsPayload = builder.objectRef<Payload<AlertRow[]>>("AlertsPayload").implement({
  description: "The changed alerts.",
  fields: (t) => ({
    alerts: t.field({ type: [AlertRef], description: "The alerts.", resolve: ({ data }) => data ?? [] }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const alertKey = (id: string | number): AlertKey => parseScanId(decodeId("Alert", String(id), ["ids"]));

builder.mutationField("updateAlerts", (t) =>
  t.field({
    type: AlertsPayload,
    description:
      "Sets the state of up to 200 alerts: all, or none when one is missing. Repeating it changes nothing. ANALYST.",
    args: {
      ids: t.arg.idList({ required: true, description: "Which alerts." }),
      status: t.arg({ type: AlertStatus, required: true, description: "The new state." }),
      resolution: t.arg.string({ description: "What was found out; left out: as it was." }),
      assignee: t.arg.string({ description: "Who looks at it; left out: as it was." }),
    },
    resolve: (_, { ids, ...change }, context) =>
      payload(async () => {
        const keys = await keyFor(context, "alert.update", "ANALYST", () => ids.map(alertKey));
        return updateAlerts(context.core, context.viewer, keys, change);
      }),
  }),
);

builder.subscriptionField("alertChanged", (t) =>
  t.field({
    type: AlertRef,
    description: "Alerts as they are raised, repeated and changed; with `after` (a changeCursor) it resumes.",
    args: {
      filter: t.arg({ type: AlertFilter, description: "Which alerts." }),
      after: t.arg.string({ description: "Resume behind this changeCursor. Default: from now on." }),
    },
    subscribe: (_, { filter, after }, context) => {
      const conditions = alertFilter(filter);
      return abortable((signal) =>
        changedRows(
          context,
          "alert",
          after,
          {
            keysOf: (entry) =>
              (entry.payload as { ids: number[] }).ids.map((id) => ({ instanceId: entry.instanceId, id })),
            load: (keys) => loadAlerts(context.core.db, context.viewer, keys, conditions),
          },
          signal,
        ),
      );
    },
    resolve: (row) => row as AlertRow,
  }),
);
