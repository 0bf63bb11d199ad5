import type { SandboxRequest } from "../provider.ts";

/**
 * Something listed by place, 0 to `count` - 1; a place may be empty. Cursors name places,
 * so a deletion between two pages shifts nothing.
 */
export interface Listing<R> {
  count: number;
  at(place: number): R | undefined;
}

export interface Page<R> {
  records: R[];
  /** The place after the last record; undefined on the last page. */
  next: number | undefined;
}

export function listingOf<R>(records: readonly R[]): Listing<R> {
  return { count: records.length, at: (place) => records[place] };
}

/** Up to `size` records from a place on. */
export function pageAt<R>(listing: Listing<R>, start: number, size: number): Page<R> {
  const records: R[] = [];
  let end = start;
  for (let place = start; place < listing.count; place++) {
    const record = listing.at(place);
    if (record === undefined) continue;
    if (records.length === size) return { records, next: end };
    records.push(record);
    end = place + 1;
  }
  return { records, next: undefined };
}

export interface Sizes {
  usual: number;
  max: number;
}

/** The page size a query asks for, within the provider's limits; `unlimited` lifts the upper one. */
export function sizeOf(
  request: SandboxRequest,
  parameter: string,
  { usual, max }: Sizes,
  tenant: { options: { unlimited: boolean } },
): number {
  return sizeWithin(request.query.get(parameter), { usual, max }, tenant);
}

/** The same for a size that stands elsewhere, such as in a JSON body. */
export function sizeWithin(asked: unknown, { usual, max }: Sizes, tenant: { options: { unlimited: boolean } }): number {
  const wanted = Number(asked ?? usual);
  const size = Number.isInteger(wanted) ? wanted : usual;
  return Math.max(1, Math.min(size, tenant.options.unlimited ? Math.max(max, 10_000) : max));
}

/** The request's own URL with some parameters set. */
export function linkTo(request: SandboxRequest, parameters: Record<string, string>): string {
  const query = new URLSearchParams(request.query);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  const text = query.toString();
  return `https://${request.host}${request.path}${text ? `?${text}` : ""}`;
}

/** `Link` with the page itself and, when the parameters of the next one are given, `rel="next"`. */
export function linkHeader(request: SandboxRequest, next: Record<string, string> | undefined): { link: string[] } {
  const links = [`<${linkTo(request, {})}>; rel="self"`];
  if (next) links.push(`<${linkTo(request, next)}>; rel="next"`);
  return { link: links };
}

/** An opaque token for a place: `nextPageToken`, `next_cursor`, `next_marker`, `$skiptoken`. */
export function tokenAt(place: number): string {
  return Buffer.from(`p:${place}`).toString("base64url");
}

/** The place of a token: 0 without one, undefined for a token that is not ours. */
export function placeOf(token: string | null): number | undefined {
  if (token === null || token === "") return 0;
  const [, place] = /^p:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return place === undefined ? undefined : Number(place);
}

/** A page by token, to be put into the provider's own body; undefined when the token is not ours. */
export function tokenPage<R>(
  request: SandboxRequest,
  parameter: string,
  listing: Listing<R>,
  size: number,
): { records: R[]; nextToken: string | undefined } | undefined {
  const start = placeOf(request.query.get(parameter));
  if (start === undefined) return undefined;
  const { records, next } = pageAt(listing, start, size);
  return { records, nextToken: next === undefined ? undefined : tokenAt(next) };
}

/** A page by offset. The offset counts the records that are there now, so a deletion shifts it. */
export function offsetPage<R>(
  request: SandboxRequest,
  parameter: string,
  listing: Listing<R>,
  size: number,
): { records: R[]; offset: number; total: number } {
  const present = presentIn(listing);
  const offset = Math.max(0, Math.trunc(Number(request.query.get(parameter) ?? 0)) || 0);
  return { records: present.slice(offset, offset + size), offset, total: present.length };
}

/** A page by number, from 1. It counts the records that are there now. */
export function numberedPage<R>(
  request: SandboxRequest,
  parameter: string,
  listing: Listing<R>,
  size: number,
): { records: R[]; number: number; last: number; total: number } {
  const present = presentIn(listing);
  const number = Math.max(1, Math.trunc(Number(request.query.get(parameter) ?? 1)) || 1);
  const last = Math.max(1, Math.ceil(present.length / size));
  return { records: present.slice((number - 1) * size, number * size), number, last, total: present.length };
}

/** The SCIM list response: `startIndex` counts from 1 (RFC 7644, 3.4.2.4). */
export function scimPage<R>(request: SandboxRequest, listing: Listing<R>, size: number): Record<string, unknown> {
  const present = presentIn(listing);
  const startIndex = Math.max(1, Math.trunc(Number(request.query.get("startIndex") ?? 1)) || 1);
  const resources = present.slice(startIndex - 1, startIndex - 1 + size);
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: present.length,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** The OData list response: `@odata.nextLink` repeats the query with a `$skiptoken`. Undefined when the token is not ours. */
export function odataPage<R>(
  request: SandboxRequest,
  listing: Listing<R>,
  size: number,
): Record<string, unknown> | undefined {
  const page = tokenPage(request, "$skiptoken", listing, size);
  if (!page) return undefined;
  const { records, nextToken } = page;
  return {
    "@odata.context": `https://${request.host}/v1.0/$metadata#${request.path.split("/").at(-1)}`,
    ...(nextToken && { "@odata.nextLink": linkTo(request, { $skiptoken: nextToken }) }),
    value: records,
  };
}

function presentIn<R>(listing: Listing<R>): R[] {
  return pageAt(listing, 0, Number.POSITIVE_INFINITY).records;
}
