import { createHash, X509Certificate } from "node:crypto";
import { readSigningKey, type SigningKey } from "#src/connector-kit/assertion.ts";
import type { Credential, TokenPurpose } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { clientCredentials, type OAuthClient, privateKeyJwt } from "#src/connector-kit/oauth.ts";
import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";
import { cloudOf } from "./clouds.ts";

/** A certificate and its key, as client assertions need them. */
export interface ClientCertificate {
  key: SigningKey;
  /** Base64url of the SHA-1 hash of the certificate. */
  thumbprint: string;
  expiresAt: Date;
}

/** Reads both from one PEM. Throws InvalidInputError for the setting `certificate`; never quotes it. */
export function readCertificate(pem: string): ClientCertificate {
  const key = readSigningKey(blockOf(pem, "PRIVATE KEY"), { name: "certificate", kind: "rsa" });
  const certificate = parse(blockOf(pem, "CERTIFICATE"));
  if (!certificate?.checkPrivateKey(key.key))
    throw new InvalidInputError("The certificate cannot be read, or the private key is not its own.", field);
  return {
    key,
    thumbprint: createHash("sha1").update(certificate.raw).digest("base64url"),
    expiresAt: certificate.validToDate,
  };
}

const field = ["input", "settings", "certificate"];

function blockOf(pem: string, kind: "PRIVATE KEY" | "CERTIFICATE"): string {
  const text = pem.replaceAll("\\n", "\n");
  return new RegExp(`-----BEGIN (RSA )?${kind}-----[^-]*-----END (RSA )?${kind}-----`).exec(text)?.[0] ?? "";
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    // The cause would quote the PEM.
    return null;
  }
}

/**
 * A token of the application itself for one API, whose address is the audience (`https://graph.microsoft.com`). Its scopes are the application
 * permissions that the token holds. `renewBy` is when the certificate ends. Throws ProviderAuthError when the application, its secret or its
 * consent is refused.
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function applicationToken(context: Context, audience: string): Promise<Credential> {
  const { settings } = context;
  const certificate = settings.certificate ? readCertificate(settings.certificate) : null;
  const credential = await clientCredentials(context, clientOf(settings, certificate), {
    scopes: [`${audience}/.default`],
  });
  return {
    ...credential,
    scopes: rolesIn(credential.accessToken),
    ...(certificate ? { renewBy: certificate.expiresAt } : {}),
  };
}

/** `tokenFor` of an application: one token for each API. */
export function applicationTokenFor(
  context: Context,
  _: Credential,
  { audience = "" }: TokenPurpose,
): Promise<Credential> {
  return applicationToken(context, audience);
}

function clientOf(settings: Settings, certificate: ClientCertificate | null): OAuthClient {
  const { tenantId = "", clientId = "", clientSecret } = settings;
  const tokenUrl = `https://${cloudOf(settings).login}/${tenantId}/oauth2/v2.0/token`;
  return {
    provider: "Microsoft Entra ID",
    tokenUrl,
    clientId,
    ...(certificate
      ? {
          authentication: privateKeyJwt(certificate.key, clientId, tokenUrl, {
            keyId: null,
            header: { x5t: certificate.thumbprint },
          }),
        }
      : { clientSecret }),
  };
}

/** Application permissions in an access token, which is a JWT; none in one that cannot be read. The API itself checks its signature. */
export function rolesIn(accessToken: string): string[] {
  try {
    const claims: unknown = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
    return listOf(objectOf(claims).roles).flatMap((role) => textOf(role) ?? []);
  } catch {
    return [];
  }
}
