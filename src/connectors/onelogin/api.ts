import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byToken, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { listOf, needList } from "#src/connector-kit/record.ts";

/**
 * /api/2: the answer is the list, and headers name the next page; an empty one is the end.
 * Source: https://developers.onelogin.com/api-docs/2/getting-started/using-query-parameters
 */
const byHeader: Pager = async (context, first, at) => {
  const request = toRequest(first);
  const query = { ...request.query, ...(at === null ? {} : { cursor: at }) };
  const { body, headers } = await context.http.request({ ...request, retry: true, query });
  return { records: needList(body, "$"), path: "", next: headers.get("after-cursor") || null, body };
};

/** /api/1: an envelope, whose cursor leads on. */
export const byEnvelope = byToken({ list: "data", parameter: "after_cursor", next: "pagination.after_cursor" });

/** 50 a page is what every part of the documentation allows. */
const pageSize = 50;

export function listing(url: string, query: Readonly<Record<string, string>> = {}): Listing {
  return { name: url.slice("/api/2/".length), first: { url, query: { limit: pageSize, ...query } }, page: byHeader };
}

/** Privileges come as a bare list, in one piece. */
export const privileges: Listing = {
  name: "privileges",
  first: "/api/1/privileges",
  page: async (context, first) => {
    const { body } = await context.http.request({ ...toRequest(first), retry: true });
    return { records: needList(body, "$"), path: "", next: null, body };
  },
};

/** Ids of who holds a privilege directly. Keys are documented in one spelling and answered in another by some versions. */
export function holdersOf(privilegeId: string): Listing {
  return {
    name: "holders of a privilege",
    first: `/api/1/privileges/${encodeURIComponent(privilegeId)}/users`,
    page: async (context, first, at) => {
      const query = at === null ? {} : { after_cursor: at };
      const { body } = await context.http.request({ ...toRequest(first), retry: true, query });
      const answer = body as Record<string, unknown> | null;
      const next = answer?.afterCursor ?? answer?.after_cursor;
      const records = needList(answer?.users, "users");
      return { records, path: "users", next: typeof next === "string" && next !== "" ? next : null, body };
    },
  };
}

/** Of the list of actions of a privilege's statements. */
export function isSuper(privilege: unknown): boolean {
  const statements = listOf((privilege as { Statement?: unknown } | null)?.Statement);
  return statements.some((one) => listOf((one as { Action?: unknown } | null)?.Action).includes("*"));
}
