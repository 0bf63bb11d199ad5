import { rsaKeyOf, secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect, type Reason } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxResponse, TenantOptions } from "../../provider.ts";

export const tokenPrefix = "dst.";

const scopes = [
  ...["signature", "impersonation", "extended", "organization_read", "user_read", "user_write"],
  ...["identity_provider_read", "domain_read"],
];

/** Sources: https://developers.docusign.com/platform/auth/jwt/ and https://developers.docusign.com/platform/auth/reference/obtain-access-token/ */
const refusals: Partial<Record<Reason, readonly [error: string, description: string]>> = {
  "unknown-scope": ["consent_required", ""],
  revoked: ["consent_required", ""],
  "unknown-client": ["invalid_grant", "issuer_not_found"],
  "assertion-signature": ["invalid_grant", "no_valid_keys_or_signatures"],
  "subject-unknown": ["invalid_grant", "user_not_found"],
  "assertion-expired": ["invalid_grant", "expired_client_token"],
  "wrong-secret": ["invalid_client", ""],
};

function refuse(reason: Reason): SandboxResponse {
  const [error, description] = refusals[reason] ?? ["invalid_grant", reason];
  return { status: 400, body: { error, ...(description && { error_description: description }) } };
}

export function oauthServer(
  { tenant, now }: Pick<OAuthHost, "tenant" | "now">,
  { integrationKey, userId }: { integrationKey: string; userId: () => string },
): OAuthServer {
  const dialect: OAuthDialect = {
    grants: [grantTypes.code, grantTypes.refresh, grantTypes.jwtBearer],
    ...{ clientProof: "secret", pkce: "optional", refresh: "rotate", tokenPrefix, refreshPrefix: "dsr." },
    lifetimes: { codeSeconds: 120, accessSeconds: 3600, refreshSeconds: 30 * 86_400 },
    assertion: { audiences: ({ host }) => [host], maxSeconds: 3600 },
    subjectOf: ({ sub }) => (sub === userId() ? userId() : undefined),
    scopes: { unknown: "refuse", none: "refuse" },
    refuse,
  };
  const client: OAuthHost["client"] = (id) => {
    if (id !== integrationKey) return undefined;
    const { publicKey } = rsaKeyOf(tenant.options, "docusign integration");
    return { id, name: "Gatehouse", secret: secretKeyOf(tenant.options), keys: [{ publicKey }], scopes };
  };
  return new OAuthServer({ tenant, now, client, consenter: userId }, dialect);
}

export function secretKeyOf(options: TenantOptions): string {
  return secretOf(options, "docusign secret key", 36);
}
