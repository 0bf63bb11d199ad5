import type { ObjectRef } from "@pothos/core";
import { rawSql } from "#db/client.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { ActivityFilter as Filter } from "#src/inventory/activities/filter.ts";
import { activityList } from "#src/inventory/activities/list.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { type ActivityBucket, activityStats } from "#src/inventory/activities/stats.ts";
import { addressesOf } from "#src/inventory/enrichment/address.ts";
import type { ActivityKey } from "#src/query/ids.ts";
import type { Parent as ListParent } from "#src/query/keyset.ts";
import { checkFilterDepth, checkSearch } from "#src/query/paging.ts";
import { beginningOf } from "#src/query/period.ts";
import { encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { oldestCursor } from "#src/realtime/follow.ts";
import { builder, readsNode } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import {
  ActivityAction,
  ActivityCategory,
  ActivityGrouping,
  ActivityOutcome,
  Involvement,
  IpCategory,
} from "./enums.ts";
import {
  accountKeys,
  activityId,
  activityKeys,
  encodeId,
  identityKeys,
  instanceKeys,
  parseActivityId,
  policyKeys,
} from "./ids.ts";
import { loadAll } from "./load.ts";
import { ActivityEventRef, ActivityRef, IdentityRef, InstanceRef, UserRef } from "./refs.ts";
import { activityFields } from "./row-fields.ts";
import { nameOf, nodeReading, readingOf, selectedBelow } from "./selection.ts";

export const ActivityConnection = connectionOf<ActivityRow>(
  "Activity",
  ActivityRef,
  (t) =>
    ({
      streamCursor: t.string({
        description:
          "Log position at which the page was read. Subscribe with `after: streamCursor` to receive every later activity without a gap.",
        resolve: (page) => page.streamCursor as string,
      }),
    }) as never,
);

const ActivityTarget = builder.objectRef<ActivityRow["targets"][number]>("ActivityTarget").implement({
  description: "An object that an activity affected.",
  fields: (t) => ({
    type: t.exposeString("type", { description: "Type of the object, under the app's own name." }),
    id: t.string({
      nullable: true,
      description: "The app's own id of the object. Null if the app does not state it.",
      resolve: ({ id }) => id,
    }),
    name: t.exposeString("name", {
      nullable: true,
      description: "Name of the object. Null if the app does not state it.",
    }),
  }),
});

builder.node(ActivityRef, {
  description: "An action of an actor, as the app logged it.",
  id: { resolve: activityId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.activity, ids.map(parseActivityId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance in which the activity happened.",
      resolve: ({ instance, instanceId }, _, context) =>
        (instance === undefined ? context.load.instance.load(instanceId) : instance) as never,
    }),
    externalId: t.exposeString("externalId", {
      description: "The app's own id of the activity, or a hash of its identifying fields if the app assigns no id.",
    }),
    category: t.field({
      type: ActivityCategory,
      description: "Category of the activity: sign-in, ordinary use or administration.",
      resolve: ({ category }) => category as never,
    }),
    action: t.field({
      type: ActivityAction,
      description:
        "Kind of act, in a vocabulary that is the same for all apps. OTHER if none of it fits, and for activities stored before this field existed.",
      resolve: ({ action }) => action as never,
    }),
    eventType: t.exposeString("eventType", {
      description: "Event type under the app's own name, such as `repo.create` or `user.session.start`.",
    }),
    description: t.exposeString("description", { description: "Readable summary of the activity in one sentence." }),
    occurredAt: t.expose("occurredAt", {
      type: "DateTime",
      description: "When the activity happened, by the clock of the app.",
    }),
    ingestedAt: t.expose("ingestedAt", { type: "DateTime", description: "When Gatehouse stored the activity." }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account of the actor. Null if the actor is not a known account.",
      resolve: ({ user, instanceId, userId }, _, context) => {
        if (user !== undefined) return user;
        return userId === null ? null : context.load.user.load({ instanceId, externalId: userId });
      },
    }),
    actorName: t.exposeString("actorName", {
      nullable: true,
      description:
        "Name of the actor as the app logged it, whether or not the account is known. Null if the app names no actor.",
    }),
    outcome: t.field({
      type: ActivityOutcome,
      description: "Whether the activity succeeded.",
      resolve: ({ outcome }) => outcome as never,
    }),
    impersonated: t.exposeBoolean("impersonated", {
      description: "True if the actor acted on behalf of another account.",
    }),
    interactive: t.exposeBoolean("interactive", {
      nullable: true,
      description:
        "True if a person acted, false for token refreshes and service sign-ins. Null if the app does not state it.",
    }),
    sessionId: t.exposeString("sessionId", {
      nullable: true,
      description: "The app's own id of the session. Null if the app does not state it.",
    }),
    ipAddress: t.exposeString("ipAddress", {
      nullable: true,
      description: "IP address from which the actor acted, IPv4 or IPv6. Null if the app does not state it.",
    }),
    ipCategory: t.field({
      type: IpCategory,
      description: "Category of the IP address.",
      resolve: ({ ipCategory }) => ipCategory as never,
    }),
    ipTags: t.exposeStringList("ipTags", {
      description:
        "Tags of the IP address: those of the matching address range of yours, otherwise those of the built-in lists and networks.",
    }),
    country: t.exposeString("country", {
      nullable: true,
      description: "Country of the IP address as an ISO 3166-1 alpha-2 code. Null if it cannot be determined.",
    }),
    city: t.exposeString("city", {
      nullable: true,
      description: "City of the IP address. Null if it cannot be determined.",
    }),
    isp: t.exposeString("isp", {
      nullable: true,
      description: "Internet service provider of the IP address. Null if it cannot be determined.",
    }),
    userAgent: t.exposeString("userAgent", {
      nullable: true,
      description: "User agent of the browser or program. Null if the app does not state it.",
    }),
    userAgentTags: t.exposeStringList("userAgentTags", {
      description:
        "Tags derived from the user agent at the time of the activity: `outdated-browser`, `outdated-os`, `robot`.",
    }),
    targets: t.field({
      type: [ActivityTarget],
      description: "Objects that the activity affected.",
      resolve: ({ targets }) => targets,
    }),
    unmapped: t.exposeBoolean("unmapped", {
      description:
        "True if the event type is not in the mapping of the connector. Such events are stored all the same.",
    }),
    raw: t.field({
      type: "JSON",
      description: "The event exactly as the app sent it.",
      resolve: (row, _, context) => context.load.rawEvent.load(activityKeyOf(row)) as never,
    }),
  }),
});

