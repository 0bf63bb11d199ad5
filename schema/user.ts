import { type IdentityRow, identityList } from "#src/inventory/identities/list.ts";
import { type GroupRow, groupList } from "#src/inventory/users/groups.ts";
import { type UserFilter as Filter, type UserRow, userList } from "#src/inventory/users/list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import { AccountType, UserStatus } from "./enums.ts";
import { accountId, accountKeys, instanceKeys, parseAccountId, parseNumber } from "./ids.ts";
import { loadAll } from "./load.ts";
import { GroupRef, IdentityRef, InstanceRef, PrivilegeRef, UserRef } from "./refs.ts";
import { userFields } from "./row-fields.ts";
import { nameOf, nodeReading } from "./selection.ts";

export const UserConnection = connectionOf("User", UserRef);
const GroupConnection = connectionOf("Group", GroupRef);
const IdentityConnection = connectionOf("Identity", IdentityRef);

interface UserFilterShape {
  instanceIds?: (string | number)[] | null;
  connectorSlugs?: string[] | null;
  status?: string[] | null;
  isAdmin?: boolean | null;
  isExternal?: boolean | null;
  types?: string[] | null;
  groupIds?: (string | number)[] | null;
  privilegeIds?: (string | number)[] | null;
  domains?: string[] | null;
  lastSeenBefore?: Date | null;
  search?: string | null;
  not?: UserFilterShape | null;
}

const UserFilter = builder.inputRef<UserFilterShape>("UserFilter").implement({
  description: "Which accounts: all conditions must hold; a list holds when one of its values does.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Of these instances." }),
    connectorSlugs: t.stringList({ description: "Of these apps." }),
    status: t.field({ type: [UserStatus], description: "In one of these states." }),
    isAdmin: t.boolean({ description: "Admins, or everybody else." }),
    isExternal: t.boolean({ description: "From outside the organisation, or inside." }),
    types: t.field({ type: [AccountType], description: "People, programs." }),
    groupIds: t.idList({ description: "Members of one of these groups." }),
    privilegeIds: t.idList({ description: "Holders of one of these privileges." }),
    domains: t.stringList({ description: "With an e-mail of one of these domains." }),
    lastSeenBefore: t.field({ type: "DateTime", description: "Not seen since then, or never." }),
    search: t.string({ description: "Text in name, e-mail or sign-in name; or the app's id." }),
    not: t.field({ type: UserFilter, description: "None for whom all of this holds." }),
  }),
});

export function userFilter(filter: UserFilterShape | null | undefined, field: string[] = ["filter"]): Filter | null {
  if (!filter) return null;
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    groupIds: accountKeys("Group", filter.groupIds?.map(String), [...field, "groupIds"]),
    privilegeIds: accountKeys("Privilege", filter.privilegeIds?.map(String), [...field, "privilegeIds"]),
    not: userFilter(filter.not, [...field, "not"]),
  };
}

builder.node(UserRef, {
  description: "An account in one connected app. Accounts of one person across apps share an Identity.",
  id: { resolve: accountId, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.user, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance it belongs to.",
      resolve: ({ instance, instanceId }, _, context) =>
        (instance === undefined ? context.load.instance.load(instanceId) : instance) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of it." }),
    login: t.exposeString("login", { nullable: true, description: "Sign-in name, when it is not the e-mail." }),
    email: t.exposeString("email", { nullable: true, description: "E-mail address." }),
    displayName: t.exposeString("displayName", { nullable: true, description: "What people see." }),
    status: t.field({
      type: UserStatus,
      description: "Its state in the app.",
      resolve: ({ status }) => status as never,
    }),
    isAdmin: t.exposeBoolean("isAdmin", { description: "Holds an admin privilege." }),
    isExternal: t.exposeBoolean("isExternal", { description: "From outside the organisation." }),
    type: t.field({ type: AccountType, description: "Who stands behind it.", resolve: ({ type }) => type as never }),
    lastSeenAt: t.expose("lastSeenAt", {
      type: "DateTime",
      nullable: true,
      description: "Newest activity of any kind.",
    }),
    lastSignInAt: t.expose("lastSignInAt", {
      type: "DateTime",
      nullable: true,
      description: "Newest successful sign-in.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When Gatehouse first heard of it." }),
    groups: t.field({
      type: GroupConnection,
      description: "Groups it is a member of.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: (user, args, context) =>
        nestedConnection<GroupRow>(
          context,
          "user.groups",
          args,
          {},
          () => groupList(context.core.db, context.viewer, {}),
          user,
        ),
    }),
    privileges: t.field({
      type: [PrivilegeRef],
      description: "What it holds.",
      resolve: (user, _, context) => context.load.privilegesOfUser.load(user),
    }),
    identity: t.field({
      type: IdentityRef,
      nullable: true,
      description: "The person behind it, when known by a verified e-mail.",
      resolve: ({ identity, identityId }, _, context) => {
        if (identity !== undefined) return identity;
        return identityId === null ? null : context.load.identity.load(identityId);
      },
    }),
    identityManual: t.exposeBoolean("identityManual", {
      description: "A person decided who is behind it (linkIdentity, unlinkIdentity); scans leave that as it is.",
    }),
  }),
});

