import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { EgnyteCall } from "./access.ts";
import { refused } from "./answers.ts";
import { reported, streamed } from "./events.ts";
import type { EgnyteTenant } from "./tenant.ts";

const sliceMs = 30 * 60_000;
const weekMs = 7 * 86_400_000;
const pageSize = 5000;

/** Types of reports, and the logs that they are of. */
const logs: Readonly<Record<string, string>> = {
  ...{ logins: "LOGIN_AUDIT", files: "FILE_AUDIT", permissions: "PERMISSION_AUDIT", users: "USER_AUDIT" },
  ...{ groups: "GROUP_AUDIT", "workgroup-settings": "WG_SETTINGS_AUDIT", workflows: "WORKFLOW_AUDIT" },
};

export const auditRoutes = [
  guarded<EgnyteTenant, Granted>("GET", "/pubapi/v2/audit/stream", "Egnyte.audit", stream),
  guarded<EgnyteTenant, Granted>("POST", "/pubapi/v1/audit/:type", "Egnyte.audit", request),
  guarded<EgnyteTenant, Granted>("GET", "/pubapi/v1/audit/jobs/:id", "Egnyte.audit", job),
  guarded<EgnyteTenant, Granted>("GET", "/pubapi/v1/audit/:type/:id", "Egnyte.audit", read),
];

/** Where a reader of the stream is. */
interface Position {
  /** Number of the next event. */
  number: number;
  /** Until when has been read. */
  at: number;
  /** Epoch ms; null: none. */
  end: number | null;
  madeAt: number;
}

/** https://developers.egnyte.com/docs/read/Audit_Reporting_API_V2 */
function stream({ tenant, request, now }: EgnyteCall): SandboxResponse {
  const { query } = request;
  const cursor = query.get("nextCursor");
  if (cursor !== null && query.has("startDate")) return refused(400, "nextCursor cannot be combined with startDate");
  const from = cursor === null ? begin(tenant, query, now) : positionOf(cursor);
  if (!from) return refused(400, "startDate is missing or invalid");
  const age = now - (cursor === null ? from.at : from.madeAt);
  if (age > weekMs) return refused(400, "startDate and nextCursor must not be older than 7 days");
  const end = Math.min(from.end ?? Number.POSITIVE_INFINITY, now + 1);
  const until = Math.max(from.at, Math.min(from.at + sliceMs, end));
  const events: Record<string, unknown>[] = [];
  let { number } = from;
  for (; number < tenant.timeline.count && events.length < pageSize; number++) {
    if (tenant.timeline.timeAt(number) >= until) break;
    events.push(streamed(tenant.happened(number)));
  }
  const position: Position = { number, at: until, end: from.end, madeAt: now };
  return {
    status: 200,
    body: {
      nextCursor: Buffer.from(JSON.stringify(position)).toString("base64url"),
      moreEvents: until < end || events.length === pageSize,
      events: shape(tenant, "activities", events, ["date"]),
    },
  };
}

function begin({ timeline }: EgnyteTenant, query: URLSearchParams, now: number): Position | undefined {
  const at = Date.parse(query.get("startDate") ?? "");
  const end = query.has("endDate") ? Date.parse(query.get("endDate") ?? "") : null;
  if (Number.isNaN(at) || Number.isNaN(end)) return undefined;
  return { number: timeline.firstAtOrAfter(at), at, end: end === null ? null : end + 1, madeAt: now };
}

function positionOf(cursor: string): Position | undefined {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString()) as Position;
  } catch {
    return undefined;
  }
}

/** https://developers.egnyte.com/docs/read/Audit_Reporting_API */
function request({ tenant, request: { ...asked }, parameters }: EgnyteCall): SandboxResponse {
  const type = parameters.type ?? "";
  const log = logs[type];
  if (!log) return refused(404, "Unknown audit report");
  const body = jsonBody(asked) ?? {};
  const [from, to] = [Date.parse(String(body.date_start)), Date.parse(String(body.date_end))];
  if (body.format !== "json" || Number.isNaN(from) || Number.isNaN(to)) return refused(400, "Invalid report request");
  if (type === "files" && !body.folders && !body.file) return refused(400, "folders or file is required");
  const id = `job-${tenant.reports.size + 1}`;
  tenant.reports.set(id, { type, log, from, to: to + 86_400_000, looks: 0 });
  return { status: 202, body: { id } };
}

function job({ tenant, parameters, origin }: EgnyteCall): SandboxResponse {
  const found = tenant.reports.get(parameters.id ?? "");
  if (!found) return refused(404, "There is no such report");
  found.looks += 1;
  if (found.looks === 1) return { status: 200, body: { status: "running" } };
  return { status: 303, headers: { location: `${origin}/pubapi/v1/audit/${found.type}/${parameters.id}` }, body: "" };
}

function read({ tenant, request: { query }, parameters }: EgnyteCall): SandboxResponse {
  const found = tenant.reports.get(parameters.id ?? "");
  if (!found || found.type !== parameters.type) return refused(404, "There is no such report");
  const all: Record<string, unknown>[] = [];
  for (let number = tenant.timeline.firstAtOrAfter(found.from); number < tenant.timeline.count; number++) {
    if (tenant.timeline.timeAt(number) >= found.to) break;
    const event = tenant.happened(number);
    if (event.log === found.log) all.push(reported(event));
  }
  const [offset, size] = [Number(query.get("offset") ?? 0), Number(query.get("count") ?? 100)];
  const events = all.slice(offset, offset + Math.min(size, 1000));
  return { status: 200, body: { total_count: all.length, offset, count: events.length, events } };
}
