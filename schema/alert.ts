import {
  type AlertKey,
  type AlertRow,
  alertList,
  type AlertFilter as Filter,
  loadAlerts,
} from "#src/detection/alerts/list.ts";
import { updateAlerts } from "#src/detection/alerts/update.ts";
import { beginningOf } from "#src/query/period.ts";
import { abortable } from "./abortable.ts";
import { activityKeyOf } from "./activity.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { changeCursor, changedRows } from "./changes.ts";
import { connectionOf, pagingArgs, rootConnection } from "./connections.ts";
import { describedEnum } from "./described-enum.ts";
import { accountKeys, decodeId, instanceKeys, parseScanId, policyKeys } from "./ids.ts";
import { Severity } from "./recommendation.ts";
import { ActivityRef, AlertRef, FileRef, InstanceRef, OAuthAppRef, PolicyRef, UserRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const AlertKind = describedEnum("AlertKind", "The source of an alert.", {
  POLICY: "A policy matched.",
  SYSTEM: "Gatehouse itself raised the alert, for example about a failing connection or an expiring credential.",
});

const AlertStatus = describedEnum("AlertStatus", "The status of the review of an alert.", {
  OPEN: "The alert has not been reviewed.",
  IN_PROGRESS: "The review has started.",
  TRUE_POSITIVE: "Confirmed as a real threat.",
  BENIGN: "Confirmed as real and permitted.",
  FALSE_POSITIVE: "Confirmed as a wrong detection.",
});

builder.node(AlertRef, {
  description:
    "A finding that a person should review. Repeated findings while the alert is unresolved are counted as occurrences of it.",
  id: {
    resolve: ({ instanceId, id }) => `${instanceId}/${id}`,
    description: "Global id: opaque, and unique across all types.",
  },
  loadMany: (ids, context) => loadAlerts(context.core.db, context.viewer, ids.map(parseScanId)),
  fields: (t) => ({
    kind: t.expose("kind", { type: AlertKind, description: "The source of the alert." }),
    policy: t.field({
      type: PolicyRef,
      nullable: true,
      description:
        "The policy that matched; for a system alert, the policy that it concerns. Null if there is none or it was deleted.",
      resolve: ({ policyId }, _, context) => (policyId === null ? null : context.load.policy.load(policyId)),
    }),
    instance: t.field({
      type: InstanceRef,
      description: "The instance that the alert concerns.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account that the alert concerns. Null if it concerns none.",
      resolve: ({ instanceId, userId }, _, context) =>
        userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    file: t.field({
      type: FileRef,
      nullable: true,
      description: "The file that the alert concerns. Null if it concerns none, or none that is known.",
      resolve: ({ instanceId, fileId }, _, context) =>
        fileId === null ? null : context.load.file.load({ instanceId, externalId: fileId }),
    }),
    oauthApp: t.field({
      type: OAuthAppRef,
      nullable: true,
      description: "The third-party app that the alert concerns. Null if it concerns none.",
      resolve: ({ instanceId, oauthAppId }, _, context) =>
        oauthAppId === null ? null : context.load.oauthApp.load({ instanceId, externalId: oauthAppId }),
    }),
    severity: t.field({
      type: Severity,
      description: "Severity of the alert.",
      resolve: ({ severity }) => severity as never,
    }),
    status: t.expose("status", { type: AlertStatus, description: "Status of the review." }),
    title: t.exposeString("title", { description: "Summary of the finding in one line." }),
    explanation: t.field({
      type: "JSON",
      description: "The figures for which the alert was raised.",
      resolve: ({ explanation }) => explanation,
    }),
    evidence: t.field({
      type: [ActivityRef],
      description:
        "Activities that support the alert, oldest first, at most 100. Activities past the retention period are omitted.",
      resolve: async ({ instanceId, evidence }, _, context) => {
        const keys = evidence.map(([at, externalId]) => ({ instanceId, occurredAt: new Date(at), externalId }));
        const found = await Promise.all(keys.map((key) => context.load.activity.load(key)));
        return found.filter((activity) => activity !== null);
      },
    }),
    occurrences: t.exposeInt("occurrences", { description: "How often the finding has occurred." }),
    lastOccurredAt: t.expose("lastOccurredAt", { type: "DateTime", description: "When the finding last occurred." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the alert was raised." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When the alert last changed." }),
    assignee: t.exposeString("assignee", {
      nullable: true,
      description: "Name of the person who works on the alert. Null if nobody is assigned.",
    }),
    resolution: t.exposeString("resolution", {
      nullable: true,
      description: "Note on the result of the review. Null if none was entered.",
    }),
    changeCursor: t.string({
      description: "Cursor of this state. Pass it to alertChanged as `after` to resume behind this state.",
      resolve: (row, _, context) => changeCursor(row, context),
    }),
  }),
});
export const AlertConnection = connectionOf("Alert", AlertRef);

export interface AlertFilterShape extends Omit<Filter, "instanceIds" | "userIds" | "policyIds"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
  last?: string | null;
}

export const AlertFilter = builder.inputRef<AlertFilterShape>("AlertFilter").implement({
  description:
    "Selects alerts. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    kind: t.field({ type: [AlertKind], description: "Return only alerts of these kinds." }),
    instanceIds: t.idList({ description: "Return only alerts in these instances." }),
    connectorSlugs: t.stringList({ description: "Return only alerts in instances of these connectors." }),
    userIds: t.idList({ description: "Return only alerts that concern these accounts." }),
    policyIds: t.idList({ description: "Return only alerts that these policies raised or that concern them." }),
    severity: t.field({ type: [Severity], description: "Return only alerts of these severities." }),
    status: t.field({ type: [AlertStatus], description: "Return only alerts with one of these statuses." }),
    last: t.string({
      description:
        "Return only alerts raised in this period, which ends now: a number and a unit, as `30m`, `24h`, `7d` or `2w`. Together with `createdFrom` the later beginning counts. Not supported in filters that are kept, such as those of destinations.",
    }),
    createdFrom: t.field({ type: "DateTime", description: "Return only alerts raised at or after this instant." }),
    createdTo: t.field({ type: "DateTime", description: "Return only alerts raised before this instant." }),
    search: t.string({ description: "Return only alerts whose title contains this text." }),
  }),
});

