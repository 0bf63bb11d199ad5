import type { Context } from "#src/connector-kit/contract/context.ts";
import type { WindowReader } from "#src/connector-kit/log.ts";
import { needList } from "#src/connector-kit/record.ts";
import { child, children, type Xml } from "#src/connector-kit/xml.ts";
import { domains, endpointsOf, getJson, inDomain, wholeSecond } from "./api.ts";
import { callSoap, element, group, page, paging } from "./soap.ts";

const hourMs = 3_600_000;

/**
 * User activity log. Source: the resource `activityLogging` of Workday's Privacy REST API.
 * `instancesReturned` buys 10,000 rows each and costs time: one is enough unless a single second holds more.
 */
export function activityLog(context: Context): WindowReader {
  return {
    pageSize: 1000,
    firstMs: hourMs,
    longestMs: 24 * hourMs,
    read: async (from, to, offset, capacity) => {
      const query = { limit: 1000, offset, instancesReturned: Math.ceil(capacity / 10_000) };
      const { total, data } = await readActivities(context, from, to, query);
      return { total: typeof total === "number" ? total : 0, rows: needList(data, "data") };
    },
  };
}

/** How many activities a span has. */
export async function countActivities(context: Context, from: Date, to: Date): Promise<number> {
  const { total } = await readActivities(context, from, to, { limit: 1, offset: 0, instancesReturned: 1 });
  return Number(total) || 0;
}

function readActivities(context: Context, from: Date, to: Date, query: Record<string, number>) {
  const { activityLogging } = endpointsOf(context.settings);
  const span = { from: wholeSecond(from), to: wholeSecond(to), type: "userActivity" };
  return getJson(context, activityLogging, domains.logs, { ...span, ...query });
}

/** Sign-ons and failed attempts, by the instant of the attempt. Source: Identity_Management, Get_Workday_Account_Signons. */
export function signOnLog(context: Context): WindowReader {
  const pageSize = 999;
  // One snapshot for all pages of one window; a new one whenever a window is begun.
  let asOf = context.now();
  return {
    pageSize,
    firstMs: 6 * hourMs,
    longestMs: 24 * hourMs,
    read: async (from, to, offset) => {
      if (offset === 0) asOf = context.now();
      const place = { page: Math.floor(offset / pageSize) + 1, count: pageSize, asOf };
      const response = await readSignOns(context, from, to, place);
      const rows = children(child(response, "Response_Data"), "Workday_Account_Signon");
      return { total: paging(response).total, rows };
    },
  };
}

export function readSignOns(
  context: Context,
  from: Date,
  to: Date,
  place: { page: number; count: number; asOf: Date },
): Promise<Xml> {
  const span = [element("From_DateTime", wholeSecond(from)), element("To_DateTime", wholeSecond(to))];
  const content = group("Request_Criteria", ...span) + page(place.page, place.count, place.asOf);
  return inDomain(domains.logs, () =>
    callSoap(context, "Identity_Management", "Get_Workday_Account_Signons_Request", content),
  );
}
