import { secretOf } from "../../keys.ts";
import { type Granted, grantTypes, type OAuthClient, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { TenantOptions } from "../../provider.ts";

/** Authorization codes and refresh tokens that never expire; the client proves itself by Basic or in the form. */
const dialect: OAuthDialect = {
  grants: [grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  pkce: "optional",
  refresh: "keep",
  lifetimes: { codeSeconds: 300, accessSeconds: 3600 },
  // Looks like the JWT that Workday issues.
  tokenPrefix: "eyJ0eXAiOiJhdCtKV1QiLCJhbGciOiJSUzUxMiJ9.",
  scopes: { unknown: "drop", none: "all" },
  answer: ({ refreshToken, accessToken, expiresInSeconds }) => ({
    refresh_token: refreshToken,
    token_type: "Bearer",
    access_token: accessToken,
    expires_in: expiresInSeconds,
  }),
};

/** The API client registered in the tenant; its scopes are functional areas. */
export function apiClient(options: TenantOptions): OAuthClient & { secret: string } {
  return {
    id: Buffer.from(secretOf(options, "client id", 48), "hex").toString("base64url"),
    name: "Activity reader",
    secret: secretOf(options, "client secret"),
    scopes: ["Staffing", "System"],
  };
}

/** What "Manage Refresh Tokens for Integrations" made, for connecting without a browser. */
export function integrationGrant({ id, scopes }: OAuthClient, subject: string): Granted {
  return { client: id, subject, scopes, grant: "integration" };
}

export function oauthServer(host: Omit<OAuthHost, "client">, client: OAuthClient): OAuthServer {
  return new OAuthServer({ ...host, client: (id) => (id === client.id ? client : undefined) }, dialect);
}
