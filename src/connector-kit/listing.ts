import { StreamCursorError } from "#src/errors.ts";
import type { UnreadableItem } from "./contract/records.ts";
import type { StreamContext, StreamPage } from "./contract/streams.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { PageWalk, storedPlace, type WalkPlace } from "./page-walk.ts";
import type { First, Page, Pager } from "./pagers.ts";
import { readEachInTurn } from "./record.ts";

/** One of the listings that make up a stream. */
export interface Stage<T extends object> {
  /** Stable: it stands in cursors. Errors name it. */
  name: string;
  first: First;
  page: Pager;
  /** Maps one record to an item, to several, or to none. What throws ProviderResponseError is set aside (see `readEach`). */
  items: (record: unknown, path: string) => T | readonly T[] | Promise<T | readonly T[]>;
  /** Items that come before those of the first page: the role whose holders are listed. */
  before?: readonly T[];
  /** False: this stage is left out, with these settings. Default true. */
  when?: boolean;
  /** Errors of the first page that mean that there is nothing to list here (a feature without a licence): the stage ends without items. */
  skipWhen?: (error: unknown) => boolean;
}

const kind = { form: "listing1" };

/**
 * Reads listings one after the other, page by page. Every page can be resumed after; a page's total, where the provider reports it, is added to
 * what the stages before had. Cursor: the stage, the place in it, and how many records came before it; null after the last page.
 * Throws ProviderResponseError when pages go round in a circle, StreamCursorError for a cursor of something else or a position that the
 * provider no longer accepts.
 */
export async function* stages<T extends object>(
  context: StreamContext,
  cursor: string | null,
  listed: readonly Stage<T>[],
): AsyncGenerator<StreamPage<T | UnreadableItem>, void, void> {
  const wanted = listed.filter(({ when }) => when !== false);
  const stored = cursor === null ? null : readStage(cursor, wanted);
  let count = stored?.count ?? 0;
  for (let index = stored?.index ?? 0; index < wanted.length; index++) {
    const stage = wanted[index] as Stage<T>;
    const following = wanted[index + 1];
    const resumed = stored?.index === index ? stored.place : null;
    const walk = new PageWalk(context, stage, resumed);
    let earlier = resumed?.at ? [] : (stage.before ?? []);
    const countBefore = stored?.index === index ? stored.countBefore : count;
    while (!walk.done) {
      const page = await firstOrNext(walk, stage);
      if (page === null) break;
      const items = await readEachInTurn(page.records, page.path, stage.items);
      count += page.records.length;
      yield {
        items: [...earlier, ...items],
        cursor: walk.done
          ? following
            ? writeCursor(kind, { stage: following.name, count, countBefore: count, place: null })
            : null
          : writeCursor(kind, { stage: stage.name, count, countBefore, place: walk.place }),
        ...(page.total === undefined ? {} : { total: countBefore + page.total }),
      };
      earlier = [];
    }
    // A stage that was skipped leaves the cursor where it is, unless nothing comes after it.
    if (!walk.done && !following) yield { items: [], cursor: null };
  }
}

async function firstOrNext<T extends object>(walk: PageWalk, { skipWhen }: Stage<T>): Promise<Page | null> {
  const isFirst = walk.place.at === null;
  try {
    return await walk.next();
  } catch (error) {
    if (isFirst && skipWhen?.(error)) return null;
    throw error;
  }
}

interface StoredStage {
  index: number;
  count: number;
  countBefore: number;
  place: WalkPlace | null;
}

function readStage(cursor: string, wanted: readonly Stage<object>[]): StoredStage {
  const stored = readCursor(kind, cursor);
  const index = wanted.findIndex(({ name }) => name === stored.stage);
  if (index < 0) throw new StreamCursorError("The stored position lies in a listing that is no longer read.");
  return {
    index,
    count: Number(stored.count) || 0,
    countBefore: Number(stored.countBefore) || 0,
    place: stored.place === null ? null : storedPlace(stored.place),
  };
}
