import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { byStream, type Pager } from "#src/connector-kit/pagers.ts";
import { isObject, textOf } from "#src/connector-kit/record.ts";
import { StreamCursorError } from "#src/errors.ts";
import { auditPath } from "./api.ts";
import { Rows } from "./rows.ts";

type Pages = AsyncGenerator<StreamPage<ActivityRecord | UnreadableItem>, void, void>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The stream refuses a start more than seven days ago; the call takes a moment. */
export function reachOf(now: Date): Date {
  return wholeSecond(now.getTime() - 7 * dayMs + 10 * 60_000);
}

export function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}

const positions = byStream({ list: "events", next: "nextCursor", more: "moreEvents", parameter: "nextCursor" });

/**
 * All logs of the domain from `context.from` on, oldest first. An answer covers half an hour and at most 5,000 events; it may be empty while more
 * follows. The position lives for seven days. Beside it neither start nor end may be sent.
 * Source: https://developers.egnyte.com/docs/read/Audit_Reporting_API_V2
 */
export function auditStream(context: StreamContext, cursor: string | null): Pages {
  let rows = new Rows();
  const page: Pager = async (pageContext, first, at) => {
    rows = new Rows();
    return await positions(pageContext, at === null ? first : auditPath, at);
  };
  const endDate =
    context.to === null ? {} : { endDate: asked(new Date(Math.ceil(context.to.getTime() / 1000) * 1000)) };
  return followCursor<ActivityRecord>(context, cursor, {
    name: "the audit stream",
    first: { url: auditPath, query: { startDate: asked(context.from), ...endDate } },
    page,
    items: (record, path) => rows.map(record, path),
  });
}

/** Egnyte writes seconds. */
function asked(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

const everyMs = dayMs;
/** How far before the newest event something may still be missing: what comes up to twelve hours late is met by one of two sweeps. */
export const maxLateMs = 36 * hourMs;
/** A sweep takes 72 calls of the hundred that are allowed in an hour. */
const pagesPerRun = 20;

const kind = { form: "sweep1" };

interface Span {
  from: Date;
  to: Date;
  at: string | null;
}

/** Once a day the last day and a half is read again: Egnyte does not state how late an event may come. Cursor: the last sweep, and the one under way. */
export async function* sweepStream(context: StreamContext, cursor: string | null): Pages {
  const now = context.now();
  const write = (doneAt: Date, span: Span | null) => writeCursor(kind, { doneAt, span });
  if (cursor === null) {
    // The first run has just read everything.
    yield { items: [], cursor: write(now, null) };
    return;
  }
  const stored = readCursor(kind, cursor);
  const doneAt = needStoredInstant(stored.doneAt, now);
  const isDue = now.getTime() - doneAt.getTime() >= everyMs;
  let span = storedSpan(stored.span, now);
  if (span === null && !isDue) return;
  span ??= {
    from: new Date(Math.max(context.from.getTime(), reachOf(now).getTime(), doneAt.getTime() + everyMs - maxLateMs)),
    to: wholeSecond(now.getTime()),
    at: null,
  };
  let pages = 0;
  try {
    for await (const { items, cursor: at } of auditStream({ ...context, from: span.from, to: span.to }, span.at)) {
      if (at === null) {
        yield { items, cursor: write(span.to, null) };
        return;
      }
      span = { ...span, at };
      yield { items, cursor: write(doneAt, span) };
      if (++pages === pagesPerRun) return;
    }
  } catch (error) {
    if (!(error instanceof StreamCursorError)) throw error;
    // Its position is too old: the next run begins it again.
    yield { items: [], cursor: write(doneAt, null) };
    return;
  }
  yield { items: [], cursor: write(span.to, null) };
}

function storedSpan(value: unknown, now: Date): Span | null {
  if (!isObject(value)) return null;
  return { from: needStoredInstant(value.from, now), to: needStoredInstant(value.to, now), at: textOf(value.at) };
}
