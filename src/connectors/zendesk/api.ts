import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";

/** A hundred a page; a cursor comes with the last page as well, so the link shows where the end is. */
export function listing(list: string, path = `/api/v2/${list}`, query: Readonly<Record<string, string>> = {}): Listing {
  return {
    name: list,
    first: { url: path, query: { "page[size]": 100, ...query } },
    page: byLink({ list, next: "links.next" }),
  };
}

/** Source: https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users */
export const people = listing("users", "/api/v2/users?role[]=agent&role[]=admin");

/** Source: https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/ */
export const tokens = (query: Readonly<Record<string, string>>) => listing("tokens", "/api/v2/oauth/tokens", query);

export async function readAll(context: Context, from: Listing): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, from))
    all.push(...records.map((record, index) => needObject(record, `${path}[${index}]`)));
  return all;
}
