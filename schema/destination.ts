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
import { targetOf } from "#src/response/destinations/sealed-target.ts";
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

const DestinationKind = describedEnum("DestinationKind", "How events are transmitted to a destination.", {
  WEBHOOK: "A signed POST request over https.",
  SYSLOG: "RFC 5424 messages over TLS, TCP or UDP.",
  EMAIL: "E-mail about new alerts, combined into one message every few minutes.",
});

const DestinationFormat = describedEnum("DestinationFormat", "The format of an event.", {
  JSON: "JSON with the field names of this API.",
  OCSF: "JSON in the Open Cybersecurity Schema Framework.",
  CEF: "One line in the Common Event Format.",
});

const DeliveryStatus = describedEnum("DeliveryStatus", "The status of a delivery.", {
  PENDING: "The delivery waits for its first or next attempt.",
  DELIVERED: "The receiver accepted the delivery.",
  DEAD: "All attempts failed, or the events are lost. `redeliver` sends the delivery again.",
});

const DeliveryRef = builder.objectRef<DeliveryInfo>("Delivery");
builder.node(DeliveryRef, {
  description: "A batch of events that is sent to a destination in one message.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadDeliveries(context.core.db, context.viewer, ids.map(parseLongNumber)),
  fields: (t) => ({
    eventId: t.exposeString("eventId", {
      description:
        "Id that is sent with the delivery and stays the same when it is repeated, so that receivers can drop duplicates.",
    }),
    events: t.exposeInt("events", { description: "Number of events in the delivery." }),
    status: t.field({
      type: DeliveryStatus,
      description: "Status of the delivery.",
      resolve: ({ status }) => status as never,
    }),
    mayRepeat: t.exposeBoolean("mayRepeat", {
      description:
        "True if the receiver may have these events already, from before the database of Gatehouse was restored from a backup. Events keep their ids.",
    }),
    attempts: t.exposeInt("attempts", { description: "Number of attempts so far." }),
    nextAttemptAt: t.expose("nextAttemptAt", {
      type: "DateTime",
      nullable: true,
      description: "When the next attempt is made. Null if it is due at once, or if no further attempt is made.",
    }),
    lastError: t.exposeString("lastError", {
      nullable: true,
      description: "Reason why the last attempt failed. Null if no attempt failed.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the batch was read from the log." }),
    deliveredAt: t.expose("deliveredAt", {
      type: "DateTime",
      nullable: true,
      description: "When the receiver accepted the delivery. Null if it has not been accepted.",
    }),
  }),
});
const DeliveryConnection = connectionOf("Delivery", DeliveryRef);

const SelectionRef = builder.objectRef<StoredSelection>("DestinationSelection").implement({
  description: "Events that a destination receives.",
  fields: (t) => ({
    alerts: t.exposeBoolean("alerts", { description: "True if alerts are sent." }),
    activities: t.exposeBoolean("activities", { description: "True if activities are sent." }),
    alertChanges: t.exposeBoolean("alertChanges", {
      description: "True if repeated occurrences and changes of alerts are sent too.",
    }),
    minSeverity: t.field({
      type: Severity,
      nullable: true,
      description: "Lowest severity of the alerts that are sent. Null if all severities are sent.",
      resolve: ({ minSeverity }) => minSeverity,
    }),
    alertFilter: t.field({
      type: "JSON",
      nullable: true,
      description: "Filter of the alerts that are sent, as an AlertFilter. Null if all are sent.",
      resolve: ({ shown }) => shown.alertFilter,
    }),
    activityFilter: t.field({
      type: "JSON",
      nullable: true,
      description: "Filter of the activities that are sent, as an ActivityFilter. Null if all are sent.",
      resolve: ({ shown }) => shown.activityFilter,
    }),
  }),
});

