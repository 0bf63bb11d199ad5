import { capabilityKinds, type CapabilityKind as Kind } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import { grantedCapabilities } from "#src/instances/capabilities.ts";
import type { CoverageGap, InstanceHealth, StreamHealth } from "#src/instances/health.ts";
import { type InstanceRow, instanceList } from "#src/instances/list.ts";
import { type InstanceWebhook, webhookOf } from "#src/instances/webhook.ts";
import { builder } from "./builder.ts";
import { capability, InstanceConnection } from "./catalogue.ts";
import { pagingArgs, rootConnection } from "./connections.ts";
import { HealthState, InstanceStatus, ScanStream, WebhookState } from "./enums.ts";
import { instanceKey, parseNumber } from "./ids.ts";
import { loadAll } from "./load.ts";
import { CapabilityRef, ConnectorRef, InstanceRef } from "./refs.ts";
import { instanceFields } from "./row-fields.ts";
import { nodeReading } from "./selection.ts";

const InstanceCapability = builder
  .objectRef<{ slug: string; kind: Kind; granted: boolean; reason: string | null; missingScopes: string[] }>(
    "InstanceCapability",
  )
  .implement({
    description: "The availability of one capability in an instance.",
    fields: (t) => ({
      capability: t.field({
        type: CapabilityRef,
        description: "The capability of the connector.",
        resolve: ({ slug, kind }) => capability(slug, kind),
      }),
      granted: t.exposeBoolean("granted", { description: "True if the capability works in this instance." }),
      reason: t.exposeString("reason", {
        nullable: true,
        description: "Reason why the capability does not work. Null if it works.",
      }),
      missingScopes: t.exposeStringList("missingScopes", {
        description: "Scopes that must be granted, under the provider's own names.",
      }),
    }),
  });

const StreamHealthRef = builder.objectRef<StreamHealth>("StreamHealth").implement({
  description: "The health of one stream of an instance.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "The stream of the instance." }),
    part: t.exposeString("part", {
      nullable: true,
      description:
        "The part of the stream under the app's own name, such as one of several logs or regions. Null if the stream has no parts.",
    }),
    partLabel: t.exposeString("partLabel", {
      nullable: true,
      description: "Display name of the part. Null if the stream has no parts.",
    }),
    lastSuccessAt: t.expose("lastSuccessAt", {
      type: "DateTime",
      nullable: true,
      description: "When a scan last succeeded. Null before the first one.",
    }),
    lastItemAt: t.expose("lastItemAt", {
      type: "DateTime",
      nullable: true,
      description: "When the newest record that was read happened or changed. Null if none was read.",
    }),
    lagSeconds: t.exposeInt("lagSeconds", {
      nullable: true,
      description: "Seconds since the last successful scan. Null before the first one.",
    }),
    consecutiveFailures: t.exposeInt("consecutiveFailures", { description: "Number of failed scans in a row." }),
    throttledUntil: t.expose("throttledUntil", {
      type: "DateTime",
      nullable: true,
      description: "When reading continues after the rate limit of the app. Null if the stream is not throttled.",
    }),
    firstScanCompletedAt: t.expose("firstScanCompletedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the first scan was complete. Null if it is not complete yet.",
    }),
    silentSince: t.expose("silentSince", {
      type: "DateTime",
      nullable: true,
      description:
        "Since when the stream has not been read, or has returned no records for much longer than usual. Null if the last check found nothing unusual.",
    }),
    disabledReason: t.exposeString("disabledReason", {
      nullable: true,
      description:
        "Reason why the stream is disabled in this instance, such as a missing scope. Null if it is enabled.",
    }),
    unreadableRecords: t.exposeInt("unreadableRecords", {
      description:
        "Number of records that could not be read and were set aside, kept as long as activities. For POSTURE, the number of settings that could not be read by the last scan. The instance is DEGRADED for a day after the newest.",
    }),
  }),
});

const InstanceHealthRef = builder.objectRef<InstanceHealth>("InstanceHealth").implement({
  description:
    'The completeness of the data of an instance: it separates "nothing happened" from "nothing could be read".',
  fields: (t) => ({
    state: t.expose("state", { type: HealthState, description: "The worst state of all streams." }),
    checkedAt: t.expose("checkedAt", { type: "DateTime", description: "When the health was computed." }),
    streams: t.field({
      type: [StreamHealthRef],
      description: "Health of each stream.",
      resolve: ({ streams }) => streams,
    }),
  }),
});

const InstanceWebhookRef = builder.objectRef<InstanceWebhook>("InstanceWebhook").implement({
  description: "The webhook through which an app sends events of one instance. Its secret is never returned here.",
  fields: (t) => ({
    state: t.expose("state", { type: WebhookState, description: "Whether and how the webhook is set up." }),
    url: t.exposeString("url", {
      nullable: true,
      description: "Address to which the app sends events. Null if the app sends none, or if PUBLIC_URL is not set.",
    }),
    renewBy: t.expose("renewBy", {
      type: "DateTime",
      nullable: true,
      description:
        "When the app lets the registration expire. Gatehouse renews it after half of the time, and at the latest an hour before. Null if it does not expire.",
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "Reason why no events arrive, or why the last registration failed. Null if no problem is known.",
    }),
  }),
});

