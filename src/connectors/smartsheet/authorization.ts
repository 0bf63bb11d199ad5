import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { apiUrl, domainOf } from "./regions.ts";

/**
 * A consent, whose refresh token works once and is replaced with each access token (seven days); or an access token that lives until it is
 * revoked. Smartsheet knows no PKCE, and does not state the scopes it granted.
 * Source: https://developers.smartsheet.com/api/smartsheet/guides/advanced-topics/oauth
 */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode !== "token",

  authorize: (settings, request) =>
    authorizationUrl(`https://app.${domainOf(settings)}/b/authorize`, settings.clientId ?? "", request, {
      pkce: false,
    }),

  exchange: (context, answer) =>
    exchangeCode(context, clientOf(context.settings), answer, { pkce: false, fields: { redirect_uri: undefined } }),

  async obtain({ settings: { token } }) {
    if (!token) throw new ProviderAuthError("A System Admin must consent again.");
    return { accessToken: token, tokenType: "Bearer" };
  },

  async refresh(context, credential) {
    const { mode, token } = context.settings;
    if (mode === "token" && token) return { ...credential, accessToken: token };
    return await refreshToken(context, clientOf(context.settings), credential);
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

function clientOf(settings: Settings): OAuthClient {
  const { clientId = "", clientSecret } = settings;
  return { provider: "Smartsheet", tokenUrl: `${apiUrl(settings)}/token`, clientId, clientSecret };
}
