import { randomUUID } from "node:crypto";
import { type Listing, linkHeader, pageAt, placeOf, type Sizes, sizeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxRequest, SandboxResponse, Tenant } from "../../provider.ts";
import { shape } from "../../trouble.ts";

/** `ciscospark://us/PEOPLE/<uuid>` in base64, which is how most records are named. */
export function hydra(kind: string, uuid: string): string {
  return Buffer.from(`ciscospark://us/${kind}/${uuid}`).toString("base64url");
}

/** The way back; undefined for the id of another kind of record. */
export function uuidOf(kind: string, id: string): string | undefined {
  const [, found, uuid] = /^ciscospark:\/\/us\/([A-Z_]+)\/(.+)$/.exec(Buffer.from(id, "base64url").toString()) ?? [];
  return found === kind ? uuid : undefined;
}

/** The audit log names people by their bare UUID, in base64 as well. */
export function bare(uuid: string): string {
  return Buffer.from(uuid).toString("base64url");
}

/** https://developer.webex.com/docs/basics#api-errors */
export function problem(status: number, message: string, headers: Record<string, string> = {}): SandboxResponse {
  const trackingId = `ROUTER_${randomUUID()}`;
  return {
    status,
    headers: { trackingid: trackingId, ...headers },
    body: { message, errors: [{ description: message }], trackingId },
  };
}

export const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
export const noContent: SandboxResponse = { status: 204 };
export const notFound = (): SandboxResponse => problem(404, "The requested resource could not be found.");
export const badRequest = (message: string): SandboxResponse => problem(400, message);
export const iso = (at: number): string => new Date(at).toISOString();

/** A page under `items`, the next one in the Link header. `more`: parameters that its link gets beside the cursor. */
export function itemsPage<R>(
  { tenant, request }: { tenant: Tenant; request: SandboxRequest },
  listing: Listing<R>,
  format: {
    sizes: Sizes;
    write: (record: R) => object;
    stream: string;
    required: string[];
    more?: Record<string, string>;
  },
): SandboxResponse {
  const start = placeOf(request.query.get("cursor"));
  if (start === undefined) return badRequest("Invalid cursor");
  const page = pageAt(listing, start, sizeOf(request, "max", format.sizes, tenant));
  const items = shape(tenant, format.stream, page.records.map(format.write), format.required);
  const next = page.next === undefined ? undefined : { ...format.more, cursor: tokenAt(page.next) };
  return { status: 200, headers: linkHeader(request, next), body: { items } };
}
