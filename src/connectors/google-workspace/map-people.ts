import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";

/** Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users#User */
export function toUser(value: unknown, path: string): UserRecord {
  const user = needObject(value, path);
  const email = needText(user.primaryEmail, `${path}.primaryEmail`);
  const deletedAt = instantOf(user.deletionTime);
  return {
    externalId: needText(user.id, `${path}.id`),
    login: email,
    email,
    displayName: textOf(objectOf(user.name).fullName) ?? email,
    status: deletedAt === null ? statusOf(user) : "DELETED",
    isAdmin: user.isAdmin === true || user.isDelegatedAdmin === true,
    ...(user.isGuestUser === true ? { isExternal: true } : {}),
    type: "HUMAN",
    lastSignInAt: signInOf(user.lastLoginTime),
    ...(deletedAt === null ? {} : { deletedAt }),
    raw: user,
  };
}

/** An archived user keeps the data and cannot sign in. */
function statusOf({ suspended, archived }: Json): UserStatus {
  if (suspended === true) return "SUSPENDED";
  return archived === true ? "DISABLED" : "ACTIVE";
}

/** Who never signed in did so at the beginning of time. */
function signInOf(value: unknown): Date | null {
  const at = instantOf(value);
  return at === null || at.getTime() <= 0 ? null : at;
}

/**
 * A member of a group who is of another organisation; null for everybody else, and for one without a Google account, whom nothing else names.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/members#Member
 */
export function toOutsider(member: Json, domains: ReadonlySet<string>): UserRecord | null {
  const [id, email] = [textOf(member.id), textOf(member.email)];
  const domain = email?.replace(/^.*@/, "").toLowerCase();
  if (id === null || email === null || domain === undefined || domains.has(domain) || member.type !== "USER")
    return null;
  return {
    externalId: id,
    login: email,
    email,
    displayName: email,
    status: "ACTIVE",
    isExternal: true,
    type: "HUMAN",
    // Role and settings are of one group; the person may be in several.
    raw: { kind: member.kind, id, email, type: member.type },
  };
}
