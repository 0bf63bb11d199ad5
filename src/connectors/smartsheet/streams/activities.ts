import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { byStream, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { instantOf, objectOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";

const hourMs = 3_600_000;
/** How far back Smartsheet shows events: six months. */
const keptMs = 180 * 24 * hourMs;
const pageSize = 1000;
/** How much later than others an event may come in the stream, for the end of a back-fill. */
const lateMs = 24 * hourMs;

/**
 * The plan's events in the order in which Smartsheet reported them, so that late ones come late instead of never. 1000 a page; the position
 * of the last page is where to go on. A start is a whole hour, and a position leads on to the present: a back-fill leaves out what lies
 * outside of its span, and ends behind it.
 * Source: https://developers.smartsheet.com/api/smartsheet/openapi/events/list-events
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(
  manifest.streams.ACTIVITIES.scopes,
  async function* (context, cursor) {
    const oldest = new Date(context.now().getTime() - keptMs);
    // Nothing is left of a back-fill that ends before what Smartsheet keeps.
    if (context.to !== null && context.to < oldest) {
      yield { items: [], cursor: null };
      return;
    }
    const since = hourOf(context.from < oldest ? oldest : context.from);
    yield* followCursor<ActivityRecord>(context, cursor, {
      name: "the plan's events",
      first: eventsRequest(since, pageSize),
      page: pagerOf(context),
      items(record, path) {
        const activity = toActivity(record, path);
        return isWanted(activity, context) ? activity : [];
      },
    });
  },
);

/** The first page. Smartsheet takes two encodings only, and recommends to send one. */
export function eventsRequest(since: Date, maxCount: number): HttpRequest {
  return { url: "/events", query: { since: since.toISOString(), maxCount }, headers: { "accept-encoding": "gzip" } };
}

/** Smartsheet rounds to the nearest hour: a whole one is taken as it is. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / hourMs) * hourMs);
}

function isWanted({ occurredAt }: ActivityRecord, { to, from }: StreamContext): boolean {
  return to === null || (occurredAt >= from && occurredAt <= to);
}

/** `since` and `streamPosition` exclude each other. */
function pagerOf({ to }: StreamContext): Pager {
  const page = byStream({
    ...{ list: "data", parameter: "streamPosition", next: "nextStreamPosition", more: "moreAvailable" },
  });
  return async (context, first, at) => {
    const request = toRequest(first);
    const query = at === null ? request.query : { maxCount: pageSize };
    const found = await page(context, { ...request, ...(query ? { query } : {}) }, at);
    if (to === null) return found;
    const isBehind = found.records.length > 0 && found.records.every((one) => isAfter(one, to));
    return { ...found, later: null, ...(isBehind ? { next: null } : {}) };
  };
}

function isAfter(record: unknown, to: Date): boolean {
  const { eventTimestamp, eventTimeStamp } = objectOf(record);
  const at = instantOf(eventTimestamp ?? eventTimeStamp);
  return at !== null && at.getTime() > to.getTime() + lateMs;
}
