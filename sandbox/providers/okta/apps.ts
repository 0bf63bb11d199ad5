import { idAt } from "../../generator.ts";
import type { Target } from "./events.ts";

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

const catalogue: [name: string, label: string, signOnMode: string, scopes: string[]][] = [
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

/** The tenant's apps; the last one is Gatehouse's own service app. */
export class Apps {
  readonly all: App[];
  private readonly seed: number;

  constructor(seed: number, gatehouseId: string, gatehouseScopes: string[]) {
    this.seed = seed;
    this.all = catalogue.map(([name, label, signOnMode, scopes], index) => ({
      id: idAt("0oa", seed, index, 20),
      name,
      label,
      status: "ACTIVE",
      signOnMode,
      scopes: [...scopes],
      lastUpdated: "2026-05-04T09:30:00.000Z",
    }));
    this.all.push({
      id: gatehouseId,
      name: "oidc_client",
      label: "Gatehouse",
      status: "ACTIVE",
      signOnMode: "OPENID_CONNECT",
      scopes: [...gatehouseScopes],
      lastUpdated: "2026-09-01T09:30:00.000Z",
    });
  }

  find(id: string): App | undefined {
    return this.all.find((app) => app.id === id);
  }

  record(app: App, origin: string, accessPolicy: string): Record<string, unknown> {
    const { scopes: _, ...shown } = app;
    return {
      ...shown,
      created: "2024-03-04T09:30:00.000Z",
      accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      visibility: { autoSubmitToolbar: false, hide: { iOS: false, web: false } },
      features: [],
      credentials:
        app.name === "oidc_client"
          ? { oauthClient: { client_id: app.id, token_endpoint_auth_method: "private_key_jwt", pkce_required: false } }
          : {},
      settings:
        app.name === "oidc_client"
          ? {
              oauthClient: {
                application_type: "service",
                grant_types: ["client_credentials"],
                response_types: ["token"],
              },
            }
          : { app: {} },
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
    return idAt("oag", this.seed, sum >>> 0, 20);
  }

  target(number: number): Target {
    const app = this.all[number % catalogue.length] as App;
    return {
      id: app.id,
      type: "AppInstance",
      alternateId: app.label,
      displayName: app.label,
      detailEntry: { signOnModeType: app.signOnMode },
    };
  }
}
