import { type Api, open, serveApi } from "../../kit/api.ts";
import { claimedClient } from "../../kit/client-proof.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxKit, SandboxRequest, SandboxResponse, Tenant } from "../../provider.ts";

export const tokenHost = "oauth2.googleapis.com";
export const tokenEndpoint = `https://${tokenHost}/token`;

/** A tenant of one of Google's products. */
export interface GoogleTenant extends Tenant {
  readonly account: { email: string };
  readonly oauth: OAuthServer;
}

/** Products whose service accounts ask here, by provider. The first of them in the sandbox's list serves the host for all. */
const products = ["gcp", "google-workspace"];

const api: Api<GoogleTenant, never> = {
  routes: [open("POST", "/token", ({ tenant, request }) => tenant.oauth.token(request))],
  find(request, kit) {
    const issuer = claimedClient(request);
    const tenant = products
      .flatMap((slug) => kit.tenants(slug) as GoogleTenant[])
      .find(({ account }) => account.email === issuer);
    return tenant ? { tenant } : { refusal: refusal("invalid_grant", "Invalid grant: account not found") };
  },
  serverError: (_, status) => ({ status, body: { error: "internal_failure", error_description: "Backend error" } }),
  rateLimited: (_, seconds) => ({
    ...{ status: 429, headers: { "retry-after": String(seconds) } },
    body: { error: "rate_limit_exceeded", error_description: "Too many requests" },
  }),
  authenticate: () => ({ refusal: refusal("invalid_request", "Not found") }),
  refuse: () => undefined,
  noRoute: () => refusal("invalid_request", "Not found"),
};

function refusal(error: string, error_description: string): SandboxResponse {
  return { status: 400, body: { error, error_description } };
}

/** The token endpoint that all of Google's products share: the issuer of an assertion names the tenant. */
export function serveTokens(request: SandboxRequest, kit: SandboxKit): Promise<SandboxResponse> {
  return serveApi(api, request, kit);
}
