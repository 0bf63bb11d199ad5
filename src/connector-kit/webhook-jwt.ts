/** JWTs that prove a webhook: https://www.rfc-editor.org/rfc/rfc7519. Verified at once, as `receive` is no promise: jose's are. */
import { createHmac, createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import { WebhookRejectedError } from "#src/errors.ts";
import { equalSecrets } from "#src/platform/http/signature.ts";
import { isObject, type Json } from "./record.ts";

export interface JwtProof {
  /** A shared secret (HS256), or public keys (RS256, ES256) as JWKs, of which `kid` names one. The token never chooses between the two. */
  key: { secret: string } | { jwks: readonly Json[] };
  issuer?: string;
  /** One of the audiences in the token. */
  audience?: string;
  now: Date;
  /** By how much clocks may differ. Default 60. */
  leewaySeconds?: number;
}

/** The claims of a token whose signature, time, issuer and audience are right. Throws WebhookRejectedError. */
export function proveJwt(token: string, { key, issuer, audience, now, leewaySeconds = 60 }: JwtProof): Json {
  const [head = "", payload = "", signature = "", ...rest] = token.split(".");
  const header = decoded(head);
  const claims = decoded(payload);
  const good = "secret" in key ? isHmac(header, key.secret) : isSigned(header, key.jwks);
  if (rest.length > 0 || !good) throw rejected();

  const seconds = now.getTime() / 1000;
  if (typeof claims.exp !== "number" || claims.exp < seconds - leewaySeconds)
    throw new WebhookRejectedError("The token of the webhook has expired.");
  for (const start of [claims.nbf, claims.iat])
    if (typeof start === "number" && start > seconds + leewaySeconds)
      throw new WebhookRejectedError("The token of the webhook is not valid yet.");
  if (issuer !== undefined && claims.iss !== issuer) throw rejected();
  if (audience !== undefined && ![claims.aud].flat().includes(audience)) throw rejected();
  return claims;

  function isHmac({ alg }: Json, secret: string): boolean {
    if (alg !== "HS256" || secret === "") return false;
    return equalSecrets(signature, createHmac("sha256", secret).update(`${head}.${payload}`).digest("base64url"));
  }

  function isSigned({ alg, kid }: Json, jwks: readonly Json[]): boolean {
    const jwk = jwks.find((one) => one.kid === kid) ?? (kid === undefined && jwks.length === 1 ? jwks[0] : undefined);
    const publicKey = jwk && keyOf(jwk);
    if (!publicKey || alg !== { rsa: "RS256", ec: "ES256" }[publicKey.asymmetricKeyType as "rsa"]) return false;
    const data = Buffer.from(`${head}.${payload}`);
    return verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  }
}

function keyOf(jwk: Json): KeyObject | null {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
  } catch {
    return null;
  }
}

function decoded(part: string): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    if (isObject(value)) return value;
  } catch {
    // The cause would quote the token.
  }
  throw rejected();
}

function rejected(): WebhookRejectedError {
  return new WebhookRejectedError("The token of the webhook is wrong.");
}