/** `now`: when a relative period ends; null for a filter that is kept, which may have none. */
export function alertFilter(
  filter: AlertFilterShape | null | undefined,
  now: Date | null,
  field: string[] = ["filter"],
): Filter | null {
  if (!filter) return null;
  const { last, ...conditions } = filter;
  return {
    ...conditions,
    createdFrom: beginningOf(filter.createdFrom, last, now, [...field, "last"]),
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), [...field, "userIds"]),
    policyIds: policyKeys(filter.policyIds?.map(String), [...field, "policyIds"]),
  };
}

builder.objectField(ActivityRef, "alerts", (t) =>
  t.field({
    type: [AlertRef],
    description: "Alerts that list this activity as evidence.",
    resolve: (row, _, context) => context.load.alertsOfActivity.load(activityKeyOf(row)),
  }),
);

builder.queryField("alerts", (t) =>
  t.field({
    type: AlertConnection,
    description: "Alerts in all instances, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: AlertFilter, description: "Filter of the alerts to return. Default: all." }),
    },
    resolve: (_, { filter, ...args }, context) =>
      rootConnection<AlertRow>(
        context,
        alertList(context.core.db, context.viewer, alertFilter(filter, context.core.now())),
        args,
      ),
  }),
);

const AlertsPayload = builder.objectRef<Payload<AlertRow[]>>("AlertsPayload").implement({
  description: "Result of a change of several alerts.",
  fields: (t) => ({
    alerts: t.field({
      type: [AlertRef],
      description: "The changed alerts. Empty if `userErrors` is not empty.",
      resolve: ({ data }) => data ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const alertKey = (id: string | number): AlertKey => parseScanId(decodeId("Alert", String(id), ["ids"]));

builder.mutationField("updateAlerts", (t) =>
  t.field({
    type: AlertsPayload,
    description:
      "Set the status of up to 200 alerts. Either all are changed, or none. Idempotent. Requires the role ANALYST.",
    args: {
      ids: t.arg.idList({ required: true, description: "Ids of the alerts." }),
      status: t.arg({ type: AlertStatus, required: true, description: "The new status of the alerts." }),
      resolution: t.arg.string({ description: "Note on the result of the review. Default: unchanged." }),
      assignee: t.arg.string({ description: "Name of the person who works on the alerts. Default: unchanged." }),
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
    description: "Alerts as they are raised, recur and change. Resumes with `after` (a changeCursor).",
    args: {
      filter: t.arg({ type: AlertFilter, description: "Filter of the alerts to deliver. Null delivers all of them." }),
      after: t.arg.string({ description: "The changeCursor behind which to resume. Default: from now on." }),
    },
    subscribe: (_, { filter, after }, context) => {
      const conditions = alertFilter(filter, context.core.now());
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
