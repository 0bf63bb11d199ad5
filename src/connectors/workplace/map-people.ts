import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, listOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { secondsOf } from "./map.ts";

const extension = (name: string) => `urn:ietf:params:scim:schemas:extension:facebook:${name}:2.0:User`;

/** What posture asks of a person, read from the same record. */
export interface Person {
  id: string;
  name: string;
  active: boolean;
  sso: boolean | null;
  claimed: boolean;
  /** Epoch ms; null when never invited. */
  invitedAt: number | null;
  /** Epoch ms of the end of the contract; null when none is set. */
  endsAt: number | null;
}

export function toPerson(value: unknown, path: string): Person {
  const user = needObject(value, path);
  const details = objectOf(user[extension("accountstatusdetails")]);
  const method = textOf(objectOf(user[extension("authmethod")]).authMethod);
  const id = needId(user.id, `${path}.id`);
  if (typeof user.active !== "boolean")
    throw new ProviderResponseError(`Expected true or false at ${path}.active.`, `${path}.active`);
  const milliseconds = (time: unknown) => {
    const seconds = secondsOf(time);
    return seconds === null ? null : seconds * 1000;
  };
  return {
    id,
    name: textOf(user.userName) ?? textOf(objectOf(user.name).formatted) ?? id,
    active: user.active,
    sso: method === null ? null : method.toLowerCase() === "sso",
    claimed: details.claimed === true || details.claimed === "true",
    invitedAt: milliseconds(details.inviteDate),
    endsAt: milliseconds(objectOf(user[extension("starttermdates")]).termDate),
  };
}

export function toUser(value: unknown, path: string): UserRecord {
  const user = needObject(value, path);
  const person = toPerson(user, path);
  const emails = (isObject(user.emails) ? [user.emails] : listOf(user.emails)).map(objectOf);
  const userName = textOf(user.userName);
  const email =
    textOf((emails.find(({ primary }) => primary === true) ?? emails[0])?.value) ??
    (userName?.includes("@") ? userName : null);
  return {
    externalId: person.id,
    login: userName,
    email,
    displayName: textOf(objectOf(user.name).formatted) ?? userName,
    status: !person.active ? "SUSPENDED" : person.claimed ? "ACTIVE" : "INVITED",
    // Claiming an account takes the mail that was sent to its address.
    ...(person.claimed ? {} : { emailVerified: false }),
    type: "HUMAN",
    raw: user,
  };
}

export function toFormerMember(value: unknown, path: string): UserRecord {
  const member = needObject(value, path);
  const email = textOf(member.email);
  return {
    externalId: needId(member.id, `${path}.id`),
    login: email,
    email,
    displayName: textOf(member.name),
    status: "DELETED",
    type: "HUMAN",
    raw: member,
  };
}
