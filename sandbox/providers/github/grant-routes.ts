import { type Listing, listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { GithubCall } from "./access.ts";
import { invalid, listPage, noContent, notFound, ok } from "./answers.ts";
import type { Grant } from "./grants.ts";
import { deliveryHeaders, Hook, type HookSettings } from "./hooks.ts";
import { simpleUser } from "./people.ts";
import { api, type GithubRoute, json } from "./routes.ts";
import { organization } from "./settings.ts";

/** Apps, tokens and webhooks: what reaches the organization from outside. */
export const grantRoutes: GithubRoute[] = [
  api("GET", "/orgs/:org/installations", "apps: read", (call) =>
    listPage(call, listingOf(call.tenant.grants.installations(call.tenant.org)), {
      write: (installation) => installation,
      shaped: ["grants", ["id", "app_slug"]],
      wrap: (installations, total_count) => ({ total_count, installations }),
    }),
  ),
  api("DELETE", "/enterprises/:enterprise/apps/organizations/:org/installations/:id", "enterprise", (call) => {
    const { tenant, parameters, caller } = call;
    const found = tenant.grants.installations(tenant.org).find(({ id }) => String(id) === parameters.id);
    if (!found) return notFound();
    tenant.grants.revoke(Number(found.id));
    const { app_slug: name } = found;
    tenant.record("integration_installation.destroy", caller.login, { name, integration: name });
    return noContent;
  }),
  api("GET", "/orgs/:org/personal-access-tokens", "tokens: read", (call) => {
    const owners = call.request.query.getAll("owner[]");
    return grants(call, call.tenant.grants.tokens, (login) => owners.length === 0 || owners.includes(login));
  }),
  api("POST", "/orgs/:org/personal-access-tokens/:id", "tokens: write", (call) => {
    if (json(call).action !== "revoke") return invalid("PersonalAccessToken", "action");
    const token = call.tenant.grants.token(Number(call.parameters.id));
    const fields = { user_programmatic_access_name: token?.record.token_name };
    return revoked(call, token, "personal_access_token.access_revoked", fields);
  }),
  api("GET", "/orgs/:org/credential-authorizations", "apps: read", (call) => {
    const wanted = call.request.query.get("login");
    return grants(call, call.tenant.grants.credentials, (login) => wanted === null || login === wanted);
  }),
  api("DELETE", "/orgs/:org/credential-authorizations/:id", "credentials: write", (call) => {
    const credential = call.tenant.grants.credential(Number(call.parameters.id));
    return revoked(call, credential, "org_credential_authorization.revoke");
  }),
  api("GET", "/orgs/:org/hooks", "hooks: read", (call) =>
    listPage(call, listingOf([...call.tenant.hooks.all.values()]), { write: (hook) => hook.record(hooksUrl(call)) }),
  ),
  api("POST", "/orgs/:org/hooks", "hooks: write", createHook),
  api("PATCH", "/orgs/:org/hooks/:hook", "hooks: write", (call) => {
    const hook = call.tenant.hooks.all.get(call.parameters.hook ?? "");
    if (!hook) return notFound();
    const { active, events, config } = json(call) as Partial<HookSettings>;
    const { settings } = hook;
    hook.settle(
      {
        active: active ?? settings.active,
        events: events ?? settings.events,
        config: { ...settings.config, ...config },
      },
      call.now,
    );
    return ok(hook.record(hooksUrl(call)));
  }),
  api("DELETE", "/orgs/:org/hooks/:hook", "hooks: write", (call) => {
    const { tenant, parameters, caller } = call;
    if (!tenant.hooks.all.delete(parameters.hook ?? "")) return notFound();
    tenant.record("hook.destroy", caller.login, { hook_id: Number(parameters.hook) });
    return noContent;
  }),
];

function grants(call: GithubCall, { count, at }: Listing<Grant>, wanted: (login: string) => boolean): SandboxResponse {
  const listing: Listing<Grant> = {
    count,
    at(place) {
      const grant = at(place);
      return grant && wanted(grant.owner.login) ? grant : undefined;
    },
  };
  return listPage(call, listing, { write: ({ record }) => record });
}

function revoked(
  { tenant, caller }: GithubCall,
  grant: Grant | undefined,
  action: string,
  fields: Record<string, unknown> = {},
): SandboxResponse {
  if (!grant) return notFound();
  tenant.grants.revoke(grant.id);
  tenant.recordOf(grant.owner, action, caller.login, fields);
  return noContent;
}

function createHook(call: GithubCall): SandboxResponse {
  const { tenant, caller, now } = call;
  const { hooks, people, org } = tenant;
  const {
    name,
    active = true,
    events = ["push"],
    config: given,
  } = json(call) as Partial<HookSettings> & { name?: string };
  if (name !== "web") return invalid("Hook", "name");
  if (!given?.url || !URL.canParse(given.url)) return invalid("Hook", "url");
  if ([...hooks.all.values()].some(({ url }) => url === given.url)) return invalid("Hook", "url", "custom");
  const config = {
    ...given,
    url: given.url,
    content_type: given.content_type ?? "form",
    insecure_ssl: given.insecure_ssl ?? "0",
  };
  const settings = { active, events, config };
  const hook = hooks.add(new Hook(String(400_000_001 + hooks.all.size), settings, now));
  const record = hook.record(hooksUrl(call));
  const ping = {
    zen: "Keep it logically awesome.",
    hook_id: record.id,
    hook: record,
    organization: organization(org),
    sender: simpleUser(people.member(0)),
  };
  if (active) void hooks.send(hook, ping, deliveryHeaders(hook, "ping", org));
  tenant.record("hook.create", caller.login, { hook_id: record.id, events, config: { url: config.url } });
  return { status: 201, body: record };
}

function hooksUrl({ tenant }: GithubCall): string {
  return `https://api.github.com/orgs/${tenant.org.login}/hooks`;
}
