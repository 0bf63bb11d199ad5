import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { First, Pager } from "#src/connector-kit/pagers.ts";
import { type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { byPageToken } from "../_google/paging.ts";

export const directory = "/admin/directory/v1";
export const customer = `${directory}/customer/my_customer`;

/** Of the Directory API: https://developers.google.com/workspace/admin/directory/reference/rest */
export const userPages = byPageToken("users", { kind: "admin#directory#users" });
export const groupPages = byPageToken("groups", { kind: "admin#directory#groups" });
export const memberPages = byPageToken("members", { kind: "admin#directory#members" });
export const rolePages = byPageToken("items", { kind: "admin#directory#roles" });
export const assignmentPages = byPageToken("items", { kind: "admin#directory#roleAssignments" });
export const tokenList = byPageToken("items", { kind: "admin#directory#tokenList" });

export function userPath(id: string): string {
  return `${directory}/users/${encodeURIComponent(id)}`;
}

export function groupListing(maxResults: number): First {
  return { url: `${directory}/groups`, query: { customer: "my_customer", maxResults } };
}

/** Everybody in a group, those of groups in it included. Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/members/list */
export function membersOf(groupId: string): { first: First; page: Pager } {
  const url = `${directory}/groups/${encodeURIComponent(groupId)}/members`;
  return { first: { url, query: { maxResults: 200, includeDerivedMembership: true } }, page: memberPages };
}

/** Everything of a short listing. */
export async function readAll(context: Context, name: string, first: First, page: Pager): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page }))
    all.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return all;
}

/**
 * Verified domains with their aliases, in small letters. Throws ProviderScopeError where they may not be read.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/domains/list
 */
export async function readDomains({ http }: Context): Promise<string[]> {
  const { body } = await http.get(`${customer}/domains`);
  const domains = listOf(objectOf(body).domains).map(objectOf);
  const aliases = domains.flatMap((domain) => listOf(domain.domainAliases).map(objectOf));
  return [...domains, ...aliases]
    .filter(({ verified }) => verified !== false)
    .flatMap(({ domainName, domainAliasName }) => textOf(domainName) ?? textOf(domainAliasName) ?? [])
    .map((domain) => domain.toLowerCase());
}
