import { shape } from "../../trouble.ts";
import type { Hook } from "./hooks.ts";
import { organization } from "./hooks.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, json, list, listAll, noContent, notFound } from "./routes.ts";

const personalTokens = { permission: "organization_personal_access_tokens: write", only: "app" } as const;
const hookRead = { scopes: ["admin:org_hook"], permission: "organization_hooks: read" };
const hookWrite = { scopes: ["admin:org_hook"], permission: "organization_hooks: write" };

/** Apps, tokens and webhooks: what has access to the organization from outside. */
export const grantRoutes: ApiRoute[] = [
  api(
    "GET",
    "/orgs/:org/installations",
    { scopes: ["admin:org", "read:org"], permission: "organization_administration: read" },
    (call) => {
      const { installations } = call.tenant.grants;
      const records = installations.map((one) => ({
        ...one,
        account: organization(call.tenant),
        target_type: "Organization",
        target_id: call.tenant.org.id,
        html_url: `https://github.com/organizations/${call.tenant.org.login}/settings/installations/${one.id}`,
      }));
      return listAll(call, shape(call.tenant, "grants", records, ["id", "app_slug"]), (page) => ({
        total_count: installations.length,
        installations: page,
      }));
    },
  ),
  api(
    "DELETE",
    "/enterprises/:enterprise/apps/organizations/:org/installations/:id",
    { scopes: ["admin:enterprise"], only: "user" },
    ({ tenant, parameters, caller }) => {
      const position = tenant.grants.installations.findIndex((one) => String(one.id) === parameters.id);
      if (position < 0) return notFound();
      const [removed] = tenant.grants.installations.splice(position, 1);
      tenant.record("integration_installation.destroy", caller.login, {
        name: removed?.app_slug,
        integration: removed?.app_slug,
      });
      return noContent;
    },
  ),
  api(
    "GET",
    "/orgs/:org/personal-access-tokens",
    { permission: "organization_personal_access_tokens: read", only: "app" },
    (call) => {
      const { tenant } = call;
      const owners = call.request.query.getAll("owner[]");
      return list(call, (offset, limit) =>
        some(
          tenant.grants.tokenCount,
          offset,
          limit,
          (index) => tenant.grants.token(index, tenant.options.createdAt),
          (one) => owners.length === 0 || owners.includes(one.login),
        ),
      );
    },
  ),
  api("POST", "/orgs/:org/personal-access-tokens", personalTokens, (call) => {
    const { action, pat_ids: ids } = json(call) as { action?: string; pat_ids?: number[] };
    if (action !== "revoke" || !Array.isArray(ids)) return invalid("PersonalAccessToken", "action");
    for (const id of ids) revokeToken(call, id);
    return { status: 202, body: {} };
  }),
  api("POST", "/orgs/:org/personal-access-tokens/:id", personalTokens, (call) => {
    if (json(call).action !== "revoke") return invalid("PersonalAccessToken", "action");
    return revokeToken(call, Number(call.parameters.id)) ? noContent : notFound();
  }),
  api(
    "GET",
    "/orgs/:org/personal-access-token-requests",
    { permission: "organization_personal_access_tokens: read", only: "app" },
    (call) => listAll(call, []),
  ),
  api("POST", "/orgs/:org/personal-access-token-requests/:id", personalTokens, () => notFound()),
  api(
    "GET",
    "/orgs/:org/credential-authorizations",
    { scopes: ["admin:org", "read:org"], permission: "organization_administration: read" },
    (call) => {
      const { tenant } = call;
      const login = call.request.query.get("login");
      return list(call, (offset, limit) =>
        some(
          tenant.grants.credentialCount,
          offset,
          limit,
          (index) => tenant.grants.credential(index, tenant.options.createdAt),
          (one) => !login || one.login === login,
        ),
      );
    },
  ),
  api(
    "DELETE",
    "/orgs/:org/credential-authorizations/:id",
    { scopes: ["admin:org"], permission: "organization_administration: write" },
    ({ tenant, parameters, caller }) => {
      const credential = tenant.grants.credential(Number(parameters.id) - 161_000, tenant.options.createdAt);
      if (!credential) return notFound();
      tenant.grants.revokedCredentials.add(credential.id);
      tenant.record("org_credential_authorization.revoke", caller.login, { user: credential.login });
      return noContent;
    },
  ),
  api(
    "POST",
    "/enterprises/:enterprise/credential-authorizations/:login/revoke",
    { scopes: ["admin:enterprise"], only: "user" },
    revokeAll,
  ),
  api(
    "POST",
    "/enterprises/:enterprise/credential-authorizations/:login/revoke-credential-type",
    { scopes: ["admin:enterprise"], only: "user" },
    revokeAll,
  ),
  api("POST", "/credentials/revoke", {}, () => ({ status: 202, body: {} })),
  api("GET", "/orgs/:org/hooks", hookRead, (call) =>
    listAll(
      call,
      [...call.tenant.hooks.all.values()].map((hook) => call.tenant.hooks.record(hook)),
    ),
  ),
  api("POST", "/orgs/:org/hooks", hookWrite, (call) => {
    const {
      name,
      active = true,
      events = ["push"],
      config,
    } = json(call) as { name?: string; active?: boolean; events?: string[]; config?: Partial<Hook["config"]> };
    if (name !== "web") return invalid("Hook", "name");
    if (!config?.url || !URL.canParse(config.url)) return invalid("Hook", "url");
    if ([...call.tenant.hooks.all.values()].some((hook) => hook.config.url === config.url))
      return invalid("Hook", "url", "custom");
    const hook = call.tenant.hooks.create(
      { content_type: "form", insecure_ssl: "0", ...config, url: config.url },
      events,
      active,
    );
    call.tenant.record("hook.create", call.caller.login, { hook_id: hook.id, events, config: { url: config.url } });
    return { status: 201, body: call.tenant.hooks.record(hook) };
  }),
  api(
    "GET",
    "/orgs/:org/hooks/:id",
    hookRead,
    withHook((call, hook) => ({ status: 200, body: call.tenant.hooks.record(hook) })),
  ),
  api(
    "PATCH",
    "/orgs/:org/hooks/:id",
    hookWrite,
    withHook((call, hook) => {
      const { active, events, config } = json(call) as Partial<Hook>;
      Object.assign(hook, {
        active: active ?? hook.active,
        events: events ?? hook.events,
        config: { ...hook.config, ...config },
        updatedAt: call.tenant.kit.now(),
      });
      return { status: 200, body: call.tenant.hooks.record(hook) };
    }),
  ),
  api(
    "DELETE",
    "/orgs/:org/hooks/:id",
    hookWrite,
    withHook((call, hook) => {
      call.tenant.hooks.all.delete(hook.id);
      call.tenant.record("hook.destroy", call.caller.login, { hook_id: hook.id });
      return noContent;
    }),
  ),
  api(
    "POST",
    "/orgs/:org/hooks/:id/pings",
    hookWrite,
    withHook((call, hook) => {
      call.tenant.hooks.ping(hook);
      return noContent;
    }),
  ),
  api(
    "GET",
    "/orgs/:org/hooks/:id/deliveries",
    hookRead,
    withHook((call, hook) =>
      listAll(
        call,
        hook.deliveries
          .toReversed()
          .map(({ body: _, ...delivery }) => ({ ...delivery, installation_id: null, repository_id: null })),
      ),
    ),
  ),
  api(
    "POST",
    "/orgs/:org/hooks/:id/deliveries/:delivery/attempts",
    hookWrite,
    withHook((call, hook) => {
      const delivery = hook.deliveries.find((one) => String(one.id) === call.parameters.delivery);
      if (!delivery) return notFound();
      void call.tenant.hooks.redeliver(hook, delivery);
      return { status: 202, body: {} };
    }),
  ),
];

