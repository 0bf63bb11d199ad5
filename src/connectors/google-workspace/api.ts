import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { First, Pager } from "#src/connector-kit/pagers.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";
import { byPageToken } from "../_google/paging.ts";

export const directory = "/admin/directory/v1";

/** Of the Directory API: https://developers.google.com/workspace/admin/directory/reference/rest */
export const userPages = byPageToken("users", { kind: "admin#directory#users" });

export function userPath(id: string): string {
  return `${directory}/users/${encodeURIComponent(id)}`;
}

/** Everything of a short listing. */
export async function readAll(context: Context, name: string, first: First, page: Pager): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page }))
    all.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return all;
}
