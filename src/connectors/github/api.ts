import type { Context } from "#src/connector-kit/contract/context.ts";
import { isRefused, walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink, type Pager } from "#src/connector-kit/pagers.ts";
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
} from "#src/errors.ts";

export function orgPath({ settings }: Context): string {
  return `/orgs/${encodeURIComponent(settings.org ?? "")}`;
}

/** `/enterprises/acme-corp`; null when the instance has no enterprise, or a GitHub App, which cannot reach it. */
export function enterprisePath({ settings }: Context): string | null {
  const { enterprise, mode } = settings;
  return enterprise && mode !== "app" ? `/enterprises/${encodeURIComponent(enterprise)}` : null;
}

/** The audit log that is read: an enterprise's has the sign-ins of its managed users. */
export function auditLogPath(context: Context): string {
  const whole = context.settings.auditLog === "enterprise" ? enterprisePath(context) : null;
  return `${whole ?? orgPath(context)}/audit-log`;
}

/** Pages of REST. The list is the answer itself, or stands under a name. Next links write the organization's number for its login. */
export function byNext(list = ""): Pager {
  return byLink({ list, below: [/^\/organizations\/\d+\//] });
}

/** Everything of a short listing. */
export async function readAll(context: Context, url: string, list = ""): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, { name: url, first: url, page: byNext(list) }))
    all.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return all;
}

/**
 * Returns `data[root]`. GitHub reports errors with status 200; partial data (a field the token may not see) is used as it is.
 * Throws ProviderRateLimitError, ProviderScopeError, ProviderNotFoundError, ProviderRequestError when the root itself is missing.
 */
export async function graphql(context: Context, root: string, query: string, variables: Json): Promise<Json> {
  const { body } = await context.http.post("/graphql", { json: { query, variables }, retry: true });
  const answer = needObject(body, "graphql");
  const data = objectOf(answer.data)[root];
  if (isObject(data)) return data;
  const errors = listOf(answer.errors).map(objectOf);
  const types = errors.map(({ type }) => textOf(type) ?? "");
  if (types.includes("RATE_LIMITED"))
    throw new ProviderRateLimitError("GitHub's GraphQL limit is reached.", new Date(context.now().getTime() + 60_000));
  if (types.some((type) => type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES"))
    throw new ProviderScopeError("The credential may not read this.", [
      root === "enterprise" ? "read:enterprise" : "admin:org",
    ]);
  if (types.includes("NOT_FOUND")) throw new ProviderNotFoundError(`GitHub has no such ${root}.`, { status: 200 });
  if (errors.length > 0) throw new ProviderRequestError(`GitHub refused the query of the ${root}.`, { status: 200 });
  throw new ProviderResponseError(`The answer holds no ${root}.`, `data.${root}`);
}

/**
 * Pages of a connection of the organization in GraphQL, 100 edges each. `find` picks it from the organization; it throws
 * ProviderNotFoundError where there is none.
 */
export function byConnection(query: string, path: string, find: (organization: Json) => unknown): Pager {
  return async (context, _, at) => {
    const organization = await graphql(context, "organization", query, { org: context.settings.org, after: at });
    const connection = find(organization);
    if (connection === null || connection === undefined)
      throw new ProviderNotFoundError(`GitHub shows no ${path} of the organization.`, { status: 200 });
    const { edges, pageInfo } = needObject(connection, path);
    const { hasNextPage, endCursor } = objectOf(pageInfo);
    const next = hasNextPage === true ? textOf(endCursor) : null;
    return { records: needList(edges, `${path}.edges`), path: `${path}.edges`, next, body: organization };
  };
}

/** The credential may not read it, it is not there, or it cannot be asked like this: no outage, and no limit. */
export function isDenial(error: unknown): boolean {
  return error instanceof ProviderScopeError || isRefused(error);
}

/** Accounts in lists: the number is immutable, the login is not. */
export function accountOf(value: unknown, path: string): { id: string; login: string } {
  const account = needObject(value, path);
  const id = account.id ?? account.databaseId;
  if (typeof id !== "number") throw new ProviderResponseError(`Expected a number at ${path}.id.`, `${path}.id`);
  return { id: String(id), login: needText(account.login, `${path}.login`) };
}
