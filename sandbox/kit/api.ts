import type { SandboxKit, SandboxRequest, SandboxResponse, Tenant } from "../provider.ts";
import type { Route } from "../router.ts";
import { match, route } from "../router.ts";
import { countCall, takeRateLimit, takeServerError } from "../trouble.ts";

/** A call that has not been authenticated: a token endpoint, a consent page. */
export interface OpenCall<T> {
  tenant: T;
  request: SandboxRequest;
  /** `https://acme.app.example`: links name the real host. */
  origin: string;
  parameters: Record<string, string>;
  /** Epoch ms. */
  now: number;
}

/** A call whose caller is known and allowed. */
export interface Call<T, C> extends OpenCall<T> {
  caller: C;
}

type Answer = SandboxResponse | Promise<SandboxResponse>;

export type Endpoint<T, C> =
  | { kind: "open"; run(call: OpenCall<T>): Answer }
  | { kind: "guarded"; scope: string; run(call: Call<T, C>): Answer };

export type ApiRoute<T, C> = Route<Endpoint<T, C>>;

/** A route for callers that hold the scope; an empty scope is held by every caller. */
export function guarded<T, C>(
  method: string,
  pattern: string,
  scope: string,
  run: (call: Call<T, C>) => Answer,
): ApiRoute<T, C> {
  return route(method, pattern, { kind: "guarded", scope, run });
}

/** A route without authentication. */
export function open<T, C>(method: string, pattern: string, run: (call: OpenCall<T>) => Answer): ApiRoute<T, C> {
  return route(method, pattern, { kind: "open", run });
}

/** One API of a provider: its routes, and what the provider answers when a call does not get through. */
export interface Api<T extends Tenant, C> {
  routes: ApiRoute<T, C>[];
  /** Whose call it is: by host, by path, or by the name in the token. The answer when there is no such tenant. */
  find(request: SandboxRequest, kit: SandboxKit): { tenant: T } | { refusal: SandboxResponse };
  serverError(tenant: T, status: number): SandboxResponse;
  /** The fault `rateLimited`: retry in so many seconds. */
  rateLimited(call: OpenCall<T>, seconds: number): SandboxResponse;
  authenticate(call: OpenCall<T>): { caller: C } | { refusal: SandboxResponse };
  /** Counts the call against the provider's own limits. The headers go out with every answer from here on. */
  limit?(call: Call<T, C>): { headers: Record<string, string>; refusal?: SandboxResponse };
  /** The refusal for want of a scope; undefined lets the call through. */
  refuse(call: Call<T, C>, scope: string): SandboxResponse | undefined;
  noRoute(call: OpenCall<T>): SandboxResponse;
  /** Headers of every answer. */
  headers?(call: OpenCall<T>): Record<string, string>;
}

/** Serves one call: count, fault, authenticate, limit, scope, run, headers. */
export async function serveApi<T extends Tenant, C>(
  api: Api<T, C>,
  request: SandboxRequest,
  kit: SandboxKit,
): Promise<SandboxResponse> {
  const found = api.find(request, kit);
  if ("refusal" in found) return found.refusal;
  const { tenant } = found;
  const matched = match(api.routes, request.method, request.path);
  countCall(tenant, request.method, matched?.route.pattern ?? "unknown");
  const call: OpenCall<T> = {
    tenant,
    request,
    origin: `https://${request.host}`,
    parameters: matched?.parameters ?? {},
    now: kit.now(),
  };
  const answer = faultOf(api, call) ?? (await answerTo(api, call, matched?.route.run));
  return { ...answer, headers: { ...api.headers?.(call), ...answer.headers }, tenant };
}

function faultOf<T extends Tenant, C>(api: Api<T, C>, call: OpenCall<T>): SandboxResponse | undefined {
  const status = takeServerError(call.tenant);
  if (status !== undefined) return api.serverError(call.tenant, status);
  const seconds = takeRateLimit(call.tenant);
  return seconds === undefined ? undefined : api.rateLimited(call, seconds);
}

async function answerTo<T extends Tenant, C>(
  api: Api<T, C>,
  open: OpenCall<T>,
  endpoint: Endpoint<T, C> | undefined,
): Promise<SandboxResponse> {
  if (endpoint?.kind === "open") return endpoint.run(open);
  const entry = api.authenticate(open);
  if ("refusal" in entry) return entry.refusal;
  const call: Call<T, C> = { ...open, caller: entry.caller };
  const limited = api.limit?.(call);
  if (limited?.refusal) return limited.refusal;
  const answer = endpoint ? (api.refuse(call, endpoint.scope) ?? (await endpoint.run(call))) : api.noRoute(call);
  return { ...answer, headers: { ...limited?.headers, ...answer.headers } };
}

/** Wraps the endpoints of one kind of record: finds it by a part of the path, or answers that there is none. */
export function finding<T, C, R>(
  parameter: string,
  find: (call: Call<T, C>, id: string) => R | undefined,
  missing: (id: string) => SandboxResponse,
): (run: (call: Call<T, C>, record: R) => Answer) => (call: Call<T, C>) => Answer {
  return (run) => (call) => {
    const id = call.parameters[parameter] ?? "";
    const record = find(call, id);
    return record === undefined ? missing(id) : run(call, record);
  };
}