export function activityKeyOf({ instanceId, occurredAt, externalId }: ActivityRow): ActivityKey {
  return { instanceId, occurredAt: new Date(occurredAt), externalId };
}

readsNode("Activity", (key, context, info) =>
  context.load.activityRead(readingOf(activityFields, selectedBelow(info))).load(parseActivityId(key)),
);

export interface ActivityFilterShape
  extends Omit<Filter, "instanceIds" | "userIds" | "identityIds" | "groupIds" | "ids" | "policyIds" | "not"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  identityIds?: (string | number)[] | null;
  last?: string | null;
  groupIds?: (string | number)[] | null;
  ids?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
  not?: ActivityFilterShape | null;
}

export const ActivityFilter = builder.inputRef<ActivityFilterShape>("ActivityFilter").implement({
  description:
    "Selects activities. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied. A list may have 1,000 values, a text to search for 500 characters. Each of `search`, `actor`, `target` and `userAgent` counts 500 towards the cost of an operation.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Return only activities in these instances." }),
    connectorSlugs: t.stringList({ description: "Return only activities in instances of these connectors." }),
    categories: t.field({ type: [ActivityCategory], description: "Return only activities of these categories." }),
    actions: t.field({
      type: [ActivityAction],
      description: "Return only activities that do one of these, in whatever app.",
    }),
    eventTypes: t.stringList({ description: "Return only activities with exactly these event types." }),
    userIds: t.idList({
      description: "Return only activities that involve these accounts, in the role that `involvement` selects.",
    }),
    identityIds: t.idList({
      description:
        "Return only activities that involve an account of these persons, in whatever app, in the role that `involvement` selects.",
    }),
    isAdmin: t.boolean({
      description:
        "True returns only activities that involve an account that is an admin now, in the role that `involvement` selects; false only the others.",
    }),
    actor: t.string({ description: "Return only activities whose actor name contains this text." }),
    ipAddresses: t.stringList({
      description:
        "Return only activities from these IP addresses, in any spelling: `2001:DB8:0:0:0:0:0:7` is `2001:db8::7`, and `::ffff:203.0.113.7` is `203.0.113.7`. Networks are not accepted.",
    }),
    countries: t.stringList({
      description: "Return only activities from these countries, as ISO 3166-1 alpha-2 codes.",
    }),
    ipCategories: t.field({
      type: [IpCategory],
      description: "Return only activities from IP addresses of these categories.",
    }),
    outcomes: t.field({ type: [ActivityOutcome], description: "Return only activities with these outcomes." }),
    impersonated: t.boolean({
      description: "True returns only activities on behalf of another account, false only the others.",
    }),
    interactive: t.boolean({
      description:
        "True returns only interactive activities, false only non-interactive ones. Activities for which the app does not state it match neither.",
    }),
    last: t.string({
      description:
        "Return only activities of this period, which ends now: a number and a unit, as `30m`, `24h`, `7d` or `2w`. Together with `occurredFrom` the later beginning counts. In a subscription the period begins that long before the subscription. Not supported in filters that are kept, such as those of policies.",
    }),
    occurredFrom: t.field({
      type: "DateTime",
      description: "Return only activities that happened at or after this instant.",
    }),
    occurredTo: t.field({ type: "DateTime", description: "Return only activities that happened before this instant." }),
    ingestedFrom: t.field({ type: "DateTime", description: "Return only activities stored at or after this instant." }),
    ingestedTo: t.field({ type: "DateTime", description: "Return only activities stored before this instant." }),
    ids: t.idList({ description: "Return only the activities with these ids." }),
    policyIds: t.idList({
      description:
        "Return only activities that matched one of these policies. Not supported in subscriptions, because activities are delivered before policies are evaluated.",
    }),
    groupIds: t.idList({
      description:
        "Return only activities that involve members of these groups, in the role that `involvement` selects.",
    }),
    userDomains: t.stringList({
      description:
        "Return only activities that involve accounts of these e-mail domains, in the role that `involvement` selects.",
    }),
    involvement: t.field({
      type: Involvement,
      description:
        "The role of the accounts in `userIds`, `identityIds`, `isAdmin`, `userDomains` and `groupIds`. Default ACTOR.",
    }),
    target: t.string({
      description: "Return only activities with a target whose name contains this text or whose id equals it.",
    }),
    ipTags: t.stringList({ description: "Return only activities from IP addresses with one of these tags." }),
    isps: t.stringList({ description: "Return only activities from exactly these internet service providers." }),
    userAgent: t.string({ description: "Return only activities whose user agent contains this text." }),
    userAgentTags: t.stringList({ description: "Return only activities whose user agent has one of these tags." }),
    hasUser: t.boolean({
      description: "True returns only activities whose actor is a known account, false only the others.",
    }),
    search: t.string({
      description: "Return only activities whose description, actor, event type or IP address contains this text.",
    }),
    not: t.field({
      type: ActivityFilter,
      description: "Exclude activities that match this filter. May be nested 4 levels deep.",
    }),
  }),
});

