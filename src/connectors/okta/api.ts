import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, needList, needObject } from "#src/connector-kit/record.ts";

/** Everything of a short listing. */
export async function readAll(context: Context, url: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { body } of context.http.pages(url))
    all.push(...needList(body, "body").map((one, index) => needObject(one, `[${index}]`)));
  return all;
}
