import { type Listing, linkTo, numberedPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxRequest, SandboxResponse, Tenant } from "../../provider.ts";
import { shape } from "../../trouble.ts";

export const noContent: SandboxResponse = { status: 204 };

export function ok(body: unknown): SandboxResponse {
  return { status: 200, body };
}

export function problem(
  status: number,
  message: string,
  headers: Record<string, string> = {},
  more: Record<string, unknown> = {},
): SandboxResponse {
  const documentation_url = "https://docs.github.com/rest";
  return { status, headers, body: { message, ...more, documentation_url, status: String(status) } };
}

export function notFound(): SandboxResponse {
  return problem(404, "Not Found");
}

export function invalid(resource: string, field: string, code = "invalid"): SandboxResponse {
  return problem(422, "Validation Failed", {}, { errors: [{ resource, field, code }] });
}

/** Epoch ms without fractions of a second, as GitHub writes instants. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, "");
}

const sizes = { usual: 30, max: 100 };

export function pageSize(request: SandboxRequest, tenant: Tenant): number {
  return sizeOf(request, "per_page", sizes, tenant);
}

interface Written<R> {
  write: (record: R) => object;
  /** The stream that the fault `changedShape` names, and the fields it changes. */
  shaped?: readonly [stream: string, fields: string[]];
  /** Around the list, where the answer is an object. */
  wrap?: (records: object[], total: number) => unknown;
}

/** One page of a listing, by `page` and `per_page`, and its Link header. */
export function listPage<R>(
  { request, tenant }: { request: SandboxRequest; tenant: Tenant },
  listing: Listing<R>,
  { write, shaped, wrap = (records) => records }: Written<R>,
): SandboxResponse {
  const { records, number, last, total } = numberedPage(request, "page", listing, pageSize(request, tenant));
  const links = [
    ...(number > 1 ? [`<${linkTo(request, { page: String(number - 1) })}>; rel="prev"`] : []),
    ...(number < last ? [`<${linkTo(request, { page: String(number + 1) })}>; rel="next"`] : []),
    ...(number < last ? [`<${linkTo(request, { page: String(last) })}>; rel="last"`] : []),
    ...(number > 1 ? [`<${linkTo(request, { page: "1" })}>; rel="first"`] : []),
  ];
  const written = records.map(write);
  const body = wrap(shaped ? shape(tenant, shaped[0], written, shaped[1]) : written, total);
  return { status: 200, headers: links.length > 0 ? { link: links.join(", ") } : {}, body };
}
