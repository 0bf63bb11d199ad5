import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Route } from "../../router.ts";
import { route } from "../../router.ts";
import type { Caller } from "./access.ts";
import { problem } from "./access.ts";
import type { OktaTenant } from "./tenant.ts";

/** One call to the API, its caller known and allowed. */
export interface Call {
  tenant: OktaTenant;
  caller: Caller;
  request: SandboxRequest;
  /** `https://acme.okta.com`: links name the real host. */
  origin: string;
  parameters: Record<string, string>;
}

export interface Endpoint {
  scope: string;
  run(call: Call): SandboxResponse | Promise<SandboxResponse>;
}

export type ApiRoute = Route<Endpoint>;

export function api(method: string, pattern: string, scope: string, run: Endpoint["run"]): ApiRoute {
  return route(method, pattern, { scope, run });
}

export function json(call: Call): Record<string, unknown> {
  try {
    return JSON.parse(call.request.body.toString("utf8") || "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function sizeOf(call: Call, usual: number, most: number): number {
  const asked = Number(call.request.query.get("limit") ?? usual);
  return Math.max(1, Math.min(Number.isInteger(asked) ? asked : usual, call.tenant.options.unlimited ? 10_000 : most));
}

/** The Link header: the page itself, and the next one when `after` says where it starts. */
export function links(call: Call, after: string | undefined): Record<string, string[]> {
  const { query, path } = call.request;
  const to = (more: [string, string][], rel: string): string => {
    const next = new URLSearchParams(query);
    for (const [name, value] of more) next.set(name, value);
    const text = next.toString();
    return `<${call.origin}${path}${text ? `?${text}` : ""}>; rel="${rel}"`;
  };
  return { link: [to([], "self"), ...(after === undefined ? [] : [to([["after", after]], "next")])] };
}

/** One page of records that are all at hand. */
export function listAll<T>(call: Call, records: T[], usual = 200, most = 200): SandboxResponse {
  const size = sizeOf(call, usual, most);
  const start = Number(call.request.query.get("after") ?? 0) || 0;
  const end = start + size;
  return {
    status: 200,
    headers: links(call, end < records.length ? String(end) : undefined),
    body: records.slice(start, end),
  };
}

export const noContent: SandboxResponse = { status: 204 };

export function notFound(what: string, id: string | undefined): SandboxResponse {
  return problem(404, "E0000007", `Not found: Resource not found: ${id ?? ""} (${what})`);
}

export function invalid(field: string, cause: string): SandboxResponse {
  return problem(400, "E0000001", `Api validation failed: ${field}`, [cause]);
}
