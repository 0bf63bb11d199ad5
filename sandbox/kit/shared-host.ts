import type { SandboxKit, SandboxRequest, Tenant } from "../provider.ts";
import { tenantNamed } from "../tokens.ts";
import { credentialOf } from "./body.ts";
import { claimedClient } from "./client-proof.ts";

/**
 * The tenant of a call to a host that all tenants of a provider share, such as `api.app.example`:
 * the one that the access token names, or else the one whose app asks for consent or a token.
 * Nothing is believed yet: the tenant itself checks the token or the client.
 */
export function tenantAtSharedHost<T extends Tenant>(
  request: SandboxRequest,
  kit: SandboxKit,
  provider: { slug: string; tokenPrefix: string; hasClient(tenant: T, clientId: string): boolean },
): T | undefined {
  const token = credentialOf(request, "Bearer");
  if (token !== undefined) {
    const name = tenantNamed(token, provider.tokenPrefix);
    return name === undefined ? undefined : (kit.tenant(provider.slug, name) as T | undefined);
  }
  const client = claimedClient(request);
  if (client === undefined) return undefined;
  return (kit.tenants(provider.slug) as T[]).find((tenant) => provider.hasClient(tenant, client));
}
