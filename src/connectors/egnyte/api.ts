import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byOffset, type First, type Pager } from "#src/connector-kit/pagers.ts";

/** Users and groups are counted from 1, at most 100 a page. Source: https://developers.egnyte.com/docs/User_Management_API_Documentation */
export const byIndex: Pager = byOffset({
  ...{ list: "resources", total: "totalResults", parameter: "startIndex", start: 1, limit: ["count", 100] },
});

export const usersPath = "/pubapi/v2/users";
export const groupsPath = "/pubapi/v2/groups";
export const linksPath = "/pubapi/v2/links";
export const auditPath = "/pubapi/v2/audit/stream";

/** Links come by offset; the answer's `count` is that of the page. Source: https://developers.egnyte.com/docs/read/Egnyte_Link_API_Documentation */
export const byLinkOffset: Pager = byOffset({ list: "links", limit: ["count", 500] });

/** Each segment of a path is encoded by itself: `/Shared/R&D` as `Shared/R%26D`. */
export function folderPath(path: string): string {
  return path.split("/").filter(Boolean).map(encodeURIComponent).join("/");
}

/** Everything of a listing. */
export async function* each(context: Context, name: string, first: First, page: Pager): AsyncGenerator<unknown> {
  for await (const { records } of walkPages(context, { name, first, page })) yield* records;
}
