import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";

/** A listing that is not resumed, up to so many records. */
export async function readAll<T>(
  context: Context,
  listing: Listing,
  read: (record: unknown, path: string) => T,
  limit = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const all: T[] = [];
  for await (const { records, path } of walkPages(context, listing)) {
    all.push(...records.map((record, index) => read(record, `${path}[${index}]`)));
    if (all.length >= limit) break;
  }
  return all.slice(0, limit);
}
