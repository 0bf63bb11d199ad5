import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";

/**
 * An administrator consents once. Tokens of newer keys end after 30 days and come with a refresh token; those of older keys have neither, and
 * end when the password is changed. Consent page and token endpoint are one address. Egnyte takes no PKCE.
 * Source: https://developers.egnyte.com/docs/read/Public_API_Authentication
 */
export const authorization: Authorization = {
  interactive: () => true,

  authorize: (settings, request) =>
    authorizationUrl(`${baseUrl(settings)}${tokenPath}`, settings.clientId ?? "", request, { pkce: false }),

  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer, { pkce: false }),

  refresh: (context, credential) => refreshToken(context, clientOf(context.settings), credential),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

const tokenPath = "/puboauth/token";

export const baseUrl = ({ domain }: Settings): string => `https://${domain}.egnyte.com`;

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return {
    provider: "Egnyte",
    tokenUrl: tokenPath,
    clientId,
    clientSecret,
    reasons: {
      invalid_client: "the API key or its secret is wrong, or Egnyte has not approved the key yet",
      invalid_grant: "the consent was withdrawn, the password was changed, or the code is too old",
    },
  };
}
