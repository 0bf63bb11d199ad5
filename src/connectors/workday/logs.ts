import type { Context } from "#src/connector-kit/contract/context.ts";
import { needList, needObject } from "#src/connector-kit/record.ts";
import { endpointsOf } from "./endpoints.ts";
import { withDomain } from "./errors.ts";
import { callSoap, child, children, element, group, paging, type Xml } from "./soap.ts";
import type { WindowReader } from "./windows.ts";

const hourMs = 3_600_000;

/**
 * User activity log. Source: the resource `activityLogging` of Workday's Privacy REST API.
 * `instancesReturned` buys 10,000 rows each and costs time: one is enough unless a single second holds more.
 */
export function activityLog(context: Context): WindowReader {
  return {
    pageSize: 1000,
    longestMs: hourMs,
    read: async (from, to, offset, capacity) => {
      const { activityLogging } = endpointsOf(context.settings);
      const body = await getJson(context, activityLogging, "System Auditing", {
        from: withoutFraction(from),
        to: withoutFraction(to),
        type: "userActivity",
        limit: 1000,
        offset,
        instancesReturned: Math.ceil(capacity / 10_000),
      });
      return { total: typeof body.total === "number" ? body.total : 0, rows: needList(body.data, "data") };
    },
  };
}

/** Sign-ons and failed attempts, by the instant of the attempt. Source: Identity_Management, Get_Workday_Account_Signons. */
export function signOnLog(context: Context, longestMs = 6 * hourMs): WindowReader {
  const pageSize = 999;
  // One snapshot for all pages of one window; a new one whenever a window is begun.
  let asOf = context.now();
  return {
    pageSize,
    longestMs,
    read: async (from, to, offset) => {
      if (offset === 0) asOf = context.now();
      const response = await readSignOns(context, from, to, {
        page: Math.floor(offset / pageSize) + 1,
        count: pageSize,
        asOf,
      });
      return { total: paging(response).total, rows: rowsOf(response) };
    },
  };
}

export async function readSignOns(
  context: Context,
  from: Date,
  to: Date,
  { page, count, asOf }: { page: number; count: number; asOf: Date },
): Promise<Xml> {
  const content =
    group(
      "Request_Criteria",
      element("From_DateTime", withoutFraction(from)),
      element("To_DateTime", withoutFraction(to)),
    ) +
    group(
      "Response_Filter",
      element("As_Of_Entry_DateTime", asOf.toISOString()),
      element("Page", page),
      element("Count", count),
    );
  try {
    return await callSoap(context, "Identity_Management", "Get_Workday_Account_Signons_Request", content);
  } catch (error) {
    throw withDomain(error, "System Auditing");
  }
}

function rowsOf(response: Xml): Xml[] {
  return children(child(response, "Response_Data"), "Workday_Account_Signon");
}

/** A REST call that knows which domain policy it lives on, since Workday's answer does not always say. */
export async function getJson(
  context: Context,
  url: string,
  domain: string,
  query: Record<string, string | number>,
): Promise<Record<string, unknown>> {
  try {
    const response = await context.http.get<unknown>(url, { query, timeoutMs: 60_000 });
    return needObject(response.body, "$");
  } catch (error) {
    throw withDomain(error, domain);
  }
}

/** Fractions of a second are not understood by all versions. */
function withoutFraction(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
