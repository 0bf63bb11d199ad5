import type { Faults, SandboxRequest, SandboxResponse, Tenant, TenantOptions } from "./provider.ts";
import type { Route } from "./router.ts";
import { match, route } from "./router.ts";
import type { World } from "./world.ts";

/** The control API under `/_sandbox`: what tests and the demo use to make tenants and trouble. */

type Answer = SandboxResponse | Promise<SandboxResponse>;
type Run = (world: World, parameters: Record<string, string>, request: SandboxRequest) => Answer;

const tenantPath = "/_sandbox/tenants/:provider/:name";

const routes: Route<Run>[] = [
  route("GET", "/_sandbox/health", () => ok({ ok: true })),
  route("GET", "/_sandbox/tenants", (world) => ok(world.allTenants().map(describeTenant))),
  route("POST", "/_sandbox/tenants", (world, _, request) => {
    const tenant = world.createTenant(json(request) as unknown as TenantOptions);
    if (typeof tenant === "string") return { status: tenant === "exists" ? 409 : 400, body: { error: tenant } };
    return {
      status: 201,
      body: { provider: tenant.options.provider, name: tenant.options.name, credentials: tenant.credentials() },
    };
  }),
  route("DELETE", tenantPath, (world, { provider = "", name = "" }) =>
    world.removeTenant(provider, name) ? { status: 204 } : missing(),
  ),
  route(
    "PUT",
    `${tenantPath}/faults`,
    withTenant((tenant, request) => {
      tenant.faults = json(request) as Faults;
      return ok(tenant.faults);
    }),
  ),
  route(
    "POST",
    `${tenantPath}/events`,
    withTenant((tenant, request) => {
      const { count = 1, ...partial } = json(request) as { count?: number; type?: string };
      return { status: 201, body: Array.from({ length: count }, () => tenant.emit(partial)) };
    }),
  ),
  route(
    "GET",
    `${tenantPath}/events`,
    withTenant((tenant, request) => {
      const { offset, limit } = range(request);
      return ok({ total: tenant.eventCount(), events: tenant.events(offset, limit) });
    }),
  ),
  route(
    "GET",
    `${tenantPath}/users`,
    withTenant((tenant, request) => {
      const { offset, limit } = range(request);
      const ids = tenant.userIds(offset, limit);
      return ok({ total: tenant.userCount?.() ?? tenant.userIds(0, Number.MAX_SAFE_INTEGER).length, ids });
    }),
  ),
  route(
    "POST",
    `${tenantPath}/changes`,
    withTenant(async (tenant, request) => {
      const { what, parameters = {} } = json(request) as { what: string; parameters?: Record<string, unknown> };
      if (!tenant.change) return { status: 400, body: { error: "this provider has no changes" } };
      return ok({ result: (await tenant.change(what, parameters)) ?? null });
    }),
  ),
  route("PUT", `${tenantPath}/live`, (world, { provider = "", name = "" }, request) => {
    const { eventsPerSecond = 0 } = json(request) as { eventsPerSecond?: number };
    return world.setLive(provider, name, eventsPerSecond) ? ok({ eventsPerSecond }) : missing();
  }),
  route(
    "GET",
    `${tenantPath}/calls`,
    withTenant((tenant) => ok(Object.fromEntries(tenant.calls))),
  ),
  route("GET", "/_sandbox/deliveries", (world, _, request) => {
    const provider = request.query.get("provider");
    const name = request.query.get("name");
    return ok(
      world.webhooks.records.filter(
        (record) => (!provider || record.provider === provider) && (!name || record.name === name),
      ),
    );
  }),
];

export async function control(world: World, request: SandboxRequest): Promise<SandboxResponse> {
  const found = match(routes, request.method, request.path);
  if (!found) return missing();
  try {
    return await found.route.run(world, found.parameters, request);
  } catch (error) {
    // A wrong name in a test's control call is the test's mistake: say it instead of a bare 500.
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function withTenant(run: (tenant: Tenant, request: SandboxRequest) => Answer): Run {
  return (world, { provider = "", name = "" }, request) => {
    const tenant = world.tenant(provider, name);
    return tenant ? run(tenant, request) : missing();
  };
}

function describeTenant(tenant: Tenant): unknown {
  const { provider, name, users } = tenant.options;
  return {
    provider,
    name,
    users: tenant.userCount?.() ?? users,
    events: tenant.eventCount(),
    credentials: tenant.credentials(),
  };
}

function json(request: SandboxRequest): Record<string, unknown> {
  return request.body.length === 0 ? {} : (JSON.parse(request.body.toString("utf8")) as Record<string, unknown>);
}

function range(request: SandboxRequest): { offset: number; limit: number } {
  return { offset: Number(request.query.get("offset") ?? 0), limit: Number(request.query.get("limit") ?? 1000) };
}

function ok(body: unknown): SandboxResponse {
  return { status: 200, body };
}

function missing(): SandboxResponse {
  return { status: 404, body: { error: "no such tenant or control call" } };
}
