import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byScim, byToken } from "#src/connector-kit/pagers.ts";

/** An edge of the Graph API, 100 a page. Pages are asked for by cursor: the `next` links lack the proof of the app secret. */
export function edge(url: string, fields: string, limit = 100): Listing {
  const page = byToken({ list: "data", next: "paging.cursors.after", onlyWith: "paging.next", parameter: "after" });
  return { name: url, first: { url, query: { fields, limit } }, page };
}

export const scim = "https://scim.workplace.com/Users";

export const members: Listing = { name: "members", first: scim, page: byScim() };
