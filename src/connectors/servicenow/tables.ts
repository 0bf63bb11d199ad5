/** The Table API: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { First, Page, Pager } from "#src/connector-kit/pagers.ts";
import { isObject, type Json, needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { HttpRequest, HttpResponse } from "#src/platform/http/client.ts";
import { after, encodedQuery, is } from "./encoded-query.ts";

/** The limit is applied before access rules hide records: a short page is not the end, one without a next link is. */
const pageSize = 1000;

export interface Ask {
  fields: readonly string[];
  where?: readonly string[];
  /** Records a page. Default 1000. */
  limit?: number;
}

/** A query of a table. Values come as they are stored: times in UTC, references as ids. */
export function table(name: string, { fields, where = [], limit = pageSize }: Ask): HttpRequest {
  return {
    url: tableUrl(name),
    query: {
      sysparm_query: encodedQuery(where),
      sysparm_fields: fields.join(","),
      sysparm_limit: limit,
      sysparm_display_value: "false",
      sysparm_exclude_reference_link: "true",
    },
  };
}

export function tableUrl(name: string): string {
  return `/api/now/table/${name}`;
}

export function recordUrl(name: string, id: string): string {
  return `${tableUrl(name)}/${encodeURIComponent(id)}`;
}

/**
 * Pages by key: each begins behind the last id of the one before, so that records that come or go move nobody else. `skip` counts records that
 * access rules hide, and is used only where they fill a whole page.
 */
export const byId: Pager = async (context, first, at) => {
  const { id, skip } = placeOf(at);
  const where = id === null ? [] : [after("sys_id", id)];
  const answer = await ask(context, first, where, ["sys_id"], skip);
  if (answer.nextSkip === null) return { ...answer.page, next: null };
  const last = lastWith(answer.page.records, ["sys_id"]);
  return {
    ...answer.page,
    next: place(last ? { id: last.sys_id as string } : { id, skip: answer.nextSkip }),
  };
};

/**
 * Pages in the order of time and id, for tables that grow at their end. Behind a full page come the rest of its last second, by id, and then
 * what is later: `time` alone, then, is where the later ones begin.
 */
export function byTime(field: string): Pager {
  return async (context, first, at) => {
    const { time, id, skip } = placeOf(at);
    const isRest = time !== null && id !== null;
    const where = isRest ? [is(field, time), after("sys_id", id)] : time === null ? [] : [after(field, time)];
    const answer = await ask(context, first, where, [field, "sys_id"], skip);
    if (answer.nextSkip === null) return { ...answer.page, next: isRest ? place({ time }) : null };
    const last = lastWith(answer.page.records, [field, "sys_id"]);
    if (!last) return { ...answer.page, next: place({ time, id, skip: answer.nextSkip }) };
    return { ...answer.page, next: place({ time: last[field] as string, id: last.sys_id as string }) };
  };
}

/** All records of a query, each with its id. Fields must hold `sys_id`. */
export async function readAll(context: Context, name: string, first: HttpRequest): Promise<Json[]> {
  const found: Json[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page: byId }))
    found.push(...records.map((record, index) => needObject(record, `${path}[${index}]`)));
  return found;
}

/** The first record of a query, null without one. */
export async function readFirst(context: Context, first: HttpRequest): Promise<Json | null> {
  const request = { ...first, query: { ...first.query, sysparm_limit: 1 } };
  const { body } = await context.http.request(request);
  const [record] = needList(needObject(body, "body").result, "result");
  return record === undefined ? null : needObject(record, "result[0]");
}

export async function readRecord(
  { http }: Context,
  name: string,
  id: string,
  fields: readonly string[],
): Promise<Json> {
  const query = { sysparm_fields: fields.join(","), sysparm_exclude_reference_link: "true" };
  const { body } = await http.get(recordUrl(name, id), { query });
  return needObject(needObject(body, "body").result, "result");
}

export async function update({ http }: Context, name: string, id: string, json: Json): Promise<void> {
  await http.request({ method: "PATCH", url: recordUrl(name, id), json, query: { sysparm_fields: "sys_id" } });
}

/** Whether access rules hide every record of a query that finds some. */
export function hidesAll({ headers, body }: HttpResponse): boolean {
  const { result } = objectOf(body);
  return Array.isArray(result) && result.length === 0 && Number(headers.get("x-total-count") ?? 0) > 0;
}

async function ask(
  context: Context,
  first: First,
  where: readonly string[],
  orderBy: readonly string[],
  skip: number,
): Promise<{ page: Omit<Page, "next">; nextSkip: number | null }> {
  context.signal.throwIfAborted();
  const { query = {}, ...request } = first as HttpRequest;
  const given = String(query.sysparm_query ?? "");
  const response = await context.http.request({
    ...request,
    query: {
      ...query,
      sysparm_query: encodedQuery([...(given === "" ? [] : [given]), ...where], orderBy),
      ...(skip > 0 ? { sysparm_offset: skip } : {}),
    },
  });
  const { body } = response;
  const records = needList(needObject(body, "body").result, "result");
  // A total is that of one page's conditions: of all the records only on the first page.
  const total = where.length === 0 ? totalOf(response) : {};
  return { page: { records, path: "result", body, ...total }, nextSkip: offsetIn(response.next) };
}

function totalOf({ headers }: HttpResponse): { total?: number } {
  const total = Number(headers.get("x-total-count") ?? Number.NaN);
  return Number.isSafeInteger(total) ? { total } : {};
}

/** Null without a next page. */
function offsetIn(link: string | null): number | null {
  if (link === null) return null;
  const offset = Number(URL.parse(link)?.searchParams.get("sysparm_offset") ?? Number.NaN);
  if (Number.isSafeInteger(offset) && offset > 0) return offset;
  throw new ProviderResponseError("The link to the next page names no offset.", "Link");
}

/** The last record that names a position; null on an empty page. Throws ProviderResponseError where none of a page's records can. */
function lastWith(records: readonly unknown[], fields: readonly string[]): Json | null {
  if (records.length === 0) return null;
  const last = records.findLast((one) => isObject(one) && fields.every((field) => textOf(one[field]) !== null));
  if (last !== undefined) return last as Json;
  const index = records.length - 1;
  const record = needObject(records[index], `result[${index}]`);
  for (const field of fields) needText(record[field], `result[${index}].${field}`);
  throw new ProviderResponseError("No record of a page names a position to go on from.", "result");
}

interface Place {
  time: string | null;
  id: string | null;
  skip: number;
}

function place(at: Partial<Place>): string {
  return JSON.stringify({ time: null, id: null, skip: 0, ...at });
}

function placeOf(at: string | null): Place {
  if (at === null) return { time: null, id: null, skip: 0 };
  try {
    const { time, id, skip } = objectOf(JSON.parse(at));
    return { time: textOf(time), id: textOf(id), skip: Number(skip) || 0 };
  } catch {
    throw new StreamCursorError("The stored position cannot be read.");
  }
}
