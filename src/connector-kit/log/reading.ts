import { StreamCursorError } from "#src/errors.ts";
import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import type { StreamContext } from "../contract/streams.ts";
import { needStoredInstant, storedInstant } from "../cursor.ts";
import { isRefused, PageWalk, storedPlace, type WalkPlace } from "../page-walk.ts";
import type { First, Page, Pager } from "../pagers.ts";
import { isObject, readEachInTurn } from "../record.ts";

/** A log that is asked for spans of time. */
export interface SpanLog {
  name: string;
  /**
   * The first page of a span. Its ends are exact: where the provider knows seconds or days only, `from` is rounded down and `to` up.
   * What happened at `from` must be in it (ask for a moment earlier where the provider leaves it out); at `to` it does not matter.
   * `to` is null where the log is read to its end: oldest first, without `maxSpanMs`, not a back-fill.
   */
  first: (from: Date, to: Date | null) => First;
  page: Pager;
  items: (
    record: unknown,
    path: string,
  ) => ActivityRecord | readonly ActivityRecord[] | Promise<ActivityRecord | readonly ActivityRecord[]>;
  /** True when pages go from old to new. Default false: from new to old, or in no order. */
  oldestFirst?: boolean;
  /** The longest span that the provider takes, or that is wise to ask for: one page token lives as long as a span is read. At least a minute. */
  maxSpanMs?: number;
  /** Read again before the newest event: events of the same instant, and those that overtake each other. At least a second. */
  overlapMs: number;
}

/** A span while it is read. With `maxSpanMs` it is cut into windows, oldest first, and `from` is the start of the present one. */
export interface Reading {
  /** When it was begun. */
  at: Date;
  from: Date;
  /** Null: to the end of the log. */
  to: Date | null;
  /** The newest event so far, never after `at`. */
  newest: Date | null;
  /** The next page in the present window; null: its first one. */
  place: WalkPlace | null;
}

/** Some leave out the end of a span, and round it: windows share a second. */
const sharedMs = 1000;

/**
 * Reads a span to its end, page by page, each with the reading to go on from (`rest`; null after the last). A position that the provider no
 * longer accepts (page tokens live for minutes at some) is replaced by its window, once in a run: what comes twice is stored once.
 */
export async function* readSpan(
  context: StreamContext,
  log: SpanLog,
  reading: Reading,
): AsyncGenerator<
  { items: (ActivityRecord | UnreadableItem)[]; newest: Date | null; rest: Reading | null },
  void,
  void
> {
  let restarted = false;
  for (let present: Reading | null = reading; present !== null; ) {
    const end = windowEnd(log, present);
    const walk = new PageWalk(context, { ...log, first: log.first(present.from, end) }, present.place);
    let page: Page;
    let rest: Reading | null = present;
    while (!walk.done) {
      try {
        page = await walk.next();
      } catch (error) {
        if (restarted || !(error instanceof StreamCursorError) || !isRefused(error.cause)) throw error;
        restarted = true;
        rest = { ...(rest ?? present), from: again(log, rest ?? present), place: null };
        break;
      }
      const items = await readEachInTurn(page.records, page.path, log.items);
      const newest = latest(present.at, rest?.newest ?? null, items);
      rest = walk.done ? following({ ...present, newest }, end) : { ...present, newest, place: walk.place };
      yield { items, newest, rest };
    }
    present = rest;
  }
}

/** From a stored reading. Throws StreamCursorError. */
export function storedReading(value: unknown, now: Date): Reading | null {
  if (!isObject(value)) return null;
  return {
    at: needStoredInstant(value.at, now),
    from: needStoredInstant(value.from, now),
    to: storedInstant(value.to, now),
    newest: storedInstant(value.newest, now),
    place: value.place === null ? null : storedPlace(value.place),
  };
}

function windowEnd({ maxSpanMs }: SpanLog, { from, to }: Reading): Date | null {
  if (maxSpanMs === undefined || to === null) return to;
  return new Date(Math.min(to.getTime(), from.getTime() + maxSpanMs));
}

function following(reading: Reading, end: Date | null): Reading | null {
  if (end === null || reading.to === null || end >= reading.to) return null;
  return { ...reading, from: new Date(end.getTime() - sharedMs), place: null };
}

/** Where a window starts over. In order of time, what is well before the newest event has been stored. */
function again({ oldestFirst, overlapMs }: SpanLog, { from, newest }: Reading): Date {
  if (!oldestFirst || newest === null) return from;
  return new Date(Math.max(from.getTime(), newest.getTime() - overlapMs));
}

/** Never after the reading began: one event with a wrong clock must not make us skip what comes before it. */
function latest(at: Date, newest: Date | null, items: readonly (ActivityRecord | UnreadableItem)[]): Date | null {
  let time = newest?.getTime() ?? Number.NEGATIVE_INFINITY;
  for (const item of items)
    if ("occurredAt" in item) time = Math.max(time, Math.min(item.occurredAt.getTime(), at.getTime()));
  return time === Number.NEGATIVE_INFINITY ? null : new Date(time);
}
