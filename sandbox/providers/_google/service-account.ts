import { mix } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { TenantOptions } from "../../provider.ts";
import { tokenEndpoint } from "./token-endpoint.ts";

/** Of every access token of Google's. */
export const tokenPrefix = "ya29.";

/** The service account that a tenant's admin made for Gatehouse, in a Google Cloud project of its own. */
export interface ServiceAccount {
  email: string;
  /** What domain-wide delegation is granted to. */
  clientId: string;
  projectId: string;
  keyId: string;
  /** The JSON key file. */
  file: string;
}

export function serviceAccountOf(options: Required<TenantOptions>): ServiceAccount {
  // Tenants of one name at two of Google's products have an account each.
  const projectId = `${options.name}-${options.provider}`;
  const email = `gatehouse@${projectId}.iam.gserviceaccount.com`;
  const clientId = `1${String(mix(options.seed, 1, 511)).padStart(10, "0")}${String(mix(options.seed, 2, 511)).padStart(10, "0")}`;
  const keyId = secretOf(options, "key id", 40);
  const file = {
    type: "service_account",
    project_id: projectId,
    private_key_id: keyId,
    private_key: rsaKeyOf(options, "service account").privatePem,
    client_email: email,
    client_id: clientId,
    auth_uri: "https://accounts.google.com/o/oauth2/auth",
    token_uri: tokenEndpoint,
    auth_provider_x509_cert_url: "https://www.googleapis.com/oauth2/v1/certs",
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
    universe_domain: "googleapis.com",
  };
  return { email, clientId, projectId, keyId, file: JSON.stringify(file, null, 2) };
}

export interface GoogleAccounts {
  tenant: OAuthHost["tenant"];
  now(): number;
  account: ServiceAccount;
  /** Scopes that the account may be given. */
  scopes: string[];
  /** Whose name an assertion's `sub` is; undefined when there is no such person, or one who is suspended. Without `sub`: the account itself. */
  subjectOf(sub: string): string | undefined;
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest: one service account, with its key. */
export function googleOAuth({ tenant, now, account, scopes, subjectOf }: GoogleAccounts): OAuthServer {
  const dialect: OAuthDialect = {
    grants: [grantTypes.jwtBearer],
    clientProof: "assertion",
    tokenPrefix,
    lifetimes: { accessSeconds: 3599 },
    assertion: { audiences: () => [tokenEndpoint], maxSeconds: 3600 },
    subjectOf: ({ sub }) => (sub === undefined ? account.email : subjectOf(String(sub))),
    scopes: { unknown: "refuse", none: "refuse" },
    // Google names no scopes in this answer.
    answer: ({ accessToken, expiresInSeconds }) => ({
      access_token: accessToken,
      expires_in: expiresInSeconds,
      token_type: "Bearer",
    }),
    refuse: (reason) => {
      const [status, error, description] = refusals[reason] ?? [400, "invalid_grant", "Invalid JWT Signature."];
      return { status, body: { error, error_description: description } };
    },
  };
  const client: OAuthHost["client"] = (id) => {
    if (id !== account.email) return undefined;
    const { publicKey } = rsaKeyOf({ ...(tenant.options as Required<TenantOptions>) }, "service account");
    return { id, name: "Gatehouse", keys: [{ id: account.keyId, publicKey }], scopes };
  };
  return new OAuthServer({ tenant, now, client, consenter: () => account.email }, dialect);
}

const shortLived = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.";
const undelegated =
  "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.";

const refusals: Partial<Record<string, [status: number, error: string, description: string]>> = {
  "unknown-client": [400, "invalid_grant", "Invalid grant: account not found"],
  "unknown-scope": [401, "unauthorized_client", undelegated],
  "no-scope": [400, "invalid_scope", "Empty or missing scope not allowed."],
  "subject-unknown": [400, "invalid_grant", "Invalid email or User ID"],
  "assertion-expired": [400, "invalid_grant", shortLived],
  "assertion-too-long": [400, "invalid_grant", shortLived],
  "assertion-audience": [400, "invalid_grant", "Invalid JWT: Failed audience check."],
  "unsupported-grant": [400, "unsupported_grant_type", "Invalid grant_type: "],
  revoked: [400, "invalid_grant", "Invalid JWT Signature."],
};
