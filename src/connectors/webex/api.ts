import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink, type First, type Pager } from "#src/connector-kit/pagers.ts";
import { type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError } from "#src/errors.ts";

/** Listings: records under `items`, the next page in the `Link` header. https://developer.webex.com/docs/basics#pagination */
export const byItems: Pager = byLink({ list: "items" });

/** Everybody of the organization, with roles and licences. Pages of the size that is also allowed with calling data. */
export const people = { name: "people", first: "/people?max=100", page: byItems };

export const roles = { name: "roles", first: "/roles", page: byItems };
export const licences = { name: "licences", first: "/licenses", page: byItems };

/** All records of a short listing. */
export async function readAll(context: Context, name: string, first: First): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page: byItems }))
    all.push(...records.map((record, index) => needObject(record, `${path}[${index}]`)));
  return all;
}

/** The organization of the account that Gatehouse signs in with: kept since it signed in. */
export function orgOf({ credential }: Context): string {
  const { orgId } = credential?.extra ?? {};
  if (orgId) return orgId;
  throw new ProviderAuthError("Webex did not name the organization when Gatehouse signed in: sign in again.");
}

/** A Compliance Officer reads what everybody writes, so that role counts as an administrator's. */
export function toRole(record: unknown, path: string): { id: string; name: string; isAdmin: boolean } {
  const role = needObject(record, path);
  const id = needText(role.id, `${path}.id`);
  const name = textOf(role.name) ?? id;
  return { id, name, isAdmin: /admin|compliance officer/i.test(name) };
}

export async function readRoles(context: Context): Promise<Map<string, { name: string; isAdmin: boolean }>> {
  const found = await readAll(context, roles.name, roles.first);
  return new Map(found.map((role, index) => [String(role.id), toRole(role, `items[${index}]`)]));
}

/** Ids of a person's roles or licences. The documentation's examples hold several in one text. */
export function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one)?.split(",") ?? []) : [];
}

/** A yes or no of the people API, which its description writes as text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

const bareUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of an account as the people API writes it: base64 of `ciscospark://us/PEOPLE/<uuid>`. The audit log names accounts by their bare UUID,
 * in base64 as well. Any other text stays as it is.
 */
export function personIdOf(value: unknown): string | null {
  const text = textOf(value);
  if (text === null) return null;
  const inside = Buffer.from(text, "base64url").toString("utf8");
  const uuid = [text, inside].find((one) => bareUuid.test(one));
  return uuid ? Buffer.from(`ciscospark://us/PEOPLE/${uuid.toLowerCase()}`).toString("base64url") : text;
}

/** A body of an error answer: `{ message, errors: [{ description }], trackingId }`. */
export function statedIn(body: unknown): string {
  const { message, errors } = objectOf(body);
  const [first] = Array.isArray(errors) ? errors : [];
  return textOf(message) ?? textOf(objectOf(first).description) ?? "";
}