builder.node(GroupRef, {
  description: "A group or team of an app.",
  id: { resolve: accountId, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.group, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance it belongs to.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of it." }),
    name: t.exposeString("name", { description: "Its name." }),
    members: t.field({
      type: UserConnection,
      description: "Its members.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: (group, args, context, info) => {
        const reading = nodeReading(userFields, info);
        return nestedConnection<UserRow>(
          context,
          "group.members",
          args,
          { reading: nameOf(reading) },
          () => userList(context.viewer, { of: "group" }, reading),
          group,
        );
      },
    }),
  }),
});

builder.node(PrivilegeRef, {
  description: "A role or privilege of an app.",
  id: { resolve: accountId, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.privilege, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance it belongs to.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of it." }),
    name: t.exposeString("name", { description: "Its name." }),
    isAdmin: t.exposeBoolean("isAdmin", { description: "Whoever holds it is an admin." }),
  }),
});

builder.node(IdentityRef, {
  description: "One person: accounts joined by verified e-mail.",
  id: { resolve: ({ id }) => id, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.identity, ids.map(parseNumber)),
  fields: (t) => ({
    email: t.exposeString("email", { description: "The e-mail that joins the accounts, lower case." }),
    users: t.field({
      type: [UserRef],
      description: "The person's accounts.",
      resolve: ({ id }, _, context) => context.load.usersOfIdentity.load(id),
    }),
    terminatedAt: t.expose("terminatedAt", {
      type: "DateTime",
      nullable: true,
      description: "When a directory said that the person left.",
    }),
    terminatedSource: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The directory that said so.",
      resolve: ({ terminatedInstanceId }, _, context) =>
        terminatedInstanceId === null ? null : context.load.instance.load(terminatedInstanceId),
    }),
  }),
});

builder.objectField(InstanceRef, "users", (t) =>
  t.field({
    type: UserConnection,
    description: "Its accounts.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: UserFilter, description: "Which accounts." }),
    },
    resolve: ({ id }, { filter, ...args }, context, info) => {
      const wanted = userFilter(filter);
      const reading = nodeReading(userFields, info);
      return nestedConnection<UserRow>(
        context,
        "instance.users",
        args,
        { filter, reading: nameOf(reading) },
        () => userList(context.viewer, { filter: wanted }, reading),
        { instanceId: id, externalId: null },
      );
    },
  }),
);

builder.queryFields((t) => ({
  users: t.field({
    type: UserConnection,
    description: "Accounts of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      last: t.arg.int({ description: pagingArgs.last }),
      before: t.arg.string({ description: pagingArgs.before }),
      filter: t.arg({ type: UserFilter, description: "Which accounts." }),
    },
    resolve: (_, { filter, ...args }, context, info) => {
      const list = userList(context.viewer, { filter: userFilter(filter) }, nodeReading(userFields, info));
      return rootConnection<UserRow>(context, list, args);
    },
  }),
  groups: t.field({
    type: GroupConnection,
    description: "Groups of all instances.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      instanceIds: t.arg.idList({ description: "Of these instances only." }),
      search: t.arg.string({ description: "Text in the name." }),
    },
    resolve: (_, { instanceIds, search, ...args }, context) =>
      rootConnection<GroupRow>(
        context,
        groupList(context.core.db, context.viewer, {
          instanceIds: instanceKeys(instanceIds?.map(String), ["instanceIds"]),
          search: search ?? null,
        }),
        args,
      ),
  }),
  identities: t.field({
    type: IdentityConnection,
    description: "People: accounts joined by verified e-mail.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      terminated: t.arg.boolean({ description: "Those who left, or those who did not." }),
      search: t.arg.string({ description: "Text in the e-mail." }),
    },
    resolve: (_, { terminated, search, ...args }, context) =>
      rootConnection<IdentityRow>(
        context,
        identityList(context.core.db, context.viewer, { terminated: terminated ?? null, search: search ?? null }),
        args,
      ),
  }),
}));
