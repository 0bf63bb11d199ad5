import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The audit log, oldest first. A delay is not documented: late ones are met by an overlap of five minutes, three hours once an hour and two days
 * once a day. Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(
  manifest.streams.ACTIVITIES.scopes,
  async function* (context, cursor) {
    yield* followTime(context, cursor, {
      name: "the audit log",
      page: byLink({ list: "audit_logs", next: "links.next" }),
      items: toActivity,
      oldestFirst: true,
      overlapMs: 5 * minuteMs,
      // The end of a window has to be named, and stay while its pages are read.
      maxSpanMs: 30 * dayMs,
      sweeps: [
        { everyMs: hourMs, backMs: 3 * hourMs },
        { everyMs: dayMs, backMs: 2 * dayMs },
      ],
      first: (from, to) => spanOf(from, to ?? context.now()),
    });
  },
);

/** The filter is named twice, for start and end. Zendesk knows seconds. */
function spanOf(from: Date, to: Date): string {
  const query = new URLSearchParams([
    ["filter[created_at]", seconds(from.getTime())],
    ["filter[created_at]", seconds(to.getTime() + 999)],
    ["sort", "created_at"],
    ["page[size]", "100"],
  ]);
  return `/api/v2/audit_logs?${query}`;
}

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
