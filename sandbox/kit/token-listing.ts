import type { Tenant } from "../provider.ts";
import { shape } from "../trouble.ts";
import { type Listing, pageAt, placeOf, type Sizes, sizeWithin, tokenAt } from "./paging.ts";

/** What a caller asked for, wherever the provider has it: in the query, or in the body. */
export interface Asked {
  /** The token of a page; null and undefined ask for the first one. */
  token: string | null | undefined;
  size?: unknown;
}

export interface ListingFormat<R, W extends object> {
  sizes: Sizes;
  write: (record: R) => W;
  /** For the fault `changedShape`: the stream that it names, and the fields without which a record cannot be read. */
  shaped: { stream: string; required: string[] };
}

/** One page of a listing that is paged by token, written and ready for the provider's own body. Undefined when the token is not ours. */
export function tokenListing<R, W extends object>(
  tenant: Tenant,
  listing: Listing<R>,
  { token, size }: Asked,
  { sizes, write, shaped }: ListingFormat<R, W>,
): { entries: W[]; nextToken: string | undefined } | undefined {
  const start = placeOf(token ?? null);
  if (start === undefined) return undefined;
  const page = pageAt(listing, start, sizeWithin(size, sizes, tenant));
  const entries = shape(tenant, shaped.stream, page.records.map(write), shaped.required);
  return { entries, nextToken: page.next === undefined ? undefined : tokenAt(page.next) };
}
