import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { auditLogs, byAuditCursor } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The organization's audit logs, newest first, by whole seconds whose ends are both in. A delay is not documented: late ones are met by an
 * overlap of ten minutes, three hours once an hour and two days once a day. Source: https://docs.slack.dev/admins/audit-logs-api
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(
  manifest.streams.ACTIVITIES.scopes,
  async function* (context, cursor) {
    yield* followTime(context, cursor, {
      name: "the audit logs",
      page: byAuditCursor,
      items: toActivity,
      overlapMs: 10 * minuteMs,
      maxSpanMs: 7 * dayMs,
      sweeps: [
        { everyMs: hourMs, backMs: 3 * hourMs },
        { everyMs: dayMs, backMs: 2 * dayMs },
      ],
      first: (from, to) => ({
        url: auditLogs,
        query: {
          limit: 1000,
          oldest: Math.floor(from.getTime() / 1000),
          ...(to === null ? {} : { latest: Math.ceil(to.getTime() / 1000) }),
        },
      }),
    });
  },
);
