import { rsaKeyOf, secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect, type Reason, reasons } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxResponse, TenantOptions } from "../../provider.ts";

export interface App {
  clientId: string;
  clientSecret: string;
  username: string;
}

/** The app that was made for Gatehouse. */
export function appOf(options: TenantOptions, username: string): App {
  const clientId = `3MVG9${secretOf(options, "client id", 60)}`;
  return { clientId, clientSecret: secretOf(options, "client secret", 64), username };
}

/** Errors of https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm; all with 400. */
function refuse(reason: Reason): SandboxResponse {
  const [standard] = reasons[reason];
  const isAssertion = reason.startsWith("assertion") || reason === "subject-unknown" || reason === "revoked";
  const error = reason === "unknown-client" ? "invalid_client_id" : isAssertion ? "invalid_grant" : standard;
  return { status: 400, body: { error, error_description: descriptions[reason] ?? reason } };
}

const descriptions: Partial<Record<Reason, string>> = {
  "unknown-client": "client identifier invalid",
  "wrong-secret": "invalid client credentials",
  "refresh-unknown": "expired access/refresh token",
  "code-used": "expired authorization code",
  "code-unknown": "invalid authorization code",
  "subject-unknown": "user hasn't approved this consumer",
  revoked: "no client credentials user enabled",
};

export function oauthServer(
  { tenant, now, consenter }: Pick<OAuthHost, "tenant" | "now" | "consenter">,
  app: App,
  ids: { organization: string; host: string; runAs: () => string },
): OAuthServer {
  const dialect: OAuthDialect = {
    grants: [grantTypes.code, grantTypes.refresh, grantTypes.clientCredentials, grantTypes.jwtBearer],
    ...{ clientProof: "secret", pkce: "optional", refresh: "keep", lifetimes: { codeSeconds: 900 } },
    tokenPrefix: `${ids.organization.slice(0, 15)}!AQ`,
    refreshPrefix: "5Aep",
    assertion: { audiences: () => ["https://login.salesforce.com"], maxSeconds: 300 },
    clientSubject: () => ids.runAs(),
    subjectOf: ({ sub }) => (sub === app.username ? ids.runAs() : undefined),
    scopes: { unknown: "drop", none: "all" },
    refuse,
    // There is no expires_in: a token lives as long as the session that it stands for.
    answer: ({ accessToken, refreshToken, subject, scopes }) => ({
      access_token: accessToken,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      signature: "c2lnbmF0dXJl",
      scope: scopes.join(" "),
      instance_url: `https://${ids.host}`,
      id: `https://login.salesforce.com/id/${ids.organization}/${subject}`,
      token_type: "Bearer",
      issued_at: String(now()),
    }),
  };
  const client: OAuthHost["client"] = (id) => {
    if (id !== app.clientId) return undefined;
    const { publicKey } = rsaKeyOf(tenant.options, "salesforce app");
    return { id, name: "Gatehouse", secret: app.clientSecret, keys: [{ publicKey }], scopes: ["api", "refresh_token"] };
  };
  return new OAuthServer({ tenant, now, client, consenter }, dialect);
}
