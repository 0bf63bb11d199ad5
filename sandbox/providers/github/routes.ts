import { type ApiRoute, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { Caller, GithubCall, Need } from "./access.ts";
import type { GithubTenant } from "./tenant.ts";

export type GithubRoute = ApiRoute<GithubTenant, Caller>;

export function api(
  method: string,
  pattern: string,
  need: Need,
  run: (call: GithubCall) => SandboxResponse | Promise<SandboxResponse>,
): GithubRoute {
  return guarded(method, pattern, need, run);
}

/** The JSON body; one that cannot be read is empty. */
export function json({ request }: GithubCall): Record<string, unknown> {
  return jsonBody(request) ?? {};
}
