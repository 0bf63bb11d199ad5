import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import {
  authorizationUrl,
  clientCredentials,
  exchangeCode,
  type OAuthClient,
  refreshToken,
} from "#src/connector-kit/oauth.ts";
import { webHost } from "./regions.ts";

/**
 * The app itself, which asks again when its token ends, since there is no refresh token; or the consent of a repository administrator,
 * whose refresh token stays the same. Without a lifetime in the answer, tokens end after 45 minutes without a call.
 * Source: https://github.com/microsoft/PowerPlatformConnectors/tree/dev/certified-connectors/NetDocuments
 */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode === "consent",

  authorize: (settings, request) =>
    authorizationUrl(`https://${webHost(settings)}/neWeb2/OAuth.aspx`, settings.clientId ?? "", request, {
      pkce: false,
    }),

  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer, { pkce: false }),

  obtain: (context) => clientCredentials(context, clientOf(context.settings), { scopes: ["read", "admin"] }),

  refresh: (context, credential) =>
    context.settings.mode === "consent"
      ? refreshToken(context, clientOf(context.settings), credential)
      : clientCredentials(context, clientOf(context.settings), { scopes: ["read", "admin"] }),

  // Without it some answers are XML.
  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" } }),
};

/** An app that signs in by itself names the repository behind a bar. */
function clientOf({ mode, clientId = "", repositoryId = "", clientSecret }: Settings): OAuthClient {
  return {
    provider: "NetDocuments",
    tokenUrl: "/v1/OAuth",
    clientId: mode === "consent" ? clientId : `${clientId}|${repositoryId}`,
    clientSecret,
    authentication: "basic",
    headers: { accept: "application/json" },
    lifetimeSeconds: 2700,
  };
}
