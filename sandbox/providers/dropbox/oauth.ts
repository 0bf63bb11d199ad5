import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";

export const tokenPrefix = "sl.";

/** What an app of a team can be given. */
export const appScopes = (
  "team_info.read members.read members.write groups.read events.read sessions.list sessions.modify team_data.member " +
  "team_data.content.read team_data.content.write files.metadata.read files.content.read files.content.write sharing.read sharing.write"
).split(" ");

/** https://developers.dropbox.com/oauth-guide: tokens of four hours, and a refresh token that stays the same. */
export function oauthServer(
  host: Pick<OAuthHost, "tenant" | "now" | "consenter" | "onConsent">,
  app: { key: string; secret: string; teamId: string },
): OAuthServer {
  const client = { id: app.key, name: "Gatehouse", secret: app.secret, scopes: appScopes };
  const dialect: OAuthDialect = {
    grants: [grantTypes.code, grantTypes.refresh],
    clientProof: "secret",
    pkce: "optional",
    refresh: "keep",
    tokenPrefix,
    lifetimes: { codeSeconds: 600, accessSeconds: 14_400 },
    scopes: { unknown: "drop", none: "all" },
    descriptions: {
      "code-unknown": "code doesn't exist or has expired",
      "refresh-unknown": "refresh token is invalid or revoked",
    },
    answer: ({ accessToken, expiresInSeconds, refreshToken, scopes }) => ({
      ...{ access_token: accessToken, token_type: "bearer", expires_in: expiresInSeconds },
      ...{ refresh_token: refreshToken, scope: scopes.join(" "), uid: "", team_id: app.teamId },
    }),
  };
  return new OAuthServer({ ...host, client: (id) => (id === client.id ? client : undefined) }, dialect);
}