const CoverageGapRef = builder.objectRef<CoverageGap>("CoverageGap").implement({
  description: "A period without data for a stream, and whether it has been backfilled.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "The stream that has no data." }),
    part: t.exposeString("part", {
      nullable: true,
      description: "The part of the stream under the app's own name. Null if the stream has no parts.",
    }),
    from: t.expose("from", { type: "DateTime", description: "Start of the gap." }),
    to: t.expose("to", { type: "DateTime", description: "End of the gap." }),
    reason: t.exposeString("reason", { description: "Cause of the gap, in a sentence." }),
    filledAt: t.expose("filledAt", {
      type: "DateTime",
      nullable: true,
      description: "When the gap was backfilled. Null if it has not been backfilled.",
    }),
  }),
});

builder.node(InstanceRef, {
  description: "One connected tenant of a connector. A connector can have several, unless its multiInstance is false.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.instance, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name that an admin gave the instance." }),
    connector: t.field({
      type: ConnectorRef,
      description: "The connector of the app.",
      resolve: ({ connectorSlug }) => connectorBySlug(connectorSlug) as never,
    }),
    status: t.expose("status", { type: InstanceStatus, description: "Status of the connection." }),
    statusReason: t.exposeString("statusReason", {
      nullable: true,
      description:
        "Reason for the status ERROR, in terms on which an admin can act. It never contains a secret. Null for other statuses.",
    }),
    externalAccountId: t.exposeString("externalAccountId", {
      nullable: true,
      description: "The provider's own id of the tenant, unique within the connector. Null if it is not known yet.",
    }),
    accountName: t.exposeString("accountName", {
      nullable: true,
      description: "The provider's own name of the tenant. Null if it is not known yet.",
    }),
    settings: t.field({
      type: "JSON",
      description: "Settings that are not secret, by name.",
      resolve: ({ settings }) => settings,
    }),
    components: t.exposeStringList("components", { description: "Names of the selected components of the app." }),
    capabilities: t.field({
      type: [InstanceCapability],
      description: "Capabilities that the granted scopes and the licence allow in this instance.",
      resolve: (instance) => {
        const granted = grantedCapabilities(instance);
        return capabilityKinds.map((kind) => ({
          slug: instance.connectorSlug,
          kind,
          ...(granted.get(kind) ?? { granted: false, reason: null, missingScopes: [] }),
        }));
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the instance was added." }),
    connectedAt: t.expose("connectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the instance was first connected. Null if it never was.",
    }),
    lastActivityAt: t.expose("lastActivityAt", {
      type: "DateTime",
      nullable: true,
      description: "When the newest activity happened. Null if there is none.",
    }),
    lastScanAt: t.expose("lastScanAt", {
      type: "DateTime",
      nullable: true,
      description: "When a scan last succeeded. Null if none has.",
    }),
    credentialExpiresAt: t.expose("credentialExpiresAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When the credential expires and an admin must renew it. Null if it does not expire or the expiry is not known.",
    }),
    health: t.field({
      type: InstanceHealthRef,
      description: "Completeness of the data of the instance.",
      resolve: (instance, _, context) => context.load.health.load(instance),
    }),
    webhook: t.field({
      type: InstanceWebhookRef,
      description: "The webhook through which the app sends its events.",
      resolve: (instance, _, context) => webhookOf(context.core, instance),
    }),
    gaps: t.field({
      type: [CoverageGapRef],
      description: "Periods without data, newest first.",
      resolve: ({ id }, _, context) => context.load.gaps.load(id),
    }),
    userCount: t.int({
      description: "Number of accounts that are not deleted.",
      resolve: ({ id, userCount }, _, context) => userCount ?? context.load.userCount.load(id),
    }),
  }),
});

builder.queryFields((t) => ({
  instances: t.field({
    type: InstanceConnection,
    description: "Connected tenants, in the order in which they were added.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      connectorSlugs: t.arg.stringList({ description: "Return only instances of these connectors. Default: all." }),
      status: t.arg({
        type: [InstanceStatus],
        description: "Return only instances with one of these statuses. Default: all.",
      }),
    },
    resolve: (_, { connectorSlugs, status, ...args }, context, info) => {
      const scope = { connectorSlugs: connectorSlugs ?? null, status: status ?? null };
      const list = instanceList(context.viewer, scope, nodeReading(instanceFields, info));
      return rootConnection<InstanceRow>(context, list, args);
    },
  }),
  instance: t.field({
    type: InstanceRef,
    nullable: true,
    description: "One connected tenant. Null if there is none with this id that you may see.",
    args: { id: t.arg.id({ required: true, description: "Id of the instance." }) },
    resolve: (_, { id }, context) => context.load.instance.load(instanceKey(String(id), ["id"])),
  }),
}));
