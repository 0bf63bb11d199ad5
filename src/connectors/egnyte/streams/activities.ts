import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { mergeLogs } from "#src/connector-kit/log.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { auditReport, isRequired } from "../audit-reports.ts";
import { auditStream, reachOf, sweepStream, wholeSecond } from "../audit-stream.ts";
import { type AuditLog, auditLogs } from "../events.ts";

const kind = { form: "egnyte-audit1" };

/**
 * The audit stream, and before its seven days audit reports: of a back-fill, and of a gap after an outage of more than a week. Cursor: where
 * reports end and the stream begins, which stays as it was when the reading began, and the positions of all.
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const now = context.now();
  const stored = cursor === null ? null : readCursor(kind, cursor);
  const since = stored ? needStoredInstant(stored.since, now) : wholeSecond(context.from.getTime());
  const seam = stored ? needStoredInstant(stored.seam, now) : seamOf(since, context.to, now);
  const isOver = context.to !== null && seam >= context.to;
  const reports = (Object.keys(auditLogs) as AuditLog[]).map((log) => ({
    name: log,
    when: since < seam,
    required: isRequired(log),
    read: (reading: typeof context, at: string | null) => auditReport(reading, at, log, { since, until: seam }),
  }));
  const merged = mergeLogs({ ...context, from: seam }, textOf(stored?.logs), [
    { name: "stream", when: !isOver, read: auditStream },
    { name: "sweep", when: context.to === null, required: false, read: sweepStream },
    ...reports,
  ]);
  for await (const page of merged) yield { ...page, cursor: writeCursor(kind, { since, seam, logs: page.cursor }) };
};

function seamOf(since: Date, to: Date | null, now: Date): Date {
  const reach = reachOf(now);
  if (since >= reach) return since;
  return to !== null && to < reach ? to : reach;
}
