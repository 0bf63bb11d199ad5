import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { byCursor, call } from "../api.ts";
import { toActivity } from "../map.ts";

/**
 * The team's log: its cursor goes on for ever, in the order in which Dropbox stored the events, so that late ones come late instead of never.
 * Source: https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events
 */
export const activities: StreamFunction<"ACTIVITIES"> = (context, cursor) => {
  const { from, to } = context;
  // Whole seconds: rounded down, and up.
  const time = {
    start_time: wholeSecond(from),
    ...(to === null ? {} : { end_time: wholeSecond(new Date(to.getTime() + 999)) }),
  };
  return followCursor<ActivityRecord>(context, cursor, {
    name: "events",
    first: call("team_log/get_events", { limit: 1000, time }),
    page: byCursor("events"),
    items: toActivity,
  });
};

function wholeSecond(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
