import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf, pageAt, placeOf, sizeWithin, tokenAt } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import type { GcpCall, GcpRoute } from "./access.ts";
import { denied, invalid } from "./answers.ts";
import { homeOf, logEntry, timesOf, typeAt } from "./events.ts";
import type { GcpTenant } from "./tenant.ts";

type Condition = (times: { timestamp: number; receiveTimestamp: number }) => boolean;

/** The part of the query language that is understood: `logName:"…"`, and bounds of the two times, joined by AND. */
function conditionsOf(filter: string): Condition[] | undefined {
  const conditions: Condition[] = [];
  for (const term of filter.split(" AND ").filter(Boolean)) {
    if (term === 'logName:"cloudaudit.googleapis.com"') continue;
    const [, field, operator, value] = /^(timestamp|receiveTimestamp)(>=|<=|>|<)"([^"]+)"$/.exec(term) ?? [];
    const bound = Date.parse(value ?? "");
    if (Number.isNaN(bound)) return undefined;
    const compare = {
      ">=": (a: number) => a >= bound,
      "<=": (a: number) => a <= bound,
      ">": (a: number) => a > bound,
      "<": (a: number) => a < bound,
    }[operator ?? ""];
    if (!compare) return undefined;
    conditions.push((times) => compare(times[field as "timestamp"]));
  }
  return conditions;
}

/** `organizations/X` is the log of the organization itself: nothing of what lies below is in it. */
function numbersIn(tenant: GcpTenant, resource: string, conditions: readonly Condition[]): number[] {
  const found: { number: number; at: number }[] = [];
  for (let number = 0; number < tenant.timeline.count; number++) {
    const note = tenant.timeline.noteAt(number);
    if (resource !== tenant.logView && homeOf(tenant, number, typeAt(tenant, number, note)) !== resource) continue;
    const { occurredAt, receivedAt } = timesOf(tenant.timeline.timeAt(number), note);
    const times = { timestamp: occurredAt, receiveTimestamp: receivedAt };
    if (conditions.every((holds) => holds(times))) found.push({ number, at: occurredAt });
  }
  return found.sort((a, b) => a.at - b.at || a.number - b.number).map(({ number }) => number);
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
function listEntries({ tenant, request }: GcpCall) {
  const { resourceNames, filter = "", orderBy = "timestamp asc", pageSize, pageToken } = jsonBody(request) ?? {};
  const [resource, ...others] = Array.isArray(resourceNames) ? resourceNames.map(String) : [];
  if (resource === undefined || others.length > 99) return invalid("resource_names must have 1 to 100 elements");
  if (orderBy !== "timestamp asc") return invalid("Unsupported order_by");
  if (tenant.hierarchy.denied.has(resource)) return denied("logging.logEntries.list", resource);
  if (resource !== tenant.logView && !tenant.hierarchy.at(resource)) return denied("logging.logEntries.list", resource);
  const conditions = conditionsOf(String(filter));
  if (!conditions) return invalid("Unparseable filter: syntax error");
  const start = placeOf(typeof pageToken === "string" ? pageToken : null);
  if (start === undefined) return invalid("page_token is invalid");
  const listing = listingOf(numbersIn(tenant, resource, conditions));
  const page = pageAt(listing, start, sizeWithin(pageSize, { usual: 50, max: 1000 }, tenant));
  const written = page.records.map((number) =>
    logEntry(tenant, number, tenant.timeline.timeAt(number), tenant.timeline.noteAt(number)),
  );
  const entries = shape(tenant, "activities", written, ["insertId", "timestamp"]);
  return {
    status: 200,
    body: {
      ...(entries.length > 0 && { entries }),
      ...(page.next !== undefined && { nextPageToken: tokenAt(page.next) }),
    },
  };
}

export const logRoutes: GcpRoute[] = [
  guarded("POST", "/v2/entries:list", "logging.logEntries.list", listEntries),
  guarded("GET", "/v2/organizations/:organization/sinks", "logging.sinks.list", ({ tenant }) => ({
    status: 200,
    body: { sinks: tenant.sinks },
  })),
];
