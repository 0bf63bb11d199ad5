import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, needId, needObject, textOf } from "#src/connector-kit/record.ts";

/** An agent or admin of `GET /api/v2/users`. Throws ProviderResponseError when it has no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  return {
    externalId: needId(raw.id, `${path}.id`),
    email: textOf(raw.email),
    displayName: textOf(raw.name),
    status: raw.active === false ? "DELETED" : raw.suspended === true ? "SUSPENDED" : "ACTIVE",
    isAdmin: isAdmin(raw),
    // An agent of another account, with whom tickets are shared.
    isExternal: raw.shared_agent === true,
    lastSignInAt: instantOf(raw.last_login_at),
    ...(raw.verified === false ? { emailVerified: false } : {}),
    raw,
  };
}

/** 4 is an admin and 5 a billing admin. Source: https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format-for-agent-or-admin-requests */
export function isAdmin({ role, role_type }: Json): boolean {
  return role === "admin" || role_type === 4 || role_type === 5;
}
