import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import { authorizationUrl, exchangeCode } from "#src/connector-kit/oauth.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { hmacSha256 } from "#src/platform/http/signature.ts";

/**
 * Two modes: the access token of a custom integration, typed in; or a third-party app that a system administrator
 * installs in the browser. Neither token ends by itself. With the app secret every call to the Graph API is proved, which
 * third-party apps must do and custom integrations may be set to. SCIM takes the token alone.
 */
export const authorization: Authorization = {
  interactive: (settings) => !settings.accessToken,

  authorize: ({ appId = "" }, request) =>
    authorizationUrl("https://work.workplace.com/dialog/work_app_install", appId, request, {
      pkce: false,
      scopes: [],
      parameters: { app_id: appId, client_id: undefined, response_type: undefined },
    }),

  exchange: (context, answer) => {
    const { appId = "", appSecret } = context.settings;
    const client = {
      provider: "Workplace",
      tokenUrl: "https://graph.facebook.com/oauth/access_token",
      clientId: appId,
      clientSecret: appSecret,
      encoding: "query",
      errors: "provider",
    } as const;
    return exchangeCode(context, client, answer, { pkce: false, fields: { grant_type: undefined } });
  },

  obtain: async ({ settings }) => {
    if (!settings.accessToken) throw new ProviderAuthError("The app must be installed in Workplace again.");
    return { accessToken: settings.accessToken, tokenType: "Bearer" };
  },

  sign: ({ accessToken }, { appSecret }, request, now) => ({
    headers: { authorization: `Bearer ${accessToken}` },
    ...(appSecret && request.url.hostname !== "scim.workplace.com"
      ? { query: proofOf(accessToken, appSecret, now) }
      : {}),
  }),
};

/** Good for five minutes. */
function proofOf(accessToken: string, appSecret: string, now: Date): Record<string, string> {
  const time = String(Math.floor(now.getTime() / 1000));
  return { appsecret_time: time, appsecret_proof: hmacSha256(appSecret, `${accessToken}|${time}`) };
}
