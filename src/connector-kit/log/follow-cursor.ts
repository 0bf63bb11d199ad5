import { ProviderResponseError } from "#src/errors.ts";
import type { UnreadableItem } from "../contract/records.ts";
import type { StreamContext, StreamPage } from "../contract/streams.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { type Listing, PageWalk, storedPlace } from "../page-walk.ts";
import { readEachInTurn } from "../record.ts";

export interface CursorLog<T extends object> extends Listing {
  /** What the position belongs to, where the connector can read one of several: a position of another is refused. */
  of?: string;
  items: (record: unknown, path: string) => T | readonly T[] | Promise<T | readonly T[]>;
}

/**
 * Follows a log or change feed that names where to go on: a next link that never ends, a stream position, a delta link. The provider orders
 * it as it stored it, so what is late comes late instead of never, and nothing has to be read twice.
 * `first` has the start in it (`context.from`) and, of a back-fill, its end (`context.to`). A pager with `later` or `untilEmpty` shows where
 * all there is now has been read. Cursor: the provider's position; while catching up with what finds circles.
 * Throws StreamCursorError when the provider no longer accepts the position, ProviderResponseError when pages go round in a circle, or when
 * the last page of what is no back-fill names no position: the same page would be read for ever.
 */
export async function* followCursor<T extends object>(
  context: StreamContext,
  cursor: string | null,
  log: CursorLog<T>,
): AsyncGenerator<StreamPage<T | UnreadableItem>, void, void> {
  const kind = { form: "position1", of: log.of };
  let stored = cursor;
  const walk = new PageWalk(context, log, cursor === null ? null : storedPlace(readCursor(kind, cursor)));
  while (!walk.done) {
    const page = await walk.next();
    const items = await readEachInTurn(page.records, page.path, log.items);
    if (walk.done && !page.later) {
      if (context.to === null)
        throw new ProviderResponseError(`The last page of ${log.name} names no position to go on from.`, "next page");
      yield { items, cursor: null };
      return;
    }
    // Once everything has been read, the next run starts a trail of its own: standing still is then no circle.
    const next = writeCursor(kind, walk.done ? { at: page.later } : walk.place);
    // A page without records may move the position too; only what is new is worth storing.
    if (items.length > 0 || next !== stored) yield { items, cursor: next };
    stored = next;
  }
}
