import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { byEnvelope } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";
import { withNames } from "../type-names.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Events oldest first. OneLogin documents no delay: late ones are met by an overlap of ten minutes, the last three hours once an hour, and
 * two days once a day. Source: https://developers.onelogin.com/api-docs/1/events/get-events
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(
  manifest.streams.ACTIVITIES.scopes,
  async function* (context, cursor) {
    const named = withNames(context);
    yield* followTime(context, cursor, {
      name: "events",
      page: byEnvelope,
      oldestFirst: true,
      overlapMs: 10 * minuteMs,
      sweeps: [
        { everyMs: hourMs, backMs: 3 * hourMs },
        { everyMs: dayMs, backMs: 2 * dayMs },
      ],
      first: (from, to) => ({
        url: "/api/1/events",
        query: {
          since: new Date(from.getTime() - 1).toISOString(),
          ...(to === null ? {} : { until: new Date(to.getTime() + 1).toISOString() }),
          sort: "+id",
          limit: 50,
        },
      }),
      items: async (record, path) => toActivity(record, path, await named(record)),
    });
  },
);
