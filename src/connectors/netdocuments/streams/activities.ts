import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followWindows, mergeLogs } from "#src/connector-kit/log.ts";
import { needList } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Log, logRequest } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toActivities } from "../map.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The log reaches back 90 days. */
const keptMs = 90 * dayMs - hourMs;

/**
 * What people do with documents, and what administrators change. Windows come whole, without pages and ids; they are short, since a long one of a
 * busy repository takes minutes. Source: https://support.netdocuments.com/s/article/Consolidated-Activity-Log
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(manifest.streams.ACTIVITIES.scopes, (context, cursor) =>
  mergeLogs(context, cursor, [follow("consolidated"), follow("admin")]),
);

function follow(log: Log) {
  return {
    name: log,
    read: (context: StreamContext, cursor: string | null) =>
      followWindows(context, cursor, {
        async read(from: Date, to: Date) {
          // A start before the last 90 days is refused, also after a stand-still.
          const oldest = new Date(context.now().getTime() - keptMs);
          if (to <= oldest) return { total: 0, rows: [] };
          const start = from < oldest ? oldest : from;
          const { body } = await context.http.request(logRequest(context, log, start, to));
          const rows = needList(body, "$");
          return { total: rows.length, rows };
        },
        pageSize: 1_000_000,
        ...{ firstMs: hourMs, longestMs: dayMs, max: 20_000 },
        items: (rows: readonly unknown[]) => toActivities(rows, log),
        overlapMs: 5 * minuteMs,
        sweeps: [
          { everyMs: hourMs, backMs: 3 * hourMs },
          { everyMs: dayMs, backMs: 2 * dayMs },
        ],
      }),
  };
}
