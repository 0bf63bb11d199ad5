import { shape } from "../../trouble.ts";
import type { App } from "./apps.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, listAll, noContent, notFound } from "./routes.ts";
import { withUser } from "./users.ts";

/** Apps, what they may do, and tokens. */
export const appRoutes: ApiRoute[] = [
  api("GET", "/api/v1/apps", "okta.apps.read", (call) => {
    const filter = call.request.query.get("filter");
    const [, name] = /^name eq "([^"]*)"$/.exec(filter ?? "") ?? [];
    const page = listAll(
      call,
      call.tenant.apps.all.filter(
        (app) => (!name || app.name === name) && (filter !== 'status eq "ACTIVE"' || app.status === "ACTIVE"),
      ),
      20,
      200,
    );
    return {
      ...page,
      body: shape(
        call.tenant,
        "grants",
        (page.body as App[]).map((app) => record(call, app)),
        ["id", "label"],
      ),
    };
  }),
  api(
    "GET",
    "/api/v1/apps/:id",
    "okta.apps.read",
    withApp((call, app) => ({ status: 200, body: record(call, app) })),
  ),
  api(
    "POST",
    "/api/v1/apps/:id/lifecycle/activate",
    "okta.apps.manage",
    withApp((call, app) => setStatus(call, app, "ACTIVE")),
  ),
  api(
    "POST",
    "/api/v1/apps/:id/lifecycle/deactivate",
    "okta.apps.manage",
    withApp((call, app) => setStatus(call, app, "INACTIVE")),
  ),
  api(
    "GET",
    "/api/v1/apps/:id/grants",
    "okta.appGrants.read",
    withApp((call, app) =>
      listAll(
        call,
        app.scopes.map((scope) => call.tenant.apps.grant(app, scope, call.origin, call.tenant.people.idOf(0))),
      ),
    ),
  ),
  api(
    "DELETE",
    "/api/v1/apps/:id/grants/:grant",
    "okta.appGrants.manage",
    withApp((call, app) => {
      const scope = app.scopes.find((one) => call.tenant.apps.grantId(app, one) === call.parameters.grant);
      if (!scope) return notFound("OAuth2ScopeConsentGrant", call.parameters.grant);
      app.scopes.splice(app.scopes.indexOf(scope), 1);
      tell(call, "app.oauth2.admin.consent.revoke", app);
      return noContent;
    }),
  ),
  api(
    "GET",
    "/api/v1/users/:id/grants",
    "okta.appGrants.read",
    withUser((call, user) =>
      listAll(
        call,
        call.tenant.consents.grants(user).map((grant) => call.tenant.consents.grantRecord(user, grant, call.origin)),
        20,
        200,
      ),
    ),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/grants",
    "okta.appGrants.manage",
    withUser((call, user) => {
      for (const { id } of call.tenant.consents.grants(user)) call.tenant.consents.revoke(id);
      tellOf(call, "app.oauth2.as.consent.revoke.user", user);
      return noContent;
    }),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/grants/:grant",
    "okta.appGrants.manage",
    withUser((call, user) => {
      if (!call.tenant.consents.grants(user).some(({ id }) => id === call.parameters.grant))
        return notFound("OAuth2ScopeConsentGrant", call.parameters.grant);
      call.tenant.consents.revoke(call.parameters.grant ?? "");
      tellOf(call, "app.oauth2.as.consent.revoke.user", user);
      return noContent;
    }),
  ),
  api(
    "GET",
    "/api/v1/users/:id/clients",
    "okta.users.read",
    withUser((call, user) => ({
      status: 200,
      body: call.tenant.consents
        .clients(user)
        .map((app) => ({ client_id: app.id, client_name: app.label, client_uri: null, logo_uri: null })),
    })),
  ),
  api(
    "GET",
    "/api/v1/users/:id/clients/:client/grants",
    "okta.appGrants.read",
    withUser((call, user) =>
      listAll(
        call,
        call.tenant.consents
          .grants(user, call.tenant.apps.find(call.parameters.client ?? ""))
          .map((grant) => call.tenant.consents.grantRecord(user, grant, call.origin)),
        20,
        200,
      ),
    ),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/clients/:client/grants",
    "okta.appGrants.manage",
    withClient((call, user, app) => {
      for (const { id } of call.tenant.consents.grants(user, app)) call.tenant.consents.revoke(id);
      tellOf(call, "app.oauth2.as.consent.revoke.user", user);
      return noContent;
    }),
  ),
  api(
    "GET",
    "/api/v1/users/:id/clients/:client/tokens",
    "okta.users.read",
    withClient((call, user, app) =>
      listAll(
        call,
        call.tenant.consents
          .tokens(user, app)
          .map((token) => call.tenant.consents.tokenRecord(user, token, app, call.origin)),
        20,
        200,
      ),
    ),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/clients/:client/tokens",
    "okta.users.manage",
    withClient((call, user, app) => {
      for (const { id } of call.tenant.consents.tokens(user, app)) call.tenant.consents.revoke(id);
      tellOf(call, "app.oauth2.token.revoke", user);
      return noContent;
    }),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/clients/:client/tokens/:token",
    "okta.users.manage",
    withClient((call, user, app) => {
      if (!call.tenant.consents.tokens(user, app).some(({ id }) => id === call.parameters.token))
        return notFound("OAuth2Token", call.parameters.token);
      call.tenant.consents.revoke(call.parameters.token ?? "");
      tellOf(call, "app.oauth2.token.revoke", user);
      return noContent;
    }),
  ),
  api("GET", "/api/v1/api-tokens", "okta.apiTokens.read", (call) => ({
    status: 200,
    body: call.tenant.apiTokens.all.map((token) => call.tenant.apiTokens.record(token, call.origin)),
  })),
  api("GET", "/api/v1/api-tokens/:id", "okta.apiTokens.read", (call) => {
    const token = call.tenant.apiTokens.all.find(({ id }) => id === call.parameters.id);
    if (!token) return notFound("ApiToken", call.parameters.id);
    return { status: 200, body: call.tenant.apiTokens.record(token, call.origin) };
  }),
  api("DELETE", "/api/v1/api-tokens/:id", "okta.apiTokens.manage", (call) => {
    const token = call.tenant.apiTokens.revoke(call.parameters.id ?? "");
    if (!token) return notFound("ApiToken", call.parameters.id);
    call.tenant.append({
      ...call.caller.actor,
      type: "system.api_token.revoke",
      targets: [{ id: token.id, type: "Token", alternateId: token.name, displayName: token.name, detailEntry: null }],
    });
    return noContent;
  }),
  api("GET", "/integrations/api/v1/api-services", "okta.oauthIntegrations.read", (call) => ({
    status: 200,
    body: call.tenant.settings.apiServices,
  })),
  api("DELETE", "/integrations/api/v1/api-services/:id", "okta.oauthIntegrations.manage", (call) => {
    const { apiServices } = call.tenant.settings;
    const position = apiServices.findIndex(({ id }) => id === call.parameters.id);
    if (position < 0) return notFound("APIServiceIntegrationInstance", call.parameters.id);
    apiServices.splice(position, 1);
    return noContent;
  }),
];

