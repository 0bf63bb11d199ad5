import { guarded } from "../../kit/api.ts";
import { parseFilter, valueAt } from "../../kit/filter.ts";
import { linkHeader } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { OktaCall } from "./access.ts";
import { badCursor, invalid, problem } from "./answers.ts";
import type { OktaRoute } from "./calls.ts";

const dayMs = 86_400_000;
/** Events looked at for one page of a filtered query: the page may come back short, its next link goes on. */
const scanned = 50_000;

export const logRoutes: OktaRoute[] = [guarded("GET", "/api/v1/logs", "okta.logs.read", systemLog)];

/**
 * Without `until`: in order of storing, and the next link is always there, to be asked again later.
 * With `until`: in order of publishing, and there is an end.
 */
function systemLog({ tenant, request, now }: OktaCall): SandboxResponse {
  const { query } = request;
  const { timeline } = tenant;
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 0 || (limit > 1000 && !tenant.options.unlimited))
    return invalid("limit", "limit: must be between 0 and 1000");
  const since = readTime(query.get("since"), now - 7 * dayMs);
  const until = readTime(query.get("until"), undefined);
  if (Number.isNaN(since) || Number.isNaN(until)) return badDate();
  if (since !== undefined && since < now - 180 * dayMs)
    return problem(400, "E0000053", "Invalid filter", ["since: must be within the last 180 days"]);
  const filter = query.get("filter");
  const test = filter ? parseFilter(filter) : undefined;
  if (filter && !test) return problem(400, "E0000053", `Invalid filter '${filter}'`);
  const descending = query.get("sortOrder")?.toUpperCase() === "DESCENDING";

  // `since` and `after` are exclusive. Okta keeps 90 days.
  const first = timeline.firstAtOrAfter(Math.max((since ?? 0) + 1, now - 90 * dayMs));
  const end = until === undefined ? timeline.count : timeline.firstAtOrAfter(until + 1);
  const after = readCursor(query.get("after"));
  if (after === null) return badCursor();
  const records: Record<string, unknown>[] = [];
  let number = descending ? Math.min(end, after ?? end) - 1 : Math.max(first, after === undefined ? first : after + 1);
  let last = after;
  let looked = 0;
  for (
    ;
    (descending ? number >= first : number < end) && records.length < limit && looked < scanned;
    number += descending ? -1 : 1
  ) {
    last = number;
    looked += 1;
    const record = tenant.record(number);
    if (test && !test((path) => valueAt(record, path))) continue;
    records.push(record);
  }
  const more = descending ? number >= first : number < end;
  const polling = until === undefined && !descending;
  // Nothing yet: the cursor stands before the first event to come.
  const place = last ?? (descending ? first : first - 1);
  const next = polling || more ? { after: `${now}_${place}` } : undefined;
  return {
    status: 200,
    headers: linkHeader(request, next),
    body: shape(tenant, "activities", records, ["uuid", "published", "eventType"]),
  };
}

function readTime(text: string | null, usual: number | undefined): number | undefined {
  return text === null ? usual : Date.parse(text);
}

/** undefined: none given; null: not one of ours. */
function readCursor(text: string | null): number | undefined | null {
  if (text === null) return undefined;
  const [, number] = /^\d+_(-?\d+)$/.exec(text) ?? [];
  return number === undefined ? null : Number(number);
}

function badDate(): SandboxResponse {
  return problem(400, "E0000053", "Invalid filter", ["since and until must be ISO 8601 times"]);
}
