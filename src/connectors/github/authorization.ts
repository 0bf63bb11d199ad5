import { readSigningKey, type SigningKey, signAssertion } from "#src/connector-kit/assertion.ts";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode } from "#src/connector-kit/oauth.ts";
import { needInstant, needObject, needText, objectOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";

export function webUrl(settings: Settings): string {
  return `https://${settings.host || "github.com"}`;
}

export function apiUrl(settings: Settings): string {
  return `https://api.${settings.host || "github.com"}`;
}

/** Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const authorization: Authorization = {
  interactive: (settings) => settings.mode !== "app" && settings.mode !== "pat",

  authorize: (settings, request) =>
    authorizationUrl(`${webUrl(settings)}/login/oauth/authorize`, settings.clientId ?? "", request, {
      parameters: { response_type: undefined, allow_signup: "false" },
    }),

  exchange(context, answer) {
    const { settings } = context;
    const client = {
      provider: "GitHub",
      tokenUrl: `${webUrl(settings)}/login/oauth/access_token`,
      clientId: settings.clientId ?? "",
      clientSecret: settings.clientSecret,
      // Without it the answer is a form.
      headers: { accept: "application/json" },
      reasons,
    };
    return exchangeCode(context, client, answer, { fields: { grant_type: undefined } });
  },

  async obtain(context) {
    const { settings } = context;
    if (settings.mode === "app") return await installationToken(context);
    if (settings.mode === "pat" && settings.token) return { accessToken: settings.token, tokenType: "Bearer" };
    throw new ProviderAuthError("GitHub needs an admin to sign in again.");
  },

  sign: (credential) => ({
    headers: { authorization: `Bearer ${credential.accessToken}`, "x-github-api-version": "2022-11-28" },
  }),
};

const reasons: Readonly<Record<string, string>> = {
  bad_verification_code: "the code is wrong or has expired",
  incorrect_client_credentials: "the client ID or client secret is wrong",
  redirect_uri_mismatch: "the OAuth app has another callback URL",
  access_denied: "the consent was denied",
  "Not Found": "there is no OAuth app with this client ID",
};

/**
 * A token of the installation, for one hour. Its permissions come as scopes, `members:write`.
 * Throws ProviderAuthError when the app is uninstalled, suspended, or its key is not accepted.
 * Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
async function installationToken(context: Context): Promise<Credential> {
  const { settings, http, now } = context;
  const key = readKey(settings.privateKey ?? "");
  const assertion = await signAssertion(key, { issuer: settings.appId ?? "", lifetimeSeconds: 540, id: null }, now());
  let body: unknown;
  try {
    const answer = await http.request({
      method: "POST",
      url: `/app/installations/${encodeURIComponent(settings.installationId ?? "")}/access_tokens`,
      sign: false,
      headers: { authorization: `Bearer ${assertion}`, "x-github-api-version": "2022-11-28" },
      retry: true,
    });
    body = answer.body;
  } catch (error) {
    if (error instanceof ProviderNotFoundError || error instanceof ProviderScopeError) {
      throw new ProviderAuthError("The GitHub App is not installed any more, or the installation ID is wrong.", {
        cause: error,
      });
    }
    throw error;
  }
  const answer = needObject(body, "access_tokens");
  return {
    accessToken: needText(answer.token, "access_tokens.token"),
    tokenType: "Bearer",
    expiresAt: needInstant(answer.expires_at, "access_tokens.expires_at"),
    scopes: Object.entries(objectOf(answer.permissions)).map(([name, level]) => `${name}:${String(level)}`),
  };
}

/** Throws InvalidInputError: GitHub Apps have RSA keys. */
export function readKey(pem: string): SigningKey {
  return readSigningKey(pem, { kind: "rsa" });
}
