import { type ApiRoute, finding } from "../../kit/api.ts";
import type { Sizes } from "../../kit/paging.ts";
import { linkHeader, listingOf, pageAt, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { Caller, OktaCall } from "./access.ts";
import { badCursor, notFound } from "./answers.ts";
import { userTarget } from "./people.ts";
import type { OktaTenant } from "./tenant.ts";

export type OktaRoute = ApiRoute<OktaTenant, Caller>;

export const withUser = finding<OktaTenant, Caller, number>(
  "id",
  ({ tenant }, id) => tenant.people.find(id),
  notFound("User"),
);

/** Writes the System Log event of something that was done to a user. */
export function logOf({ tenant, caller }: OktaCall, type: string, user: number): void {
  tenant.append({ ...caller.actor, type, targets: [userTarget(tenant.people, user)] });
}

/** The place that `after` names in a listing whose cursors are numbers; undefined when it is none. */
export function placeIn({ request }: OktaCall): number | undefined {
  const place = Number(request.query.get("after") ?? 0);
  return Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}

/** One page of records that are all at hand, with its Link header. `shaped` names the stream of the fault `changedShape`, and its required fields. */
export function listAll<R>(
  call: OktaCall,
  records: readonly R[],
  write: (record: R) => object,
  options: { sizes?: Sizes; shaped?: { stream: string; required: string[] } } = {},
): SandboxResponse {
  const { sizes = { usual: 200, max: 200 }, shaped } = options;
  const start = placeIn(call);
  if (start === undefined) return badCursor();
  const page = pageAt(listingOf(records), start, sizeOf(call.request, "limit", sizes, call.tenant));
  const written = page.records.map(write);
  return {
    status: 200,
    headers: linkHeader(call.request, page.next === undefined ? undefined : { after: String(page.next) }),
    body: shaped ? shape(call.tenant, shaped.stream, written, shaped.required) : written,
  };
}
