import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";

/** Control planes: where people sign in, and where its API is. */
const planes: Readonly<Record<string, string>> = { "sharefile.com": "sf-api.com", "sharefile.eu": "sf-api.eu" };

/** The API is on another host than the sign-in, which the answer of the token endpoint names. */
export const baseUrl = (
  { subdomain }: Settings,
  { apicp = "sharefile.com" }: Readonly<Record<string, string>>,
): string => `https://${subdomain}.${planes[apicp] ?? "sf-api.com"}/sf/v3`;

/**
 * An employee's consent; a token acts as that person. Which control plane holds the account stands in the redirect.
 * Source: https://api.sharefile.com/gettingstarted/oauth2
 */
export const authorization: Authorization = {
  interactive: () => true,

  authorize: (settings, request) =>
    authorizationUrl(`https://${settings.subdomain}.sharefile.com/oauth/authorize`, settings.clientId ?? "", request, {
      pkce: false,
      scopes: [],
    }),

  exchange: (context, answer) =>
    exchangeCode(context, clientOf(context.settings, answer.parameters.appcp), answer, { pkce: false }),

  refresh: (context, credential) =>
    refreshToken(context, clientOf(context.settings, credential.extra?.appcp), credential),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

/** A plane that is not known is not called. */
function clientOf({ subdomain, clientId = "", clientSecret }: Settings, appcp = "sharefile.com"): OAuthClient {
  const plane = Object.hasOwn(planes, appcp) ? appcp : "sharefile.com";
  return {
    provider: "ShareFile",
    tokenUrl: `https://${subdomain}.${plane}/oauth/token?requirev3=true`,
    clientId,
    clientSecret,
    lifetimeSeconds: 28_800,
    extra: ["appcp", "apicp"],
  };
}
