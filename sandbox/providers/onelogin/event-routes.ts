import { guarded } from "../../kit/api.ts";
import { sizeOf } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import type { OneLoginCall, OneLoginRoute } from "./access.ts";
import { envelope, refusal } from "./answers.ts";
import { typeNames } from "./events.ts";

export const eventRoutes: OneLoginRoute[] = [
  guarded("GET", "/api/1/events/types", "", () => {
    const types = Object.entries(typeNames).map(([id, name]) => ({ id: Number(id), name, description: "%user%" }));
    return envelope(types, undefined);
  }),
  guarded("GET", "/api/1/events", "Read All", list),
];

/** Oldest first with `sort=+id`, else newest first. https://developers.onelogin.com/api-docs/1/events/get-events */
function list(call: OneLoginCall) {
  const { tenant, request } = call;
  const instant = (name: string) => {
    const text = request.query.get(name);
    return text === null ? undefined : Date.parse(text);
  };
  const [since, until] = [instant("since"), instant("until")];
  if (Number.isNaN(since) || Number.isNaN(until)) return refusal(1, 400, "bad request", "Invalid date");
  const cursor = placeIn(request.query.get("after_cursor"));
  if (cursor === null) return refusal(1, 400, "bad request", "Invalid cursor");
  const size = sizeOf(request, "limit", { usual: 50, max: 50 }, tenant);
  const isUp = /^[+ ]id$/.test(request.query.get("sort") ?? "");
  const { count } = tenant.timeline;
  const found: number[] = [];
  let next: number | undefined;
  for (let place = cursor; place < count; place++) {
    const number = isUp ? place : count - 1 - place;
    const at = tenant.event(number).at;
    if ((since !== undefined && at <= since) || (until !== undefined && at >= until)) continue;
    if (found.length === size) {
      next = place;
      break;
    }
    found.push(number);
  }
  const records = shape(
    tenant,
    "activities",
    found.map((number) => tenant.record(number)),
    ["id", "created_at", "event_type_id"],
  );
  return envelope(records, next === undefined ? undefined : Buffer.from(`e:${next}`).toString("base64url"));
}

function placeIn(cursor: string | null): number | null {
  if (cursor === null) return 0;
  const [, place] = /^e:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  return place === undefined ? null : Number(place);
}
