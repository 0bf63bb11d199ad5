import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byStream, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { isObject, type Json, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";

type Headers = Readonly<Record<string, string>>;

/**
 * A call of a route, `team/get_info`. Every call is a POST with JSON, or without a body where a route takes no arguments. `headers`: in whose
 * name, see `asMember`.
 * Source: https://www.dropbox.com/developers/documentation/http/teams
 */
export function call(route: string, json?: object, headers: Headers = {}): HttpRequest & { url: string } {
  return { method: "POST", url: `/2/${route}`, ...(json && { json }), headers: { ...headers } };
}

/** Asks a route that changes nothing, so that asking may be repeated. */
export async function read(context: Context, ...asked: Parameters<typeof call>): Promise<Json> {
  const { body } = await context.http.request({ ...call(...asked), retry: true });
  return needObject(body, asked[0]);
}

/** Asks a route that changes something. Many answer null, which is an empty object here. */
export async function write(context: Context, ...asked: Parameters<typeof call>): Promise<Json> {
  return objectOf((await context.http.request(call(...asked))).body);
}

/**
 * Listings by cursor: further pages are asked for by cursor alone, at a route of their own (default: `continue` below the first one). What was
 * listed last has a cursor as well, from which changes can be read later.
 */
export function byCursor(list: string, { continueAt }: { continueAt?: string } = {}): Pager {
  const page = byStream({ list, next: "cursor", more: "has_more", parameter: "cursor", in: "json" });
  return (context, first, at) => {
    const request = toRequest(first);
    if (at === null) return page(context, request, null);
    const url = continueAt === undefined ? `${request.url}/continue` : `/2/${continueAt}`;
    return page(context, { ...request, url, json: { cursor: at } }, null);
  };
}

/** Where listings of members go on. */
export const membersRoute = { continueAt: "team/members/list/continue_v2" };

/** Everything of a short listing. */
export async function readAll(context: Context, list: string, first: HttpRequest, page: Pager): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { records } of walkPages(context, { name: list, first, page })) all.push(...records);
  return all;
}

/** Acts as this member of the team. */
export function asMember(teamMemberId: string): Headers {
  return { "dropbox-api-select-user": teamMemberId };
}

/** Acts as an administrator on the content of the whole team; where something is changed, on what the team itself owns. */
export function asAdmin(teamMemberId: string): Headers {
  return { "dropbox-api-select-admin": teamMemberId };
}

/** Paths count from the root of this namespace: https://www.dropbox.com/developers/reference/path-root-header-modes */
export function inNamespace(namespaceId: string): Headers {
  return { "dropbox-api-path-root": JSON.stringify({ ".tag": "namespace_id", namespace_id: namespaceId }) };
}

/** Paths count from the team space, which holds team folders beside the member's own. */
export function inTeamSpace(rootId: string): Headers {
  return { "dropbox-api-path-root": JSON.stringify({ ".tag": "root", root: rootId }) };
}

/** The member of a union: `{ ".tag": "active" }`, or the bare `"active"` that older records hold. */
export function tagOf(union: unknown): string | null {
  return isObject(union) ? textOf(union[".tag"]) : textOf(union);
}

/** The tag at a path of names. */
export function tagAt(value: unknown, path: string): string | null {
  return tagOf(valueAt(value, path));
}

/** `{".tag":"team_member_id","team_member_id":"dbmid:…"}` */
export function memberSelector(teamMemberId: string): Json {
  return { ".tag": "team_member_id", team_member_id: teamMemberId };
}