/** Throws InvalidInputError where a text is too long. */
function checkTexts(filter: ActivityFilterShape, field: string[]): void {
  for (const name of ["search", "actor", "target", "userAgent"] as const)
    if (filter[name] != null) checkSearch(filter[name], [...field, name]);
}

/** `now`: when a relative period ends; null for a filter that is kept, which may have none. */
export function activityFilter(
  filter: ActivityFilterShape | null | undefined,
  now: Date | null,
  field: string[] = ["filter"],
): Filter | null {
  if (!filter) return null;
  checkFilterDepth(field);
  checkTexts(filter, field);
  const { last, ...conditions } = filter;
  return {
    ...conditions,
    occurredFrom: beginningOf(filter.occurredFrom, last, now, [...field, "last"]),
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), [...field, "userIds"]),
    identityIds: identityKeys(filter.identityIds?.map(String), [...field, "identityIds"]),
    ipAddresses: filter.ipAddresses ? addressesOf(filter.ipAddresses, [...field, "ipAddresses"]) : null,
    groupIds: accountKeys("Group", filter.groupIds?.map(String), [...field, "groupIds"]),
    ids: activityKeys(filter.ids?.map(String), [...field, "ids"]),
    policyIds: policyKeys(filter.policyIds?.map(String), [...field, "policyIds"]),
    not: activityFilter(filter.not, now, [...field, "not"]),
  };
}

