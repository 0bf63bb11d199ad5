import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";
import { ProviderAuthError } from "#src/errors.ts";

/**
 * A consent, whose refresh token works once and is replaced with each access token; or an API token with the address of its admin, which lives
 * until it is deleted. Source: https://developer.zendesk.com/api-reference/introduction/security-and-auth/
 */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode !== "token",

  authorize: (settings, request) =>
    authorizationUrl(`${baseUrl(settings)}/oauth/authorizations/new`, settings.clientId ?? "", request),

  exchange: (context, answer) =>
    exchangeCode(context, clientOf(context.settings), answer, {
      fields: { scope: undefined, expires_in: String(accessSeconds), refresh_token_expires_in: String(refreshSeconds) },
    }),

  async obtain({ settings: { email, token } }) {
    if (!email || !token) throw new ProviderAuthError("An admin must consent again.");
    return { accessToken: `${email}/token:${token}`, tokenType: "Basic" };
  },

  async refresh(context, credential) {
    const { mode, email, token } = context.settings;
    if (mode === "token") return { ...credential, accessToken: `${email}/token:${token}` };
    return await refreshToken(context, clientOf(context.settings), credential, {
      expires_in: String(accessSeconds),
      refresh_token_expires_in: String(refreshSeconds),
    });
  },

  sign({ accessToken }, { mode }) {
    const basic = () => `Basic ${Buffer.from(accessToken).toString("base64")}`;
    return { headers: { authorization: mode === "token" ? basic() : `Bearer ${accessToken}` } };
  },
};

/** Two days and ninety are the most that Zendesk gives. */
const accessSeconds = 172_800;
const refreshSeconds = 7_776_000;

export const baseUrl = ({ subdomain }: Settings): string => `https://${subdomain}.zendesk.com`;

function clientOf(settings: Settings): OAuthClient {
  const { clientId = "", clientSecret } = settings;
  return { provider: "Zendesk", tokenUrl: "/oauth/tokens", clientId, clientSecret, encoding: "json" };
}
