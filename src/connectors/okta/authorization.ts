import { createPrivateKey, type JsonWebKey, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { isObject, type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError, ProviderAuthError } from "#src/errors.ts";

/** Everything our streams, actions and webhook can use; those that are not granted switch off what needs them. */
export const wantedScopes = [
  "okta.orgs.read",
  "okta.users.read",
  "okta.groups.read",
  "okta.roles.read",
  "okta.logs.read",
  "okta.apps.read",
  "okta.appGrants.read",
  "okta.apiTokens.read",
  "okta.policies.read",
  "okta.threatInsights.read",
  "okta.authenticators.read",
  "okta.eventHooks.manage",
  "okta.users.manage",
  "okta.roles.manage",
  "okta.apps.manage",
  "okta.appGrants.manage",
  "okta.apiTokens.manage",
  "okta.userRisk.manage",
] as const;

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
      ? await mint(context, wantedScopes).then((all) => all ?? mint(context, credential.scopes ?? []))
      : null;
    return held ?? (await authorization.obtain?.(context)) ?? refused();
  },

  sign: (credential) => ({
    headers: { authorization: `${credential.tokenType ?? "Bearer"} ${credential.accessToken}` },
  }),
};

function apiToken(settings: Settings): Credential {
  if (!settings.token) throw new ProviderAuthError("Okta needs an API token.");
  return { accessToken: settings.token, tokenType: "SSWS" };
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
  const url = `${baseUrl(context.settings)}/oauth2/v1/token`;
  const answer = await context.http.request({
    method: "POST",
    url,
    sign: false,
    form: {
      grant_type: "client_credentials",
      scope: scopes.join(" "),
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(context, url),
    },
    allow: [400, 401, 403],
  });
  const body = objectOf(answer.body);
  const error = textOf(body.error);
  if (error === "invalid_scope") return null;
  if (answer.status !== 200)
    throw new ProviderAuthError(
      `Okta refused the service app: ${reasons[error ?? ""] ?? "the request was not accepted"}.`,
      { status: answer.status },
    );
  return toCredential(needObject(answer.body, "token"), context.now());
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

function toCredential(body: Json, now: Date): Credential {
  const seconds = typeof body.expires_in === "number" && body.expires_in > 0 ? body.expires_in : 3600;
  return {
    accessToken: needText(body.access_token, "token.access_token"),
    tokenType: "Bearer",
    expiresAt: new Date(now.getTime() + seconds * 1000),
    scopes: textOf(body.scope)?.split(/\s+/).filter(Boolean) ?? [],
  };
}

async function assertion(context: Context, audience: string): Promise<string> {
  const { settings, now } = context;
  const { key, algorithm, keyId } = readKey(settings);
  const seconds = Math.floor(now().getTime() / 1000);
  const clientId = settings.clientId ?? "";
  return await new SignJWT({})
    .setProtectedHeader({ alg: algorithm, typ: "JWT", ...(keyId ? { kid: keyId } : {}) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    // A minute back, in case our clock is ahead of Okta's.
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + 300)
    .setJti(randomUUID())
    .sign(key);
}

export interface SigningKey {
  key: KeyObject;
  algorithm: "RS256" | "ES256" | "ES384" | "ES512";
  keyId: string | null;
}

const curves: Readonly<Record<string, SigningKey["algorithm"]>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

/** A PEM, or the JWK that Okta shows once when it makes the key. */
export function readKey(settings: Settings): SigningKey {
  const text = (settings.privateKey ?? "").trim();
  const { key, keyId } = parseKey(text);
  const algorithm = key?.asymmetricKeyType === "rsa" ? "RS256" : curves[key?.asymmetricKeyDetails?.namedCurve ?? ""];
  if (!key || !algorithm) {
    throw new InvalidInputError("The private key must be an RSA or elliptic curve key, as PEM or JWK.", [
      "input",
      "settings",
      "privateKey",
    ]);
  }
  return { key, algorithm, keyId: settings.keyId || keyId };
}

function parseKey(text: string): { key: KeyObject | null; keyId: string | null } {
  try {
    if (!text.startsWith("{")) return { key: createPrivateKey(text.replaceAll("\\n", "\n")), keyId: null };
    const parsed: unknown = JSON.parse(text);
    // A key set with one key, as Okta's "save keys in Okta" shows it.
    const jwk = isObject(parsed) && Array.isArray(parsed.keys) ? objectOf(parsed.keys[0]) : objectOf(parsed);
    return { key: createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }), keyId: textOf(jwk.kid) };
  } catch {
    // The cause may quote the key.
    return { key: null, keyId: null };
  }
}
