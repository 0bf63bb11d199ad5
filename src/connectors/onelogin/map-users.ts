import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, needId, needObject, textOf } from "#src/connector-kit/record.ts";

/** An account of `GET /api/2/users`. Throws ProviderResponseError when it has no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const email = textOf(raw.email);
  const username = textOf(raw.username);
  const name = [textOf(raw.firstname), textOf(raw.lastname)].filter(Boolean).join(" ");
  const status = statusOf(raw);
  return {
    externalId: needId(raw.id, `${path}.id`),
    login: username,
    email,
    displayName: name || username || email,
    status,
    lastSignInAt: instantOf(raw.last_login),
    ...(status === "INVITED" ? { emailVerified: false } : {}),
    raw,
  };
}

/** `state` is whether the account was let in at all, `status` what has become of it. */
export function statusOf({ status, state }: Json): UserStatus {
  if (state === 2 || state === 3) return "DISABLED";
  if (state === 0) return "INVITED";
  return typeof status === "number" ? (statuses[status] ?? "UNKNOWN") : "UNKNOWN";
}

/**
 * Who is locked, or has to choose a password or answers, is let in again by doing so.
 * Source: https://developers.onelogin.com/api-docs/2/users/user-resource
 */
const statuses: Readonly<Record<number, UserStatus>> = {
  0: "INVITED",
  1: "ACTIVE",
  2: "SUSPENDED",
  3: "ACTIVE",
  4: "ACTIVE",
  5: "ACTIVE",
  7: "INVITED",
  8: "ACTIVE",
};
