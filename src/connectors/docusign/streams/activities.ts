import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { instantOf, isObject, needList, needObject, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";
import { monitorUrl } from "../api.ts";
import { toActivity } from "../map.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const limit = 2000;

/** Monitor has no end of a span: what comes after it is cut off here. */
interface Span extends HttpRequest {
  until: Date | null;
}

/**
 * Events of Monitor, by their time: a cursor is an instant, so an event that comes late lies behind it. Each run begins a quarter of an hour
 * before the newest event, and every six hours the last thirty are read again.
 * Source: https://developers.docusign.com/docs/monitor-api/reference/monitor/dataset/stream/
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(["signature"], (context, cursor) =>
  followTime(context, cursor, {
    name: "the events of Monitor",
    first: (from, to): Span => ({
      url: monitorUrl(context.settings),
      query: { cursor: before(from), limit },
      until: to,
    }),
    page: byEndCursor,
    items: toActivity,
    oldestFirst: true,
    overlapMs: 15 * minuteMs,
    sweeps: [{ everyMs: 6 * hourMs, backMs: 30 * hourMs }],
  }),
);

/** Whether a cursor leaves its own instant out is not documented: a second earlier is asked for, in whole seconds. */
const before = (from: Date): string => `${new Date(from.getTime() - 1000).toISOString().slice(0, 19)}Z`;

/** All has been read when the end cursor is the one that was sent, or nothing came. */
const byEndCursor: Pager = async (context, first, at) => {
  const { until, ...request } = first as Span;
  const query = { ...request.query, ...(at === null ? {} : { cursor: at }) };
  const body = needObject((await context.http.request({ ...request, query })).body, "$");
  const records = needList(body.data, "data");
  const end = textOf(body.endCursor);
  const within = records.filter((one) => !isAfter(one, until));
  const isLast = records.length === 0 || end === query.cursor || within.length < records.length;
  return { records: within, path: "data", next: isLast ? null : end, body };
};

function isAfter(event: unknown, until: Date | null): boolean {
  const at = until === null || !isObject(event) ? null : instantOf(event.timestamp);
  return at !== null && until !== null && at > until;
}
