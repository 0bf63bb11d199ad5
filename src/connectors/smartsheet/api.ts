import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byOffset } from "#src/connector-kit/pagers.ts";

/** Pages by number, from 1, of the size that is asked for; -1 stands for a number of pages that Smartsheet does not know. */
const byPage = byOffset({
  ...{ list: "data", parameter: "page", start: 1, counts: "pages", pages: "totalPages", total: "totalCount" },
  limit: ["pageSize", 100],
});

export function listing(url: string, query: Readonly<Record<string, string>> = {}): Listing {
  return { name: url.slice(1), first: { url, query }, page: byPage };
}

/** `lastLogin` comes with pages of at most 100. Source: https://developers.smartsheet.com/api/smartsheet/openapi/users/list-users */
export const people: Listing = listing("/users", { include: "lastLogin" });
