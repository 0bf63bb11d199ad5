import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";

/**
 * An Integration, or a Service App with the refresh token that Control Hub shows. Access tokens live for 14 days, refresh tokens for 90; Webex
 * states both, and counts anew with each use.
 * Source: https://developer.webex.com/docs/integrations, https://developer.webex.com/docs/service-apps
 */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode !== "serviceApp",

  authorize: ({ clientId = "" }, request) =>
    authorizationUrl("https://webexapis.com/v1/authorize", clientId, request, { pkce: false }),

  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer, { pkce: false }),

  obtain: (context) => {
    const { refreshToken: typed = "" } = context.settings;
    return refreshToken(context, clientOf(context.settings), { accessToken: "", refreshToken: typed });
  },

  refresh: (context, credential) => refreshToken(context, clientOf(context.settings), credential),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return { provider: "Webex", tokenUrl: "/access_token", clientId, clientSecret };
}
