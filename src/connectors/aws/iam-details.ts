/** What GetAccountAuthorizationDetails holds of users, groups, roles and policies. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { First, Pager } from "#src/connector-kit/pagers.ts";
import { isObject, type Json, listOf, needObject, needText, objectOf, readEach } from "#src/connector-kit/record.ts";
import { textIn, type Xml } from "#src/connector-kit/xml.ts";
import { readInstant } from "#src/platform/instant.ts";
import { type Account, iamListing, membersOf } from "./api.ts";
import { type CredentialRow, rootRow } from "./credential-report.ts";
import { roleLogin, rootLogin, userLogin } from "./identity.ts";

const lists = {
  User: "UserDetailList",
  Group: "GroupDetailList",
  Role: "RoleDetailList",
  LocalManagedPolicy: "Policies",
  AWSManagedPolicy: "Policies",
} as const;
export type Detail = keyof typeof lists;

/** Listing of one kind; with `also` of two that stand in one list. */
export function detailListing(
  context: Context,
  account: Account,
  of: Detail,
  also?: Detail,
): { name: string; first: First; page: Pager } {
  const parameters = {
    MaxItems: "100",
    "Filter.member.1": of,
    ...(also ? { "Filter.member.2": also } : {}),
  };
  const listing = { action: "GetAccountAuthorizationDetails", list: lists[of], parameters };
  return { name: `${of} ${account.id}`, ...iamListing(context, account, listing) };
}

/** All of one kind, those that cannot be read left out: their own listing sets them aside. */
export async function allDetails<T extends object>(
  context: Context,
  account: Account,
  of: Detail,
  map: (record: unknown, path: string) => T,
): Promise<T[]> {
  const found: T[] = [];
  for await (const { records, path } of walkPages(context, detailListing(context, account, of)))
    for (const one of readEach(records, path, map)) if (!("kind" in one)) found.push(one as T);
  return found;
}

export interface IamGroup {
  id: string;
  name: string;
  policies: AttachedPolicy[];
  raw: Xml;
}

export function toGroup(record: unknown, path: string): IamGroup {
  const group = needObject(record, path) as Xml;
  return {
    id: needText(group.GroupId, `${path}.GroupId`),
    name: needText(group.GroupName, `${path}.GroupName`),
    policies: attachedTo(group, path),
    raw: group,
  };
}

export interface AttachedPolicy {
  arn: string;
  name: string;
}

export function attachedTo(detail: Xml, path: string): AttachedPolicy[] {
  return membersOf(detail.AttachedManagedPolicies, `${path}.AttachedManagedPolicies`).map((policy) => ({
    arn: textIn(policy, "PolicyArn") ?? "",
    name: textIn(policy, "PolicyName") ?? "",
  }));
}

export function groupNamesOf(user: Xml): string[] {
  const list = isObject(user.GroupList) ? user.GroupList.member : undefined;
  return listOf(list).flatMap((one) => (typeof one === "string" ? [one] : []));
}

export const denyAll = (partition: string): string => `arn:${partition}:iam::aws:policy/AWSDenyAll`;

function tagOf(detail: Xml, wanted: string): string | null {
  const tags = membersOf(detail.Tags, "Tags");
  const tag = tags.find((one) => textIn(one, "Key")?.toLowerCase() === wanted);
  return tag ? textIn(tag, "Value") : null;
}

const emailForm = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** Who has neither a password nor an active key, or is denied everything, cannot do anything. */
export function toUser(
  record: unknown,
  path: string,
  account: string,
  rows: ReadonlyMap<string, CredentialRow>,
): UserRecord {
  const user = needObject(record, path) as Xml;
  const name = needText(user.UserName, `${path}.UserName`);
  const row = rows.get(name);
  const isDenied = attachedTo(user, path).some(({ arn }) => arn.endsWith(":policy/AWSDenyAll"));
  const tagged = tagOf(user, "email");
  const email = [tagged, name].find((text) => text !== null && emailForm.test(text)) ?? null;
  return {
    externalId: needText(user.UserId, `${path}.UserId`),
    login: userLogin(account, name),
    email: email?.toLowerCase() ?? null,
    displayName: name,
    status: isDenied || (row && !hasCredentials(row)) ? "SUSPENDED" : "ACTIVE",
    // Nobody signs in to the console without a password.
    type: row === undefined ? "UNKNOWN" : row.password_enabled === "true" ? "HUMAN" : "SERVICE",
    lastSignInAt: row ? lastUse(row) : null,
    isExternal: false,
    raw: { account, ...user },
  };
}

export function toRoot(account: string, row: CredentialRow | undefined): UserRecord {
  return {
    externalId: account,
    login: rootLogin(account),
    displayName: `Root user of ${account}`,
    status: "ACTIVE",
    type: "HUMAN",
    isAdmin: true,
    isExternal: false,
    lastSignInAt: row ? lastUse(row) : null,
    raw: { account, user: rootRow, mfa_active: row?.mfa_active ?? null },
  };
}

export function toRole(record: unknown, path: string, account: string): UserRecord {
  const role = needObject(record, path) as Xml;
  const name = needText(role.RoleName, `${path}.RoleName`);
  const used = isObject(role.RoleLastUsed) ? textIn(role.RoleLastUsed as Xml, "LastUsedDate") : null;
  return {
    externalId: needText(role.RoleId, `${path}.RoleId`),
    login: roleLogin(account, name),
    displayName: `Role ${name}`,
    status: "ACTIVE",
    type: "SERVICE",
    isExternal: false,
    lastSignInAt: used ? readInstant(used) : null,
    raw: { account, ...role },
  };
}

const keyColumns = ["1", "2"] as const;

export function hasCredentials(row: CredentialRow): boolean {
  return row.password_enabled === "true" || keyColumns.some((key) => row[`access_key_${key}_active`] === "true");
}

/** Of password and keys. Columns hold `N/A` or `no_information` where there was none. */
export function lastUse(row: CredentialRow): Date | null {
  const columns = ["password_last_used", ...keyColumns.map((key) => `access_key_${key}_last_used_date`)];
  const times = columns.flatMap((column) => readInstant(row[column] ?? "") ?? []);
  return times.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

/** A policy document as its statements; IAM writes it URL-encoded. Empty for what is none. */
export function statementsOf(document: string | null): Json[] {
  try {
    const { Statement } = objectOf(JSON.parse(decodeURIComponent(document ?? "{}")));
    return (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject);
  } catch {
    return [];
  }
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** Allows everything on everything. */
export function allowsAll(document: string | null): boolean {
  return statementsOf(document).some(
    ({ Effect, Action, Resource }) =>
      Effect === "Allow" &&
      textsOf(Action).some((one) => one === "*" || one === "*:*") &&
      textsOf(Resource).includes("*"),
  );
}
