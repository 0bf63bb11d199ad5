import type { Instance } from "#db/tables/instances.ts";
import type { Role } from "#src/access/viewer.ts";
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
  description: "The instance and, where a person must consent, the URL to open.",
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance.",
      resolve: ({ data }) => data?.instance ?? null,
    }),
    authorizationUrl: t.string({
      nullable: true,
      description: "Open it in a browser and consent within ten minutes; null: nothing to consent to.",
      resolve: ({ data }) => data?.authorizationUrl ?? null,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const GeneratedSetting = builder.objectRef<{ name: string; value: string }>("GeneratedSetting").implement({
  description: "A value of a setting that Gatehouse made.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the setting." }),
    value: t.exposeString("value", { description: "The value to enter at the provider." }),
  }),
});

const PrepareConnectionPayload = builder.objectRef<Payload<Prepared>>("PrepareConnectionPayload").implement({
  description: "What to enter at the provider before connecting.",
  fields: (t) => ({
    settings: t.field({
      type: [GeneratedSetting],
      description: "The generated settings of the connector. Empty when it has none, or when there are errors.",
      resolve: ({ data }) => Object.entries(data?.settings ?? {}).map(([name, value]) => ({ name, value })),
    }),
    expiresAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Until when connectInstance uses these values. Null when there are none.",
      resolve: ({ data }) => data?.expiresAt ?? null,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const WebhookSecretPayload = builder.objectRef<Payload<ManualWebhook>>("CreateWebhookSecretPayload").implement({
  description: "What to enter at the provider so that it sends events.",
  fields: (t) => ({
    url: t.string({
      nullable: true,
      description: "The address that the provider must send to. Null when there are errors.",
      resolve: ({ data }) => data?.url ?? null,
    }),
    secret: t.string({
      nullable: true,
      description: "The secret that proves deliveries. It is returned this once. Null when there are errors.",
      resolve: ({ data }) => data?.secret ?? null,
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const InstancePayload = builder.objectRef<Payload<InstanceRow | null>>("InstancePayload").implement({
  description: "The changed instance.",
  fields: (t) => ({
    instance: t.field({ type: InstanceRef, nullable: true, description: "The instance.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const TestConnectionPayload = builder.objectRef<Payload<TestedConnection>>("TestConnectionPayload").implement({
  description: "What the provider said to the stored credential.",
  fields: (t) => ({
    ok: t.boolean({ description: "Whether it works.", resolve: ({ data }) => data?.ok ?? false }),
    externalAccountId: t.string({
      nullable: true,
      description: "The provider's id of the tenant.",
      resolve: ({ data }) => data?.externalAccountId ?? null,
    }),
    accountName: t.string({
      nullable: true,
      description: "The provider's name of the tenant.",
      resolve: ({ data }) => data?.accountName ?? null,
    }),
    latencyMs: t.int({
      nullable: true,
      description: "How long the provider took, milliseconds.",
      resolve: ({ data }) => data?.latencyMs ?? null,
    }),
    missingScopes: t.stringList({
      description: "Scopes to grant, in the provider's words.",
      resolve: ({ data }) => data?.missingScopes ?? [],
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const StartScanPayload = builder.objectRef<Payload<ScanRow[]>>("StartScanPayload").implement({
  description: "The scans that were asked for.",
  fields: (t) => ({
    scans: t.field({ type: [ScanRef], description: "One for each stream.", resolve: ({ data }) => data ?? [] }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const ScanPayload = builder.objectRef<Payload<ScanRow>>("ScanPayload").implement({
  description: "The changed scan.",
  fields: (t) => ({
    scan: t.field({ type: ScanRef, nullable: true, description: "The scan.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const ConnectInstanceInput = builder.inputType("ConnectInstanceInput", {
  description: "An app to connect.",
  fields: (t) => ({
    connectorSlug: t.string({ required: true, description: "Which app: `slug` of a connector." }),
    name: t.string({ required: true, description: "What to call the instance." }),
    settings: t.field({
      type: "JSON",
      required: true,
      description: "Values by name, as the connector's `settings` ask for them.",
    }),
    components: t.stringList({ description: "Selected parts, where the connector has some." }),
  }),
});

const UpdateInstanceInput = builder.inputType("UpdateInstanceInput", {
  description: "What to change; the rest stays.",
  fields: (t) => ({
    instanceId: t.id({ required: true, description: "Which instance." }),
    name: t.string({ description: "A new name." }),
    settings: t.field({ type: "JSON", description: "New values by name; what is left out stays." }),
    components: t.stringList({ description: "Selected parts." }),
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
  const instanceId = t.arg.id({ required: true, description: "Which instance." });
  return {
    prepareConnection: t.field({
      type: PrepareConnectionPayload,
      description:
        "Makes the settings of a connector that Gatehouse generates, such as the external id of a role. They are kept for seven days for the caller alone, and used by the next connectInstance; asking again returns the same values. ADMIN.",
      args: {
        connectorSlug: t.arg.string({ required: true, description: "The app to connect: `slug` of a connector." }),
      },
      resolve: (_, { connectorSlug }, context) =>
        payload(() => prepareConnection(context.core, context.viewer, connectorSlug)),
    }),
    createWebhookSecret: t.field({
      type: WebhookSecretPayload,
      description:
        "Returns the address and a new secret to enter at an app whose webhooks are set up by hand. A secret made before stops working at once. ADMIN.",
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
        "Starts a connection. For OAuth it returns authorizationUrl to open; other kinds connect at once. ADMIN.",
      args: { input: t.arg({ type: ConnectInstanceInput, required: true, description: "The app." }) },
      resolve: (_, { input }, context) =>
        payload(async () => connected(context, await connectInstance(context.core, context.viewer, input))),
    }),
    testConnection: t.field({
      type: TestConnectionPayload,
      description:
        "Proves the credential at the provider and names the tenant; scopes found again switch their streams on. ANALYST.",
      args: { instanceId },
      resolve: (_, { instanceId: id }, context) =>
        payload(async () =>
          testInstance(context.core, context.viewer, await instanceIn(context, "instance.test", "ANALYST", id)),
        ),
    }),
    updateInstance: t.field({
      type: InstancePayload,
      description: "Changes name, settings or components. ADMIN.",
      args: { input: t.arg({ type: UpdateInstanceInput, required: true, description: "What to change." }) },
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
      description: "Stops consumption at once; cursors and credential stay. Repeating it changes nothing. ADMIN.",
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
        "Re-enables; where credentials are gone or settings changed, returns a fresh authorizationUrl. ADMIN.",
      args: {
        instanceId,
        settings: t.arg({ type: "JSON", description: "New values by name; what is left out stays." }),
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
      description:
        "Ends the connection for good and erases its credential; with deleteData what was collected goes too. ADMIN.",
      args: {
        instanceId,
        deleteData: t.arg.boolean({
          description: "Also remove users, activities and everything else collected. Default false.",
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
        "Asks for scans now. With `from` (activities) a back-fill of that span runs beside the ordinary scan. ANALYST.",
      args: {
        instanceId,
        streams: t.arg({ type: [ScanStream], description: "Which streams; default: all of the instance." }),
        mode: t.arg({ type: ScanMode, description: "FULL starts over; default: as the stream's turn would be." }),
        from: t.arg({ type: "DateTime", description: "Start of a back-fill." }),
        to: t.arg({ type: "DateTime", description: "End of a back-fill; default: now." }),
      },
      resolve: (_, { instanceId: id, ...asked }, context) =>
        payload(async () =>
          startScan(context.core, context.viewer, await instanceIn(context, "scan.start", "ANALYST", id), asked),
        ),
    }),
    cancelScan: t.field({
      type: ScanPayload,
      description: "Ends a scan that waits or runs; what it stored stays. ANALYST.",
      args: { id: t.arg.id({ required: true, description: "Which scan." }) },
      resolve: (_, { id }, context) =>
        payload(async () =>
          cancelScan(
            context.core,
            context.viewer,
            await keyFor(context, "scan.cancel", "ANALYST", () => scanKey(String(id), ["id"])),
          ),
        ),
    }),
  };
});
