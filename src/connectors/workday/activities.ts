import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import type { ActivityRecord, Settings, StreamContext, StreamPage } from "../connector.ts";
import { instantOf, isObject, objectOf, textOf } from "../record.ts";
import { activityLog, signOnLog } from "./logs.ts";
import { isInternalSignOn, mapActivities, mapSignOns } from "./map.ts";
import { isLogReading } from "./tasks.ts";
import { ceilSecond, floorSecond, readWindows, type Window, type WindowReader } from "./windows.ts";

const minuteMs = 60_000;
/** Rows may land this late. */
const overlapMs = 5 * minuteMs;
/** A sign-on row gets its sign-off hours later, in the window of the sign-on: the recent past is read again for it. */
const sweepEveryMs = 30 * minuteMs;
const sweepBackMs = 12 * 60 * minuteMs;
const clockToleranceMs = 10 * minuteMs;
const pageSize = 1000;

/**
 * How far each of the two logs was read and stored; null: not at all. `swept`: when sign-offs were last looked for.
 * Only whole windows move a mark, so a crash repeats one window at most and no mark runs ahead of what was stored.
 */
interface Position {
  activities: Date | null;
  signOns: Date | null;
  swept: Date | null;
}

/**
 * The user activity log and the sign-ons, each oldest first, the one further behind next.
 * A tenant that denies one of the two still gives the other; the mark of the denied one stays, and without the activity
 * log the stream ends with the ProviderScopeError.
 * Throws StreamCursorError for a cursor that is not ours or lies in the future.
 */
export async function* activities(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  const { settings, signal } = context;
  const now = context.now();
  const end = context.to !== null && context.to < now ? context.to : now;
  const position = parsePosition(cursor, now);
  const logs = [
    new Log(position, "activities", activityLog(context), context.from, end),
    new Log(position, "signOns", signOnLog(context), context.from, end),
  ];

  for (;;) {
    signal.throwIfAborted();
    const [log] = logs.filter((candidate) => !candidate.finished).sort((a, b) => a.reached - b.reached);
    if (!log) break;
    const window = await log.next();
    if (!window) continue;
    const before = JSON.stringify(position);
    log.markRead(window);
    yield* pagesOf(recordsOf(log.name, window.rows, settings), before, JSON.stringify(position));
  }
  const [activitiesLog, signOnsLog] = logs as [Log, Log];
  if (!signOnsLog.denied && context.to === null) yield* sweepForSignOffs(context, position, now);
  // Also when nothing happened: the marks have moved.
  yield { items: [], cursor: JSON.stringify(position) };
  if (activitiesLog.denied) throw activitiesLog.denied;
}

async function* sweepForSignOffs(
  context: StreamContext,
  position: Position,
  now: Date,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  if (position.swept !== null) {
    if (now.getTime() - position.swept.getTime() < sweepEveryMs) return;
    const cursor = JSON.stringify(position);
    const from = floorSecond(Math.max(context.from.getTime(), now.getTime() - sweepBackMs));
    for await (const window of readWindows(signOnLog(context), new Date(from), now)) {
      yield* pagesOf(recordsOf("signOns", window.rows, context.settings), cursor, cursor);
    }
  }
  position.swept = now;
}

/** Only the last page of a window carries the cursor behind it: an unfinished window is read again from its start. */
function* pagesOf(
  items: ActivityRecord[],
  before: string,
  after: string,
): Generator<StreamPage<ActivityRecord>, void, void> {
  for (let start = 0; start < items.length; start += pageSize) {
    const last = start + pageSize >= items.length;
    yield { items: items.slice(start, start + pageSize), cursor: last ? after : before };
  }
}

function recordsOf(log: Log["name"], rows: unknown[], settings: Settings): ActivityRecord[] {
  if (log === "activities") return mapActivities(rows).filter((record) => !isOwnReading(record, settings));
  const records = mapSignOns(rows);
  return settings.internalSignOns === "drop" ? records.filter((record) => !isInternalSignOn(record)) : records;
}

/** Each reading of the log adds a row to it. */
function isOwnReading({ eventType, raw }: ActivityRecord, { integrationUser }: Settings): boolean {
  if (!integrationUser || !isLogReading(eventType)) return false;
  return textOf(objectOf(raw).systemAccount)?.toLowerCase() === integrationUser.toLowerCase();
}

/** One of the two logs while it is read. */
class Log {
  readonly name: "activities" | "signOns";
  /** Epoch ms up to which it was read in this run. */
  reached: number;
  finished = false;
  denied: ProviderScopeError | null = null;
  readonly #position: Position;
  readonly #end: Date;
  readonly #windows: AsyncGenerator<Window, void, void>;

  constructor(position: Position, name: Log["name"], reader: WindowReader, from: Date, end: Date) {
    this.name = name;
    const mark = position[name];
    this.reached = floorSecond(mark === null ? from.getTime() : mark.getTime() - overlapMs);
    this.#position = position;
    this.#end = end;
    // The logs are asked without fractions: the last second has to be whole.
    this.#windows = readWindows(reader, new Date(this.reached), new Date(ceilSecond(end.getTime())));
  }

  /** Null when there is none left, or the tenant denies this log. */
  async next(): Promise<Window | null> {
    try {
      const { value } = await this.#windows.next();
      if (value) {
        this.reached = value.to.getTime();
        return value;
      }
    } catch (error) {
      if (!(error instanceof ProviderScopeError)) throw error;
      this.denied = error;
    }
    this.finished = true;
    return null;
  }

  /** A window that reaches to now is only read up to now. */
  markRead(window: Window): void {
    const mark = this.#position[this.name];
    const read = window.to < this.#end ? window.to : this.#end;
    if (mark === null || mark < read) this.#position[this.name] = read;
  }
}

function parsePosition(cursor: string | null, now: Date): Position {
  if (cursor === null) return { activities: null, signOns: null, swept: null };
  let stored: unknown;
  try {
    stored = JSON.parse(cursor);
  } catch {
    stored = null;
  }
  if (!isObject(stored)) throw new StreamCursorError("The stored position of the Workday logs cannot be read.");
  const position = {
    activities: instantOf(stored.activities),
    signOns: instantOf(stored.signOns),
    swept: instantOf(stored.swept),
  };
  const latest = now.getTime() + clockToleranceMs;
  if ([position.activities, position.signOns].some((mark) => mark !== null && mark.getTime() > latest))
    throw new StreamCursorError("The stored position of the Workday logs lies in the future: was the clock wrong?");
  return position;
}
