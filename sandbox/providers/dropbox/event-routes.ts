import { sizeWithin } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import { type DropboxRoute, rpc } from "./access.ts";
import { ok, routeError } from "./answers.ts";
import { typeAt } from "./events.ts";
import type { DropboxTenant } from "./tenant.ts";

/** What a cursor of the log stands for: where it goes on, and what was asked for. */
interface Asked {
  number: number;
  end: number | null;
  category: string | null;
  type: string | null;
  limit: number;
}

/** Events looked at for one page: with filters a page may be empty, and not the last. */
const enoughLookedAt = 5000;

export const eventRoutes: DropboxRoute[] = [
  rpc("team_log/get_events", "events.read", ({ limit, time, category, event_type }, { tenant }) => {
    if (category && event_type) return routeError("invalid_filters");
    const { start_time, end_time } = (time ?? {}) as Record<string, string>;
    const start = start_time === undefined ? 0 : Date.parse(start_time);
    const end = end_time === undefined ? null : Date.parse(end_time);
    if (Number.isNaN(start) || (end !== null && !(end >= start))) return routeError("invalid_time_range");
    return page(tenant, {
      number: tenant.timeline.firstAtOrAfter(start),
      end,
      category: tagOf(category),
      type: tagOf(event_type),
      limit: sizeWithin(limit, { usual: 1000, max: 1000 }, tenant),
    });
  }),
  rpc("team_log/get_events/continue", "events.read", ({ cursor }, { tenant }) => {
    const asked = opened(String(cursor));
    return asked ? page(tenant, asked) : routeError("bad_cursor");
  }),
];

function page(tenant: DropboxTenant, asked: Asked) {
  const { timeline } = tenant;
  const events: Record<string, unknown>[] = [];
  let { number } = asked;
  const last = asked.end === null ? timeline.count : timeline.firstAtOrAfter(asked.end + 1);
  for (let looked = 0; number < last && events.length < asked.limit && looked < enoughLookedAt; number++, looked++) {
    const { category, type } = typeAt(tenant, number, timeline.noteAt(number));
    if ((asked.category ?? category) !== category || (asked.type ?? type) !== type) continue;
    events.push(tenant.record(number));
  }
  const cursor = Buffer.from(JSON.stringify({ ...asked, number })).toString("base64url");
  const shaped = shape(tenant, "activities", events, ["timestamp", "event_type"]);
  return ok({ events: shaped, cursor, has_more: number < last });
}

function opened(cursor: string): Asked | undefined {
  try {
    const asked = JSON.parse(Buffer.from(cursor, "base64url").toString()) as Asked;
    return Number.isInteger(asked.number) ? asked : undefined;
  } catch {
    return undefined;
  }
}

function tagOf(union: unknown): string | null {
  return ((union ?? {}) as Record<string, string>)[".tag"] ?? null;
}
