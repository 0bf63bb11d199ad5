import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { type Json, needId, needList, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";

export const orgPath = ({ settings }: Context, version = "v1"): string =>
  `/admin/${version}/orgs/${encodeURIComponent(settings.organizationId ?? "")}`;

const directoryPath = (context: Context, directoryId: string): string =>
  `${orgPath(context, "v2")}/directories/${encodeURIComponent(directoryId)}`;

export const searchPath = (context: Context, directoryId: string, what: "users" | "groups"): string =>
  `${directoryPath(context, directoryId)}/${what}/search`;

export const userPath = (context: Context, directoryId: string, userId: string): string =>
  `${directoryPath(context, directoryId)}/users/${encodeURIComponent(userId)}`;

/**
 * The next page is named in `links.next`, as an address with a cursor or as the cursor itself. The cursor goes where the other conditions are.
 * Source: https://developer.atlassian.com/cloud/admin/organization/rest/intro/#pagination
 */
const byCursor: Pager = async (context, first, at) => {
  const request = toRequest(first);
  const { body } = await context.http.request({
    ...request,
    retry: true,
    ...(at === null ? {} : withCursor(request, at)),
  });
  const answer = needObject(body, "$");
  return { records: needList(answer.data, "data"), path: "data", next: cursorIn(answer), body };
};

function withCursor({ query, json }: HttpRequest, cursor: string): Partial<HttpRequest> {
  return json === undefined ? { query: { ...query, cursor } } : { json: { ...objectOf(json), cursor } };
}

function cursorIn(answer: Json): string | null {
  const next = textOf(valueAt(answer, "links.next")) ?? textOf(valueAt(answer, "meta.next"));
  return next?.startsWith("http") ? (URL.parse(next)?.searchParams.get("cursor") ?? null) : next;
}

export function listing(name: string, url: string, query: Readonly<Record<string, string>> = {}): Listing {
  return { name, first: { url, query }, page: byCursor };
}

/** What a search finds in one directory. Source: https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/ */
export function search(
  context: Context,
  directoryId: string,
  what: "users" | "groups",
  conditions: Readonly<Record<string, unknown>> = {},
): Listing {
  const json = { limit: 100, ...conditions };
  return {
    name: `${what} of ${directoryId}`,
    first: { method: "POST", url: searchPath(context, directoryId, what), json },
    page: byCursor,
  };
}

/** Everybody, with roles; what is not asked for is left out. */
export const people = (context: Context, directoryId: string): Listing =>
  search(context, directoryId, "users", {
    expand: ["platformRoles", "productAccess"],
    status: ["active", "suspended", "not_invited", "deactivated"],
  });

/** Ids in a fixed order: a listing that is resumed goes through them in the same. */
export async function directoriesOf(context: Context): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records, path } of walkPages(
    context,
    listing("directories", `${orgPath(context, "v2")}/directories`),
  ))
    ids.push(
      ...records.map((one, index) => needId(needObject(one, path).directoryId, `${path}[${index}].directoryId`)),
    );
  return ids.sort();
}

export async function readAll(context: Context, from: Listing): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, from))
    all.push(...records.map((record, index) => needObject(record, `${path}[${index}]`)));
  return all;
}
