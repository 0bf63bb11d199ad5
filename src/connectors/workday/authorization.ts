import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderResponseError } from "#src/errors.ts";

/** Workday does not always say how long an access token lives; this is the default of API clients. */
const assumedLifetimeSeconds = 3600;

/**
 * Two modes: a person consents in the browser (authorization code), or the settings hold a refresh token of an
 * "API client for integrations". Both then live on a refresh token that does not expire; what comes back is stored.
 * PKCE is sent though the client is confidential: a server that does not know it ignores it (RFC 6749, 3.1).
 */
export const authorization: Authorization = {
  interactive: (settings) => !settings.refreshToken,

  authorize: (settings, { redirectUri, state, codeChallenge }) => {
    const url = new URL(settings.authorizationEndpoint as string);
    url.searchParams.set("response_type", "code");
    url.searchParams.set("client_id", settings.clientId as string);
    url.searchParams.set("redirect_uri", redirectUri);
    url.searchParams.set("state", state);
    url.searchParams.set("code_challenge", codeChallenge);
    url.searchParams.set("code_challenge_method", "S256");
    return url;
  },

  exchange: (context, { code, redirectUri, codeVerifier }) =>
    requestToken(context, {
      grant_type: "authorization_code",
      code: code ?? "",
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }),

  obtain: (context) => refreshWith(context, context.settings.refreshToken),

  refresh: (context, credential) => refreshWith(context, credential.refreshToken ?? context.settings.refreshToken),

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

async function refreshWith(context: Context, refreshToken: string | undefined): Promise<Credential> {
  if (!refreshToken)
    throw new ProviderAuthError("Workday gave no refresh token. Tick Non-Expiring Refresh Tokens and connect again.");
  return requestToken(context, { grant_type: "refresh_token", refresh_token: refreshToken }, refreshToken);
}

async function requestToken(
  { http, settings, now }: Context,
  form: Record<string, string>,
  earlier?: string,
): Promise<Credential> {
  // Not form-encoded as RFC 6749 has it: clients known to work send the pair as it is.
  const client = `${settings.clientId}:${settings.clientSecret}`;
  const response = await http.post<unknown>(settings.tokenEndpoint as string, {
    form,
    sign: false,
    headers: { authorization: `Basic ${Buffer.from(client).toString("base64")}` },
  });
  const body = objectOf(response.body);
  const accessToken = textOf(body.access_token);
  if (!accessToken) throw new ProviderResponseError("Workday answered without an access token.", "access_token");
  const refreshToken = textOf(body.refresh_token) ?? earlier;
  const lifetime = Number(body.expires_in) > 0 ? Number(body.expires_in) : assumedLifetimeSeconds;
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    tokenType: "Bearer",
    expiresAt: new Date(now().getTime() + lifetime * 1000),
  };
}
