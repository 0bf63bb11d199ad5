import { type Api, serveApi } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Provider, SandboxRequest } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { forbidden, noRecord, notAuthenticated, problem } from "./answers.ts";
import { changes } from "./changes.ts";
import { type Caller, routes } from "./routes.ts";
import { ServicenowTenant } from "./tenant.ts";

const domain = ".service-now.com";

const api: Api<ServicenowTenant, Caller> = {
  routes,
  find(request, kit) {
    const tenant = kit.tenant("servicenow", request.host.slice(0, -domain.length));
    return tenant ? { tenant: tenant as ServicenowTenant } : { refusal: noRecord() };
  },
  serverError: (_, status) => problem(status, "Transaction cancelled: maximum execution time exceeded"),
  rateLimited: (_, seconds) => ({
    ...problem(429, "Rate limit exceeded", "Rate limit of 100 requests per hour for Table API exceeded"),
    headers: { "retry-after": String(seconds), "x-ratelimit-limit": "100", "x-ratelimit-rule": "Table API" },
  }),
  authenticate({ tenant, request }) {
    const { unauthorized, revoked } = tenant.faults;
    const caller = unauthorized || revoked ? undefined : callerOf(tenant, request);
    return caller ? { caller } : { refusal: notAuthenticated() };
  },
  refuse: ({ tenant }, scope) => (scope !== "" && missesScope(tenant, scope) ? forbidden() : undefined),
  noRoute: () => problem(400, "Requested URI does not represent any resource"),
};

function callerOf(tenant: ServicenowTenant, request: SandboxRequest): Caller | undefined {
  const pair = credentialOf(request, "Basic");
  if (pair === undefined) return tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
  const isRight = Buffer.from(pair, "base64").toString() === `${tenant.people.userName(0)}:${tenant.password}`;
  return isRight ? { subject: tenant.people.idOf(0) } : undefined;
}

export const servicenow: Provider = {
  slug: "servicenow",
  serves: (host) => host.endsWith(domain),
  createTenant: (options, kit) => new ServicenowTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
