import { credentialOf } from "../../kit/body.ts";
import type { SandboxRequest } from "../../provider.ts";
import type { GoogleTenant } from "./token-endpoint.ts";

/** Whether the request's access token is this tenant's: one organisation has the same name with each product. */
export function isTokenOf(tenant: GoogleTenant | undefined, request: SandboxRequest): boolean {
  const token = credentialOf(request, "Bearer");
  return tenant !== undefined && token !== undefined && Boolean(tenant.oauth.authenticate(token));
}
