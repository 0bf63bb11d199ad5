import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";

export const tokenPrefix = "ll";

const scopes = [
  ...["READ_USERS", "ADMIN_USERS", "READ_EVENTS", "READ_SHEETS", "READ_SIGHTS", "READ_CONTACTS", "WRITE_SHEETS"],
  ...["SHARE_SHEETS", "SHARE_SIGHTS", "ADMIN_SHEETS", "ADMIN_WORKSPACES", "ADMIN_WEBHOOKS"],
];

/** https://developers.smartsheet.com/api/smartsheet/guides/advanced-topics/oauth: no scopes in the answer, a new refresh token each time. */
const dialect: OAuthDialect = {
  grants: [grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  refresh: "rotate",
  tokenPrefix,
  lifetimes: { codeSeconds: 600, accessSeconds: 604_799 },
  scopes: { unknown: "refuse", none: "refuse" },
  descriptions: {
    "unknown-client": "Invalid client.",
    "wrong-secret": "Invalid client.",
    "code-unknown": "The authorization code was invalid or expired.",
    "code-used": "The authorization code was invalid or expired.",
    "code-expired": "The authorization code was invalid or expired.",
    "refresh-unknown": "The refresh token was invalid or expired.",
    "refresh-used": "The refresh token was invalid or expired.",
  },
  answer: ({ accessToken, expiresInSeconds, refreshToken }) => ({
    access_token: accessToken,
    token_type: "bearer",
    refresh_token: refreshToken,
    expires_in: expiresInSeconds,
  }),
};

/** Knows one app: Gatehouse's. */
export function oauthServer(
  host: Pick<OAuthHost, "tenant" | "now" | "consenter">,
  app: { clientId: string; clientSecret: string },
): OAuthServer {
  const client: OAuthHost["client"] = (id) =>
    id === app.clientId ? { id, name: "Gatehouse", secret: app.clientSecret, scopes } : undefined;
  return new OAuthServer({ ...host, client }, dialect);
}
