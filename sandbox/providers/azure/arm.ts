import type { Api, ApiRoute, Call } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { type Listing, linkTo, pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import { ok, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { entraApi } from "../_microsoft/graph.ts";
import type { AzureTenant } from "./tenant.ts";

export type ArmCall = Call<AzureTenant, Caller>;
type ArmRoute = ApiRoute<AzureTenant, Caller>;

export const armHost = "management.azure.com";

/** A route of the role that lets it through; `action` is what a refusal names, and an empty one lets everybody in. Calls without an API version are refused. */
export function arm(
  method: string,
  pattern: string,
  action: string,
  run: (call: ArmCall) => SandboxResponse,
): ArmRoute {
  const role = roleFor(action);
  return guarded(method, pattern, "", (call) => {
    if (!call.request.query.get("api-version"))
      return problem(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
      );
    const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(call.request.path) ?? [];
    const isDenied = subscription !== undefined && call.tenant.deniedSubscriptions.has(subscription);
    return isDenied || (role !== undefined && missesScope(call.tenant, role))
      ? authorizationFailed(call, action)
      : run(call);
  });
}

function roleFor(action: string): string | undefined {
  if (action === "") return undefined;
  return action.endsWith("/read") ? "Reader" : "Role Based Access Control Administrator";
}

function authorizationFailed({ tenant, caller, request }: ArmCall, action: string): SandboxResponse {
  const [, scope] =
    /^(\/subscriptions\/[^/]+|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+)/i.exec(request.path) ?? [];
  const id = tenant.services[0]!.id;
  return problem(
    403,
    "AuthorizationFailed",
    `The client '${caller.clientId}' with object id '${id}' does not have authorization to perform action '${action}' over scope '${scope ?? "/"}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** `{ value, nextLink }`; the last page has an empty link. */
export function armPage<R>(
  { tenant, request }: ArmCall,
  listing: Listing<R>,
  format: { stream: string; required: string[]; write: (record: R) => Record<string, unknown>; size?: number },
): SandboxResponse {
  const start = placeOf(request.query.get("$skiptoken"));
  if (start === undefined) return problem(400, "InvalidSkipToken", "The skip token is invalid.");
  const { records, next } = pageAt(listing, start, format.size ?? 100);
  return ok({
    value: shape(tenant, format.stream, records.map(format.write), format.required),
    nextLink: next === undefined ? "" : linkTo(request, { $skiptoken: tokenAt(next) }),
  });
}

/** So many reads a subscription and principal may make at once, and so many a second. */
const bucket = 250;

export function armApi(routes: ArmRoute[]): Api<AzureTenant, Caller> {
  const api = entraApi<AzureTenant>("azure", routes);
  return {
    ...api,
    limit({ tenant, request, now }) {
      const kind = request.method === "GET" ? "reads" : request.method === "DELETE" ? "deletes" : "writes";
      const scope = /^\/subscriptions\//i.test(request.path) ? "subscription" : "tenant";
      const { remaining, exceeded } = tenant.limiter.take(`${scope} ${kind}`, bucket, now);
      const headers = { [`x-ms-ratelimit-remaining-${scope}-${kind}`]: String(remaining) };
      if (!exceeded || tenant.options.unlimited) return { headers };
      return { headers, refusal: tooManyRequests(10) };
    },
    rateLimited: (_, seconds) => tooManyRequests(seconds),
    noRoute: ({ request }) =>
      problem(404, "InvalidResourceType", `The resource type of ${request.path} could not be found.`),
    headers: () => ({
      "x-ms-request-id": "00000000-0000-4000-8000-000000000001",
      "x-ms-routing-request-id": "SANDBOX",
    }),
  };
}

const tooManyRequests = (seconds: number): SandboxResponse =>
  problem(429, "TooManyRequests", "The request was throttled.", { "retry-after": String(seconds) });
