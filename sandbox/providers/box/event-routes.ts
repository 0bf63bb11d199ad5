import { guarded } from "../../kit/api.ts";
import { shape } from "../../trouble.ts";
import type { BoxCall, BoxRoute } from "./access.ts";
import { badRequest, ok } from "./answers.ts";
import type { BoxTenant } from "./tenant.ts";

const scope = "manage_enterprise_properties";
const dayMs = 86_400_000;

/** Positions look like those of Box: too large for a number of JSON. */
const firstPosition = 1_152_922_976_000_000_000n;

export const eventRoutes: BoxRoute[] = [
  guarded("GET", "/2.0/events", scope, (call) => {
    const type = call.request.query.get("stream_type");
    if (type === "admin_logs_streaming") return live(call);
    return type === "admin_logs" ? history(call) : badRequest("stream_type", "Invalid value");
  }),
];

/** Two weeks, in the order of processing, and some events twice. */
function live(call: BoxCall) {
  const { tenant, request, now } = call;
  const { timeline } = tenant;
  const asked = request.query.get("stream_position") ?? "0";
  if (asked === "now") return page(call, [], timeline.count);
  const start = placeOf(asked);
  if (start === undefined) return badRequest("stream_position", "Invalid value");
  const first = Math.max(start, timeline.firstAtOrAfter(now - 14 * dayMs));
  const found = take(call, first, timeline.count);
  const isRepeated = found.end > first && first > 0 && first % 3 === 0 && start > 0 && !request.query.has("event_type");
  return page(call, isRepeated ? [first - 1, ...found.numbers] : found.numbers, found.end);
}

/** A year, in the order of time. */
function history(call: BoxCall) {
  const { tenant, request } = call;
  const { timeline } = tenant;
  const instant = (name: string) => Date.parse(request.query.get(name) ?? "");
  const [after, before] = [instant("created_after"), instant("created_before")];
  const start = placeOf(request.query.get("stream_position") ?? "0");
  if (start === undefined) return badRequest("stream_position", "Invalid value");
  const first = Math.max(start, Number.isNaN(after) ? 0 : timeline.firstAtOrAfter(after));
  const end = Number.isNaN(before) ? timeline.count : timeline.firstAtOrAfter(before);
  const found = take(call, first, end);
  return page(call, found.numbers, found.end);
}

function take({ tenant, request }: BoxCall, first: number, end: number): { numbers: number[]; end: number } {
  const limit = Math.min(500, Number(request.query.get("limit") ?? 100));
  const wanted = request.query.get("event_type")?.split(",");
  const numbers: number[] = [];
  let number = first;
  for (; number < end && numbers.length < limit; number++)
    if (!wanted || wanted.includes(tenant.event(number).type)) numbers.push(number);
  return { numbers, end: Math.max(first, number) };
}

function page({ tenant }: { tenant: BoxTenant }, numbers: readonly number[], end: number) {
  const records = numbers.map((number) => tenant.record(number));
  const entries = shape(tenant, "activities", records, ["event_id", "event_type", "created_at"]);
  return ok({ chunk_size: entries.length, next_stream_position: String(firstPosition + BigInt(end)), entries });
}

function placeOf(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  if (text === "0") return 0;
  const place = BigInt(text) - firstPosition;
  return place >= 0n && place < 1_000_000_000n ? Number(place) : undefined;
}
