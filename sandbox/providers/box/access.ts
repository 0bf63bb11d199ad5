import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { problem } from "./answers.ts";
import type { BoxTenant } from "./tenant.ts";

/** Who a call is made as: the service account, or a person. */
export interface Caller {
  scopes: string[];
  /** Undefined: the service account. */
  person: number | undefined;
}

export type BoxCall = Call<BoxTenant, Caller>;
export type BoxRoute = ApiRoute<BoxTenant, Caller>;

const realm = 'Bearer realm="Service"';

export function authenticate({ tenant, request }: OpenCall<BoxTenant>) {
  const bearer = credentialOf(request, "Bearer");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked || bearer === undefined;
  const granted = isDead ? undefined : tenant.oauth.authenticate(bearer);
  if (!granted) {
    const description = "The access token provided is invalid.";
    const challenge = `${realm}, error="invalid_token", error_description="${description}"`;
    return { refusal: { status: 401, headers: { "www-authenticate": challenge } } as SandboxResponse };
  }
  const [, id] = /^user:(.*)$/.exec(granted.subject) ?? [];
  const self = id === undefined ? undefined : tenant.people.find(id);
  const asked = request.headers["as-user"];
  if (asked === undefined) return { caller: { scopes: granted.scopes, person: self } };
  if (missesScope(tenant, "as-user"))
    return { refusal: problem(403, "forbidden", "The app may not make calls as another user") };
  const person = tenant.people.find(String(asked));
  if (person === undefined) return { refusal: problem(403, "forbidden", "Nobody of the enterprise has this id") };
  return { caller: { scopes: granted.scopes, person } };
}

/** What may write may read. https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/ */
export function refuse({ tenant, caller }: BoxCall, scope: string): SandboxResponse | undefined {
  const larger = scope === "root_readonly" ? ["root_readonly", "root_readwrite"] : [scope];
  if (scope === "" || larger.some((one) => caller.scopes.includes(one) && !missesScope(tenant, one))) return undefined;
  const description = "The request requires higher privileges than provided by the access token.";
  const challenge = `${realm}, error="insufficient_scope", error_description="${description}"`;
  return problem(403, "insufficient_scope", description, { headers: { "www-authenticate": challenge } });
}

/** Calls per minute of one user: https://developer.box.com/guides/api-calls/permissions-and-errors/rate-limits/ */
export const limit: NonNullable<Api<BoxTenant, Caller>["limit"]> = ({ tenant, caller, now }) => {
  const allowed = tenant.options.unlimited ? 1_000_000_000 : 1000;
  const { exceeded, resetAt } = tenant.limiter.take(String(caller.person ?? "service"), allowed, now);
  return exceeded ? { headers: {}, refusal: tooMany(Math.max(1, resetAt - Math.floor(now / 1000))) } : { headers: {} };
};

export function tooMany(seconds: number): SandboxResponse {
  const headers = { "retry-after": String(seconds) };
  return problem(429, "rate_limit_exceeded", "Request rate limit exceeded, please try again later", { headers });
}

/** Owners and collaborators; a folder's collaborators may open what lies in it. */
export function mayOpen({ tenant, caller }: BoxCall, item: Item): boolean {
  const { people, sharing } = tenant;
  if (item.number === 0) return true;
  if (caller.person === undefined) return sharing.effective(item.number).some(({ by }) => by?.id === people.service.id);
  const id = people.idOf(caller.person);
  return item.owner === caller.person || sharing.effective(item.number).some(({ by }) => by?.id === id);
}

/** Address of who acts, for the event. */
export function actorOf({ tenant: { people }, caller }: BoxCall): string {
  return caller.person === undefined ? people.service.login : people.emailOf(caller.person);
}
