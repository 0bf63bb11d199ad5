import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink, type Pager } from "#src/connector-kit/pagers.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";

/** Pinned: a release of Salesforce brings another version, and this one goes on to answer as it does. */
export const version = "v67.0";

export const data = `/services/data/${version}`;

/** At most so many records come in one answer: they become one transaction of ours. */
const batchSize = 1000;

/** `deleted`: what is in the recycle bin is found as well. `batch`: 200 to 2,000. */
export function query(q: string, { deleted = false, batch = batchSize } = {}): HttpRequest {
  const url = `${data}/${deleted ? "queryAll" : "query"}`;
  return { url, query: { q }, headers: { "sforce-query-options": `batchSize=${batch}` } };
}

/** Objects about the set-up itself. https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/ */
export function toolingQuery(q: string): HttpRequest {
  return { url: `${data}/tooling/query`, query: { q } };
}

/** Each answer names the next one until all records came. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
export const byLocator: Pager = byLink({
  list: "records",
  total: "totalSize",
  next: "nextRecordsUrl",
  below: [`${data}/query`, `${data}/queryAll`, `${data}/tooling/query`],
});

/** Everything that a query finds, for what is short. `name` stands in errors. */
export async function readAll(context: Context, name: string, first: string | HttpRequest): Promise<Json[]> {
  const all: Json[] = [];
  const listing = { name, first: typeof first === "string" ? query(first) : first, page: byLocator };
  for await (const { records, path } of walkPages(context, listing))
    for (const [index, record] of records.entries()) all.push(needObject(record, `${path}[${index}]`));
  return all;
}

export function recordUrl(object: string, id: string): string {
  return `${data}/sobjects/${object}/${encodeURIComponent(id)}`;
}

/** Changes fields of one record. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm */
export function update({ http }: Context, object: string, id: string, json: Json): Promise<unknown> {
  return http.request({ method: "PATCH", url: recordUrl(object, id), json, retry: true });
}

export function create({ http }: Context, object: string, json: Json): Promise<unknown> {
  return http.post(`${data}/sobjects/${object}`, { json });
}

/** Lists for `IN`: a query stands in a URL, which may have 16,384 characters. */
export function* slices<T>(list: readonly T[], size = 200): Generator<T[], void, void> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
