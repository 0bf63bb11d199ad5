import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { instantOf, isObject, objectOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { isLogReading } from "./events.ts";
import { activityLog, signOnLog } from "./logs.ts";
import { mapActivities } from "./map.ts";
import { isInternalSignOn, mapSignOns } from "./map-signon.ts";
import { namedIn, scalarOf } from "./rows.ts";
import { ceilSecond, floorSecond, readWindows, type Window, type WindowReader } from "./windows.ts";

const minuteMs = 60_000;
/** Rows may land this late: what is younger is read again. */
const overlapMs = 5 * minuteMs;
/** A sign-on row gets its sign-off hours later, in the window of the sign-on: the recent past is read again for it. */
const sweepEveryMs = 30 * minuteMs;
const sweepBackMs = 12 * 60 * minuteMs;
const clockToleranceMs = 10 * minuteMs;
const pageSize = 1000;

type LogName = "activities" | "signOns";

/** Marks behind which everything was stored, and nothing may land any more. They never run ahead of what was stored. */
interface Position {
  activities: Date | null;
  signOns: Date | null;
  /** When sign-offs were last looked for. */
  swept: Date | null;
  /** How far the sweep for sign-offs has come; null: none is under way. */
  sweep: Date | null;
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
  const position = parsePosition(cursor, now);
  const logs = [
    new Log("activities", activityLog(context), position.activities, context, now),
    new Log("signOns", signOnLog(context), position.signOns, context, now),
  ];
  for (;;) {
    signal.throwIfAborted();
    const [log] = logs.filter((candidate) => !candidate.finished).sort((a, b) => a.reached - b.reached);
    if (!log) break;
    const window = await log.next();
    if (window)
      yield* pagesOf(window, log.name, settings, (at) => {
        position[log.name] = log.markAt(at);
        return JSON.stringify(position);
      });
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
  // The first run has just read everything.
  position.swept ??= now;
  if (position.sweep === null) {
    if (now.getTime() - position.swept.getTime() < sweepEveryMs) return;
    position.sweep = new Date(floorSecond(Math.max(context.from.getTime(), now.getTime() - sweepBackMs)));
  }
  for await (const window of readWindows(signOnLog(context), position.sweep, now)) {
    context.signal.throwIfAborted();
    yield* pagesOf(window, "signOns", context.settings, (at) => {
      position.sweep = at;
      return JSON.stringify(position);
    });
  }
  position.sweep = null;
  position.swept = now;
}

/** `stored` moves a mark to where everything before was given out, and answers the cursor. */
function* pagesOf(
  window: Window,
  log: LogName,
  settings: Settings,
  stored: (at: Date) => string,
): Generator<StreamPage<ActivityRecord>, void, void> {
  const items = recordsOf(log, window.rows, settings);
  let start = 0;
  for (; start + pageSize < items.length; start += pageSize) {
    const page = items.slice(start, start + pageSize);
    // Sorted by row, and a sign-off belongs to the row of its sign-on: that one marks how far we are.
    const last = page.findLast(({ eventType }) => eventType !== "Signoff") ?? page[0];
    const at = new Date(Math.max(window.from.getTime(), floorSecond((last as ActivityRecord).occurredAt.getTime())));
    yield { items: page, cursor: stored(at) };
  }
  const cursor = stored(window.to);
  if (items.length > 0) yield { items: items.slice(start), cursor };
}

function recordsOf(log: LogName, rows: unknown[], settings: Settings): ActivityRecord[] {
  if (log === "activities") return mapActivities(rows).filter((record) => !isOwnReading(record, settings));
  const records = mapSignOns(rows);
  return settings.internalSignOns === "drop" ? records.filter((record) => !isInternalSignOn(record)) : records;
}

/** Each reading of the log adds a row to it. */
function isOwnReading({ eventType, raw }: ActivityRecord, { integrationUser }: Settings): boolean {
  if (!integrationUser || !isLogReading(eventType)) return false;
  const account = scalarOf(objectOf(raw).systemAccount);
  return account !== null && namedIn(account).login.toLowerCase() === integrationUser.toLowerCase();
}

/** One of the two logs while it is read. */
class Log {
  readonly name: LogName;
  /** Epoch ms up to which it was read in this run. */
  reached: number;
  finished = false;
  denied: ProviderScopeError | null = null;
  #mark: Date | null;
  /** Before this instant nothing lands any more. */
  readonly #settled: Date;
  readonly #windows: AsyncGenerator<Window, void, void>;

  constructor(name: LogName, reader: WindowReader, mark: Date | null, { from, to }: StreamContext, now: Date) {
    const end = to !== null && to < now ? to : now;
    this.name = name;
    this.reached = floorSecond((mark ?? from).getTime());
    this.#mark = mark;
    this.#settled = new Date(Math.min(end.getTime(), now.getTime() - overlapMs));
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

  /** The mark once everything up to an instant was read. Never moves back. */
  markAt(at: Date): Date {
    const settled = at < this.#settled ? at : this.#settled;
    this.#mark = this.#mark === null || this.#mark < settled ? settled : this.#mark;
    return this.#mark;
  }
}

function parsePosition(cursor: string | null, now: Date): Position {
  let stored: unknown = cursor === null ? {} : null;
  if (cursor !== null) {
    try {
      stored = JSON.parse(cursor);
    } catch {
      // Refused below, as anything else that is not ours.
    }
  }
  if (!isObject(stored)) throw new StreamCursorError("The stored position of the Workday logs cannot be read.");
  const position = {
    activities: instantOf(stored.activities),
    signOns: instantOf(stored.signOns),
    swept: instantOf(stored.swept),
    sweep: instantOf(stored.sweep),
  };
  const latest = now.getTime() + clockToleranceMs;
  if (Object.values(position).some((mark) => mark !== null && mark.getTime() > latest))
    throw new StreamCursorError("The stored position of the Workday logs lies in the future: was the clock wrong?");
  return position;
}
