import type { Provider, SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { match } from "../../router.ts";
import { tenantNamed } from "../../tokens.ts";
import { countCall } from "../../trouble.ts";
import { authenticate, limit, problem, refuse, trouble, withEtag } from "./access.ts";
import { accountRoutes } from "./accounts.ts";
import { asApp } from "./app.ts";
import { enterpriseRoutes } from "./enterprise.ts";
import { grantRoutes } from "./grant-routes.ts";
import { graphqlRoutes } from "./graphql.ts";
import { memberRoutes } from "./members.ts";
import { organizationRoutes } from "./organization.ts";
import { notFound } from "./routes.ts";
import { teamRoutes } from "./teams.ts";
import { GithubTenant } from "./tenant.ts";
import { accessToken, authorize, encode, page, readForm } from "./web-flow.ts";

const routes = [
  ...organizationRoutes,
  ...accountRoutes,
  ...memberRoutes,
  ...teamRoutes,
  ...grantRoutes,
  ...enterpriseRoutes,
  ...graphqlRoutes,
];

export const github: Provider = {
  slug: "github",
  serves: (host) => host === "github.com" || host === "api.github.com",
  createTenant: (options, kit) => new GithubTenant(options, kit),
  async handle(request, kit) {
    const tenants = kit.tenants("github") as GithubTenant[];
    if (request.host === "github.com") return web(tenants, request);
    const answer = await rest(tenants, request, kit);
    return {
      ...answer,
      headers: {
        "x-github-media-type": "github.v3; format=json",
        "x-github-request-id": "C0DE:1:2:3:4",
        "x-github-api-version-selected": "2022-11-28",
        date: new Date(kit.now()).toUTCString(),
        ...answer.headers,
      },
    };
  },
};

function web(tenants: GithubTenant[], request: SandboxRequest): SandboxResponse {
  const form = request.method === "POST" ? readForm(request) : request.query;
  const tenant = tenants.find((one) => one.credentials().clientId === form.get("client_id"));
  if (request.path === "/login/oauth/authorize" && ["GET", "POST"].includes(request.method)) {
    if (!tenant) return page(404, "<p>There is no application with this client_id.</p>");
    if (request.method === "GET") countCall(tenant, "GET", request.path);
    return { ...authorize(tenant, request), tenant };
  }
  if (request.path === "/login/oauth/access_token" && request.method === "POST") {
    // Not found is how GitHub says that the client id is unknown.
    if (!tenant) return encode(request, { error: "Not Found" });
    countCall(tenant, "POST", request.path);
    return { ...accessToken(tenant, request), tenant };
  }
  return page(404, "<p>Not found.</p>");
}

async function rest(tenants: GithubTenant[], request: SandboxRequest, kit: SandboxKit): Promise<SandboxResponse> {
  const now = kit.now();
  if (!request.headers["user-agent"])
    return {
      status: 403,
      body: "Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).",
    };
  const [, token] = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!token) return problem(401, "Requires authentication");
  const answer = asApp(tenants, request, token, now);
  if (answer) return answer;
  const tenant = tenantOf(tenants, token);
  if (!tenant) return problem(401, "Bad credentials");
  return { ...(await answerFor(tenant, token, request, now)), tenant };
}

async function answerFor(
  tenant: GithubTenant,
  token: string,
  request: SandboxRequest,
  now: number,
): Promise<SandboxResponse> {
  const found = match(routes, request.method, request.path);
  countCall(
    tenant,
    request.method,
    found?.route.pattern ?? (request.path === "/rate_limit" ? "/rate_limit" : "unknown"),
  );
  const failure = trouble(tenant, now);
  if (failure) return failure;
  const caller = authenticate(tenant, token, now);
  if (!caller) return problem(401, "Bad credentials");
  if (request.path === "/rate_limit") return { status: 200, body: rateLimits(tenant, caller, now) };
  if (!found) return notFound();
  const { org, enterprise, id } = found.parameters;
  // Missing and not yours look alike.
  if (org && org.toLowerCase() !== tenant.org.login.toLowerCase()) return notFound();
  if (enterprise && enterprise !== tenant.enterprise.slug) return notFound();
  if (found.route.pattern.startsWith("/organizations/") && id !== String(tenant.org.id)) return notFound();
  const { needs, run } = found.route.run;
  const { headers, refusal } = limit(tenant, caller, needs.resource ?? "core", now);
  if (refusal) return refusal;
  const scopes: Record<string, string> =
    caller.kind === "installation"
      ? {}
      : { "x-oauth-scopes": caller.scopes.join(", "), "x-accepted-oauth-scopes": (needs.scopes ?? []).join(", ") };
  const answer =
    refuse(tenant, caller, needs) ?? (await run({ tenant, caller, request, parameters: found.parameters }));
  // Audit log pages are never the same twice: hashing them would only cost time.
  const tagged = needs.resource === "audit_log" ? answer : withEtag(request, answer);
  return { ...tagged, headers: { ...headers, ...scopes, ...tagged.headers } };
}

function tenantOf(tenants: GithubTenant[], token: string): GithubTenant | undefined {
  if (token.startsWith("ghp_")) return tenants.find((tenant) => tenant.credentials().personalAccessToken === token);
  const name = tenantNamed(token, token.slice(0, 4));
  return tenants.find((tenant) => tenant.options.name === name);
}

function rateLimits(tenant: GithubTenant, caller: Parameters<typeof limit>[1], now: number): unknown {
  const use = (resource: "core" | "audit_log" | "graphql") => {
    const { headers } = limit(tenant, caller, resource, now, 0);
    return {
      limit: Number(headers["x-ratelimit-limit"]),
      remaining: Number(headers["x-ratelimit-remaining"]),
      reset: Number(headers["x-ratelimit-reset"]),
      used: Number(headers["x-ratelimit-used"]),
      resource,
    };
  };
  return { resources: { core: use("core"), audit_log: use("audit_log"), graphql: use("graphql") }, rate: use("core") };
}
