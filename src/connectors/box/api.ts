import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byToken, type First, type Pager } from "#src/connector-kit/pagers.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";

/** Listings by marker: an empty or absent one ends them. https://developer.box.com/guides/api-calls/pagination/marker-based/ */
export const byMarker: Pager = byToken({ list: "entries", parameter: "marker", next: "next_marker" });

/** The call is made as this person: https://developer.box.com/guides/authentication/jwt/as-user/ */
export function asUser(userId: string): Record<string, string> {
  return { "as-user": userId };
}

/** A file or a folder. Box counts their ids apart. */
export interface ItemRef {
  type: "file" | "folder";
  id: string;
}

/** Our id of a file or folder: `file_986342059368`. */
export function externalIdOf({ type, id }: ItemRef): string {
  return `${type}_${id}`;
}

/** Throws InvalidInputError for an id that is not of a file or folder of Box. */
export function itemRefOf(externalId: string): ItemRef {
  const [, type, id] = /^(file|folder)_(\d+)$/.exec(externalId) ?? [];
  if (!type || !id) throw new InvalidInputError("This is no file or folder of Box.", ["input", "fileId"]);
  return { type: type as ItemRef["type"], id };
}

export function pathOf({ type, id }: ItemRef): string {
  return `/2.0/${type}s/${encodeURIComponent(id)}`;
}

/** Everything of a short listing. */
export async function readAll(context: Context, name: string, first: First): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { records } of walkPages(context, { name, first, page: byMarker })) all.push(...records);
  return all;
}

/** The enterprise of the account that Gatehouse signs in with. */
export async function enterpriseOf({ http }: Context): Promise<string> {
  const me = needObject((await http.get("/2.0/users/me?fields=enterprise")).body, "body");
  return needId(needObject(me.enterprise, "enterprise").id, "enterprise.id");
}
