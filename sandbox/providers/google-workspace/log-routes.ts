import { guarded } from "../../kit/api.ts";
import { placeOf, sizeOf, tokenAt } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall, WorkspaceRoute } from "./access.ts";
import { invalid } from "./answers.ts";
import { applications } from "./event-types.ts";
import { scopes } from "./scopes.ts";

const dayMs = 86_400_000;

export const logRoutes: WorkspaceRoute[] = [
  guarded("GET", "/admin/reports/v1/activity/users/:userKey/applications/:application", scopes.audit, listActivities),
  guarded("GET", "/v1beta1/alerts", scopes.alerts, listAlerts),
];

/** Newest first. https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list */
function listActivities(call: WorkspaceCall) {
  const { tenant, request, parameters, now } = call;
  const application = parameters.application ?? "";
  if (!applications.has(application)) return invalid(`Invalid value '${application}' for applicationName`);
  const instant = (name: string) => {
    const text = request.query.get(name);
    return text === null ? null : Date.parse(text);
  };
  const [from, to] = [instant("startTime"), instant("endTime")];
  if (Number.isNaN(from) || Number.isNaN(to)) return invalid("startTime or endTime is no RFC 3339 timestamp");
  if (from !== null && from < now - 180 * dayMs) return invalid("startTime lies more than 180 days back");
  if (from !== null && to !== null && from > to) return invalid("startTime is after endTime");
  if (application === "gmail" && (from === null || to === null)) return invalid("gmail needs startTime and endTime");
  const { timeline } = tenant;
  const first = from === null ? 0 : timeline.firstAtOrAfter(from);
  const end = to === null ? timeline.count : timeline.firstAtOrAfter(to + 1);
  const token = request.query.get("pageToken");
  const asked = placeOf(token);
  if (asked === undefined) return invalid("pageToken");
  const size = sizeOf(request, "maxResults", { usual: 1000, max: 1000 }, tenant);
  const found = tenant.numbersOf(application, first, token === null ? end : Math.min(asked, end)).reverse();
  const page = found.slice(0, size);
  const items = page.map((number) => tenant.record(number));
  const shaped = shape(tenant, "activities", items, ["id", "events"]);
  return {
    status: 200,
    body: {
      kind: "admin#reports#activities",
      etag: '"activities"',
      ...(shaped.length > 0 && { items: shaped }),
      ...(found.length > size && { nextPageToken: tokenAt(page.at(-1) ?? 0) }),
    },
  };
}

/** https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts/list */
function listAlerts({ tenant, request }: WorkspaceCall) {
  const { query } = request;
  const bounds = [...(query.get("filter") ?? "").matchAll(/createTime\s*(>=|<=)\s*"([^"]+)"/g)];
  const bound = (operator: string) => Date.parse(bounds.find(([, found]) => found === operator)?.[2] ?? "");
  const [from, to] = [bound(">="), bound("<=")];
  if (query.has("filter") && bounds.length === 0) return googleError(400, "invalid", "The filter cannot be read.");
  const { timeline } = tenant;
  const first = Number.isNaN(from) ? 0 : timeline.firstAtOrAfter(from);
  const end = Number.isNaN(to) ? timeline.count : timeline.firstAtOrAfter(to + 1);
  const asked = placeOf(query.get("pageToken"));
  if (asked === undefined) return googleError(400, "invalid", "The page token is invalid.");
  const size = sizeOf(request, "pageSize", { usual: 100, max: 100 }, tenant);
  const found = tenant.numbersOf("alerts", Math.max(first, asked), end);
  const alerts = shape(
    tenant,
    "alerts",
    found.slice(0, size).map((number) => tenant.record(number)),
    ["alertId"],
  );
  const next = found[size];
  return {
    status: 200,
    body: { ...(alerts.length > 0 && { alerts }), ...(next !== undefined && { nextPageToken: tokenAt(next) }) },
  };
}
