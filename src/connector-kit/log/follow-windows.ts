import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import type { StreamContext, StreamPage } from "../contract/streams.ts";
import { readCursor, storedInstant, writeCursor } from "../cursor.ts";
import { floorSecond, readWindows, type Window, type WindowReader } from "./windows.ts";

type Item = ActivityRecord | UnreadableItem;

export interface WindowLog extends WindowReader {
  /** What the position belongs to, where the connector can read one of several: a position of another is refused. */
  of?: string;
  /** Maps the rows of one whole window, oldest first. Equal rows get running numbers here: they are the same whenever the rows of one second come together, as they do. */
  items: (rows: readonly unknown[]) => readonly Item[];
  /** Where in the log an item stands; null: it does not say (a sign-off that is part of the row of its sign-on). Default: when it happened. */
  timeOf?: (item: ActivityRecord) => Date | null;
  /** Rows may land this late: what is younger is read again by the next run. */
  overlapMs: number;
  /** Reads the recent past again, for rows that change or that land later still. */
  sweep?: { everyMs: number; backMs: number };
}

/** A window's items are stored in pieces: one transaction is one page. */
const pageSize = 1000;

interface Position {
  /** Everything before it was stored, and nothing may land there any more but what a sweep finds. */
  mark: Date | null;
  sweptAt: Date | null;
  /** How far the sweep has come; null: none is under way. */
  sweep: Date | null;
}

/**
 * Reads a log that is asked for windows of time, returns how many rows they have, and may have no ids: each window is read whole, crowded ones
 * are split (`max`). Runs start at `context.from`, then at the mark, which never runs ahead of what is stored nor into the overlap.
 * A back-fill ends at `context.to`. Cursor: the mark and the place of the sweep; every page of about 1000 activities can be resumed after.
 * Throws StreamCursorError for a cursor of another log or of the future.
 */
export async function* followWindows(
  context: StreamContext,
  cursor: string | null,
  log: WindowLog,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const kind = { form: "windows1", of: log.of };
  const now = context.now();
  const stored = cursor === null ? {} : readCursor(kind, cursor);
  const position: Position = {
    mark: storedInstant(stored.mark, now),
    sweptAt: storedInstant(stored.sweptAt, now),
    sweep: storedInstant(stored.sweep, now),
  };
  const write = () => writeCursor(kind, position);
  const end = context.to !== null && context.to < now ? context.to : now;
  const settled = context.to === null ? Math.min(end.getTime(), now.getTime() - log.overlapMs) : end.getTime();

  for await (const window of readWindows(log, position.mark ?? context.from, end)) {
    context.signal.throwIfAborted();
    for (const { items, at } of piecesOf(window, log)) {
      const mark = Math.max(position.mark?.getTime() ?? 0, Math.min(at.getTime(), settled));
      position.mark = new Date(mark);
      if (items.length > 0) yield { items, cursor: write() };
    }
  }
  // The first run has just read everything.
  position.sweptAt ??= now;
  if (log.sweep && context.to === null) yield* sweepAgain(context, log, log.sweep, position, write);
  // Also when nothing happened: the mark has moved.
  yield { items: [], cursor: write() };
}

async function* sweepAgain(
  context: StreamContext,
  log: WindowLog,
  { everyMs, backMs }: { everyMs: number; backMs: number },
  position: Position,
  write: () => string,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const now = context.now();
  if (position.sweep === null) {
    const dueAt = (position.sweptAt?.getTime() ?? 0) + everyMs;
    if (now.getTime() < dueAt) return;
    // Counted from when it was due: after an outage it still meets what changed before.
    position.sweep = new Date(Math.max(context.from.getTime(), dueAt - backMs));
  }
  for await (const window of readWindows(log, position.sweep, now)) {
    context.signal.throwIfAborted();
    for (const { items, at } of piecesOf(window, log)) {
      position.sweep = at;
      if (items.length > 0) yield { items, cursor: write() };
    }
  }
  position.sweep = null;
  position.sweptAt = now;
}

/** The items of a window in pieces, each with the instant before which everything has been given out. */
function* piecesOf(window: Window, log: WindowLog): Generator<{ items: Item[]; at: Date }, void, void> {
  const items = log.items(window.rows);
  const timeOf = (item: Item) => ("occurredAt" in item ? (log.timeOf ? log.timeOf(item) : item.occurredAt) : null);
  let reached = window.from.getTime();
  let start = 0;
  for (; start + pageSize < items.length; start += pageSize) {
    const piece = items.slice(start, start + pageSize);
    // The rows of one second are numbered together: the second that is not over yet is read again.
    for (const item of piece) reached = Math.max(reached, floorSecond(timeOf(item)?.getTime() ?? 0));
    yield { items: piece, at: new Date(reached) };
  }
  yield { items: items.slice(start), at: window.to };
}
