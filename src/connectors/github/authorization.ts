import { createPrivateKey, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { instantOf, type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderResponseError,
  ProviderScopeError,
} from "#src/errors.ts";

export function webUrl(settings: Settings): string {
  return `https://${settings.host || "github.com"}`;
}

export function apiUrl(settings: Settings): string {
  return `https://api.${settings.host || "github.com"}`;
}

/** Scopes asked for at the consent page: no more than the settings need. */
export function wantedScopes(settings: Settings): string[] {
  return [
    "admin:org",
    "read:audit_log",
    "admin:org_hook",
    "read:user",
    "user:email",
    ...(settings.enterprise ? ["admin:enterprise"] : []),
    ...(settings.repositories === "yes" ? ["repo"] : []),
  ];
}

/** Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const authorization: Authorization = {
  interactive: (settings) => settings.mode !== "app" && settings.mode !== "pat",

  authorize(settings, { redirectUri, state, codeChallenge }) {
    const url = new URL(`${webUrl(settings)}/login/oauth/authorize`);
    url.search = new URLSearchParams({
      client_id: settings.clientId ?? "",
      redirect_uri: redirectUri,
      scope: wantedScopes(settings).join(" "),
      state,
      code_challenge: codeChallenge,
      code_challenge_method: "S256",
      allow_signup: "false",
    }).toString();
    return url;
  },

  async exchange(context, { code, redirectUri, codeVerifier }) {
    const { settings, http } = context;
    const { body } = await http.request({
      method: "POST",
      url: `${webUrl(settings)}/login/oauth/access_token`,
      sign: false,
      headers: { accept: "application/json" },
      form: {
        client_id: settings.clientId ?? "",
        client_secret: settings.clientSecret ?? "",
        code: code ?? "",
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      },
    });
    const answer = needObject(body, "access_token");
    // GitHub refuses with status 200.
    const error = textOf(answer.error);
    if (error) throw new ProviderAuthError(`GitHub refused the sign-in: ${reasons[error] ?? error.slice(0, 100)}.`);
    const credential: Credential = {
      accessToken: needText(answer.access_token, "access_token"),
      tokenType: "Bearer",
      scopes: splitScopes(textOf(answer.scope) ?? ""),
    };
    return credential;
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

export function splitScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/**
 * A token of the installation, for one hour. Its permissions come as scopes, `members:write`.
 * Throws ProviderAuthError when the app is uninstalled, suspended, or its key is not accepted.
 * Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
async function installationToken(context: Context): Promise<Credential> {
  const { settings, http, now } = context;
  const seconds = Math.floor(now().getTime() / 1000);
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(settings.appId ?? "")
    // A minute back, in case our clock is ahead of GitHub's.
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + 540)
    .sign(readKey(settings.privateKey ?? ""));
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
  const answer: Json = needObject(body, "access_tokens");
  const expiresAt = instantOf(answer.expires_at);
  if (!expiresAt) throw new ProviderResponseError("The installation token has no end.", "access_tokens.expires_at");
  return {
    accessToken: needText(answer.token, "access_tokens.token"),
    tokenType: "Bearer",
    expiresAt,
    scopes: Object.entries(objectOf(answer.permissions)).map(([name, level]) => `${name}:${String(level)}`),
  };
}

/** PKCS#1, as GitHub makes them, or PKCS#8; line breaks may have been lost on the way through an environment file. */
export function readKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem.replaceAll("\\n", "\n").trim());
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // The cause may quote the key.
  }
  throw new InvalidInputError("The private key of the GitHub App must be an RSA key in PEM form.", [
    "input",
    "settings",
    "privateKey",
  ]);
}
