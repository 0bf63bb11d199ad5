import {
  type DeliveryInfo,
  type DestinationRow,
  deliveryList,
  listDestinations,
  loadDeliveries,
  loadDestinations,
} from "#src/response/destinations/list.ts";
import {
  createDestination,
  deleteDestination,
  type DestinationInput as Input,
  type Managed,
  redeliver,
  updateDestination,
} from "#src/response/destinations/manage.ts";
import type { StoredSelection } from "#src/response/destinations/selection.ts";
import { testDestination } from "#src/response/destinations/test-delivery.ts";
import { ActivityFilter, type ActivityFilterShape, liveActivityFilter } from "./activity.ts";
import { AlertFilter, type AlertFilterShape, alertFilter } from "./alert.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs } from "./connections.ts";
import { describedEnum } from "./described-enum.ts";
import { deliveryKeys, destinationKey, encodeId, parseLongNumber, parseNumber } from "./ids.ts";
import { loadAll } from "./load.ts";
import { Severity } from "./recommendation.ts";
import { InstanceRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const DestinationKind = describedEnum("DestinationKind", "How a destination is reached.", {
  WEBHOOK: "A signed POST over https.",
  SYSLOG: "Messages of RFC 5424 over TLS, TCP or UDP.",
  EMAIL: "Mail about new alerts, collected into one every few minutes.",
});

const DestinationFormat = describedEnum("DestinationFormat", "What an event looks like.", {
  JSON: "As this API answers it.",
  OCSF: "JSON in the Open Cybersecurity Schema Framework.",
  CEF: "A line in the Common Event Format.",
});

const DeliveryStatus = describedEnum("DeliveryStatus", "Where a delivery stands.", {
  PENDING: "Waits to be sent, or sent again.",
  DELIVERED: "The receiver has taken it.",
  DEAD: "Given up after the last try, or lost; `redeliver` tries again.",
});

const DeliveryRef = builder.objectRef<DeliveryInfo>("Delivery");
builder.node(DeliveryRef, {
  description: "Events that are sent to a destination at once.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadDeliveries(context.core.db, context.viewer, ids.map(parseLongNumber)),
  fields: (t) => ({
    eventId: t.exposeString("eventId", {
      description: "Goes with it, the same in repeats: receivers drop what they have seen.",
    }),
    events: t.exposeInt("events", { description: "How many events it holds." }),
    status: t.field({
      type: DeliveryStatus,
      description: "Where it stands.",
      resolve: ({ status }) => status as never,
    }),
    attempts: t.exposeInt("attempts", { description: "How often it was tried." }),
    nextAttemptAt: t.expose("nextAttemptAt", {
      type: "DateTime",
      nullable: true,
      description: "When it is tried again; null: at once, or never.",
    }),
    lastError: t.exposeString("lastError", { nullable: true, description: "Why the last try failed." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was taken from the log." }),
    deliveredAt: t.expose("deliveredAt", {
      type: "DateTime",
      nullable: true,
      description: "When the receiver had taken it.",
    }),
  }),
});
const DeliveryConnection = connectionOf("Delivery", DeliveryRef);

const SelectionRef = builder.objectRef<StoredSelection>("DestinationSelection").implement({
  description: "What a destination gets.",
  fields: (t) => ({
    alerts: t.exposeBoolean("alerts", { description: "Alerts." }),
    activities: t.exposeBoolean("activities", { description: "Activities." }),
    alertChanges: t.exposeBoolean("alertChanges", { description: "Repeats and changes of alerts too." }),
    minSeverity: t.field({
      type: Severity,
      nullable: true,
      description: "Alerts at least so severe.",
      resolve: ({ minSeverity }) => minSeverity,
    }),
    alertFilter: t.field({
      type: "JSON",
      nullable: true,
      description: "Which alerts: an AlertFilter.",
      resolve: ({ shown }) => shown.alertFilter,
    }),
    activityFilter: t.field({
      type: "JSON",
      nullable: true,
      description: "Which activities: an ActivityFilter.",
      resolve: ({ shown }) => shown.activityFilter,
    }),
  }),
});

const DestinationRef = builder.objectRef<DestinationRow>("Destination");
builder.node(DestinationRef, {
  description: "Where alerts and activities are sent, in order and at least once.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadDestinations(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is called." }),
    kind: t.expose("kind", { type: DestinationKind, description: "How it is reached." }),
    format: t.field({
      type: DestinationFormat,
      nullable: true,
      description: "What events look like; null: mail.",
      resolve: ({ kind, format }) => (kind === "EMAIL" ? null : format),
    }),
    target: t.exposeString("target", { description: "URL, `tls://host:port` and the like, or addresses." }),
    selection: t.field({
      type: SelectionRef,
      description: "What it gets.",
      resolve: ({ selection }) => selection as StoredSelection,
    }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description: "The instances whose events it may get, as its maker may see them; null: all.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null ? null : (await loadAll(context.load.instance, instanceIds)).filter((one) => one !== null),
    }),
    enabled: t.exposeBoolean("enabled", { description: "False: it waits, and goes on where it stopped." }),
    createdBy: t.exposeString("createdBy", { description: "Who made it." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    lastDeliveredAt: t.expose("lastDeliveredAt", {
      type: "DateTime",
      nullable: true,
      description: "When the receiver last took something.",
    }),
    lastError: t.exposeString("lastError", {
      nullable: true,
      description: "Why the last try failed, or what was lost; null after a success.",
    }),
    lastErrorAt: t.expose("lastErrorAt", {
      type: "DateTime",
      nullable: true,
      description: "When something last failed.",
    }),
    pendingCount: t.int({
      description: "Deliveries that wait.",
      resolve: async ({ id }, _, context) => (await context.load.deliveryCounts.load(id)).pending,
    }),
    deadCount: t.int({
      description: "Deliveries that were given up.",
      resolve: async ({ id }, _, context) => (await context.load.deliveryCounts.load(id)).dead,
    }),
    deliveries: t.field({
      type: DeliveryConnection,
      description: "The delivery log, newest first: what waits, what was delivered in the last week, what is dead.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
        status: t.arg({ type: [DeliveryStatus], description: "In one of these states." }),
      },
      resolve: ({ id }, { status, ...args }, context) =>
        nestedConnection<DeliveryInfo>(
          context,
          "destination.deliveries",
          args,
          { status: status ?? null },
          () => deliveryList(status ?? null),
          { instanceId: 0, externalId: String(id) },
        ),
    }),
  }),
});

