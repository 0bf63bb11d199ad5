import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect, type Reason } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxResponse, TenantOptions } from "../../provider.ts";

export interface App {
  clientId: string;
  clientSecret: string;
}

/** The client that was made for Gatehouse. */
export function appOf(options: TenantOptions): App {
  const clientId = Buffer.from(secretOf(options, "client id", 16))
    .toString("hex")
    .slice(0, 32);
  return { clientId, clientSecret: secretOf(options, "client secret", 32) };
}

function refuse(reason: Reason): SandboxResponse {
  if (reason === "unknown-client" || reason === "wrong-secret")
    return { status: 401, body: { error: "invalid_client", error_description: null } };
  if (reason === "unsupported-grant")
    return { status: 400, body: { error: "unsupported_grant_type", error_description: null } };
  return { status: 401, body: { error: "server_error", error_description: "access_denied" } };
}

/** https://www.servicenow.com/docs/r/platform-security/authentication/oauth-inbound.html */
export function oauthServer(
  { tenant, now, consenter }: Pick<OAuthHost, "tenant" | "now" | "consenter">,
  app: App,
): OAuthServer {
  const dialect: OAuthDialect = {
    grants: [grantTypes.code, grantTypes.refresh, grantTypes.clientCredentials],
    ...{ clientProof: "secret", pkce: "optional", refresh: "keep" },
    lifetimes: { codeSeconds: 60, accessSeconds: 1800, refreshSeconds: 8_640_000 },
    clientSubject: consenter,
    scopes: { unknown: "drop", none: "all" },
    refuse,
    answer: ({ accessToken, refreshToken, scopes }) => ({
      access_token: accessToken,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      scope: scopes.join(" "),
      token_type: "Bearer",
      expires_in: 1799,
    }),
  };
  const client: OAuthHost["client"] = (id) =>
    id === app.clientId ? { id, name: "Gatehouse", secret: app.clientSecret, scopes: ["useraccount"] } : undefined;
  return new OAuthServer({ tenant, now, client, consenter }, dialect);
}
