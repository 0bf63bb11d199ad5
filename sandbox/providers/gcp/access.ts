import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { badToken } from "../_google/answers.ts";
import { denied, tooMany } from "./answers.ts";
import type { GcpTenant } from "./tenant.ts";

/** The service account; what it may do is decided by its roles. */
export type Caller = "account";
export type GcpCall = Call<GcpTenant, Caller>;
export type GcpRoute = ApiRoute<GcpTenant, Caller>;

export function authenticate({
  tenant,
  request,
}: OpenCall<GcpTenant>): { caller: Caller } | { refusal: SandboxResponse } {
  const bearer = credentialOf(request, "Bearer");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked || bearer === undefined;
  return !isDead && tenant.oauth.authenticate(bearer) ? { caller: "account" } : { refusal: badToken() };
}

export function refuse({ tenant }: GcpCall, permission: string): SandboxResponse | undefined {
  if (permission === "" || !missesScope(tenant, permission)) return undefined;
  return denied(permission, tenant.hierarchy.organization.path);
}

/** Calls a minute: https://cloud.google.com/logging/quotas, https://cloud.google.com/asset-inventory/docs/quota */
const limits: Readonly<Record<string, number>> = { "logging.googleapis.com": 60, "cloudasset.googleapis.com": 100 };

export const limit: NonNullable<Api<GcpTenant, Caller>["limit"]> = ({ tenant, request, now }) => {
  const allowed = tenant.options.unlimited ? 1_000_000_000 : (limits[request.host] ?? 600);
  const { exceeded } = tenant.limiter.take(request.host, allowed, now);
  return exceeded ? { headers: {}, refusal: tooMany(request.host) } : { headers: {} };
};