builder.queryField("destinations", (t) =>
  t.field({
    type: [DestinationRef],
    description: "Where alerts and activities are sent. ADMIN.",
    resolve: (_, __, context) => listDestinations(context.core.db, context.viewer),
  }),
);

interface InputShape {
  name?: string | null;
  format?: Input["format"] | null;
  target?: string | null;
  enabled?: boolean | null;
  alerts?: boolean | null;
  activities?: boolean | null;
  alertChanges?: boolean | null;
  minSeverity?: Input["minSeverity"];
  alertFilter?: AlertFilterShape | null;
  activityFilter?: ActivityFilterShape | null;
}

const CreateDestinationInput = builder.inputRef<InputShape & { kind: DestinationRow["kind"] }>(
  "CreateDestinationInput",
);
CreateDestinationInput.implement({
  description: "A destination to make.",
  fields: (t) => ({
    kind: t.field({ type: DestinationKind, required: true, description: "How it is reached." }),
    name: t.string({ required: true, description: "What it is called." }),
    target: t.string({
      required: true,
      description:
        "WEBHOOK: an https URL. SYSLOG: `tls://host:port`, `tcp://host:port` or `udp://host:port`. EMAIL: addresses, comma-separated.",
    }),
    format: t.field({
      type: DestinationFormat,
      description: "Default: JSON for webhooks, CEF for syslog. None for mail.",
    }),
    enabled: t.boolean({ description: "Default true." }),
    alerts: t.boolean({ description: "Send alerts. Default true." }),
    activities: t.boolean({ description: "Send activities. Default false." }),
    alertChanges: t.boolean({ description: "Send repeats and changes of alerts too. Default false." }),
    minSeverity: t.field({ type: Severity, description: "Alerts at least so severe." }),
    alertFilter: t.field({ type: AlertFilter, description: "Which alerts." }),
    activityFilter: t.field({ type: ActivityFilter, description: "Which activities." }),
  }),
});

const UpdateDestinationInput = builder.inputRef<InputShape & { id: string | number; rotateSecret?: boolean | null }>(
  "UpdateDestinationInput",
);
UpdateDestinationInput.implement({
  description: "What to change of a destination; what is left out stays.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which destination." }),
    name: t.string({ description: "What it is called." }),
    target: t.string({ description: "Where it is. What waits already goes there too." }),
    format: t.field({ type: DestinationFormat, description: "What events look like from now on." }),
    enabled: t.boolean({ description: "False: it waits. The log is kept for seven days; what is older is lost." }),
    alerts: t.boolean({ description: "Send alerts." }),
    activities: t.boolean({ description: "Send activities." }),
    alertChanges: t.boolean({ description: "Send repeats and changes of alerts too." }),
    minSeverity: t.field({ type: Severity, description: "Alerts at least so severe; null: all." }),
    alertFilter: t.field({ type: AlertFilter, description: "Which alerts; null: all." }),
    activityFilter: t.field({ type: ActivityFilter, description: "Which activities; null: all." }),
    rotateSecret: t.boolean({ description: "Make a new secret for a webhook; the old one ends at once." }),
  }),
});

function inputOf({ alertFilter: ofAlerts, activityFilter: ofActivities, minSeverity, ...rest }: InputShape): Input {
  return {
    name: rest.name ?? undefined,
    format: rest.format ?? undefined,
    target: rest.target ?? undefined,
    enabled: rest.enabled ?? undefined,
    alerts: rest.alerts ?? undefined,
    activities: rest.activities ?? undefined,
    alertChanges: rest.alertChanges ?? undefined,
    minSeverity,
    alertFilter: ofAlerts && { filter: alertFilter(ofAlerts, ["input", "alertFilter"])!, shown: ofAlerts },
    activityFilter: ofActivities && {
      filter: liveActivityFilter(ofActivities, ["input", "activityFilter"])!,
      shown: ofActivities,
    },
  };
}

