import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { mergeLogs } from "#src/connector-kit/log.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { StreamCursorError } from "#src/errors.ts";
import { auditReport, isRequired } from "../audit-reports.ts";
import { auditStream, maxLateMs, reachOf, sweepStream, wholeSecond } from "../audit-stream.ts";
import { type AuditLog, auditLogs } from "../events.ts";

type Pages = AsyncGenerator<StreamPage<ActivityRecord | UnreadableItem>, void, void>;

const kind = { form: "egnyte-audit1" };

interface Place {
  /** Where reports begin, and where they end and the stream begins: as it was when the reading began. */
  since: Date;
  seam: Date;
  /** The newest event of the stream. */
  reached: Date;
  /** The positions of all; null: at their starts. */
  logs: string | null;
}

/**
 * The audit stream, and before its seven days audit reports: of a back-fill, and after an outage of more than a week, in which the position of
 * the stream dies. What that left unread is read from reports, with what may have come late before. Cursor: see `Place`.
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const now = context.now();
  const place = cursor === null ? placeFrom(context.from, context.to, now) : storedPlace(cursor, now);
  const write = () => writeCursor(kind, place);
  try {
    for await (const page of mergeLogs({ ...context, from: place.seam }, place.logs, logsOf(context, place))) {
      place.logs = page.cursor;
      yield { ...page, cursor: write() };
    }
  } catch (error) {
    if (!(error instanceof StreamCursorError) || cursor === null || context.to !== null) throw error;
    place.since = new Date(Math.max(context.from.getTime(), place.reached.getTime() - maxLateMs));
    place.logs = null;
    yield { items: [], cursor: write() };
  }
};

function logsOf(context: StreamContext, place: Place): Parameters<typeof mergeLogs>[2] {
  const { since, seam } = place;
  const isOver = context.to !== null && seam >= context.to;
  const reports = (Object.keys(auditLogs) as AuditLog[]).map((log) => ({
    name: log,
    when: since < seam,
    required: isRequired(log),
    read: (reading: StreamContext, at: string | null) => auditReport(reading, at, log, { since, until: seam }),
  }));
  return [
    { name: "stream", when: !isOver, read: (reading, at) => noting(auditStream(reading, at), place) },
    { name: "sweep", when: context.to === null, required: false, read: sweepStream },
    ...reports,
  ];
}

/** A sweep may read what is newer than the position of the stream: only the stream shows how far all has been read. */
async function* noting(pages: Pages, place: Place): Pages {
  for await (const page of pages) {
    for (const item of page.items)
      if ("occurredAt" in item && item.occurredAt > place.reached) place.reached = item.occurredAt;
    yield page;
  }
}

function placeFrom(from: Date, to: Date | null, now: Date): Place {
  const since = wholeSecond(from.getTime());
  const seam = seamOf(since, to, now);
  return { since, seam, reached: seam, logs: null };
}

function storedPlace(cursor: string, now: Date): Place {
  const stored = readCursor(kind, cursor);
  const logs = textOf(stored.logs);
  const since = needStoredInstant(stored.since, now);
  // The stream would no longer take the start that it took when the place was written.
  if (logs === null) return placeFrom(since, null, now);
  const [seam, reached] = [needStoredInstant(stored.seam, now), needStoredInstant(stored.reached, now)];
  return { since, seam, reached, logs };
}

function seamOf(since: Date, to: Date | null, now: Date): Date {
  const reach = reachOf(now);
  if (since >= reach) return since;
  return to !== null && to < reach ? to : reach;
}
