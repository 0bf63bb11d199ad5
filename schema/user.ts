import { type IdentityRow, identityList } from "#src/inventory/identities/list.ts";
import { type GroupRow, groupList } from "#src/inventory/users/groups.ts";
import { type UserFilter as Filter, type UserRow, userList } from "#src/inventory/users/list.ts";
import { checkFilterDepth, checkSearch } from "#src/query/paging.ts";
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
  lastSignInBefore?: Date | null;
  terminated?: boolean | null;
  search?: string | null;
  not?: UserFilterShape | null;
}

const UserFilter = builder.inputRef<UserFilterShape>("UserFilter").implement({
  description:
    "Selects accounts. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied. A list may have 1,000 values, a text to search for 500 characters. `search` counts 500 towards the cost of an operation.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Return only accounts of these instances." }),
    connectorSlugs: t.stringList({ description: "Return only accounts in instances of these connectors." }),
    status: t.field({ type: [UserStatus], description: "Return only accounts with one of these statuses." }),
    isAdmin: t.boolean({ description: "True returns only admins, false only the others." }),
    isExternal: t.boolean({
      description: "True returns only accounts from outside the organisation, false only the others.",
    }),
    types: t.field({ type: [AccountType], description: "Return only accounts of these kinds." }),
    groupIds: t.idList({ description: "Return only members of one of these groups." }),
    privilegeIds: t.idList({ description: "Return only holders of one of these privileges." }),
    domains: t.stringList({ description: "Return only accounts with an e-mail address in one of these domains." }),
    lastSeenBefore: t.field({
      type: "DateTime",
      description: "Return only accounts without an activity since this instant.",
    }),
    lastSignInBefore: t.field({
      type: "DateTime",
      description:
        "Return only accounts without an interactive sign-in since this instant, those that never signed in included.",
    }),
    terminated: t.boolean({
      description:
        "True returns only accounts of persons who left the organisation according to a directory, false only the others. With `status: [ACTIVE]`: who left and can still sign in.",
    }),
    search: t.string({
      description:
        "Return only accounts whose name, e-mail address or sign-in name contains this text, or whose externalId equals it.",
    }),
    not: t.field({
      type: UserFilter,
      description: "Exclude accounts that match this filter. May be nested 4 levels deep.",
    }),
  }),
});

export function userFilter(filter: UserFilterShape | null | undefined, field: string[] = ["filter"]): Filter | null {
  if (!filter) return null;
  checkFilterDepth(field);
  if (filter.search != null) checkSearch(filter.search, [...field, "search"]);
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    groupIds: accountKeys("Group", filter.groupIds?.map(String), [...field, "groupIds"]),
    privilegeIds: accountKeys("Privilege", filter.privilegeIds?.map(String), [...field, "privilegeIds"]),
    not: userFilter(filter.not, [...field, "not"]),
  };
}

