import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";

/**
 * An Integration, or a Service App with the refresh token that Control Hub shows. Access tokens live for 14 days, refresh tokens for 90; Webex
 * states both, and begins again with each use.
 * Source: https://developer.webex.com/docs/integrations, https://developer.webex.com/docs/service-apps
 */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode !== "serviceApp",

  authorize: ({ clientId = "" }, request) =>
    authorizationUrl("https://webexapis.com/v1/authorize", clientId, request, { pkce: false }),

  exchange: async (context, answer) =>
    withOrganization(context, await exchangeCode(context, clientOf(context.settings), answer, { pkce: false })),

  obtain: async (context) => {
    const { refreshToken: typed = "" } = context.settings;
    const client = clientOf(context.settings);
    return withOrganization(context, await refreshToken(context, client, { accessToken: "", refreshToken: typed }));
  },

  refresh: (context, credential) => refreshToken(context, clientOf(context.settings), credential),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

/** Most calls of an administrator name the organization: it is kept beside the token, which stays of the same account. */
async function withOrganization({ http }: Context, credential: Credential): Promise<Credential> {
  const headers = { authorization: `Bearer ${credential.accessToken}` };
  const { body } = await http.get("/people/me", { headers, sign: false });
  const orgId = needText(needObject(body, "body").orgId, "orgId");
  return { ...credential, extra: { ...credential.extra, orgId } };
}

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return { provider: "Webex", tokenUrl: "/access_token", clientId, clientSecret };
}
