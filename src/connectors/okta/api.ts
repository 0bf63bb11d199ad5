import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";

/** Everything of a short listing. */
export async function readAll(context: Context, url: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records } of walkPages(context, { name: url.replace(/\?.*/, ""), first: url, page: byLink() }))
    all.push(...records.map((one, index) => needObject(one, `[${index}]`)));
  return all;
}
