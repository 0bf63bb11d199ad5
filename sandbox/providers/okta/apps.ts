import { idAt } from "../../generator.ts";
import { type Target, target } from "./targets.ts";

export interface App {
  id: string;
  name: string;
  label: string;
  status: "ACTIVE" | "INACTIVE";
  signOnMode: string;
  /** Okta API scopes it was granted. */
  scopes: string[];
  lastUpdated: string;
}

type Entry = [name: string, label: string, signOnMode: string, scopes: string[]];

const catalogue: Entry[] = [
  ["saasure", "Okta Admin Console", "OPENID_CONNECT", []],
  ["okta_enduser", "Okta Dashboard", "OPENID_CONNECT", []],
  ["slack", "Slack", "SAML_2_0", []],
  ["salesforce", "Salesforce.com", "SAML_2_0", []],
  ["google", "Google Workspace", "SAML_2_0", []],
  ["workday", "Workday", "SAML_2_0", []],
  ["oidc_client", "Org chart", "OPENID_CONNECT", ["okta.users.read", "okta.groups.read"]],
  [
    "oidc_client",
    "User sync script",
    "OPENID_CONNECT",
    ["okta.users.manage", "okta.groups.manage", "okta.roles.manage"],
  ],
  ["template_swa", "Expense portal", "AUTO_LOGIN", []],
];

/** Scopes the service app of the tenant's credentials has been granted. */
const grantedScopes = [
  ...["okta.apiTokens.manage", "okta.apiTokens.read", "okta.appGrants.manage", "okta.appGrants.read"],
  ...["okta.apps.manage", "okta.apps.read", "okta.authenticators.read", "okta.eventHooks.manage"],
  ...["okta.eventHooks.read", "okta.groups.read", "okta.logs.read", "okta.orgs.read", "okta.policies.read"],
  ...["okta.roles.manage", "okta.roles.read", "okta.threatInsights.read", "okta.userRisk.manage"],
  ...["okta.userRisk.read", "okta.users.manage", "okta.users.read", "okta.users.read.self"],
];

/** The tenant's apps; the last one is the service app of its credentials. */
export class Apps {
  readonly all: App[];
  readonly #seed: number;

  constructor(seed: number, clientId: string) {
    this.#seed = seed;
    const app = (id: string, [name, label, signOnMode, scopes]: Entry, lastUpdated: string): App => ({
      id,
      name,
      label,
      status: "ACTIVE",
      signOnMode,
      scopes: [...scopes],
      lastUpdated,
    });
    this.all = catalogue.map((entry, index) => app(idAt("0oa", seed, index, 20), entry, "2026-05-04T09:30:00.000Z"));
    const own: Entry = ["oidc_client", "Gatehouse", "OPENID_CONNECT", grantedScopes];
    this.all.push(app(clientId, own, "2026-09-01T09:30:00.000Z"));
  }

  find(id: string): App | undefined {
    return this.all.find((app) => app.id === id);
  }

  record(app: App, origin: string, accessPolicy: string): Record<string, unknown> {
    const { scopes: _, ...shown } = app;
    const isClient = app.name === "oidc_client";
    const oauthClient = {
      application_type: "service",
      grant_types: ["client_credentials"],
      response_types: ["token"],
    };
    const credentials = {
      oauthClient: { client_id: app.id, token_endpoint_auth_method: "private_key_jwt", pkce_required: false },
    };
    return {
      ...shown,
      created: "2024-03-04T09:30:00.000Z",
      accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      visibility: { autoSubmitToolbar: false, hide: { iOS: false, web: false } },
      features: [],
      credentials: isClient ? credentials : {},
      settings: isClient ? { oauthClient } : {},
      _links: {
        self: { href: `${origin}/api/v1/apps/${app.id}` },
        accessPolicy: { href: `${origin}/api/v1/policies/${accessPolicy}` },
        users: { href: `${origin}/api/v1/apps/${app.id}/users` },
      },
    };
  }

  grant(app: App, scope: string, origin: string, grantedBy: string): Record<string, unknown> {
    return {
      id: this.grantId(app, scope),
      status: "ACTIVE",
      created: "2025-03-04T09:30:00.000Z",
      lastUpdated: "2025-03-04T09:30:00.000Z",
      createdBy: { id: grantedBy, type: "User" },
      issuer: origin,
      clientId: app.id,
      scopeId: scope,
      source: "ADMIN",
      _links: { app: { href: `${origin}/api/v1/apps/${app.id}`, title: app.label } },
    };
  }

  grantId(app: App, scope: string): string {
    let sum = 7;
    for (const character of app.id + scope) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) | 0;
    return idAt("oag", this.#seed, sum >>> 0, 20);
  }

  target(number: number): Target {
    const app = this.all[number % catalogue.length] as App;
    return target("AppInstance", app.id, app.label, { detailEntry: { signOnModeType: app.signOnMode } });
  }
}
