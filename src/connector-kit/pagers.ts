/** How providers cut what they list into pages: one page is asked for, read, and names the next one. */
import { ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { HttpRequest, HttpResponse } from "#src/platform/http/client.ts";
import type { Context } from "./contract/context.ts";
import { type Base, isBelow } from "./cursor.ts";
import { idOf, isObject, type Json, listOf, needList, needObject, objectOf, valueAt } from "./record.ts";

/** The first page: a URL, or a request with what all pages need (headers, method, body). Its query is sent with the first page only by `byLink`. */
export type First = string | HttpRequest;

export interface Page {
  records: readonly unknown[];
  /** Where the records stand in the answer: `data.users`; empty for a bare list. */
  path: string;
  /** The position of the next page; null when all there is now has been read. */
  next: string | null;
  /** Where to go on another day, once everything has been read: a delta link, a stream position. */
  later?: string | null;
  /** How many records there are in all, where the provider reports it. */
  total?: number;
  body: unknown;
  /** All its records were on the page before, and were read again on purpose: that is the end of a listing by offset, and no circle. */
  readTwice?: boolean;
}

/** Reads the page at a position; null is the first. Throws StreamCursorError for a position it did not write itself. */
export type Pager = (context: Context, first: First, at: string | null) => Promise<Page>;

interface Shape {
  /** Path of the list: `data.users`. Default: the answer is the list. */
  list?: string;
  /** Path of the number of all records. */
  total?: string;
  /** True where an empty list is left out of the answer. A shape that has changed then looks like an empty list: only where the provider does so. */
  listMayBeMissing?: boolean;
}

interface Parameter {
  /** The parameter that carries the position. */
  parameter: string;
  /** Where it goes. Default `query`. */
  in?: "query" | "json" | "form";
}

/**
 * Next links: the `Link` header, or with `next` a path in the answer (`_links.next.href`), or with `header` another header. A link must lie
 * below the first page's path, or below one of `below`. Of a relative first page the host of a link is dropped.
 */
export function byLink(options: Shape & { next?: string; header?: string; below?: readonly Base[] } = {}): Pager {
  return async (context, first, at) => {
    const response = await ask(context, first, at === null ? null : linked(first, at, options.below));
    const { next, header } = options;
    const link =
      next !== undefined ? valueAt(response.body, next) : header ? response.headers.get(header) : response.next;
    return {
      ...read(response.body, options),
      next: linkOf(link, next ?? header ?? "Link", first, at, response, options.below),
    };
  };
}

/** OData: the list under `value`, the next link under `@odata.nextLink`; a delta link is where to go on another day. */
export function byOData(options: { below?: readonly Base[] } = {}): Pager {
  return async (context, first, at) => {
    const response = await ask(context, first, at === null ? null : linked(first, at, options.below));
    const body = needObject(response.body, "body");
    const follow = (name: string) => linkOf(body[name], name, first, at, response, options.below);
    return {
      ...read(body, { list: "value" }),
      ...totalOf(body["@odata.count"]),
      next: follow("@odata.nextLink"),
      later: follow("@odata.deltaLink"),
    };
  };
}

/**
 * Page tokens: each answer names the next one under `next`; none, or an empty one, ends the listing. `onlyWith`: what stands in answers that are
 * not the last, of providers whose last answer names a token as well.
 */
export function byToken(options: Shape & Parameter & { next: string; onlyWith?: string }): Pager {
  return async (context, first, at) => {
    const { body } = await ask(context, first, at === null ? null : withParameter(first, options, at));
    const goesOn = options.onlyWith === undefined || idOf(valueAt(body, options.onlyWith)) !== null;
    return { ...read(body, options), next: goesOn ? idOf(valueAt(body, options.next)) : null };
  };
}

/**
 * Stream positions: every answer names one, the last as well, from which what is new can be read later. The end is where `more` is not true,
 * where `ended` is true, or without either an answer without records.
 */
export function byStream(options: Shape & Parameter & { next: string; more?: string; ended?: string }): Pager {
  return async (context, first, at) => {
    const { body } = await ask(context, first, at === null ? null : withParameter(first, options, at));
    const page = read(body, options);
    const position = idOf(valueAt(body, options.next));
    const goesOn =
      options.more !== undefined
        ? valueAt(body, options.more) === true
        : options.ended !== undefined
          ? valueAt(body, options.ended) !== true
          : page.records.length > 0;
    if (goesOn && position === null)
      throw new ProviderResponseError("A page names no position of the next one.", options.next);
    return goesOn ? { ...page, next: position } : { ...page, next: null, later: position };
  };
}

interface Counted extends Shape {
  /** Parameter of the offset or page number. Default `offset`. */
  parameter?: string;
  /** Parameter and number of the records of a page. */
  limit: readonly [parameter: string, count: number];
  /** What `parameter` counts. Default `records`. */
  counts?: "records" | "pages";
  /** Path of the number of all pages, where pages are counted and the provider reports it. */
  pages?: string;
  /** Number of the first record or page. Default 0. */
  start?: number;
  /**
   * Records read again with each page: when one is deleted meanwhile, those behind it move up and would be missed. Default 5; none when
   * `counts` is `pages`.
   */
  overlap?: number;
}

/**
 * Offsets or page numbers. Ends at the total where the provider reports one, else with the first page that brings nothing new: a short page may
 * just be a capped one. A page that brings nothing while a whole page or more is missing from the total is no end: throws ProviderResponseError,
 * so that nobody concludes that those who were not named were deleted. Less than that may be records that the account may not see.
 */
export function byOffset(options: Counted): Pager {
  const { parameter = "offset", limit, counts = "records", start = 0 } = options;
  const overlap = counts === "pages" ? 0 : (options.overlap ?? 5);
  return async (context, first, at) => {
    const position = at === null ? start : positionOf(at, start);
    const from = Math.max(start, position - overlap);
    const request = toRequest(first);
    const query = { ...request.query, [limit[0]]: limit[1], [parameter]: from };
    const { body } = await ask(context, first, { ...request, query });
    const page = read(body, options);
    // A provider may cap pages below what was asked for: how many records there were is counted, not computed from pages.
    const next = counts === "pages" ? from + Math.min(1, page.records.length) : from + page.records.length;
    const all = counts === "pages" ? valueAt(body, options.pages ?? "-") : page.total;
    const bringsNothing = next <= position;
    if (bringsNothing && page.total !== undefined && page.total - (next - start) >= limit[1])
      throw new ProviderResponseError(
        `A page is empty although ${page.total} records are reported and ${next - start} were read.`,
        options.list || "body",
      );
    // A negative number stands for one that the provider does not know.
    const ends = bringsNothing || (typeof all === "number" && all >= 0 && next - start >= all);
    return { ...page, next: ends ? null : String(next), ...(bringsNothing ? { readTwice: true } : {}) };
  };
}

/** SCIM 2.0: counted from 1, the list under `Resources`. `count` records a page, default 100. Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4 */
export function byScim({ count = 100 }: { count?: number } = {}): Pager {
  const page = byOffset({
    ...{ list: "Resources", total: "totalResults", listMayBeMissing: true, overlap: 0 },
    ...{ parameter: "startIndex", start: 1, limit: ["count", count] as const },
  });
  return (context, first, at) => {
    const request = toRequest(first);
    return page(context, { ...request, headers: { accept: "application/scim+json", ...request.headers } }, at);
  };
}

/** For providers that name a next page for ever: one without records is the end, and what it names is where to go on another day. */
export function untilEmpty(page: Pager): Pager {
  return async (context, first, at) => {
    const found = await page(context, first, at);
    return found.records.length > 0 ? found : { ...found, next: null, later: found.next ?? found.later ?? null };
  };
}

export function toRequest(first: First): HttpRequest {
  return typeof first === "string" ? { url: first } : first;
}

/** Reading repeats safely, whatever the method. */
function ask(context: Context, first: First, request: HttpRequest | null): Promise<HttpResponse> {
  context.signal.throwIfAborted();
  return context.http.request({ retry: true, ...(request ?? toRequest(first)) });
}

function read(body: unknown, { list = "", total, listMayBeMissing }: Shape): Omit<Page, "next" | "later"> {
  const found = valueAt(body, list);
  const absent = listMayBeMissing && isObject(body) && (found === undefined || found === null);
  return {
    records: absent ? listOf(found) : needList(found, list || "body"),
    path: list,
    ...totalOf(total === undefined ? undefined : valueAt(body, total)),
    body,
  };
}

function totalOf(value: unknown): { total?: number } {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? { total: value } : {};
}

function withParameter(first: First, { parameter, in: place = "query" }: Parameter, value: string): HttpRequest {
  const request = toRequest(first);
  const given = place === "json" ? objectOf(request.json) : (request[place] as Json | undefined);
  return { ...request, [place]: { ...given, [parameter]: value } };
}

function positionOf(at: string, start: number): number {
  const position = Number(at);
  if (/^\d+$/.test(at) && Number.isSafeInteger(position) && position >= start) return position;
  throw new StreamCursorError("The stored position cannot be read.");
}

function basesOf(first: First, below: readonly Base[] = []): Base[] {
  return [toRequest(first).url.replace(/[?#].*$/s, ""), ...below];
}

/** The request of a page that a link leads to: the link has the query. */
function linked(first: First, at: string, below: readonly Base[] | undefined): HttpRequest {
  if (!isBelow(at, basesOf(first, below)))
    throw new StreamCursorError("The stored position belongs to something else.");
  const { query: _, ...request } = toRequest(first);
  return { ...request, url: at };
}

function linkOf(
  link: unknown,
  place: string,
  first: First,
  at: string | null,
  response: HttpResponse,
  below: readonly Base[] | undefined,
): string | null {
  if (link === undefined || link === null || link === "") return null;
  const target = typeof link === "string" ? URL.parse(link, response.url) : null;
  if (target === null) throw new ProviderResponseError("The next page is named by something that is no link.", place);
  const asked = at ?? toRequest(first).url;
  const position = /^https?:/i.test(asked) ? target.href : pathBehindBase(target, asked, response.url);
  if (!isBelow(position, basesOf(first, below)))
    throw new ProviderResponseError("The next page lies outside of what is being listed.", place);
  return position;
}

/** The path of a link as the client takes it: without the path that the connector's base URL has itself. */
function pathBehindBase({ pathname, search }: URL, asked: string, answered: string): string {
  const whole = new URL(answered).pathname;
  const path = asked.replace(/[?#].*$/s, "");
  const base = whole.endsWith(path) ? whole.slice(0, whole.length - path.length) : "";
  return (base !== "" && pathname.startsWith(base) ? pathname.slice(base.length) : pathname) + search;
}
