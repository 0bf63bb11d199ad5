import { readSigningKey, type SigningKey } from "#src/connector-kit/assertion.ts";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { clientCredentials, privateKeyJwt } from "#src/connector-kit/oauth.ts";
import { wantedScopes as scopesOfManifest } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError, ProviderScopeError } from "#src/errors.ts";
import { manifest } from "./manifest.ts";

/** Everything the manifest names: a service app's token carries all it was granted. What is not granted switches off only what needs it. */
export const wantedScopes: readonly string[] = scopesOfManifest(manifest, {}, []);

export function baseUrl(settings: Settings): string {
  return `https://${settings.domain}`;
}

/** Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/ */
export const authorization: Authorization = {
  interactive: () => false,

  async obtain(context) {
    if (context.settings.mode === "token") return apiToken(context.settings);
    return (await mint(context, wantedScopes)) ?? (await mint(context, await grantedScopes(context))) ?? refused();
  },

  async refresh(context, credential) {
    if (context.settings.mode === "token") return apiToken(context.settings);
    // First everything, in case an admin has granted more; then what we had; then one by one.
    const held = credential.scopes?.length
      ? ((await mint(context, wantedScopes)) ?? (await mint(context, credential.scopes)))
      : null;
    return held ?? (await authorization.obtain?.(context)) ?? refused();
  },

  sign: (credential) => ({
    headers: { authorization: `${credential.tokenType ?? "Bearer"} ${credential.accessToken}` },
  }),
};

function apiToken({ token }: Settings): Credential {
  if (!token) throw new ProviderAuthError("Okta needs an API token.");
  return { accessToken: token, tokenType: "SSWS" };
}

/** Okta refuses the whole request when one scope is not granted, without naming it. */
async function grantedScopes(context: Context): Promise<string[]> {
  const granted: string[] = [];
  for (const scope of wantedScopes) if (await mint(context, [scope])) granted.push(scope);
  return granted;
}

/** Null when a scope is not granted. Throws ProviderAuthError when the client or its key is refused. */
async function mint(context: Context, scopes: readonly string[]): Promise<Credential | null> {
  if (scopes.length === 0) return null;
  const { settings } = context;
  const tokenUrl = `${baseUrl(settings)}/oauth2/v1/token`;
  const authentication = privateKeyJwt(readKey(settings), settings.clientId ?? "", tokenUrl);
  // The assertion names the client.
  const client = { provider: "Okta", tokenUrl, clientId: "", authentication, reasons, lifetimeSeconds: 3600 };
  try {
    return await clientCredentials(context, client, { scopes });
  } catch (error) {
    if (error instanceof ProviderScopeError) return null;
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  invalid_client: "the client ID or the key is wrong, or the app is not active",
  invalid_dpop_proof: "switch off Require DPoP in the app",
  access_denied: "Gatehouse's address is outside the allowed network zones",
  unauthorized_client: "the app may not use client credentials: it must be an API Services app",
};

function refused(): never {
  throw new ProviderAuthError("None of the Okta scopes Gatehouse uses is granted to the service app.");
}

/** A PEM, or the JWK that Okta shows once when it makes the key. */
export function readKey({ privateKey = "", keyId }: Settings): SigningKey {
  const key = readSigningKey(privateKey);
  return { ...key, keyId: keyId || key.keyId };
}
