import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byOData, type First, type Pager } from "#src/connector-kit/pagers.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";
import { cloudOf } from "./clouds.ts";

/** `https://graph.microsoft.com`: the audience of tokens, and where beta paths begin. */
export function graphOf(settings: Settings): string {
  return `https://${cloudOf(settings).graph}`;
}

/** Base URL of paths of v1.0. */
export function graphBaseUrl(settings: Settings): string {
  return `${graphOf(settings)}/v1.0`;
}

/** Pages of Graph: next links until there is none, a delta link at the end of a delta query. */
export const graphPages: Pager = byOData();

/** Everything of a short listing. */
export async function readAll(context: Context, first: First, name: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page: graphPages }))
    all.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return all;
}

/** One object. */
export async function readOne({ http }: Context, url: string): Promise<Json> {
  return needObject((await http.get(url)).body, "body");
}

/** `/users/…` of an id that may hold anything. */
export function pathOf(strings: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: strings }, ...ids.map((id) => encodeURIComponent(id)));
}
