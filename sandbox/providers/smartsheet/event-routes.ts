import { guarded } from "../../kit/api.ts";
import { sizeOf } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import type { SmartsheetCall, SmartsheetRoute } from "./access.ts";
import { invalid, ok } from "./answers.ts";

const hourMs = 3_600_000;
const keptMs = 180 * 24 * hourMs;

/** In the order in which events were reported, six months. https://developers.smartsheet.com/api/smartsheet/openapi/events/list-events */
export const eventRoutes: SmartsheetRoute[] = [
  guarded("GET", "/2.0/events", "READ_EVENTS", (call) => {
    const { tenant, request, now } = call;
    const [since, position] = [request.query.get("since"), request.query.get("streamPosition")];
    if ((since === null) === (position === null))
      return invalid("Exactly one of the query parameters since and streamPosition is expected.");
    const start = position === null ? startOf(call, Date.parse(since ?? "")) : placeOf(position);
    if (start === undefined) return invalid("The query parameter is invalid.");
    const { timeline } = tenant;
    const first = Math.max(start, timeline.firstAtOrAfter(now - keptMs));
    const size = sizeOf(request, "maxCount", { usual: 1000, max: 10_000 }, tenant);
    const end = Math.min(timeline.count, first + size);
    const numbers = Array.from({ length: Math.max(0, end - first) }, (_, place) => first + place);
    const records = numbers.map((number) => tenant.record(number));
    return ok({
      nextStreamPosition: Buffer.from(`e:${Math.max(first, end)}`).toString("base64url"),
      moreAvailable: end < timeline.count,
      data: shape(tenant, "activities", records, ["eventId", "eventTimestamp"]),
    });
  }),
];

/** Rounded to the nearest hour. */
function startOf({ tenant }: SmartsheetCall, since: number): number | undefined {
  return Number.isNaN(since) ? undefined : tenant.timeline.firstAtOrAfter(Math.round(since / hourMs) * hourMs);
}

function placeOf(position: string): number | undefined {
  const [, place] = /^e:(\d+)$/.exec(Buffer.from(position, "base64url").toString()) ?? [];
  return place === undefined ? undefined : Number(place);
}