/** A filter for activities as they come. What policies make of them is known only afterwards. */
export function liveActivityFilter(
  filter: ActivityFilterShape | null | undefined,
  now: Date | null,
  field: string[] = ["filter"],
): Filter | null {
  for (let [part, path] = [filter, field]; part; [part, path] = [part.not, [...path, "not"]])
    if (part.policyIds)
      throw new InvalidInputError(
        "Activities are delivered before policies are evaluated. Subscribe to alertChanged instead.",
        [...path, "policyIds"],
      );
  return activityFilter(filter, now, field);
}

/** The newest position this process has read. Taken before a page is read: what commits in between comes twice rather than never. */
function positionNow(context: Context): () => string {
  const { tailer } = context;
  const cursor = { epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch };
  return () => encodeCursor(cursor);
}

/** The list of activities below an instance, an account or a person. */
function activitiesOf<Parent extends object>(
  ref: ObjectRef<typeof builder.$inferSchemaTypes, Parent>,
  of: "instance" | "user" | "identity",
  description: string,
  keyOf: (parent: Parent) => ListParent,
): void {
  builder.objectField(ref, "activities", (t) =>
    t.field({
      type: ActivityConnection,
      description,
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
        filter: t.arg({ type: ActivityFilter, description: "Filter of the activities to return. Default: all." }),
      },
      resolve: (parent, { filter, ...args }, context, info) => {
        const streamCursor = positionNow(context);
        const wanted = activityFilter(filter, context.core.now());
        const reading = nodeReading(activityFields, info);
        return nestedConnection<ActivityRow>(
          context,
          `${of}.activities`,
          args,
          { filter, reading: nameOf(reading) },
          () => activityList(context.viewer, wanted, { of, reading }),
          keyOf(parent as Parent),
          streamCursor,
        );
      },
    }),
  );
}

activitiesOf(InstanceRef, "instance", "Activities in the instance, newest first.", ({ id }) => ({
  instanceId: id,
  externalId: null,
}));
activitiesOf(UserRef, "user", "Activities of the account, newest first.", (user) => user);
activitiesOf(
  IdentityRef,
  "identity",
  "Activities of all accounts of the person that you may see, newest first.",
  ({ id }) => ({ instanceId: 0, externalId: String(id) }),
);

/** All activities of a period are read for it. */
const statsWork = 3_000;

