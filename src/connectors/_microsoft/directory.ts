import type { Context } from "#src/connector-kit/contract/context.ts";
import type { GroupItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { ListedGroup, Membership } from "#src/connector-kit/membership.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { instantOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { graphPages, pathOf } from "./graph.ts";

const userFields = [
  ...["id", "displayName", "mail", "userPrincipalName", "accountEnabled", "userType", "externalUserState"],
  ...["createdDateTime", "onPremisesSyncEnabled"],
] as const;

/** The listing of users; with `signInActivity` pages are smaller, and it needs AuditLog.Read.All and a licence. */
export function usersPath({ signIns }: { signIns: boolean }): string {
  const fields = signIns ? [...userFields, "signInActivity"] : userFields;
  return `/users?$select=${fields.join(",")}&$top=${signIns ? 500 : 999}`;
}

/** Whether the listing may name when people signed in: it is refused as a whole without the permission, or without Microsoft Entra ID P1 or P2. */
export async function showsSignIns({ http, credential }: Context): Promise<boolean> {
  if (!credential?.scopes?.includes("AuditLog.Read.All")) return false;
  const { refusal } = await optional(() => http.get("/users?$select=id,signInActivity&$top=1"));
  return refusal === null;
}

export const deletedUsersPath = `/directory/deletedItems/microsoft.graph.user?$select=${[...userFields, "deletedDateTime"].join(",")}&$top=100`;

/**
 * A user of the directory. A guest who has not yet accepted the invitation is invited, and nobody vouches for the address.
 * Throws ProviderResponseError without an id.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/user
 */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  // A deleted account keeps its sign-in name behind its id.
  const login = needText(raw.userPrincipalName, `${path}.userPrincipalName`).replace(id.replaceAll("-", ""), "");
  const deletedAt = instantOf(raw.deletedDateTime);
  const isPending = raw.externalUserState === "PendingAcceptance";
  const isExternal = raw.userType === "Guest";
  return {
    externalId: id,
    login,
    email: textOf(raw.mail) ?? (isExternal ? null : login),
    displayName: textOf(raw.displayName) ?? login,
    status: deletedAt ? "DELETED" : raw.accountEnabled === false ? "SUSPENDED" : isPending ? "INVITED" : "ACTIVE",
    isExternal,
    type: "HUMAN",
    ...(isPending ? { emailVerified: false } : {}),
    lastSignInAt: instantOf(objectOf(raw.signInActivity).lastSignInDateTime),
    ...(deletedAt ? { deletedAt } : {}),
    raw,
  };
}

/**
 * Groups of every kind with the people in them: devices, service principals and groups within groups are left out.
 * Source: https://learn.microsoft.com/en-us/graph/api/group-list-members
 */
export const groupsOfDirectory: Membership<GroupItem> = {
  groups: {
    name: "groups",
    first: "/groups?$select=id,displayName,mail,groupTypes,securityEnabled,visibility&$top=999",
    page: graphPages,
    group: toGroup,
  },
  member: (one, path, groupId) => ({
    kind: "member",
    groupId,
    userId: needText(needObject(one, path).id, `${path}.id`),
  }),
};

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: textOf(raw.displayName) ?? id, raw }],
    members: { first: pathOf`/groups/${id}/members/microsoft.graph.user?$select=id&$top=999`, page: graphPages },
  };
}
