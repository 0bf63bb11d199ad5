import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";

/**
 * Two modes: a person consents in the browser (authorization code), or the settings hold a refresh token of an
 * "API client for integrations". Both then live on a refresh token that does not expire; what comes back is stored.
 * PKCE is sent though the client is confidential: a server that does not know it ignores it (RFC 6749, 3.1).
 */
export const authorization: Authorization = {
  interactive: (settings) => !settings.refreshToken,
  // The functional areas are those of the API client: Workday takes no scopes here.
  authorize: ({ authorizationEndpoint = "", clientId = "" }, request) =>
    authorizationUrl(authorizationEndpoint, clientId, request, { scopes: [] }),
  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer),
  obtain: (context) => refreshToken(context, clientOf(context.settings), refreshable(context.settings)),
  refresh: (context, credential) =>
    refreshToken(
      context,
      clientOf(context.settings),
      credential.refreshToken ? credential : refreshable(context.settings),
    ),
  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

function clientOf({ tokenEndpoint = "", clientId = "", clientSecret }: Settings): OAuthClient {
  return {
    provider: "Workday",
    tokenUrl: tokenEndpoint,
    clientId,
    clientSecret,
    authentication: "basic",
    // Workday does not always say how long an access token lives; this is the default of API clients.
    lifetimeSeconds: 3600,
    reasons: {
      invalid_grant:
        "the refresh token is no longer accepted (consent was withdrawn, or the account is disabled), connect again",
      invalid_client: "the API client is disabled or deleted, or its secret was replaced",
      unauthorized_client: "the API client may not use this grant, check its grant type",
    },
  };
}

function refreshable({ refreshToken: token }: Settings) {
  return { accessToken: "", ...(token ? { refreshToken: token } : {}) };
}