const DestinationRef = builder.objectRef<DestinationRow>("Destination");
builder.node(DestinationRef, {
  description: "A receiver of alerts and activities. Events are delivered in order and at least once.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadDestinations(context.core.db, context.viewer, ids.map(parseNumber)),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the destination." }),
    kind: t.expose("kind", { type: DestinationKind, description: "How events are sent to the receiver." }),
    format: t.field({
      type: DestinationFormat,
      nullable: true,
      description: "Format of the events. Null for e-mail.",
      resolve: ({ kind, format }) => (kind === "EMAIL" ? null : format),
    }),
    target: t.string({
      resolve: (destination, _, context) => targetOf(context.core.secrets, destination),
      description: "Address of the receiver: a URL, an address such as `tls://host:port`, or e-mail addresses.",
    }),
    selection: t.field({
      type: SelectionRef,
      description: "Events that the destination receives.",
      resolve: ({ selection }) => selection as StoredSelection,
    }),
    instances: t.field({
      type: [InstanceRef],
      nullable: true,
      description:
        "The instances whose events the destination may receive, as its creator may see them. Null if all instances are included.",
      resolve: async ({ instanceIds }, _, context) =>
        instanceIds === null ? null : (await loadAll(context.load.instance, instanceIds)).filter((one) => one !== null),
    }),
    enabled: t.exposeBoolean("enabled", {
      description:
        "True if events are sent. While false, events wait and are sent once the destination is enabled again.",
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Name of the person or token that created the destination.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the destination was created." }),
    lastDeliveredAt: t.expose("lastDeliveredAt", {
      type: "DateTime",
      nullable: true,
      description: "When the receiver last accepted a delivery. Null if it never has.",
    }),
    lastError: t.exposeString("lastError", {
      nullable: true,
      description: "Reason why the last attempt failed, or what was lost. Null after a success.",
    }),
    lastErrorAt: t.expose("lastErrorAt", {
      type: "DateTime",
      nullable: true,
      description: "When an attempt last failed. Null if none has failed.",
    }),
    pendingCount: t.int({
      description: "Number of deliveries that wait to be sent.",
      resolve: async ({ id }, _, context) => (await context.load.deliveryCounts.load(id)).pending,
    }),
    deadCount: t.int({
      description: "Number of deliveries whose attempts all failed.",
      resolve: async ({ id }, _, context) => (await context.load.deliveryCounts.load(id)).dead,
    }),
    deliveries: t.field({
      type: DeliveryConnection,
      description: "The delivery log, newest first: pending deliveries, deliveries of the last week, and dead ones.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
        status: t.arg({
          type: [DeliveryStatus],
          description: "Return only deliveries with one of these statuses. Default: all.",
        }),
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
    description: "Destinations to which alerts and activities are sent. Requires the role ADMIN.",
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
  description: "The destination to create.",
  fields: (t) => ({
    kind: t.field({ type: DestinationKind, required: true, description: "How events are sent to the receiver." }),
    name: t.string({ required: true, description: "Name of the destination." }),
    target: t.string({
      required: true,
      description:
        "Address of the receiver. WEBHOOK: an https URL. SYSLOG: `tls://host:port`, `tcp://host:port` or `udp://host:port`. EMAIL: e-mail addresses, separated by commas.",
    }),
    format: t.field({
      type: DestinationFormat,
      description: "Format of the events. Default: JSON for webhooks, CEF for syslog. Does not apply to e-mail.",
    }),
    enabled: t.boolean({ description: "Whether the destination is active from the start. Default true." }),
    alerts: t.boolean({ description: "Whether alerts are sent. Default true." }),
    activities: t.boolean({ description: "Whether activities are sent. Default false." }),
    alertChanges: t.boolean({
      description: "Whether repeated occurrences and changes of alerts are sent too. Default false.",
    }),
    minSeverity: t.field({
      type: Severity,
      description: "Lowest severity of the alerts to send. Null or absent sends all severities.",
    }),
    alertFilter: t.field({
      type: AlertFilter,
      description: "Filter of the alerts to send. Null or absent sends all of them.",
    }),
    activityFilter: t.field({
      type: ActivityFilter,
      description: "Filter of the activities to send. Null or absent sends all of them.",
    }),
  }),
});

const UpdateDestinationInput = builder.inputRef<InputShape & { id: string | number; rotateSecret?: boolean | null }>(
  "UpdateDestinationInput",
);
UpdateDestinationInput.implement({
  description: "The changes to make to a destination. Absent properties stay unchanged.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Id of the destination." }),
    name: t.string({ description: "Name of the destination." }),
    target: t.string({ description: "Address of the receiver. Pending deliveries are sent to the new address too." }),
    format: t.field({ type: DestinationFormat, description: "Format of the events from now on." }),
    enabled: t.boolean({
      description:
        "Whether events are sent. While false, events wait; events older than the seven days of the log are lost.",
    }),
    alerts: t.boolean({ description: "Whether alerts are sent." }),
    activities: t.boolean({ description: "Whether activities are sent." }),
    alertChanges: t.boolean({ description: "Whether repeated occurrences and changes of alerts are sent too." }),
    minSeverity: t.field({
      type: Severity,
      description: "Lowest severity of the alerts to send. Null sends all severities.",
    }),
    alertFilter: t.field({ type: AlertFilter, description: "Filter of the alerts to send. Null sends all of them." }),
    activityFilter: t.field({
      type: ActivityFilter,
      description: "Filter of the activities to send. Null sends all of them.",
    }),
    rotateSecret: t.boolean({
      description: "Whether to create a new secret for a webhook. The old secret stops working at once. Default false.",
    }),
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
    alertFilter: ofAlerts && { filter: alertFilter(ofAlerts, null, ["input", "alertFilter"])!, shown: ofAlerts },
    activityFilter: ofActivities && {
      filter: liveActivityFilter(ofActivities, null, ["input", "activityFilter"])!,
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
        description: "The created or changed destination. Null if `userErrors` is not empty.",
        resolve: ({ data }) => data?.destination ?? null,
      }),
      secret: t.string({
        nullable: true,
        description:
          "Secret with which webhook deliveries are signed. It cannot be retrieved again. Null unless a secret was created by this call.",
        resolve: ({ data }) => data?.secret ?? null,
      }),
      userErrors: t.field({
        type: [UserError],
        description: "Errors that the caller can correct. Empty after success.",
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });
const CreateDestinationPayload = managedFields("CreateDestinationPayload", "Result of the creation of a destination.");
const UpdateDestinationPayload = managedFields("UpdateDestinationPayload", "Result of a change of a destination.");

const DeleteDestinationPayload = builder.objectRef<Payload<DestinationRow>>("DeleteDestinationPayload").implement({
  description: "Result of the deletion of a destination.",
  fields: (t) => ({
    deletedId: t.id({
      nullable: true,
      description: "Id of the deleted destination. Null if `userErrors` is not empty.",
      resolve: ({ data }) => (data === null ? null : encodeId("Destination", data.id)),
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const TestDestinationPayload = builder.objectRef<Payload<number>>("TestDestinationPayload").implement({
  description: "Result of a test of a destination.",
  fields: (t) => ({
    ok: t.boolean({
      description: "True if the receiver accepted the test alert.",
      resolve: ({ data }) => data !== null,
    }),
    latencyMs: t.int({
      nullable: true,
      description: "Response time of the receiver in milliseconds. Null if the test failed.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Reasons why the receiver did not accept the test alert. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const RedeliverPayload = builder
  .objectRef<Payload<{ destination: DestinationRow; count: number }>>("RedeliverPayload")
  .implement({
    description: "Result of a request to send deliveries again.",
    fields: (t) => ({
      destination: t.field({
        type: DestinationRef,
        nullable: true,
        description: "The destination. Null if `userErrors` is not empty.",
        resolve: ({ data }) => data?.destination ?? null,
      }),
      count: t.int({ description: "Number of deliveries that were queued.", resolve: ({ data }) => data?.count ?? 0 }),
      userErrors: t.field({
        type: [UserError],
        description: "Errors that the caller can correct. Empty after success.",
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });

builder.mutationFields((t) => ({
  createDestination: t.field({
    type: CreateDestinationPayload,
    description:
      "Create a destination. It receives events from now on, of the instances that you may see. For a webhook the payload holds a secret, which cannot be retrieved again. Requires the role ADMIN.",
    args: { input: t.arg({ type: CreateDestinationInput, required: true, description: "The destination to create." }) },
    resolve: (_, { input }, context) =>
      payload(async () => {
        const wanted = await keyFor(context, "destination.create", "ADMIN", () => inputOf(input));
        return createDestination(context.core, context.viewer, input.kind, wanted);
      }),
  }),
  updateDestination: t.field({
    type: UpdateDestinationPayload,
    description: "Change, enable or disable a destination, or rotate its secret. Requires the role ADMIN.",
    args: { input: t.arg({ type: UpdateDestinationInput, required: true, description: "The changes to make." }) },
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
    description:
      "Delete a destination with its delivery log. Pending deliveries are not sent. Requires the role ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Id of the destination." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "destination.delete", "ADMIN", () => destinationKey(String(id), ["id"]));
        return deleteDestination(context.core, context.viewer, key);
      }),
  }),
  testDestination: t.field({
    type: TestDestinationPayload,
    description: "Send a test alert now and wait up to ten seconds for the receiver. Requires the role ADMIN.",
    args: { id: t.arg.id({ required: true, description: "Id of the destination." }) },
    resolve: (_, { id }, context) =>
      payload(async () => {
        const key = await keyFor(context, "destination.test", "ADMIN", () => destinationKey(String(id), ["id"]));
        return testDestination(context.core, context.viewer, key);
      }),
  }),
  redeliver: t.field({
    type: RedeliverPayload,
    description:
      "Send deliveries again, with their original event ids and before all pending deliveries. Requires the role ADMIN.",
    args: {
      destinationId: t.arg.id({ required: true, description: "Id of the destination." }),
      deliveryIds: t.arg.idList({ description: "Ids of the deliveries to send again. Default: all dead deliveries." }),
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
