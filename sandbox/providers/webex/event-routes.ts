import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { WebexCall, WebexRoute } from "./access.ts";
import { badRequest, iso, itemsPage, ok, problem } from "./answers.ts";
import type { Log } from "./events.ts";

const auditScope = "audit:events_read";
const dayMs = 86_400_000;

export const eventRoutes: WebexRoute[] = [
  guarded("GET", "/v1/adminAudit/eventCategories", auditScope, () =>
    ok({ eventCategories: ["COMPLIANCE", "DEVICES", "LOGINS", "ORG_SETTINGS", "USERS", "WEBEX_IDENTITY"] }),
  ),
  guarded("GET", "/v1/adminAudit/events", auditScope, (call) => list(call, "audit", ["from", "to"], 200)),
  guarded("GET", "/v1/admin/securityAudit/events", auditScope, (call) =>
    list(call, "security", ["startTime", "endTime"], 1000),
  ),
  guarded("GET", "/v1/events", "spark-compliance:events_read", (call) => {
    const { request, now } = call;
    const [from, to] = ["from", "to"].map((name) => Date.parse(request.query.get(name) ?? ""));
    if ((to ?? 0) > now) return badRequest("to cannot be in the future");
    if ((from ?? now) < now - 90 * dayMs) return problem(403, "Events older than 90 days need Pro Pack.");
    return list(call, "compliance", ["from", "to"], 1000);
  }),
];

/** The newest first, after the one instant and before the other. Links carry the end on, so that what happens meanwhile moves nothing. */
function list(call: WebexCall, log: Log, [start, end]: [string, string], max: number): SandboxResponse {
  const { tenant, request, now } = call;
  const { timeline } = tenant;
  const { query } = request;
  const isAudit = log !== "compliance";
  if (isAudit && query.get("orgId") !== tenant.people.orgId) return problem(403, "This organization is another one.");
  const [from, to] = [query.get(start), query.get(end)];
  if (isAudit && (!from || !to)) return badRequest(`${start} and ${end} are required`);
  const [first, last] = [from ? Date.parse(from) : 0, to ? Date.parse(to) : now + 1];
  if (Number.isNaN(first) || Number.isNaN(last)) return badRequest("Not a date");
  if (isAudit && last - first > 366 * dayMs) return badRequest("At most one year can be asked for");
  const numbers: number[] = [];
  for (let number = timeline.firstAtOrAfter(last) - 1; number >= 0 && timeline.timeAt(number) > first; number--) {
    if (tenant.logOf(number) !== log) continue;
    const resource = query.get("resource");
    if (resource === null || tenant.event(number).type.startsWith(`${resource}.`)) numbers.push(number);
  }
  return itemsPage(call, listingOf(numbers), {
    ...{ sizes: { usual: 100, max }, stream: "activities", required: ["id", "created", "data"] },
    write: (number) => tenant.record(number),
    more: to ? {} : { [end]: iso(now) },
  });
}
