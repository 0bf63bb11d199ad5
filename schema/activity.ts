import { rawSql } from "#db/client.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { ActivityFilter as Filter } from "#src/inventory/activities/filter.ts";
import { activityList } from "#src/inventory/activities/list.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { type ActivityBucket, activityStats } from "#src/inventory/activities/stats.ts";
import { addressesOf } from "#src/inventory/enrichment/address.ts";
import type { ActivityKey } from "#src/query/ids.ts";
import { encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { oldestCursor } from "#src/realtime/follow.ts";
import { builder, readsNode } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { ActivityCategory, ActivityGrouping, ActivityOutcome, Involvement, IpCategory } from "./enums.ts";
import { accountKeys, activityId, activityKeys, encodeId, instanceKeys, parseActivityId, policyKeys } from "./ids.ts";
import { loadAll } from "./load.ts";
import { ActivityEventRef, ActivityRef, InstanceRef, UserRef } from "./refs.ts";
import { activityFields } from "./row-fields.ts";
import { nameOf, nodeReading, readingOf, selectedBelow } from "./selection.ts";

const ActivityConnection = connectionOf<ActivityRow>(
  "Activity",
  ActivityRef,
  (t) =>
    ({
      streamCursor: t.string({
        description:
          "Position of the log when this page was read: subscribe with `after: streamCursor` and miss nothing in between.",
        resolve: (page) => page.streamCursor as string,
      }),
    }) as never,
);

const ActivityTarget = builder.objectRef<ActivityRow["targets"][number]>("ActivityTarget").implement({
  description: "What an activity was done to.",
  fields: (t) => ({
    type: t.exposeString("type", { description: "Kind of thing, in the app's own words." }),
    id: t.string({ nullable: true, description: "The app's own id of it.", resolve: ({ id }) => id }),
    name: t.exposeString("name", { nullable: true, description: "Its name." }),
  }),
});

builder.node(ActivityRef, {
  description: "Something an actor did, as the app logged it.",
  id: { resolve: activityId, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.activity, ids.map(parseActivityId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance it happened in.",
      resolve: ({ instance, instanceId }, _, context) =>
        (instance === undefined ? context.load.instance.load(instanceId) : instance) as never,
    }),
    externalId: t.exposeString("externalId", {
      description: "The app's own id of it, or a hash of what identifies it.",
    }),
    category: t.field({
      type: ActivityCategory,
      description: "What kind of thing was done.",
      resolve: ({ category }) => category as never,
    }),
    eventType: t.exposeString("eventType", {
      description: "Exactly as the app calls it: `repo.create`, `user.session.start`.",
    }),
    description: t.exposeString("description", { description: "One readable sentence." }),
    occurredAt: t.expose("occurredAt", { type: "DateTime", description: "When it happened, by the app's clock." }),
    ingestedAt: t.expose("ingestedAt", { type: "DateTime", description: "When Gatehouse stored it." }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The actor, when it is a known account.",
      resolve: ({ user, instanceId, userId }, _, context) => {
        if (user !== undefined) return user;
        return userId === null ? null : context.load.user.load({ instanceId, externalId: userId });
      },
    }),
    actorName: t.exposeString("actorName", {
      nullable: true,
      description: "What the app said about the actor, known or not.",
    }),
    outcome: t.field({
      type: ActivityOutcome,
      description: "Whether it worked.",
      resolve: ({ outcome }) => outcome as never,
    }),
    impersonated: t.exposeBoolean("impersonated", { description: "Somebody acted in another's name." }),
    interactive: t.exposeBoolean("interactive", {
      nullable: true,
      description: "False: token refresh, service sign-in; null: the app does not say.",
    }),
    sessionId: t.exposeString("sessionId", { nullable: true, description: "The app's own id of the session." }),
    ipAddress: t.exposeString("ipAddress", { nullable: true, description: "Where it came from." }),
    ipCategory: t.field({
      type: IpCategory,
      description: "What is known of the address.",
      resolve: ({ ipCategory }) => ipCategory as never,
    }),
    ipTags: t.exposeStringList("ipTags", {
      description: "What is known of the address: tags of your own range, else of lists and networks.",
    }),
    country: t.exposeString("country", { nullable: true, description: "ISO 3166-1 alpha-2." }),
    city: t.exposeString("city", { nullable: true, description: "City, as far as known." }),
    isp: t.exposeString("isp", { nullable: true, description: "Internet provider, as far as known." }),
    userAgent: t.exposeString("userAgent", { nullable: true, description: "Browser or program, as it names itself." }),
    userAgentTags: t.exposeStringList("userAgentTags", {
      description: "What the user agent tells: `outdated-browser`, `outdated-os` (when it happened), `robot`.",
    }),
    targets: t.field({
      type: [ActivityTarget],
      description: "What it was done to.",
      resolve: ({ targets }) => targets,
    }),
    unmapped: t.exposeBoolean("unmapped", {
      description: "An event type Gatehouse does not know yet: kept, never dropped.",
    }),
    raw: t.field({
      type: "JSON",
      description: "The event as the app sent it.",
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
  extends Omit<Filter, "instanceIds" | "userIds" | "groupIds" | "ids" | "policyIds" | "not"> {
  instanceIds?: (string | number)[] | null;
  userIds?: (string | number)[] | null;
  groupIds?: (string | number)[] | null;
  ids?: (string | number)[] | null;
  policyIds?: (string | number)[] | null;
  not?: ActivityFilterShape | null;
}

export const ActivityFilter = builder.inputRef<ActivityFilterShape>("ActivityFilter").implement({
  description: "Which activities: all conditions must hold; a list holds when one of its values does.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Of these instances." }),
    connectorSlugs: t.stringList({ description: "Of these apps." }),
    categories: t.field({ type: [ActivityCategory], description: "Of these kinds." }),
    eventTypes: t.stringList({ description: "Exactly these event types." }),
    userIds: t.idList({ description: "With these accounts as `involvement` says." }),
    actor: t.string({ description: "Text in the actor's name." }),
    ipAddresses: t.stringList({
      description:
        "Return only activities from these IP addresses, in any spelling: `2001:DB8:0:0:0:0:0:7` is `2001:db8::7`, and `::ffff:203.0.113.7` is `203.0.113.7`. Networks are not accepted.",
    }),
    countries: t.stringList({ description: "From these countries, ISO 3166-1 alpha-2." }),
    ipCategories: t.field({ type: [IpCategory], description: "From addresses of these categories." }),
    outcomes: t.field({ type: [ActivityOutcome], description: "With these outcomes." }),
    impersonated: t.boolean({ description: "Done in another's name, or not." }),
    interactive: t.boolean({ description: "By a person at a screen, or not; what the app does not say is neither." }),
    occurredFrom: t.field({ type: "DateTime", description: "Happened at or after." }),
    occurredTo: t.field({ type: "DateTime", description: "Happened before." }),
    ingestedFrom: t.field({ type: "DateTime", description: "Stored at or after." }),
    ingestedTo: t.field({ type: "DateTime", description: "Stored before." }),
    ids: t.idList({ description: "Exactly these activities." }),
    policyIds: t.idList({
      description:
        "That matched one of these policies. Not in subscriptions: an activity is announced before it is tried.",
    }),
    groupIds: t.idList({ description: "With members of these groups as `involvement` says." }),
    userDomains: t.stringList({ description: "With accounts of these mail domains as `involvement` says." }),
    involvement: t.field({
      type: Involvement,
      description: "Whether accounts are meant as actor (default), target or either.",
    }),
    target: t.string({ description: "Text in a target's name, or its id." }),
    ipTags: t.stringList({ description: "From addresses with one of these tags." }),
    isps: t.stringList({ description: "From exactly these internet providers." }),
    userAgent: t.string({ description: "Text in the user agent." }),
    userAgentTags: t.stringList({ description: "With user agents that have one of these tags." }),
    hasUser: t.boolean({ description: "By a known account, or not." }),
    search: t.string({ description: "Text in description, actor, event type or address." }),
    not: t.field({ type: ActivityFilter, description: "None for which all of this holds." }),
  }),
});

