import { finding, guarded } from "../../kit/api.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { Caller, OktaCall } from "./access.ts";
import { noContent, notFound, ok } from "./answers.ts";
import type { App } from "./apps.ts";
import { listAll, logOf, type OktaRoute, withUser } from "./calls.ts";
import { target } from "./targets.ts";
import type { OktaTenant } from "./tenant.ts";

const withApp = finding<OktaTenant, Caller, App>(
  "id",
  ({ tenant }, id) => tenant.apps.find(id),
  notFound("AppInstance"),
);

const sizes = { usual: 20, max: 200 };

/** Apps, what they may do, and tokens. */
export const appRoutes: OktaRoute[] = [
  guarded("GET", "/api/v1/apps", "okta.apps.read", (call) => {
    const [, name] = /^name eq "([^"]*)"$/.exec(call.request.query.get("filter") ?? "") ?? [];
    const apps = call.tenant.apps.all.filter((app) => !name || app.name === name);
    return listAll(call, apps, (app) => record(call, app), {
      sizes,
      shaped: { stream: "grants", required: ["id", "label"] },
    });
  }),
  guarded(
    "GET",
    "/api/v1/apps/:id",
    "okta.apps.read",
    withApp((call, app) => ok(record(call, app))),
  ),
  guarded(
    "POST",
    "/api/v1/apps/:id/lifecycle/activate",
    "okta.apps.manage",
    withApp((call, app) => setStatus(call, app, "ACTIVE")),
  ),
  guarded(
    "POST",
    "/api/v1/apps/:id/lifecycle/deactivate",
    "okta.apps.manage",
    withApp((call, app) => setStatus(call, app, "INACTIVE")),
  ),
  guarded("GET", "/api/v1/apps/:id/grants", "okta.appGrants.read", withApp(listAppGrants)),
  guarded("DELETE", "/api/v1/apps/:id/grants/:grant", "okta.appGrants.manage", withApp(revokeAppGrant)),
  guarded("GET", "/api/v1/users/:id/grants", "okta.appGrants.read", withUser(listGrants)),
  guarded("GET", "/api/v1/users/:id/clients/:client/grants", "okta.appGrants.read", withUser(listGrants)),
  guarded("DELETE", "/api/v1/users/:id/clients/:client/grants", "okta.appGrants.manage", withUser(revokeConsents)),
  guarded("GET", "/api/v1/users/:id/clients/:client/tokens", "okta.users.read", withUser(listTokens)),
  guarded("DELETE", "/api/v1/users/:id/clients/:client/tokens", "okta.users.manage", withUser(revokeTokens)),
  guarded("GET", "/api/v1/api-tokens", "okta.apiTokens.read", ({ tenant, origin }) =>
    ok(tenant.apiTokens.all.map((token) => tenant.apiTokens.record(token, origin))),
  ),
  guarded("GET", "/api/v1/api-tokens/:id", "okta.apiTokens.read", ({ tenant, origin, parameters }) => {
    const { id = "" } = parameters;
    const token = tenant.apiTokens.find(id);
    return token ? ok(tenant.apiTokens.record(token, origin)) : notFound("ApiToken")(id);
  }),
  guarded("DELETE", "/api/v1/api-tokens/:id", "okta.apiTokens.manage", ({ tenant, caller, parameters }) => {
    const { id = "" } = parameters;
    const token = tenant.apiTokens.revoke(id);
    if (!token) return notFound("ApiToken")(id);
    const targets = [target("Token", token.id, token.name)];
    tenant.append({ ...caller.actor, type: "system.api_token.revoke", targets });
    return noContent;
  }),
];

function listAppGrants(call: OktaCall, app: App): SandboxResponse {
  const { apps, people } = call.tenant;
  return listAll(call, app.scopes, (scope) => apps.grant(app, scope, call.origin, people.idOf(0)));
}

function revokeAppGrant(call: OktaCall, app: App): SandboxResponse {
  const { grant = "" } = call.parameters;
  const scope = app.scopes.find((one) => call.tenant.apps.grantId(app, one) === grant);
  if (!scope) return notFound("OAuth2ScopeConsentGrant")(grant);
  app.scopes.splice(app.scopes.indexOf(scope), 1);
  logOfApp(call, "app.oauth2.admin.consent.revoke", app);
  return noContent;
}

function revokeConsents(call: OktaCall, user: number): SandboxResponse {
  call.tenant.consents.revokeGrants(user, call.parameters.client);
  logOf(call, "app.oauth2.as.consent.revoke.user", user);
  return noContent;
}

function listTokens(call: OktaCall, user: number): SandboxResponse {
  const { consents, people } = call.tenant;
  const tokens = consents.tokens(user, call.parameters.client);
  return listAll(call, tokens, (token) => consents.tokenRecord(people.idOf(user), token, call.origin), { sizes });
}

function revokeTokens(call: OktaCall, user: number): SandboxResponse {
  call.tenant.consents.revokeTokens(user, call.parameters.client);
  logOf(call, "app.oauth2.token.revoke", user);
  return noContent;
}

function record({ tenant, origin }: OktaCall, app: App): Record<string, unknown> {
  const policy = tenant.settings.policies.find(
    ({ type, name }) => type === "ACCESS_POLICY" && (app.name === "saasure") === (name === "Okta Admin Console"),
  );
  return tenant.apps.record(app, origin, policy?.id ?? "");
}

function listGrants(call: OktaCall, user: number): SandboxResponse {
  const { consents, people } = call.tenant;
  const grants = consents.grants(user, call.parameters.client);
  return listAll(call, grants, (grant) => consents.grantRecord(people.idOf(user), grant, call.origin), { sizes });
}

function setStatus(call: OktaCall, app: App, status: App["status"]): SandboxResponse {
  if (app.status !== status) {
    app.status = status;
    logOfApp(call, `application.lifecycle.${status === "ACTIVE" ? "activate" : "deactivate"}`, app);
  }
  return ok({});
}

function logOfApp({ tenant, caller }: OktaCall, type: string, app: App): void {
  tenant.append({ ...caller.actor, type, targets: [target("AppInstance", app.id, app.label)] });
}