function withHook(run: (call: Call, hook: Hook) => ReturnType<ApiRoute["run"]["run"]>): ApiRoute["run"]["run"] {
  return (call) => {
    const hook = call.tenant.hooks.all.get(Number(call.parameters.id));
    return hook ? run(call, hook) : notFound();
  };
}

function some<T extends { record: unknown }>(
  count: number,
  offset: number,
  limit: number,
  at: (index: number) => T | undefined,
  test: (one: T) => boolean,
): unknown[] {
  const found: unknown[] = [];
  let skipped = 0;
  for (let index = 0; index < count && found.length < limit; index++) {
    const one = at(index);
    if (!one || !test(one)) continue;
    if (skipped < offset) skipped++;
    else found.push(one.record);
  }
  return found;
}

function revokeToken({ tenant, caller }: Call, id: number): boolean {
  const token = tenant.grants.token(id - 25_000, tenant.options.createdAt);
  if (!token) return false;
  tenant.grants.revokedTokens.add(id);
  tenant.record("personal_access_token.access_revoked", caller.login, {
    user: token.login,
    user_programmatic_access_name: token.record.token_name,
  });
  return true;
}

function revokeAll({ tenant, parameters, caller }: Call) {
  const { grants } = tenant;
  const account = tenant.people.find(parameters.login ?? "");
  if (!account) return notFound();
  for (let index = 0; index < grants.credentialCount; index++) {
    const credential = grants.credential(index, tenant.options.createdAt);
    if (credential?.login === account.login) grants.revokedCredentials.add(credential.id);
  }
  tenant.record("org_credential_authorization.revoke", caller.login, { user: account.login, user_id: account.id });
  return { status: 202, body: {} };
}
