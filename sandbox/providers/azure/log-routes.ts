import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { problem } from "../_microsoft/answers.ts";
import { type ArmCall, arm, armPage } from "./arm.ts";
import { type Happening, logRecords } from "./events.ts";
import type { AzureTenant } from "./tenant.ts";

const values = "providers/Microsoft.Insights/eventtypes/management/values";
const action = "Microsoft.Insights/eventtypes/values/read";
const keptMs = 90 * 86_400_000;

export const logRoutes = [
  arm("GET", `/subscriptions/:subscription/${values}`, action, (call) =>
    activityLog(call, call.parameters.subscription),
  ),
  // What happens above subscriptions.
  arm("GET", `/${values}`, action, (call) => activityLog(call, undefined)),
];

/** Newest first. https://learn.microsoft.com/en-us/rest/api/monitor/activity-logs/list */
function activityLog(call: ArmCall, subscription: string | undefined): SandboxResponse {
  const { tenant, request, now } = call;
  const filter = request.query.get("$filter") ?? "";
  const [, from, to = new Date(now).toISOString()] =
    /^eventTimestamp ge '([^']+)'(?: and eventTimestamp le '([^']+)')?$/.exec(filter) ?? [];
  if (from === undefined) return problem(400, "BadRequest", "The $filter parameter is missing or not supported.");
  if (Date.parse(from) < now - keptMs - 60_000)
    return problem(400, "BadRequest", "The start time cannot be more than 90 day(s) in the past.");
  const records = happenings(tenant, from, to)
    .filter(({ operation, subscription: { id } }) => operation !== null && id === subscription)
    .flatMap((one) => logRecords(tenant, one));
  return armPage(call, listingOf(records), {
    ...{ stream: "activities", required: ["eventDataId", "operationName"], size: tenant.options.unlimited ? 200 : 100 },
    write: (record) => record,
  });
}

function happenings(tenant: AzureTenant, from: string, to: string): Happening[] {
  const first = tenant.timeline.firstAtOrAfter(Date.parse(from));
  const end = tenant.timeline.firstAtOrAfter(Date.parse(to) + 1);
  return Array.from({ length: Math.max(0, end - first) }, (_, place) => tenant.happening(end - 1 - place));
}
