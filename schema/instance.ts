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
    description: "What the granted scopes and the licence really allow on one instance.",
    fields: (t) => ({
      capability: t.field({
        type: CapabilityRef,
        description: "The connector's capability.",
        resolve: ({ slug, kind }) => capability(slug, kind),
      }),
      granted: t.exposeBoolean("granted", { description: "Whether it works here." }),
      reason: t.exposeString("reason", { nullable: true, description: "Why not." }),
      missingScopes: t.exposeStringList("missingScopes", { description: "Scopes to grant, in the app's own words." }),
    }),
  });

const StreamHealthRef = builder.objectRef<StreamHealth>("StreamHealth").implement({
  description: "How one stream of an instance is doing.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "Which stream." }),
    part: t.exposeString("part", {
      nullable: true,
      description:
        "Which part of the stream, such as one of several logs or regions, by the app's name; null for a stream that has no parts.",
    }),
    partLabel: t.exposeString("partLabel", {
      nullable: true,
      description: "What people call the part; null for a stream that has no parts.",
    }),
    lastSuccessAt: t.expose("lastSuccessAt", {
      type: "DateTime",
      nullable: true,
      description: "When it had last caught up.",
    }),
    lastItemAt: t.expose("lastItemAt", {
      type: "DateTime",
      nullable: true,
      description: "Instant of the newest item read.",
    }),
    lagSeconds: t.exposeInt("lagSeconds", {
      nullable: true,
      description: "Seconds since it had last caught up; null before the first time.",
    }),
    consecutiveFailures: t.exposeInt("consecutiveFailures", { description: "Failed runs in a row." }),
    throttledUntil: t.expose("throttledUntil", {
      type: "DateTime",
      nullable: true,
      description: "Until when the app's rate limit holds it back.",
    }),
    firstScanCompletedAt: t.expose("firstScanCompletedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the first scan was complete.",
    }),
    silentSince: t.expose("silentSince", {
      type: "DateTime",
      nullable: true,
      description:
        "Since when it is silent: not read, or read without finding anything for much longer than is usual here. Null: it is not, as the last check saw it.",
    }),
    disabledReason: t.exposeString("disabledReason", {
      nullable: true,
      description: "Why it is off here, such as a missing scope.",
    }),
    unreadableRecords: t.exposeInt("unreadableRecords", {
      description:
        "How many records could not be read and were set aside; they are kept as long as activities. Of posture, how many settings could not be read at the last scan. The instance is DEGRADED for a day after the newest.",
    }),
  }),
});

const InstanceHealthRef = builder.objectRef<InstanceHealth>("InstanceHealth").implement({
  description: 'Whether what is shown of an instance is complete: "nothing happened" is not "could not look".',
  fields: (t) => ({
    state: t.expose("state", { type: HealthState, description: "The worst of its streams." }),
    checkedAt: t.expose("checkedAt", { type: "DateTime", description: "When this was worked out." }),
    streams: t.field({ type: [StreamHealthRef], description: "Stream by stream.", resolve: ({ streams }) => streams }),
  }),
});

const InstanceWebhookRef = builder.objectRef<InstanceWebhook>("InstanceWebhook").implement({
  description: "The webhook through which an app sends events of one instance. Its secret is never returned here.",
  fields: (t) => ({
    state: t.expose("state", { type: WebhookState, description: "Whether and how the webhook is set up." }),
    url: t.exposeString("url", {
      nullable: true,
      description: "The address that the app sends to. Null when the app sends none, or when PUBLIC_URL is not set.",
    }),
    renewBy: t.expose("renewBy", {
      type: "DateTime",
      nullable: true,
      description:
        "When the app lets the registration expire. Gatehouse renews it when half of the time is over, and an hour before at the latest. Null: it does not expire.",
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description:
        "Why no events arrive, or why the last attempt to register failed. Null: nothing is known to be wrong.",
    }),
  }),
});

const CoverageGapRef = builder.objectRef<CoverageGap>("CoverageGap").implement({
  description: "From when to when a stream was blind, and whether that was refilled.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "Which stream." }),
    part: t.exposeString("part", {
      nullable: true,
      description: "Which part of the stream, by the app's name; null for a stream that has no parts.",
    }),
    from: t.expose("from", { type: "DateTime", description: "Start of the gap." }),
    to: t.expose("to", { type: "DateTime", description: "End of the gap." }),
    reason: t.exposeString("reason", { description: "What caused it." }),
    filledAt: t.expose("filledAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was refilled; null: not yet.",
    }),
  }),
});

builder.node(InstanceRef, {
  description: "One connected tenant of a connector. Several per connector unless multiInstance is false.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.instance, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "What an admin calls it." }),
    connector: t.field({
      type: ConnectorRef,
      description: "The app.",
      resolve: ({ connectorSlug }) => connectorBySlug(connectorSlug) as NonNullable<ReturnType<typeof connectorBySlug>>,
    }),
    status: t.expose("status", { type: InstanceStatus, description: "Where the connection stands." }),
    statusReason: t.exposeString("statusReason", {
      nullable: true,
      description: "Why ERROR, in words an admin can act on; never a secret.",
    }),
    externalAccountId: t.exposeString("externalAccountId", {
      nullable: true,
      description: "The provider's own id of the tenant; unique per connector.",
    }),
    accountName: t.exposeString("accountName", {
      nullable: true,
      description: "The provider's own name of the tenant.",
    }),
    settings: t.field({
      type: "JSON",
      description: "Settings that are not secret.",
      resolve: ({ settings }) => settings,
    }),
    components: t.exposeStringList("components", { description: "Selected parts of the app." }),
    capabilities: t.field({
      type: [InstanceCapability],
      description: "What the granted scopes and the licence really allow here.",
      resolve: (instance) => {
        const granted = grantedCapabilities(instance);
        return capabilityKinds.map((kind) => ({
          slug: instance.connectorSlug,
          kind,
          ...(granted.get(kind) ?? { granted: false, reason: null, missingScopes: [] }),
        }));
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was added." }),
    connectedAt: t.expose("connectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was first connected.",
    }),
    lastActivityAt: t.expose("lastActivityAt", {
      type: "DateTime",
      nullable: true,
      description: "Instant of its newest activity.",
    }),
    lastScanAt: t.expose("lastScanAt", {
      type: "DateTime",
      nullable: true,
      description: "When a scan last ended well.",
    }),
    credentialExpiresAt: t.expose("credentialExpiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When an admin must renew the credential by hand; null: never, or not known.",
    }),
    health: t.field({
      type: InstanceHealthRef,
      description: "Whether what is shown is complete.",
      resolve: (instance, _, context) => context.load.health.load(instance),
    }),
    webhook: t.field({
      type: InstanceWebhookRef,
      description: "The webhook through which the app sends its events.",
      resolve: (instance, _, context) => webhookOf(context.core, instance),
    }),
    gaps: t.field({
      type: [CoverageGapRef],
      description: "From when to when we were blind, newest first.",
      resolve: ({ id }, _, context) => context.load.gaps.load(id),
    }),
    userCount: t.int({
      description: "Accounts that are not deleted.",
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
      connectorSlugs: t.arg.stringList({ description: "Of these apps only." }),
      status: t.arg({ type: [InstanceStatus], description: "In one of these states only." }),
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
    description: "One connected tenant; null when there is none for you.",
    args: { id: t.arg.id({ required: true, description: "Its id." }) },
    resolve: (_, { id }, context) => context.load.instance.load(instanceKey(String(id), ["id"])),
  }),
}));
