import type { Provider, SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { match } from "../../router.ts";
import { countCall } from "../../trouble.ts";
import { authenticate, issueToken, limit, problem, refuse, trouble } from "./access.ts";
import { appRoutes } from "./app-routes.ts";
import { hookRoutes } from "./hooks.ts";
import { lifecycleRoutes } from "./lifecycle.ts";
import { logRoutes } from "./logs.ts";
import { privilegeRoutes } from "./privileges.ts";
import { settingRoutes } from "./setting-routes.ts";
import { OktaTenant } from "./tenant.ts";
import { userRoutes } from "./users.ts";

const routes = [
  ...logRoutes,
  ...userRoutes,
  ...lifecycleRoutes,
  ...privilegeRoutes,
  ...appRoutes,
  ...hookRoutes,
  ...settingRoutes,
];

const suffix = /\.(?:okta|oktapreview)\.com$/;

export const okta: Provider = {
  slug: "okta",
  serves: (host) => suffix.test(host),
  createTenant: (options, kit) => new OktaTenant(options, kit),
  async handle(request, kit): Promise<SandboxResponse> {
    const tenant = kit.tenant("okta", request.host.replace(suffix, "")) as OktaTenant | undefined;
    // An org that does not exist, or no longer: a web page, whatever was asked.
    if (!tenant)
      return {
        status: 404,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<!doctype html><title>Page not found</title><h1>404</h1><p>The page you have requested could not be found.</p>",
      };
    const answer: SandboxResponse = await answerFor(tenant, request, kit);
    return {
      ...answer,
      headers: { date: new Date(kit.now()).toUTCString(), "x-okta-request-id": "sandbox", ...answer.headers },
      tenant,
    };
  },
};

async function answerFor(tenant: OktaTenant, request: SandboxRequest, kit: SandboxKit): Promise<SandboxResponse> {
  const now = kit.now();
  if (request.path === "/oauth2/v1/token" && request.method === "POST") {
    countCall(tenant, "POST", request.path);
    return trouble(tenant, now) ?? issueToken(tenant, request);
  }
  const found = match(routes, request.method, request.path);
  countCall(tenant, request.method, found?.route.pattern ?? "unknown");
  const failure = trouble(tenant, now);
  if (failure) return failure;
  const caller = authenticate(tenant, request, now);
  if ("status" in caller) return caller;
  const { headers, refusal } = limit(tenant, caller, request.path, now);
  if (refusal) return refusal;
  if (!found) return problem(404, "E0000022", "The endpoint does not support the provided HTTP method");
  const { scope, run } = found.route.run;
  const origin = `https://${request.host}`;
  const answer =
    refuse(tenant, caller, scope) ?? (await run({ tenant, caller, request, origin, parameters: found.parameters }));
  return { ...answer, headers: { ...headers, ...answer.headers } };
}
