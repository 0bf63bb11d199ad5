import { type OAuthAppRow, oauthAppList } from "#src/inventory/oauth-apps/list.ts";
import { type UserRow, userList } from "#src/inventory/users/list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import { OAuthAppState, PermissionLevel } from "./enums.ts";
import { accountId, instanceKeys, parseAccountId } from "./ids.ts";
import { loadAll } from "./load.ts";
import { InstanceRef, OAuthAppRef } from "./refs.ts";
import { userFields } from "./row-fields.ts";
import { nameOf, nodeReading } from "./selection.ts";
import { UserConnection } from "./user.ts";

const OAuthAppConnection = connectionOf("OAuthApp", OAuthAppRef);

builder.node(OAuthAppRef, {
  description:
    "A third-party app that users of an instance authorised, by an OAuth grant, an installed app or a token.",
  id: { resolve: accountId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.oauthApp, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance that the third-party app can access.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The provider's own id of the third-party app." }),
    name: t.exposeString("name", { description: "Name of the third-party app." }),
    publisher: t.exposeString("publisher", {
      nullable: true,
      description: "Publisher of the third-party app. Null if it is not known.",
    }),
    publisherVerified: t.exposeBoolean("publisherVerified", {
      nullable: true,
      description: "True if the provider verified the publisher. Null if the provider does not state it.",
    }),
    scopes: t.exposeStringList("scopes", {
      description: "Permissions of the third-party app, under the provider's own names.",
    }),
    permissionLevel: t.field({
      type: PermissionLevel,
      description: "Risk level of the permissions.",
      resolve: ({ permissionLevel }) => permissionLevel as never,
    }),
    state: t.field({
      type: OAuthAppState,
      description: "Decision about the third-party app.",
      resolve: ({ state }) => state as never,
    }),
    userCount: t.int({
      description: "Number of accounts that authorised the third-party app.",
      resolve: (app, _, context) => context.load.grantCount.load(app),
    }),
    users: t.field({
      type: UserConnection,
      description: "Accounts that authorised the third-party app.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: (app, args, context, info) => {
        const reading = nodeReading(userFields, info);
        return nestedConnection<UserRow>(
          context,
          "oauthApp.users",
          args,
          { reading: nameOf(reading) },
          () => userList(context.viewer, { of: "oauthApp" }, reading),
          app,
        );
      },
    }),
    lastAuthorizedAt: t.expose("lastAuthorizedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the third-party app was last authorised. Null if it is not known.",
    }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the third-party app was last used. Null if it is not known.",
    }),
  }),
});

export const OAuthAppFilter = builder.inputType("OAuthAppFilter", {
  description:
    "Selects third-party apps. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Return only third-party apps of these instances." }),
    permissionLevels: t.field({
      type: [PermissionLevel],
      description: "Return only third-party apps with these permission levels.",
    }),
    states: t.field({ type: [OAuthAppState], description: "Return only third-party apps in one of these states." }),
    scopes: t.stringList({ description: "Return only third-party apps with one of these scopes." }),
    minUsers: t.int({ description: "Return only third-party apps that at least this many accounts authorised." }),
    search: t.string({ description: "Return only third-party apps whose name or publisher contains this text." }),
  }),
});

builder.queryField("oauthApps", (t) =>
  t.field({
    type: OAuthAppConnection,
    description: "Third-party apps of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: OAuthAppFilter, description: "Filter of the third-party apps to return. Default: all." }),
    },
    resolve: (_, { filter, ...args }, context) =>
      rootConnection<OAuthAppRow>(
        context,
        oauthAppList(
          context.core.db,
          context.viewer,
          filter
            ? { ...filter, instanceIds: instanceKeys(filter.instanceIds?.map(String), ["filter", "instanceIds"]) }
            : null,
        ),
        args,
      ),
  }),
);
