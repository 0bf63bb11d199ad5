import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, needId, needObject, textOf } from "#src/connector-kit/record.ts";

/** An account of `GET /users`. Throws ProviderResponseError when it has no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const externalId = needId(raw.id, `${path}.id`);
  const email = textOf(raw.email);
  const full = [textOf(raw.firstName), textOf(raw.lastName)].filter(Boolean).join(" ");
  const status = statuses[String(raw.status)] ?? "UNKNOWN";
  return {
    externalId,
    email,
    displayName: textOf(raw.name) ?? (full || email),
    status,
    isAdmin: raw.admin === true || raw.groupAdmin === true,
    isExternal: isOutside(raw),
    lastSignInAt: instantOf(raw.lastLogin),
    ...(status === "INVITED" ? { emailVerified: false } : {}),
    raw,
  };
}

/** A person of another organisation. Answers to other than System Admins have neither field. */
export function isOutside({ isInternal, seatType }: Json): boolean {
  return typeof isInternal === "boolean" ? !isInternal : seatType === "GUEST";
}

/** Who declined an invitation has an account that nobody can use. */
const statuses: Readonly<Record<string, UserStatus>> = {
  ACTIVE: "ACTIVE",
  PENDING: "INVITED",
  DECLINED: "DISABLED",
  DEACTIVATED: "SUSPENDED",
};
