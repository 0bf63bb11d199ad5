import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { badToken, insufficientScope, rateLimited } from "../_google/answers.ts";
import { sufficient } from "./scopes.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

/** The person in whose name a call is made. */
export interface Caller {
  person: number;
  scopes: string[];
}

export type WorkspaceCall = Call<GoogleWorkspaceTenant, Caller>;
export type WorkspaceRoute = ApiRoute<GoogleWorkspaceTenant, Caller>;

export function authenticate({ tenant, request }: OpenCall<GoogleWorkspaceTenant>) {
  const bearer = credentialOf(request, "Bearer");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked || bearer === undefined;
  const granted = isDead ? undefined : tenant.oauth.authenticate(bearer);
  const person = granted && tenant.people.find(granted.subject);
  // Who was suspended has no live token any more.
  if (person === undefined || tenant.people.status(person) !== "active") return { refusal: badToken() };
  return { caller: { person, scopes: granted?.scopes ?? [] } };
}

export function refuse({ tenant, caller }: WorkspaceCall, scope: string): SandboxResponse | undefined {
  const enough = sufficient[scope] ?? [scope];
  if (scope === "" || enough.some((one) => caller.scopes.includes(one) && !missesScope(tenant, one))) return undefined;
  return insufficientScope(enough);
}

/** Calls a minute of one person and project: https://developers.google.com/workspace/admin/directory/v1/limits */
export const limit: NonNullable<Api<GoogleWorkspaceTenant, Caller>["limit"]> = ({ tenant, caller, now }) => {
  const allowed = tenant.options.unlimited ? 1_000_000_000 : 2400;
  const { exceeded } = tenant.limiter.take(String(caller.person), allowed, now);
  return exceeded ? { headers: {}, refusal: rateLimited() } : { headers: {} };
};
