import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import { clientCredentials } from "#src/connector-kit/oauth.ts";

/**
 * A pair whose token lives ten hours; asking again returns the same token until it ends. What the pair may do was chosen when it was made.
 * Source: https://developers.onelogin.com/api-docs/2/oauth20-tokens/generate-tokens-2
 */
export const authorization: Authorization = {
  interactive: () => false,

  obtain: (context) =>
    clientCredentials(context, {
      provider: "OneLogin",
      tokenUrl: "/auth/oauth2/v2/token",
      clientId: context.settings.clientId ?? "",
      clientSecret: context.settings.clientSecret,
      errors: "provider",
      lifetimeSeconds: 36_000,
      extra: ["account_id"],
    }),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};
