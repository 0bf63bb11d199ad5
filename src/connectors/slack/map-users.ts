import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, needId, needObject, textOf } from "#src/connector-kit/record.ts";

/** An account of `admin.users.list`; nobody is ever deleted. Throws ProviderResponseError when it has no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  return {
    externalId: needId(raw.id, `${path}.id`),
    login: textOf(raw.username),
    email: textOf(raw.email),
    displayName: textOf(raw.full_name),
    status: raw.is_active === false ? "SUSPENDED" : "ACTIVE",
    isAdmin: isAdmin(raw),
    isExternal: isGuest(raw),
    type: raw.is_bot === true ? "SERVICE" : "HUMAN",
    lastSignInAt: secondsOf(raw.last_active_ts),
    raw,
  };
}

export const isAdmin = ({ is_admin, is_owner, is_primary_owner }: Json): boolean =>
  is_admin === true || is_owner === true || is_primary_owner === true;

/** Of several channels, or of a single one. */
export const isGuest = ({ is_restricted, is_ultra_restricted }: Json): boolean =>
  is_restricted === true || is_ultra_restricted === true;

/** 0 is never. */
export const secondsOf = (value: unknown): Date | null =>
  typeof value === "number" && value > 0 ? instantOf(value * 1000) : null;
