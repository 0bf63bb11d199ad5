import type { Instance } from "#db/tables/instances.ts";
import type { Role } from "#src/access/viewer.ts";
import { confirmListing } from "#src/ingest/scan/confirm.ts";
import type { ScanRow } from "#src/ingest/scan/list.ts";
import { cancelScan, startScan } from "#src/ingest/scan/request.ts";
import { type Connected, connectInstance } from "#src/instances/connect.ts";
import {
  disableInstance,
  disconnectInstance,
  enableInstance,
  type TestedConnection,
  testInstance,
  updateInstance,
} from "#src/instances/lifecycle.ts";
import type { InstanceRow } from "#src/instances/list.ts";
import { type Prepared, prepareConnection } from "#src/instances/prepare.ts";
import { createWebhookSecret, type ManualWebhook } from "#src/instances/webhook-secret.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import type { Context } from "./context.ts";
import { ScanMode, ScanStream } from "./enums.ts";
import { instanceKey, scanKey } from "./ids.ts";
import { InstanceRef, ScanRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

interface ConnectedRow {
  instance: InstanceRow | null;
  authorizationUrl: string | null;
}

const ConnectInstancePayload = builder.objectRef<Payload<ConnectedRow>>("ConnectInstancePayload").implement({
  description: "Result of connecting or enabling an instance.",
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance that is being connected. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data?.instance ?? null,
    }),
    authorizationUrl: t.string({
      nullable: true,
      description:
        "URL that a person must open in a browser within ten minutes to consent. Null if no consent is needed.",
      resolve: ({ data }) => data?.authorizationUrl ?? null,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const GeneratedSetting = builder.objectRef<{ name: string; value: string }>("GeneratedSetting").implement({
  description: "A value of a setting that Gatehouse generated.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the setting." }),
    value: t.exposeString("value", { description: "The value to enter at the provider." }),
  }),
});

