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
  description: "A third-party app that users of an instance authorised (OAuth grant, installed app, token).",
  id: { resolve: accountId, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.oauthApp, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance it may reach.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of it." }),
    name: t.exposeString("name", { description: "Its name." }),
    publisher: t.exposeString("publisher", { nullable: true, description: "Who made it." }),
    publisherVerified: t.exposeBoolean("publisherVerified", {
      nullable: true,
      description: "Whether the provider verified the publisher; null: it does not say.",
    }),
    scopes: t.exposeStringList("scopes", { description: "What it may do, in the provider's own words." }),
    permissionLevel: t.field({
      type: PermissionLevel,
      description: "How much harm that could do.",
      resolve: ({ permissionLevel }) => permissionLevel as never,
    }),
    state: t.field({
      type: OAuthAppState,
      description: "What was decided about it.",
      resolve: ({ state }) => state as never,
    }),
    userCount: t.int({
      description: "Accounts that granted it.",
      resolve: (app, _, context) => context.load.grantCount.load(app),
    }),
    users: t.field({
      type: UserConnection,
      description: "Accounts that granted it.",
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
      description: "When it was last authorised.",
    }),
    lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true, description: "When it was last used." }),
  }),
});

export const OAuthAppFilter = builder.inputType("OAuthAppFilter", {
  description: "Which apps: all conditions must hold; a list holds when one of its values does.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Of these instances." }),
    permissionLevels: t.field({ type: [PermissionLevel], description: "Of these levels." }),
    states: t.field({ type: [OAuthAppState], description: "In one of these states." }),
    scopes: t.stringList({ description: "With one of these scopes." }),
    minUsers: t.int({ description: "Granted by at least so many accounts." }),
    search: t.string({ description: "Text in name or publisher." }),
  }),
});

builder.queryField("oauthApps", (t) =>
  t.field({
    type: OAuthAppConnection,
    description: "Third-party apps of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: OAuthAppFilter, description: "Which apps." }),
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
