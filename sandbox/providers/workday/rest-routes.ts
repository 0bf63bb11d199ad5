import { type ApiRoute, type Call, guarded } from "../../kit/api.ts";
import { offsetPage } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { badParameter } from "./answers.ts";
import { activityAt } from "./entries.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { workerBody } from "./workers.ts";

/** The caller, who holds a token of the tenant. */
export type Caller = Record<string, never>;
type WorkdayCall = Call<WorkdayTenant, Caller>;

/** A row of the log is only found with the number of instances that were asked for, 10,000 each. */
const rowsPerInstance = 10_000;

/** Scopes are functional area and domain, parted by a slash. */
export const restRoutes: ApiRoute<WorkdayTenant, Caller>[] = [
  guarded("GET", "/ccx/api/v1/:tenant/workers", "Staffing/Worker Data: Public Worker Reports", workers),
  guarded("GET", "/ccx/api/privacy/v1/:tenant/activityLogging", "System/System Auditing", activityLogging),
];

function workers(call: WorkdayCall): SandboxResponse {
  const { tenant, request } = call;
  const page = paging(call, { usual: 20, max: 100 });
  if ("status" in page) return page;
  const { records, total } = offsetPage(request, "offset", tenant.people, page.limit);
  const data = records.map((index) => workerBody(tenant.people, index, baseOf(call)));
  return { status: 200, body: { total, data: shape(tenant, "users", data, ["id", "descriptor"]) } };
}

/** Oldest first, `total` without regard to paging. */
function activityLogging(call: WorkdayCall): SandboxResponse {
  const { tenant, request } = call;
  const { query } = request;
  const span: Record<string, number> = {};
  for (const name of ["from", "to"]) {
    if (!query.get(name)) return badParameter(name, `Required parameter is missing: ${name}`);
    span[name] = instant(query.get(name) ?? "");
    if (Number.isNaN(span[name]))
      return badParameter(name, `Invalid date and time: ${name} must be yyyy-MM-ddTHH:mm:ssZ`);
  }
  const { from = 0, to = 0 } = span;
  if (from > to) return badParameter("from", "The From Moment must be before the To Moment.");
  if ((query.get("type") ?? "userActivity") !== "userActivity")
    return badParameter("type", "Valid values: userActivity");
  const instances = Number(query.get("instancesReturned") ?? 1);
  if (!Number.isInteger(instances) || instances < 1)
    return badParameter("instancesReturned", "instancesReturned must be a positive number");
  const page = paging(call, { usual: 100, max: 1000 });
  if ("status" in page) return page;
  const { total, numbers } = tenant.logs.between("activities", from, to, page);
  if (tenant.logsApiCalls) tenant.appendTask("privacy/activityLogging/userActivity (GET) (v1 - )");
  const cap = tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : instances * rowsPerInstance;
  const data = numbers.slice(0, Math.max(0, cap - page.offset)).map((number) => {
    const { target, ...row } = activityAt(tenant, number);
    return { ...row, ...(target && { target: { ...target, href: `${baseOf(call)}/workers/${target.id}` } }) };
  });
  return { status: 200, body: { total, data: shape(tenant, "activities", data, ["requestTime", "systemAccount"]) } };
}

function baseOf({ tenant, origin }: WorkdayCall): string {
  return `${origin}/ccx/api/v1/${tenant.options.name}`;
}

/** NaN for what is not written as Workday writes it. */
function instant(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** A limit above the maximum is answered with the maximum. */
function paging(
  { request: { query }, tenant }: WorkdayCall,
  { usual, max }: { usual: number; max: number },
): { offset: number; limit: number } | SandboxResponse {
  const limit = Number(query.get("limit") ?? usual);
  const offset = Number(query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1) return badParameter("limit", "limit must be a positive number");
  if (!Number.isInteger(offset) || offset < 0) return badParameter("offset", "offset must not be negative");
  return { limit: Math.min(limit, tenant.options.unlimited ? 100_000 : max), offset };
}
