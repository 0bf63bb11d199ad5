import type { Context } from "#src/connector-kit/contract/context.ts";
import {
  isObject,
  type Json,
  listOf,
  needList,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import {
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderResponseError,
  ProviderScopeError,
  StreamCursorError,
} from "#src/errors.ts";
import type { HttpResponse } from "#src/platform/http/client.ts";

export const scimType = "application/scim+json";

export function orgPath(context: Context): string {
  return `/orgs/${encodeURIComponent(context.settings.org ?? "")}`;
}

/** `/enterprises/acme-corp`; null when the instance has no enterprise, or a GitHub App, which cannot reach it. */
export function enterprisePath(context: Context): string | null {
  const { enterprise, mode } = context.settings;
  return enterprise && mode !== "app" ? `/enterprises/${encodeURIComponent(enterprise)}` : null;
}

/** Where a listing goes on: the query is kept, the host is not. */
export function nextOf(response: HttpResponse): string | null {
  if (!response.next) return null;
  const { pathname, search } = new URL(response.next);
  return pathname + search;
}

/** What a listing answers: an array, or an object that holds one under `name`. */
export function itemsOf(body: unknown, name?: string): Json[] {
  const list = name === undefined ? needList(body, "body") : needList(needObject(body, "body")[name], name);
  return list.map((one, index) => needObject(one, `${name ?? ""}[${index}]`));
}

/** Everything of a short listing. */
export async function readAll(context: Context, url: string, name?: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const page of context.http.pages(url)) all.push(...itemsOf(page.body, name));
  return all;
}

/** Null if GitHub answers 404: the feature is not licensed or not switched on. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return null;
    throw error;
  }
}

/**
 * Answers `data[root]`. GitHub reports errors with status 200; partial data (a field the token may not see) is used as it is.
 * Throws ProviderRateLimitError, ProviderScopeError, ProviderNotFoundError, ProviderRequestError when the root itself is missing.
 */
export async function graphql(context: Context, root: string, query: string, variables: Json): Promise<Json> {
  const { body } = await context.http.post("/graphql", { json: { query, variables }, retry: true });
  const answer = needObject(body, "graphql");
  const data = objectOf(answer.data)[root];
  if (isObject(data)) return data;
  const errors = listOf(answer.errors).map(objectOf);
  const types = errors.map(({ type }) => textOf(type) ?? "");
  if (types.includes("RATE_LIMITED")) {
    throw new ProviderRateLimitError("GitHub's GraphQL limit is reached.", new Date(context.now().getTime() + 60_000));
  }
  if (types.some((type) => type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES")) {
    throw new ProviderScopeError("The credential may not read this.", [
      root === "enterprise" ? "read:enterprise" : "admin:org",
    ]);
  }
  if (types.includes("NOT_FOUND")) throw new ProviderNotFoundError(`GitHub has no such ${root}.`, { status: 200 });
  if (errors.length > 0) throw new ProviderRequestError(`GitHub refused the query of the ${root}.`, { status: 200 });
  throw new ProviderResponseError(`The answer holds no ${root}.`, `data.${root}`);
}

/** Accounts in lists: the number is immutable, the login is not. */
export function accountOf(value: Json, path: string): { id: string; login: string } {
  const id = value.id ?? value.databaseId;
  if (typeof id !== "number") throw new ProviderResponseError(`Expected a number at ${path}.id.`, `${path}.id`);
  return { id: String(id), login: needText(value.login, `${path}.login`) };
}

/** Cursors of listings are JSON objects; anything else is not ours. */
export function readCursor(cursor: string): Json {
  try {
    const value: unknown = JSON.parse(cursor);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new StreamCursorError("The stored position cannot be read.", { cause });
  }
  throw new StreamCursorError("The stored position cannot be read.");
}

/** A path below one of these, taken from a stored cursor. */
export function storedPath(value: unknown, below: readonly string[]): string {
  const path = textOf(value);
  if (
    path &&
    below.some(
      (start) => path.toLowerCase().startsWith(start.toLowerCase()) && /^([/?]|$)/.test(path.slice(start.length)),
    )
  )
    return path;
  // Next links of some listings name the organization by its number.
  if (path && /^\/organizations\/\d+\//.test(path)) return path;
  throw new StreamCursorError("The stored position belongs to something else.");
}