const ActivityBucketRef = builder.objectRef<ActivityBucket>("ActivityBucket").implement({
  description: "One count of activities, grouped by a value, for charts.",
  fields: (t) => ({
    key: t.string({
      description:
        "The value that the bucket counts, such as a category, event type or country; the id for USER and INSTANCE. Empty if the app does not state the value.",
      resolve: ({ key, instanceId, userId }) => {
        if (instanceId === null) return key;
        return userId === null ? encodeId("Instance", instanceId) : encodeId("User", `${instanceId}/${userId}`);
      },
    }),
    from: t.expose("from", {
      type: "DateTime",
      nullable: true,
      description: "Start of the time step. Null unless grouped by TIME.",
    }),
    count: t.exposeInt("count", { description: "Number of activities in the bucket." }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account. Null unless grouped by USER.",
      resolve: ({ instanceId, userId }, _, context) =>
        instanceId === null || userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance. Null unless grouped by INSTANCE or USER.",
      resolve: ({ instanceId }, _, context) => (instanceId === null ? null : context.load.instance.load(instanceId)),
    }),
  }),
});

const StreamPosition = builder.objectRef<{ oldest: string; newest: string }>("StreamPosition").implement({
  description: "The oldest and newest cursor of the activity log. An older cursor fails with CURSOR_EXPIRED.",
  fields: (t) => ({
    oldest: t.exposeString("oldest", { description: "The oldest cursor that `after` accepts." }),
    newest: t.exposeString("newest", {
      description: "Cursor of the end of the log. Subscribe with it to receive what comes next.",
    }),
  }),
});

builder.queryFields((t) => ({
  activities: t.field({
    type: ActivityConnection,
    description:
      "Activities in all instances, newest first. One page examines at most 16,384 activities: a page that is not full but has `hasNextPage` continues after its `endCursor`.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      last: t.arg.int({ description: pagingArgs.last }),
      before: t.arg.string({ description: pagingArgs.before }),
      filter: t.arg({ type: ActivityFilter, description: "Filter of the activities to return. Default: all." }),
    },
    resolve: (_, { filter, ...args }, context, info) => {
      const streamCursor = positionNow(context);
      const reading = nodeReading(activityFields, info);
      const list = activityList(context.viewer, activityFilter(filter, context.core.now()), { reading });
      return rootConnection<ActivityRow>(context, list, args, streamCursor);
    },
  }),
  activityStats: t.field({
    type: [ActivityBucketRef],
    description:
      "Counts of activities that match the filter, largest first, or oldest first for TIME. Default period: the last 30 days, unless the filter has `occurredFrom`. Counts 3,000 towards the cost of the operation, whatever it returns.",
    extensions: { work: statsWork },
    args: {
      filter: t.arg({ type: ActivityFilter, description: "Filter of the activities to count. Default: all." }),
      groupBy: t.arg({
        type: ActivityGrouping,
        required: true,
        description: "The value by which activities are counted.",
      }),
      interval: t.arg.string({ description: "Step for TIME as an ISO 8601 duration: P1D (default), PT1H, PT5M." }),
      first: t.arg.int({
        description: "Number of buckets to return. Default 20, at most 200; for TIME at most 2,000.",
      }),
    },
    resolve: (_, { filter, groupBy, interval, first }, context) =>
      activityStats(context.core.db, context.viewer, {
        filter: activityFilter(filter, context.core.now()),
        groupBy,
        interval: interval ?? null,
        first: first ?? null,
        now: context.core.now(),
      }),
  }),
  streamPosition: t.field({
    type: StreamPosition,
    description: "Oldest and newest cursor of the activity log.",
    resolve: async (_, __, context) => ({
      oldest: await oldestCursor(rawSql(context.core.db)),
      newest: positionNow(context)(),
    }),
  }),
}));

ActivityEventRef.implement({
  description: "A new activity with its cursor in the log.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", {
      description: "Cursor of the event. Pass it as `after` to resume behind this event.",
    }),
    activity: t.field({
      type: ActivityRef,
      description: "The activity that was stored.",
      resolve: ({ activity }) => activity,
    }),
  }),
});
