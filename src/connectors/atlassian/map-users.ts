import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, listOf, needObject, needText, textOf } from "#src/connector-kit/record.ts";

/** An account of a search in a directory. Throws ProviderResponseError when it has no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  return {
    externalId: needText(raw.accountId, `${path}.accountId`),
    email: textOf(raw.email),
    displayName: textOf(raw.name) ?? textOf(raw.nickname),
    status: statusOf(raw),
    isAdmin: isAdmin(raw),
    isExternal: raw.claimStatus === "unmanaged",
    type: raw.accountType === "app" ? "SERVICE" : "HUMAN",
    ...(raw.emailVerified === false ? { emailVerified: false } : {}),
    raw,
  };
}

/** Roles that administer something. Source: https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/ */
export const adminRoles = [
  "atlassian/org-admin",
  "atlassian/site-admin",
  "atlassian/admin",
  "atlassian/user-access-admin",
];

export const rolesOf = ({ platformRoles }: Json): string[] =>
  listOf(platformRoles).flatMap((role) => textOf(role) ?? []);

export const isAdmin = (user: Json): boolean => rolesOf(user).some((role) => adminRoles.includes(role));

/** `accountStatus` is that of the Atlassian account, `status` what the organization has made of it. */
export function statusOf({ status, accountStatus, forDeletion }: Json): UserStatus {
  if (forDeletion === true || accountStatus === "closed") return "DELETED";
  if (accountStatus === "inactive") return "DISABLED";
  return statuses[String(status)] ?? "UNKNOWN";
}

const statuses: Readonly<Record<string, UserStatus>> = {
  active: "ACTIVE",
  suspended: "SUSPENDED",
  deactivated: "DISABLED",
  not_invited: "DISABLED",
};
