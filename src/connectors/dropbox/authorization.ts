import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";

/** A team administrator consents once; the refresh token stays as it is and does not end. Source: https://developers.dropbox.com/oauth-guide */
export const authorization: Authorization = {
  interactive: () => true,

  authorize: ({ clientId = "" }, request) =>
    authorizationUrl("https://www.dropbox.com/oauth2/authorize", clientId, request, {
      parameters: { token_access_type: "offline" },
    }),

  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer),

  refresh: (context, credential) => refreshToken(context, clientOf(context.settings), credential),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return {
    provider: "Dropbox",
    tokenUrl: "https://api.dropboxapi.com/oauth2/token",
    clientId,
    clientSecret,
    reasons,
    lifetimeSeconds: 14_400,
    // Only an app that is linked to a whole team has it.
    extra: ["team_id"],
  };
}

const reasons: Readonly<Record<string, string>> = {
  invalid_client: "the app key or the app secret is wrong",
  invalid_grant: "the consent was withdrawn, or the code is too old",
};
