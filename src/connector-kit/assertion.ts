import { createPrivateKey, type JsonWebKey, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { InvalidInputError } from "#src/errors.ts";
import { isObject, objectOf, textOf } from "./record.ts";

/** A private key that signs assertions. `keyId`: what the JWK calls itself; null for a PEM. */
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

/**
 * Reads what an admin pasted: a PEM (PKCS#1, SEC1 or PKCS#8, also with `\n` for its line breaks, as environment files have it), a JWK, or a
 * JWK set, of which the first is taken. `passphrase` opens an encrypted PEM. Throws InvalidInputError for the setting `name`; never quotes
 * the key.
 */
export function readSigningKey(
  text: string,
  options: { name?: string; kind?: "rsa" | "any"; passphrase?: string | undefined } = {},
): SigningKey {
  const { name = "privateKey", kind = "any", passphrase } = options;
  const { key, keyId } = parse(text.trim(), passphrase);
  const algorithm =
    key?.asymmetricKeyType === "rsa"
      ? "RS256"
      : kind === "any"
        ? curves[key?.asymmetricKeyDetails?.namedCurve ?? ""]
        : undefined;
  if (key && algorithm) return { key, algorithm, keyId };
  throw new InvalidInputError(
    kind === "rsa"
      ? "The private key must be an RSA key in PEM or JWK form."
      : "The private key must be an RSA or elliptic curve key, as PEM or JWK.",
    ["input", "settings", name],
  );
}

function parse(text: string, passphrase?: string): { key: KeyObject | null; keyId: string | null } {
  try {
    if (!text.startsWith("{")) {
      const pem = text.replaceAll("\\n", "\n");
      return { key: createPrivateKey(passphrase ? { key: pem, passphrase } : pem), keyId: null };
    }
    const parsed: unknown = JSON.parse(text);
    const jwk = isObject(parsed) && Array.isArray(parsed.keys) ? objectOf(parsed.keys[0]) : objectOf(parsed);
    return { key: createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }), keyId: textOf(jwk.kid) };
  } catch {
    // The cause may quote the key.
    return { key: null, keyId: null };
  }
}

export interface Assertion {
  issuer: string;
  subject?: string;
  audience?: string;
  /** Seconds from now to its end. Default 300; providers take at most an hour, some a minute. */
  lifetimeSeconds?: number;
  /** Beside the registered ones: `scope`, or a provider's own. */
  claims?: Readonly<Record<string, unknown>>;
  /** `kid` of the key, where the key does not name itself; null for none. */
  keyId?: string | null;
  /** More of the header: `x5t#S256` where a certificate is named. */
  header?: Readonly<Record<string, string>>;
  /** `jti`, unique. Default: a random UUID; null for none. */
  id?: string | null;
  /** False: no `iat`, for providers that count the lifetime from it. Default: a minute back, in case our clock is ahead of the provider's. */
  issuedAt?: false;
}

/** A signed JWT: https://www.rfc-editor.org/rfc/rfc7523#section-3 */
export async function signAssertion(
  { key, algorithm, keyId }: SigningKey,
  assertion: Assertion,
  now: Date,
): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const kid = assertion.keyId === undefined ? keyId : assertion.keyId;
  const jwt = new SignJWT({ ...assertion.claims })
    .setProtectedHeader({ alg: algorithm, typ: "JWT", ...(kid ? { kid } : {}), ...assertion.header })
    .setIssuer(assertion.issuer)
    .setExpirationTime(seconds + (assertion.lifetimeSeconds ?? 300));
  if (assertion.issuedAt !== false) jwt.setIssuedAt(seconds - 60);
  const id = assertion.id === undefined ? randomUUID() : assertion.id;
  if (id !== null) jwt.setJti(id);
  if (assertion.subject !== undefined) jwt.setSubject(assertion.subject);
  if (assertion.audience !== undefined) jwt.setAudience(assertion.audience);
  return await jwt.sign(key);
}