function record(call: Call, app: App): Record<string, unknown> {
  const { policies } = call.tenant.settings;
  const policy = policies.find(
    ({ type, name }) => type === "ACCESS_POLICY" && (app.name === "saasure") === (name === "Okta Admin Console"),
  );
  return call.tenant.apps.record(app, call.origin, policy?.id ?? "");
}

function setStatus(call: Call, app: App, status: App["status"]) {
  if (app.status !== status) {
    app.status = status;
    tell(call, `application.lifecycle.${status === "ACTIVE" ? "activate" : "deactivate"}`, app);
  }
  return { status: 200, body: {} };
}

function tell({ tenant, caller }: Call, type: string, app: App): void {
  tenant.append({
    ...caller.actor,
    type,
    targets: [{ id: app.id, type: "AppInstance", alternateId: app.label, displayName: app.label, detailEntry: null }],
  });
}

function tellOf({ tenant, caller }: Call, type: string, user: number): void {
  tenant.append({ ...caller.actor, type, targets: [tenant.userTarget(user)] });
}

function withApp(run: (call: Call, app: App) => ReturnType<ApiRoute["run"]["run"]>): ApiRoute["run"]["run"] {
  return (call) => {
    const app = call.tenant.apps.find(call.parameters.id ?? "");
    return app ? run(call, app) : notFound("AppInstance", call.parameters.id);
  };
}

function withClient(
  run: (call: Call, user: number, app: App) => ReturnType<ApiRoute["run"]["run"]>,
): ApiRoute["run"]["run"] {
  return withUser((call, user) => {
    const app = call.tenant.apps.find(call.parameters.client ?? "");
    return app ? run(call, user, app) : notFound("Client", call.parameters.client);
  });
}