export function activityFilter(
  filter: ActivityFilterShape | null | undefined,
  field: string[] = ["filter"],
): Filter | null {
  if (!filter) return null;
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    userIds: accountKeys("User", filter.userIds?.map(String), [...field, "userIds"]),
    ipAddresses: filter.ipAddresses ? addressesOf(filter.ipAddresses, [...field, "ipAddresses"]) : null,
    groupIds: accountKeys("Group", filter.groupIds?.map(String), [...field, "groupIds"]),
    ids: activityKeys(filter.ids?.map(String), [...field, "ids"]),
    policyIds: policyKeys(filter.policyIds?.map(String), [...field, "policyIds"]),
    not: activityFilter(filter.not, [...field, "not"]),
  };
}

/** A filter for activities as they come. What policies make of them is known only afterwards. */
export function liveActivityFilter(
  filter: ActivityFilterShape | null | undefined,
  field: string[] = ["filter"],
): Filter | null {
  for (let [part, path] = [filter, field]; part; [part, path] = [part.not, [...path, "not"]])
    if (part.policyIds)
      throw new InvalidInputError(
        "Activities are announced before policies look at them; follow alertChanged instead.",
        [...path, "policyIds"],
      );
  return activityFilter(filter, field);
}

/** The newest position this process has read. Taken before a page is read: what commits in between comes twice rather than never. */
function positionNow(context: Context): () => string {
  const position = context.tailer.position();
  return () => encodeCursor({ position, index: wholeBatch });
}

const nestedArgs = { first: pagingArgs.first, after: pagingArgs.after };

