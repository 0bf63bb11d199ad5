import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import {
  authorizationUrl,
  clientCredentials,
  exchangeCode,
  type OAuthClient,
  refreshToken,
} from "#src/connector-kit/oauth.ts";

const dayMs = 86_400_000;

export function baseUrl({ host }: Settings): string {
  return `https://${host}`;
}

/** Source: https://www.servicenow.com/docs/r/platform-security/authentication/oauth-inbound.html */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode === "oauth",

  authorize: (settings, request) =>
    // What a token opens is decided by the roles of the user; the auth scope is that of the client.
    authorizationUrl(`${baseUrl(settings)}/oauth_auth.do`, settings.clientId ?? "", request, {
      pkce: false,
      scopes: [],
    }),

  exchange: async (context, answer) =>
    forecast(context, await exchangeCode(context, clientOf(context.settings), answer, { pkce: false })),

  obtain: async ({ settings, ...context }) =>
    settings.mode === "basic" ? basic(settings) : await clientCredentials({ ...context, settings }, clientOf(settings)),

  async refresh(context, credential) {
    const { settings } = context;
    if (settings.mode === "basic") return basic(settings);
    if (settings.mode !== "oauth") return await clientCredentials(context, clientOf(settings));
    return forecast(context, await refreshToken(context, clientOf(settings), credential));
  },

  sign: ({ accessToken, tokenType = "Bearer" }) => ({ headers: { authorization: `${tokenType} ${accessToken}` } }),
};

function basic({ username = "", password = "" }: Settings): Credential {
  return { accessToken: Buffer.from(`${username}:${password}`).toString("base64"), tokenType: "Basic" };
}

/**
 * ServiceNow does not state when a refresh token ends: it is the client's lifespan after the sign-in, and using the token prolongs nothing.
 * Source: https://www.servicenow.com/docs/r/platform-security/authentication/t_ManageTokens.html
 */
function forecast({ settings, now }: Context, credential: Credential): Credential {
  if (!credential.refreshToken || credential.renewBy) return credential;
  const days = Number(settings.refreshTokenDays ?? 90);
  return { ...credential, renewBy: new Date(now().getTime() + days * dayMs) };
}

function clientOf(settings: Settings): OAuthClient {
  const { clientId = "", clientSecret } = settings;
  return {
    ...{ provider: "ServiceNow", tokenUrl: `${baseUrl(settings)}/oauth_token.do`, clientId, clientSecret },
    errors: "provider",
  };
}
