import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Route } from "../../router.ts";
import { route } from "../../router.ts";
import type { Caller, Needs } from "./access.ts";
import { problem } from "./access.ts";
import type { GithubTenant } from "./tenant.ts";

/** One call to the API, its caller known and allowed. */
export interface Call {
  tenant: GithubTenant;
  caller: Caller;
  request: SandboxRequest;
  parameters: Record<string, string>;
}

export interface Endpoint {
  needs: Needs;
  run(call: Call): SandboxResponse | Promise<SandboxResponse>;
}

export type ApiRoute = Route<Endpoint>;

export function api(method: string, pattern: string, needs: Needs, run: Endpoint["run"]): ApiRoute {
  return route(method, pattern, { needs, run });
}

export function json(call: Call): Record<string, unknown> {
  try {
    return JSON.parse(call.request.body.toString("utf8") || "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** `page` and `per_page`, and the Link header for a list known to have `total` records, or whether `more` follow. */
export function paging(call: Call): {
  offset: number;
  size: number;
  link(more: boolean, total?: number): Record<string, string>;
} {
  const { query, path } = call.request;
  const size = Math.max(
    1,
    Math.min(Number(query.get("per_page") ?? 30) || 30, call.tenant.options.unlimited ? 10_000 : 100),
  );
  const page = Math.max(1, Number(query.get("page") ?? 1) || 1);
  return {
    offset: (page - 1) * size,
    size,
    link(more, total) {
      const to = (number: number, rel: string): string => {
        const next = new URLSearchParams(query);
        next.set("page", String(number));
        return `<https://api.github.com${path}?${next.toString()}>; rel="${rel}"`;
      };
      const links: string[] = [];
      if (page > 1) links.push(to(page - 1, "prev"));
      if (more) links.push(to(page + 1, "next"));
      if (more && total !== undefined) links.push(to(Math.ceil(total / size), "last"));
      if (page > 1) links.push(to(1, "first"));
      return links.length > 0 ? { link: links.join(", ") } : noLink;
    },
  };
}

/** Answers one page of a list: `read` gives up to `limit` records from `offset` on. */
export function list(
  call: Call,
  read: (offset: number, limit: number) => unknown[],
  wrap: (records: unknown[]) => unknown = (records) => records,
): SandboxResponse {
  const { offset, size, link } = paging(call);
  const records = read(offset, size + 1);
  return { status: 200, headers: link(records.length > size), body: wrap(records.slice(0, size)) };
}

/** Answers one page of a list that is small enough to be at hand. */
export function listAll(call: Call, records: unknown[], wrap?: (records: unknown[]) => unknown): SandboxResponse {
  return list(call, (offset, limit) => records.slice(offset, offset + limit), wrap);
}

const noLink: Record<string, string> = {};

export const noContent: SandboxResponse = { status: 204 };

export function notFound(): SandboxResponse {
  return problem(404, "Not Found");
}

export function invalid(resource: string, field: string, code = "invalid"): SandboxResponse {
  return problem(422, "Validation Failed", {}, { errors: [{ resource, field, code }] });
}
