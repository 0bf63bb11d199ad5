import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";

/** The eSignature API writes "True" and "true"; settings may be booleans. */
export const isTrue = (value: unknown): boolean => /^true$/i.test(String(value));

const statuses: Readonly<Record<string, UserStatus>> = {
  active: "ACTIVE",
  activationrequired: "INVITED",
  activationsent: "INVITED",
  disabled: "DISABLED",
  closed: "SUSPENDED",
};

/** A member as an account lists it. */
export function toUser(value: unknown, path: string): UserRecord {
  const user = needObject(value, path);
  const status = statuses[needText(user.userStatus, `${path}.userStatus`).toLowerCase()] ?? "UNKNOWN";
  const email = textOf(user.email);
  return {
    externalId: needId(user.userId, `${path}.userId`),
    email,
    displayName: textOf(user.userName) ?? email,
    status,
    ...(status === "INVITED" ? { emailVerified: false } : {}),
    type: "HUMAN",
    lastSignInAt: instantOf(user.lastLogin),
    raw: user,
  };
}

/** A closed membership as the organization lists it: nothing where the person is still open elsewhere. A closed one can be opened again. */
export function toClosedUser(value: unknown, path: string): UserRecord[] {
  const user = needObject(value, path);
  const externalId = needId(user.id, `${path}.id`);
  if (needText(user.user_status, `${path}.user_status`).toLowerCase() !== "closed") return [];
  const email = textOf(user.email);
  const displayName = textOf(user.user_name) ?? email;
  return [{ externalId, email, displayName, status: "SUSPENDED", type: "HUMAN", raw: user }];
}