builder.node(UserRef, {
  description: "An account in one connected app. Accounts of one person in several apps share an Identity.",
  id: { resolve: accountId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.user, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance to which the account belongs.",
      resolve: ({ instance, instanceId }, _, context) =>
        (instance === undefined ? context.load.instance.load(instanceId) : instance) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of the account." }),
    login: t.exposeString("login", {
      nullable: true,
      description: "Sign-in name, if it differs from the e-mail address. Null otherwise.",
    }),
    email: t.exposeString("email", {
      nullable: true,
      description: "E-mail address of the account. Null if the app states none.",
    }),
    displayName: t.exposeString("displayName", {
      nullable: true,
      description: "Display name of the account. Null if the app states none.",
    }),
    status: t.field({
      type: UserStatus,
      description: "Status of the account in its app.",
      resolve: ({ status }) => status as never,
    }),
    isAdmin: t.exposeBoolean("isAdmin", { description: "True if the account holds an admin privilege." }),
    isExternal: t.exposeBoolean("isExternal", {
      description: "True if the account belongs to someone outside the organisation.",
    }),
    type: t.field({
      type: AccountType,
      description: "Kind of the account: person or program.",
      resolve: ({ type }) => type as never,
    }),
    lastSeenAt: t.expose("lastSeenAt", {
      type: "DateTime",
      nullable: true,
      description: "When the newest activity of the account happened. Null if there is none.",
    }),
    lastSignInAt: t.expose("lastSignInAt", {
      type: "DateTime",
      nullable: true,
      description: "When the account last signed in successfully. Null if it is not known.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When Gatehouse first stored the account." }),
    groups: t.field({
      type: GroupConnection,
      description: "Groups of which the account is a member.",
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
      description: "Privileges that the account holds.",
      resolve: (user, _, context) => context.load.privilegesOfUser.load(user),
    }),
    identity: t.field({
      type: IdentityRef,
      nullable: true,
      description: "The person to whom the account belongs. Null if it is not linked to a person.",
      resolve: ({ identity, identityId }, _, context) => {
        if (identity !== undefined) return identity;
        return identityId === null ? null : context.load.identity.load(identityId);
      },
    }),
    identityManual: t.exposeBoolean("identityManual", {
      description:
        "True if an admin linked or unlinked the account (linkIdentity, unlinkIdentity). Scans do not change it then.",
    }),
  }),
});

builder.node(GroupRef, {
  description: "A group or team of an app.",
  id: { resolve: accountId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.group, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance to which the group belongs.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of the group." }),
    name: t.exposeString("name", { description: "Name of the group." }),
    members: t.field({
      type: UserConnection,
      description: "Accounts that are members of the group.",
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
  id: { resolve: accountId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.privilege, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance to which the privilege belongs.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of the privilege." }),
    name: t.exposeString("name", { description: "Name of the privilege." }),
    isAdmin: t.exposeBoolean("isAdmin", { description: "True if the holders of the privilege are admins." }),
  }),
});

builder.node(IdentityRef, {
  description: "One person, to whom accounts are linked by verified e-mail address.",
  id: { resolve: ({ id }) => id, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.identity, ids.map(parseNumber)),
  fields: (t) => ({
    email: t.exposeString("email", { description: "E-mail address that links the accounts, in lower case." }),
    users: t.field({
      type: [UserRef],
      description: "Accounts of the person.",
      resolve: ({ id }, _, context) => context.load.usersOfIdentity.load(id),
    }),
    terminatedAt: t.expose("terminatedAt", {
      type: "DateTime",
      nullable: true,
      description: "When a directory reported that the person left the organisation. Null if none has.",
    }),
    terminatedSource: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The directory that reported it. Null if none has.",
      resolve: ({ terminatedInstanceId }, _, context) =>
        terminatedInstanceId === null ? null : context.load.instance.load(terminatedInstanceId),
    }),
  }),
});

builder.objectField(InstanceRef, "users", (t) =>
  t.field({
    type: UserConnection,
    description: "Accounts of the instance.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      filter: t.arg({ type: UserFilter, description: "Filter of the accounts to return. Default: all." }),
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
      filter: t.arg({ type: UserFilter, description: "Filter of the accounts to return. Default: all." }),
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
      instanceIds: t.arg.idList({ description: "Return only groups of these instances. Default: all." }),
      search: t.arg.string({ description: "Return only groups whose name contains this text. Default: all." }),
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
    description: "People, to whom accounts are linked by verified e-mail address.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      terminated: t.arg.boolean({
        description: "True returns only people who left the organisation, false only the others. Default: all.",
      }),
      search: t.arg.string({
        description: "Return only people whose e-mail address contains this text. Default: all.",
      }),
    },
    resolve: (_, { terminated, search, ...args }, context) =>
      rootConnection<IdentityRow>(
        context,
        identityList(context.core.db, context.viewer, { terminated: terminated ?? null, search: search ?? null }),
        args,
      ),
  }),
}));