const managedFields = (name: string, description: string) =>
  builder.objectRef<Payload<Managed>>(name).implement({
    description,
    fields: (t) => ({
      destination: t.field({
        type: DestinationRef,
        nullable: true,
        description: "The destination.",
        resolve: ({ data }) => data?.destination ?? null,
      }),
      secret: t.string({
        nullable: true,
        description: "What a webhook is signed with, when it was just made: shown now and never again.",
        resolve: ({ data }) => data?.secret ?? null,
      }),
      userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
    }),
  });
const CreateDestinationPayload = managedFields("CreateDestinationPayload", "The new destination.");
const UpdateDestinationPayload = managedFields("UpdateDestinationPayload", "The changed destination.");

const DeleteDestinationPayload = builder.objectRef<Payload<DestinationRow>>("DeleteDestinationPayload").implement({
  description: "The destination that is gone.",
  fields: (t) => ({
    deletedId: t.id({
      nullable: true,
      description: "Its id.",
      resolve: ({ data }) => (data === null ? null : encodeId("Destination", data.id)),
    }),
    userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const TestDestinationPayload = builder.objectRef<Payload<number>>("TestDestinationPayload").implement({
  description: "Whether a made-up alert was taken.",
  fields: (t) => ({
    ok: t.boolean({ description: "The receiver has taken it.", resolve: ({ data }) => data !== null }),
    latencyMs: t.int({ nullable: true, description: "How long it took.", resolve: ({ data }) => data }),
    userErrors: t.field({ type: [UserError], description: "Why not.", resolve: ({ userErrors }) => userErrors }),
  }),
});

const RedeliverPayload = builder
  .objectRef<Payload<{ destination: DestinationRow; count: number }>>("RedeliverPayload")
  .implement({
    description: "What is sent again.",
    fields: (t) => ({
      destination: t.field({
        type: DestinationRef,
        nullable: true,
        description: "The destination.",
        resolve: ({ data }) => data?.destination ?? null,
      }),
      count: t.int({ description: "How many deliveries were queued.", resolve: ({ data }) => data?.count ?? 0 }),
      userErrors: t.field({ type: [UserError], description: "What to fix.", resolve: ({ userErrors }) => userErrors }),
    }),
  });

builder.mutationFields((t) => ({
  createDestination: t.field({
    type: CreateDestinationPayload,
    description:
      "Makes a destination that gets what comes from now on, of the instances you may see. The secret of a webhook is in the answer and never shown again. ADMIN.",
    args: { input: t.arg({ type: CreateDestinationInput, required: true, description: "The destination." }) },
    resolve: (_, { input }, context) =>
      payload(async () => {
        const wanted = await keyFor(context, "destination.create", "ADMIN", () => inputOf(input));
        return createDestination(context.core, context.viewer, input.kind, wanted);
      }),
  }),
  updateDestination: t.field({
    type: UpdateDestinationPayload,
    description: "Changes a destination, switches it off or on, or gives it a new secret. ADMIN.",
    args: { input: t.arg({ type: UpdateDestinationInput, required: true, description: "What to change." }) },
    resolve: (_, { input }, context) =>
      payload(async () => {
        const [id, wanted] = await keyFor(
          context,
          "destination.update",
          "ADMIN",
          () => [destinationKey(String(input.id), ["input", "id"]), inputOf(input)] as const,
        );
        return updateDestination(context.core, context.viewer, id, {
          ...wanted,
          rotateSecret: input.rotateSecret ?? undefined,
        });
      }),
  }),
  deleteDestination: t.field({
    type: DeleteDestinationPayload,
    description: "Deletes a destination with its delivery log; what waits is not sent. ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Which destination." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "destination.delete", "ADMIN", () => destinationKey(String(id), ["id"]));
        return deleteDestination(context.core, context.viewer, key);
      }),
  }),
  testDestination: t.field({
    type: TestDestinationPayload,
    description: "Sends a made-up alert now and waits up to ten seconds for the receiver. ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Which destination." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "destination.test", "ADMIN", () => destinationKey(String(id), ["id"]));
        return testDestination(context.core, context.viewer, key);
      }),
  }),
  redeliver: t.field({
    type: RedeliverPayload,
    description: "Sends deliveries again, under their old event ids and before all that waits. ADMIN.",
    args: {
      destinationId: t.arg.id({ required: true, description: "Which destination." }),
      deliveryIds: t.arg.idList({ description: "Which of its deliveries. Default: all dead ones." }),
    },
    resolve: (_, { destinationId, deliveryIds }, context) =>
      payload(async () => {
        const [key, ids] = await keyFor(
          context,
          "destination.redeliver",
          "ADMIN",
          () =>
            [
              destinationKey(String(destinationId), ["destinationId"]),
              deliveryKeys(deliveryIds?.map(String), ["deliveryIds"]),
            ] as const,
        );
        return redeliver(context.core, context.viewer, key, ids);
      }),
  }),
}));
