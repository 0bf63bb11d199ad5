import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import type { StreamContext, StreamPage } from "../contract/streams.ts";
import { readCursor, storedInstant, writeCursor } from "../cursor.ts";
import { type Json, listOf, objectOf } from "../record.ts";
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
  /** Read the recent past again, for rows that change or that land later still. A longer one meets what a shorter one does not reach. */
  sweeps?: readonly WindowSweep[];
}

export interface WindowSweep {
  /** From the end of one to the start of the next. */
  everyMs: number;
  /** How far before the time it is due it starts. Rows that land later than by `backMs` less `everyMs` are not met. */
  backMs: number;
  /** So that a long sweep never delays what is new. Default: to its end. */
  windowsPerRun?: number;
}

/** A window's items are stored in pieces: one transaction is one page. */
const pageSize = 1000;

interface Position {
  /** Everything before it was stored, and nothing may land there any more but what a sweep finds. */
  mark: Date | null;
  sweeps: SweepPosition[];
}

interface SweepPosition {
  doneAt: Date;
  /** How far it has come; null: none is under way. */
  at: Date | null;
}

/**
 * Reads a log that is asked for windows of time, returns how many rows they have, and may have no ids: each window is read whole, crowded ones
 * are split (`max`). Runs start at `context.from`, then at the mark, which never runs ahead of what is stored nor into the overlap.
 * A back-fill ends at `context.to`. Cursor: the mark and the places of the sweeps; every page of about 1000 activities can be resumed after.
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
    // The first run has just read everything.
    sweeps: (log.sweeps ?? []).map((_, index) => storedSweep(stored, index, now) ?? { doneAt: now, at: null }),
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
  if (context.to === null) {
    for (const [index, sweep] of (log.sweeps ?? []).entries())
      yield* sweepAgain(context, log, sweep, position.sweeps[index] as SweepPosition, write);
  }
  // Also when nothing happened: the mark has moved.
  yield { items: [], cursor: write() };
}

async function* sweepAgain(
  context: StreamContext,
  log: WindowLog,
  { everyMs, backMs, windowsPerRun }: WindowSweep,
  position: SweepPosition,
  write: () => string,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const now = context.now();
  if (position.at === null) {
    const dueAt = position.doneAt.getTime() + everyMs;
    if (now.getTime() < dueAt) return;
    // Counted from when it was due: after an outage it still meets what changed before.
    position.at = new Date(Math.max(context.from.getTime(), dueAt - backMs));
  }
  let windows = 0;
  for await (const window of readWindows(log, position.at, now)) {
    context.signal.throwIfAborted();
    for (const { items, at } of piecesOf(window, log)) {
      position.at = at;
      if (items.length > 0) yield { items, cursor: write() };
    }
    // The last one ends at or after now.
    if (++windows === windowsPerRun && window.to < now) return;
  }
  position.at = null;
  position.doneAt = now;
}

/** Null where there is none yet. Before there could be several, the one sweep stood in the position itself. */
function storedSweep(stored: Json, index: number, now: Date): SweepPosition | null {
  const { doneAt, at } =
    stored.sweeps === undefined && index === 0
      ? { doneAt: stored.sweptAt, at: stored.sweep }
      : objectOf(listOf(stored.sweeps)[index]);
  const done = storedInstant(doneAt, now);
  return done === null ? null : { doneAt: done, at: storedInstant(at, now) };
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
