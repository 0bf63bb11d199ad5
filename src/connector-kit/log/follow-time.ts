import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import type { StreamContext, StreamPage } from "../contract/streams.ts";
import { needStoredInstant, readCursor, storedInstant, writeCursor } from "../cursor.ts";
import { listOf, objectOf } from "../record.ts";
import { type Reading, readSpan, type SpanLog, storedReading } from "./reading.ts";

const dayMs = 86_400_000;

/** Reads the recent past again, for what came later than the overlap reaches. */
export interface Sweep {
  /** From the end of one to the start of the next. */
  everyMs: number;
  /**
   * How far before the time it is due it starts, so that one after an outage still meets what came late before it. It ends where the run
   * began to read. Events that come later than by `backMs` less `everyMs` are not met.
   */
  backMs: number;
  /** So that a long sweep never delays what is new. Default: to its end. */
  pagesPerRun?: number;
}

export interface TimeLog extends SpanLog {
  /** What the position belongs to, where the connector can read one of several: a position of another is refused. */
  of?: string;
  sweeps?: readonly Sweep[];
  /**
   * How late the provider may be with a whole stretch of the log: what has been read and is older is not read again, however long nothing
   * happened since. Default one day.
   */
  settledMs?: number;
  /** A run that comes sooner after the last reading reads nothing: of a log that is looked at less often than its stream. Default: none rests. */
  everyMs?: number;
}

/** Everything up to `readTo` has been read once; `reading` is under way. */
interface Position {
  /** The newest event of the spans that were read to their end. */
  newest: Date | null;
  readTo: Date | null;
  reading: Reading | null;
  sweeps: SweepPosition[];
}

interface SweepPosition {
  doneAt: Date;
  reading: Reading | null;
}

/**
 * Polls a log by time. Each run reads from a little before the newest event to now, so that events of equal time, unordered ones and those
 * that come late by less than the overlap are met; sweeps meet those that are later still. Nothing newer than the newest event is taken for
 * read until it has settled: a provider that stands still for an hour loses nothing. Events met twice are the same events, by their id.
 * The first run starts at `context.from`; a back-fill reads from there to `context.to`, without overlap and sweeps.
 * Cursor: the span being read, the place in it, the newest event, and the sweeps. Every page can be resumed after.
 * Throws StreamCursorError for a cursor of another log or of the future, ProviderResponseError when pages go round in a circle.
 */
export async function* followTime(
  context: StreamContext,
  cursor: string | null,
  log: TimeLog,
): AsyncGenerator<StreamPage<ActivityRecord | UnreadableItem>, void, void> {
  const kind = { form: "time1", of: log.of };
  const now = context.now();
  const stored = cursor === null ? null : storedPosition(readCursor(kind, cursor), now);
  if (stored !== null && rests(context, log, stored, now)) return;
  let position: Position = stored ?? { newest: null, readTo: null, reading: null, sweeps: [] };
  const sweeps = (log.sweeps ?? []).map((_, index) => stored?.sweeps[index] ?? { doneAt: now, reading: null });
  const write = (place: Position) => writeCursor(kind, { ...place, sweeps });

  let readFrom: Date | null = null;
  for (let reading = position.reading ?? nextReading(context, log, position, now); reading !== null; ) {
    readFrom = reading.from;
    const { at, to }: Reading = reading;
    for await (const { items, newest, rest } of readSpan(context, log, reading)) {
      position = rest === null ? completed(position, newest, to ?? at) : { ...position, reading: rest };
      yield { items, cursor: write(position) };
    }
    // One that an earlier run began ended before now: what came since is read as well.
    const isStale: boolean = at < now && to !== null && context.to === null;
    reading = isStale ? nextReading(context, log, position, now) : null;
  }
  if (context.to !== null || readFrom === null) return;

  for (const [index, sweep] of (log.sweeps ?? []).entries()) {
    const state = sweeps[index] as SweepPosition;
    const begun: Reading | null = state.reading ?? nextSweep(context, sweep, state, readFrom, now);
    if (begun === null) continue;
    let pages = 0;
    for await (const { items, rest } of readSpan(context, log, begun)) {
      sweeps[index] = rest === null ? { doneAt: begun.at, reading: null } : { ...state, reading: rest };
      yield { items, cursor: write(position) };
      if (++pages === sweep.pagesPerRun) break;
    }
  }
}

function rests({ to }: StreamContext, { everyMs = 0 }: TimeLog, { reading, readTo }: Position, now: Date): boolean {
  return to === null && reading === null && readTo !== null && now.getTime() - readTo.getTime() < everyMs;
}

function completed(position: Position, newest: Date | null, readTo: Date): Position {
  return {
    ...position,
    newest: newest !== null && (position.newest === null || newest > position.newest) ? newest : position.newest,
    readTo: position.readTo !== null && position.readTo > readTo ? position.readTo : readTo,
    reading: null,
  };
}

function nextReading(context: StreamContext, log: TimeLog, { newest, readTo }: Position, now: Date): Reading | null {
  const { overlapMs, settledMs = dayMs, oldestFirst, maxSpanMs } = log;
  const end = context.to !== null && context.to < now ? context.to : now;
  if (context.to !== null && readTo !== null) return null;
  const from = Math.max(
    context.from.getTime(),
    (newest?.getTime() ?? Number.NEGATIVE_INFINITY) - overlapMs,
    (readTo?.getTime() ?? Number.NEGATIVE_INFINITY) - Math.max(settledMs, overlapMs),
  );
  const isOpen = oldestFirst === true && maxSpanMs === undefined && context.to === null;
  return { at: now, from: new Date(Math.min(from, end.getTime())), to: isOpen ? null : end, newest: null, place: null };
}

/** Null when it is not due, or when the run has read all of it. */
function nextSweep(
  context: StreamContext,
  { everyMs, backMs }: Sweep,
  { doneAt }: SweepPosition,
  readFrom: Date,
  now: Date,
): Reading | null {
  if (now.getTime() - doneAt.getTime() < everyMs) return null;
  const from = new Date(Math.max(context.from.getTime(), doneAt.getTime() + everyMs - backMs));
  return from < readFrom ? { at: now, from, to: readFrom, newest: null, place: null } : null;
}

function storedPosition(stored: Record<string, unknown>, now: Date): Position {
  return {
    newest: storedInstant(stored.newest, now),
    readTo: storedInstant(stored.readTo, now),
    reading: storedReading(stored.reading, now),
    sweeps: listOf(stored.sweeps).map((one) => {
      const { doneAt, reading } = objectOf(one);
      return { doneAt: needStoredInstant(doneAt, now), reading: storedReading(reading, now) };
    }),
  };
}