const PrepareConnectionPayload = builder.objectRef<Payload<Prepared>>("PrepareConnectionPayload").implement({
  description: "Result of the preparation of a connection.",
  fields: (t) => ({
    settings: t.field({
      type: [GeneratedSetting],
      description:
        "The generated settings to enter at the provider before connecting. Empty if the connector has none, or if `userErrors` is not empty.",
      resolve: ({ data }) => Object.entries(data?.settings ?? {}).map(([name, value]) => ({ name, value })),
    }),
    expiresAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When connectInstance stops accepting these values. Null if there are none.",
      resolve: ({ data }) => data?.expiresAt ?? null,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const WebhookSecretPayload = builder.objectRef<Payload<ManualWebhook>>("CreateWebhookSecretPayload").implement({
  description: "Result of the creation of a webhook secret.",
  fields: (t) => ({
    url: t.string({
      nullable: true,
      description: "Address to which the provider must send events. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data?.url ?? null,
    }),
    secret: t.string({
      nullable: true,
      description:
        "Secret that authenticates deliveries. It cannot be retrieved again. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data?.secret ?? null,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const InstancePayload = builder.objectRef<Payload<InstanceRow | null>>("InstancePayload").implement({
  description: "Result of a change of an instance.",
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The changed instance. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const TestConnectionPayload = builder.objectRef<Payload<TestedConnection>>("TestConnectionPayload").implement({
  description: "Result of a test of the stored credential at the provider.",
  fields: (t) => ({
    ok: t.boolean({ description: "True if the credential works.", resolve: ({ data }) => data?.ok ?? false }),
    externalAccountId: t.string({
      nullable: true,
      description: "The provider's own id of the tenant. Null if the test failed.",
      resolve: ({ data }) => data?.externalAccountId ?? null,
    }),
    accountName: t.string({
      nullable: true,
      description: "The provider's own name of the tenant. Null if the test failed.",
      resolve: ({ data }) => data?.accountName ?? null,
    }),
    latencyMs: t.int({
      nullable: true,
      description: "Response time of the provider in milliseconds. Null if the test failed.",
      resolve: ({ data }) => data?.latencyMs ?? null,
    }),
    missingScopes: t.stringList({
      description: "Scopes that must be granted, under the provider's own names.",
      resolve: ({ data }) => data?.missingScopes ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const StartScanPayload = builder.objectRef<Payload<ScanRow[]>>("StartScanPayload").implement({
  description: "Result of a request for scans.",
  fields: (t) => ({
    scans: t.field({
      type: [ScanRef],
      description: "The requested scans, one for each stream. Empty if `userErrors` is not empty.",
      resolve: ({ data }) => data ?? [],
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const ScanPayload = builder.objectRef<Payload<ScanRow>>("ScanPayload").implement({
  description: "Result of a change of a scan.",
  fields: (t) => ({
    scan: t.field({
      type: ScanRef,
      nullable: true,
      description: "The changed scan. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const ConnectInstanceInput = builder.inputType("ConnectInstanceInput", {
  description: "The app to connect, with its settings.",
  fields: (t) => ({
    connectorSlug: t.string({ required: true, description: "The `slug` of the connector." }),
    name: t.string({ required: true, description: "Name of the new instance." }),
    settings: t.field({
      type: "JSON",
      required: true,
      description: "Values by name, as described by the `settings` of the connector.",
    }),
    components: t.stringList({
      description: "Names of the selected components, for connectors that have components. Default: none.",
    }),
  }),
});

const UpdateInstanceInput = builder.inputType("UpdateInstanceInput", {
  description: "The changes to make to an instance. Absent properties stay unchanged.",
  fields: (t) => ({
    instanceId: t.id({ required: true, description: "Id of the instance." }),
    name: t.string({ description: "New name of the instance." }),
    settings: t.field({
      type: "JSON",
      description: "New values of settings, by name. Settings that are absent stay unchanged.",
    }),
    components: t.stringList({ description: "Names of the selected components." }),
  }),
});

/** A change answers with the row as it is now; loaders may hold the one before. */
async function fresh(context: Context, instance: Instance): Promise<InstanceRow | null> {
  context.load.instance.clear(instance.id);
  return context.load.instance.load(instance.id);
}

const connected = async (context: Context, result: Connected): Promise<ConnectedRow> => ({
  instance: await fresh(context, result.instance),
  authorizationUrl: result.authorizationUrl,
});

const instanceIn = (context: Context, action: string, role: Role, id: string | number, field = ["instanceId"]) =>
  keyFor(context, action, role, () => instanceKey(String(id), field));

builder.mutationFields((t) => {
  const instanceId = t.arg.id({ required: true, description: "Id of the instance." });
  return {
    prepareConnection: t.field({
      type: PrepareConnectionPayload,
      description:
        "Generate the settings of a connector that Gatehouse provides, such as the external id of a role. They are kept for seven days for the caller alone, and used by the next connectInstance. Idempotent. Requires the role ADMIN.",
      args: {
        connectorSlug: t.arg.string({ required: true, description: "The `slug` of the connector." }),
      },
      resolve: (_, { connectorSlug }, context) =>
        payload(() => prepareConnection(context.core, context.viewer, connectorSlug)),
    }),
    createWebhookSecret: t.field({
      type: WebhookSecretPayload,
      description:
        "Create a secret for an app whose webhook an admin sets up, and return it with the address. An earlier secret stops working at once. Requires the role ADMIN.",
      args: { instanceId },
      resolve: (_, { instanceId: id }, context) =>
        payload(async () =>
          createWebhookSecret(
            context.core,
            context.viewer,
            await instanceIn(context, "webhook.createSecret", "ADMIN", id),
          ),
        ),
    }),
    connectInstance: t.field({
      type: ConnectInstancePayload,
      description:
        "Connect an app. With OAuth, the payload holds an authorizationUrl to open; other apps are connected at once. Requires the role ADMIN.",
      args: { input: t.arg({ type: ConnectInstanceInput, required: true, description: "The app to connect." }) },
      resolve: (_, { input }, context) =>
        payload(async () => connected(context, await connectInstance(context.core, context.viewer, input))),
    }),
    testConnection: t.field({
      type: TestConnectionPayload,
      description:
        "Test the credential at the provider and return the tenant. Streams whose scopes were granted again are enabled. Requires the role ANALYST.",
      args: { instanceId },
      resolve: (_, { instanceId: id }, context) =>
        payload(async () =>
          testInstance(context.core, context.viewer, await instanceIn(context, "instance.test", "ANALYST", id)),
        ),
    }),
    updateInstance: t.field({
      type: InstancePayload,
      description: "Change the name, settings or components of an instance. Requires the role ADMIN.",
      args: { input: t.arg({ type: UpdateInstanceInput, required: true, description: "The changes to make." }) },
      resolve: (_, { input: { instanceId: id, ...input } }, context) =>
        payload(async () =>
          fresh(
            context,
            await updateInstance(
              context.core,
              context.viewer,
              await instanceIn(context, "instance.update", "ADMIN", id, ["input", "instanceId"]),
              input,
            ),
          ),
        ),
    }),
    disableInstance: t.field({
      type: InstancePayload,
      description:
        "Disable an instance: reading stops at once, cursors and the credential are kept. Idempotent. Requires the role ADMIN.",
      args: { instanceId },
      resolve: (_, { instanceId: id }, context) =>
        payload(async () =>
          fresh(
            context,
            await disableInstance(
              context.core,
              context.viewer,
              await instanceIn(context, "instance.disable", "ADMIN", id),
            ),
          ),
        ),
    }),
    enableInstance: t.field({
      type: ConnectInstancePayload,
      description:
        "Enable a disabled instance. If the credential is missing or settings changed, the payload holds a new authorizationUrl. Requires the role ADMIN.",
      args: {
        instanceId,
        settings: t.arg({
          type: "JSON",
          description: "New values of settings, by name. Settings that are absent stay unchanged.",
        }),
      },
      resolve: (_, { instanceId: id, settings }, context) =>
        payload(async () =>
          connected(
            context,
            await enableInstance(
              context.core,
              context.viewer,
              await instanceIn(context, "instance.enable", "ADMIN", id),
              settings,
            ),
          ),
        ),
    }),
    disconnectInstance: t.field({
      type: InstancePayload,
      description: "Disconnect an instance permanently and erase its credential. Requires the role ADMIN.",
      args: {
        instanceId,
        deleteData: t.arg.boolean({
          description: "Whether to delete accounts, activities and all other collected data as well. Default false.",
        }),
      },
      resolve: (_, { instanceId: id, deleteData }, context) =>
        payload(async () =>
          fresh(
            context,
            await disconnectInstance(
              context.core,
              context.viewer,
              await instanceIn(context, "instance.disconnect", "ADMIN", id),
              deleteData ?? false,
            ),
          ),
        ),
    }),
    startScan: t.field({
      type: StartScanPayload,
      description:
        "Start scans now. With `from`, activities of that period are backfilled beside the regular scan. Requires the role ANALYST.",
      args: {
        instanceId,
        streams: t.arg({ type: [ScanStream], description: "Streams to scan. Default: all streams of the instance." }),
        mode: t.arg({
          type: ScanMode,
          description: "FULL starts over from the beginning. Default: the mode of the next scheduled scan.",
        }),
        from: t.arg({ type: "DateTime", description: "Start of the period to backfill. Default: no backfill." }),
        to: t.arg({ type: "DateTime", description: "End of the period to backfill. Default: now." }),
      },
      resolve: (_, { instanceId: id, ...asked }, context) =>
        payload(async () =>
          startScan(context.core, context.viewer, await instanceIn(context, "scan.start", "ANALYST", id), asked),
        ),
    }),
    cancelScan: t.field({
      type: ScanPayload,
      description:
        "Cancel a scan that is queued or running. Records stored so far are kept. Requires the role ANALYST.",
      args: { id: t.arg.id({ required: true, description: "Id of the scan." }) },
      resolve: (_, { id }, context) =>
        payload(async () =>
          cancelScan(
            context.core,
            context.viewer,
            await keyFor(context, "scan.cancel", "ANALYST", () => scanKey(String(id), ["id"])),
          ),
        ),
    }),
    confirmListing: t.field({
      type: ScanPayload,
      description:
        "Confirm that a scan with `awaitsConfirmation` is right: records that it did not name are marked as deleted. Requires the role ADMIN.",
      args: { id: t.arg.id({ required: true, description: "Id of the scan." }) },
      resolve: (_, { id }, context) =>
        payload(async () =>
          confirmListing(
            context.core,
            context.viewer,
            await keyFor(context, "scan.confirmListing", "ADMIN", () => scanKey(String(id), ["id"])),
          ),
        ),
    }),
  };
});
