import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient } from "#src/connector-kit/oauth.ts";
import { type Json, objectOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError } from "#src/errors.ts";

/**
 * An Org Owner installs the app in the whole organization; the user token does the rest, and lives until it is revoked.
 * Source: https://docs.slack.dev/authentication/installing-with-oauth and https://docs.slack.dev/reference/methods/oauth.v2.access
 */
export const authorization: Authorization = {
  interactive: () => true,

  authorize: (settings, request) =>
    authorizationUrl("https://slack.com/oauth/v2/authorize", settings.clientId ?? "", request, {
      pkce: false,
      parameters: { response_type: undefined, scope: undefined, user_scope: request.scopes.join(",") },
    }),

  exchange: (context, answer) => exchangeCode(context, clientOf(context.settings), answer, { pkce: false }),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

export const baseUrl = (): string => "https://slack.com/api";

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return {
    ...{ provider: "Slack", tokenUrl: "/oauth.v2.access", clientId, clientSecret, authentication: "basic" },
    tokenIn: userToken,
    extra: ["enterprise_id"],
    reasons: {
      invalid_code: "the code is not known or was used already",
      bad_redirect_uri: "the redirect address is not the one that is registered for the app",
      bad_client_secret: "the client secret is wrong",
      invalid_client_id: "the client ID is not known",
    },
  };
}

/** The answer has a bot's token at its top; the admin API takes the user's alone. */
function userToken({ authed_user, enterprise, is_enterprise_install }: Json): Json {
  if (is_enterprise_install !== true)
    throw new ProviderAuthError("The app was installed in one workspace: consent again and choose the organization.");
  const user = objectOf(authed_user);
  if (user.expires_in !== undefined)
    throw new ProviderAuthError("Token rotation is on for the Slack app: use an app without it.");
  return { ...user, enterprise_id: objectOf(enterprise).id };
}
