import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { badParameter, notFound, permissionDenied } from "./answers.ts";
import type { WorkdayTenant } from "./tenant.ts";
import type { Worker } from "./workers.ts";

/** A row of the log is only found with the number of instances that were asked for, 10,000 each. */
const rowsPerInstance = 10_000;

export function workers(request: SandboxRequest, tenant: WorkdayTenant): SandboxResponse {
  const lacking = tenant.lacks("Staffing", "Worker Data: Public Worker Reports");
  if (lacking) return permissionDenied(lacking);
  const page = paging(request, 20, tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : 100);
  if ("status" in page) return page;
  const search = request.query.get("search")?.toLowerCase();
  if (search) {
    const found = tenant.workers
      .list(0, tenant.workers.current)
      .filter((worker) => worker.name.toLowerCase().includes(search) || worker.email.includes(search));
    return list(request, tenant, found.length, found.slice(page.offset, page.offset + page.limit));
  }
  return list(request, tenant, tenant.workers.current, tenant.workers.list(page.offset, page.limit));
}

function list(request: SandboxRequest, tenant: WorkdayTenant, total: number, workers: Worker[]): SandboxResponse {
  const data = workers.map((worker) => workerBody(request, tenant, worker));
  return { status: 200, body: { total, data: shape(tenant, "users", data, ["id", "descriptor"]) } };
}

export function worker(request: SandboxRequest, tenant: WorkdayTenant, id: string): SandboxResponse {
  const lacking = tenant.lacks("Staffing", "Worker Data: Public Worker Reports");
  if (lacking) return permissionDenied(lacking);
  const index = /^[0-9a-f]{32}$/.test(id) ? tenant.workers.find(id) : undefined;
  const found = index === undefined ? undefined : tenant.workers.at(index);
  return found && !found.terminated ? { status: 200, body: workerBody(request, tenant, found) } : notFound("worker");
}

function workerBody(request: SandboxRequest, tenant: WorkdayTenant, worker: Worker): Record<string, unknown> {
  const base = `https://${request.host}/ccx/api/v1/${tenant.options.name}`;
  return {
    id: worker.wid,
    descriptor: worker.name,
    href: `${base}/workers/${worker.wid}`,
    primaryWorkEmail: worker.email,
    primaryWorkPhone: worker.phone,
    businessTitle: worker.title,
    isManager: worker.isManager,
    location: worker.location,
    primarySupervisoryOrganization: {
      ...worker.organization,
      href: `${base}/supervisoryOrganizations/${worker.organization.id}`,
    },
  };
}

/** `GET /ccx/api/privacy/v1/{tenant}/activityLogging`: oldest first, `total` without regard to paging. */
export function activityLogging(request: SandboxRequest, tenant: WorkdayTenant): SandboxResponse {
  const lacking = tenant.lacks("System", "System Auditing");
  if (lacking) return permissionDenied(lacking);
  const { query } = request;
  for (const name of ["from", "to"]) {
    if (!query.get(name)) return badParameter(name, `Required parameter is missing: ${name}`);
    if (instant(query.get(name)) === null)
      return badParameter(name, `Invalid date and time: ${name} must be yyyy-MM-ddTHH:mm:ssZ`);
  }
  const [from, to] = [instant(query.get("from")) as number, instant(query.get("to")) as number];
  if (from > to) return badParameter("from", "The From Moment must be before the To Moment.");
  if ((query.get("type") ?? "userActivity") !== "userActivity")
    return badParameter("type", "Valid values: userActivity");
  const instances = Number(query.get("instancesReturned") ?? 1);
  if (!Number.isInteger(instances) || instances < 1)
    return badParameter("instancesReturned", "instancesReturned must be a positive number");
  const page = paging(request, 100, tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : 1000);
  if ("status" in page) return page;

  const { total, numbers } = find(tenant, from, to, query, page);
  if (tenant.logsApiCalls) tenant.appendTask("privacy/activityLogging/userActivity (GET) (v1 - )");
  if (query.get("returnUserActivityEntryCount") === "true")
    return { status: 200, body: { total: 1, data: [{ userActivityEntryCount: total }] } };
  const cap = tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : instances * rowsPerInstance;
  const data = numbers.slice(0, Math.max(0, cap - page.offset)).map((number) => {
    const row = tenant.activityAt(number);
    if (row.target)
      row.target.href = `https://${request.host}/ccx/api/v1/${tenant.options.name}/workers/${row.target.id}`;
    return row;
  });
  return { status: 200, body: { total, data: shape(tenant, "activities", data, ["requestTime", "systemAccount"]) } };
}

/** Numbers of the events on one page of a window; the two filters need every row of the window to be looked at. */
function find(
  tenant: WorkdayTenant,
  from: number,
  to: number,
  query: URLSearchParams,
  page: { offset: number; limit: number },
) {
  const { logs } = tenant;
  const { first, count } = logs.between("activities", from, to);
  const [account, task] = [query.get("systemAccount"), query.get("taskId")];
  if (!account && !task) {
    const length = Math.max(0, Math.min(count - page.offset, page.limit));
    return {
      total: count,
      numbers: Array.from({ length }, (_, position) => logs.numberAt("activities", first + page.offset + position)),
    };
  }
  const matching: number[] = [];
  for (let position = first; position < first + count; position++) {
    const number = logs.numberAt("activities", position);
    const row = tenant.activityAt(number);
    if ((!account || row.systemAccount === account) && (!task || row.taskId === task)) matching.push(number);
  }
  return { total: matching.length, numbers: matching.slice(page.offset, page.offset + page.limit) };
}

function instant(text: string | null): number | null {
  if (!text || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** A limit above the maximum is answered with the maximum. */
function paging(
  request: SandboxRequest,
  usual: number,
  maximum: number,
): { offset: number; limit: number } | SandboxResponse {
  const limit = Number(request.query.get("limit") ?? usual);
  const offset = Number(request.query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1) return badParameter("limit", "limit must be a positive number");
  if (!Number.isInteger(offset) || offset < 0) return badParameter("offset", "offset must not be negative");
  return { limit: Math.min(limit, maximum), offset };
}
