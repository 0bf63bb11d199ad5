import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, listOf, needText, objectOf, textOf } from "#src/connector-kit/record.ts";

/** An account of `GET /Users(id)?$expand=Security`. Throws ProviderResponseError when it has no id. */
export function toUser({ Password: _, ...raw }: Json, path: string): UserRecord {
  const status = statusOf(raw);
  return {
    externalId: needText(raw.Id, `${path}.Id`),
    login: textOf(raw.Username),
    email: textOf(raw.Email),
    displayName: textOf(raw.FullName) ?? textOf(raw.Email),
    status,
    isAdmin: isAdmin(raw),
    isExternal: isClient(raw),
    lastSignInAt: instantOf(objectOf(raw.Security).LastAnyLogin),
    ...(status === "INVITED" ? { emailVerified: false } : {}),
    raw,
  };
}

export const rolesOf = ({ Roles }: Json): string[] => listOf(Roles).flatMap((role) => textOf(role) ?? []);
export const isClient = (user: Json): boolean => rolesOf(user).includes("Client");
export const isAdminRole = (role: string): boolean => role === "MasterAdmin" || role.startsWith("Admin");
export const isAdmin = (user: Json): boolean => rolesOf(user).some(isAdminRole);

export function statusOf({ IsDeleted, IsConfirmed, Security }: Json): UserStatus {
  if (IsDeleted === true) return "DELETED";
  if (typeof objectOf(Security).IsDisabled !== "boolean") return "UNKNOWN";
  if (objectOf(Security).IsDisabled === true) return "SUSPENDED";
  return IsConfirmed === false ? "INVITED" : "ACTIVE";
}
