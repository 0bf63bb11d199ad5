import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { byPosition } from "../event-stream.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";

/**
 * The enterprise's events in the order in which Box processed them, so that late ones come late instead of never; some come twice, with the same
 * id. This stream begins two weeks ago. A back-fill reads the history of a year, by time of the event.
 * Source: https://developer.box.com/guides/events/enterprise-events/for-enterprise/
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(manifest.streams.ACTIVITIES.scopes, (context, cursor) =>
  followCursor(context, cursor, {
    name: "the enterprise's events",
    first: { url: "/2.0/events", query: context.to === null ? live : history(context, context.to) },
    page: byPosition,
    items: toActivity,
  }),
);

const live = { stream_type: "admin_logs_streaming", stream_position: "0", limit: 500 };

function history({ from }: StreamContext, to: Date) {
  return {
    stream_type: "admin_logs",
    created_after: from.toISOString(),
    created_before: to.toISOString(),
    limit: 500,
  };
}