builder.objectField(InstanceRef, "activities", (t) =>
  t.field({
    type: ActivityConnection,
    description: "What happened in it, newest first.",
    args: {
      first: t.arg.int({ description: nestedArgs.first }),
      after: t.arg.string({ description: nestedArgs.after }),
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
    },
    resolve: ({ id }, { filter, ...args }, context, info) => {
      const streamCursor = positionNow(context);
      const wanted = activityFilter(filter);
      const reading = nodeReading(activityFields, info);
      return nestedConnection<ActivityRow>(
        context,
        "instance.activities",
        args,
        { filter, reading: nameOf(reading) },
        () => activityList(context.viewer, wanted, { of: "instance", reading }),
        { instanceId: id, externalId: null },
        streamCursor,
      );
    },
  }),
);

builder.objectField(UserRef, "activities", (t) =>
  t.field({
    type: ActivityConnection,
    description: "What the account did, newest first.",
    args: {
      first: t.arg.int({ description: nestedArgs.first }),
      after: t.arg.string({ description: nestedArgs.after }),
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
    },
    resolve: (user, { filter, ...args }, context, info) => {
      const streamCursor = positionNow(context);
      const wanted = activityFilter(filter);
      const reading = nodeReading(activityFields, info);
      return nestedConnection<ActivityRow>(
        context,
        "user.activities",
        args,
        { filter, reading: nameOf(reading) },
        () => activityList(context.viewer, wanted, { of: "user", reading }),
        user,
        streamCursor,
      );
    },
  }),
);

const ActivityBucketRef = builder.objectRef<ActivityBucket>("ActivityBucket").implement({
  description: "A count over a filter, for charts.",
  fields: (t) => ({
    key: t.string({
      description:
        "The value: a category, event type, country ...; for USER and INSTANCE the id of it; empty where the app does not say.",
      resolve: ({ key, instanceId, userId }) => {
        if (instanceId === null) return key;
        return userId === null ? encodeId("Instance", instanceId) : encodeId("User", `${instanceId}/${userId}`);
      },
    }),
    from: t.expose("from", { type: "DateTime", nullable: true, description: "Start of the step, for TIME." }),
    count: t.exposeInt("count", { description: "How many." }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account, for USER.",
      resolve: ({ instanceId, userId }, _, context) =>
        instanceId === null || userId === null ? null : context.load.user.load({ instanceId, externalId: userId }),
    }),
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance, for INSTANCE and USER.",
      resolve: ({ instanceId }, _, context) => (instanceId === null ? null : context.load.instance.load(instanceId)),
    }),
  }),
});

const StreamPosition = builder.objectRef<{ oldest: string; newest: string }>("StreamPosition").implement({
  description: "Oldest and newest cursor of the activity log; older ones answer CURSOR_EXPIRED.",
  fields: (t) => ({
    oldest: t.exposeString("oldest", { description: "The oldest cursor that `after` takes." }),
    newest: t.exposeString("newest", { description: "The end of the log: subscribe from here for what comes next." }),
  }),
});

builder.queryFields((t) => ({
  activities: t.field({
    type: ActivityConnection,
    description:
      "What happened in all instances, newest first. A page looks for what the filter wants in 16,384 activities at most: one that is not full, or empty, with `hasNextPage` goes on after its `endCursor`.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      last: t.arg.int({ description: pagingArgs.last }),
      before: t.arg.string({ description: pagingArgs.before }),
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
    },
    resolve: (_, { filter, ...args }, context, info) => {
      const streamCursor = positionNow(context);
      const reading = nodeReading(activityFields, info);
      const list = activityList(context.viewer, activityFilter(filter), { reading });
      return rootConnection<ActivityRow>(context, list, args, streamCursor);
    },
  }),
  activityStats: t.field({
    type: [ActivityBucketRef],
    description:
      "Counts over the filter, largest first (TIME: oldest first). Without `occurredFrom` in the filter: the last 30 days.",
    args: {
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
      groupBy: t.arg({ type: ActivityGrouping, required: true, description: "What to count by." }),
      interval: t.arg.string({ description: "Step for TIME, ISO 8601 duration: P1D (default), PT1H, PT5M." }),
      first: t.arg.int({ description: "How many buckets. Default 20, at most 200; for TIME at most 2,000." }),
    },
    resolve: (_, { filter, groupBy, interval, first }, context) =>
      activityStats(context.core.db, context.viewer, {
        filter: activityFilter(filter),
        groupBy,
        interval: interval ?? null,
        first: first ?? null,
        now: context.core.now(),
      }),
  }),
  streamPosition: t.field({
    type: StreamPosition,
    description: "Where the activity log begins and ends.",
    resolve: async (_, __, context) => ({
      oldest: await oldestCursor(rawSql(context.core.db)),
      newest: positionNow(context)(),
    }),
  }),
}));

ActivityEventRef.implement({
  description: "A new activity and its place in the log.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", { description: "Resume after this event with `after`." }),
    activity: t.field({ type: ActivityRef, description: "What happened.", resolve: ({ activity }) => activity }),
  }),
});
