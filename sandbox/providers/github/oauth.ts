import { grantTypes, type OAuthDialect, type Reason } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { appScopes } from "./scopes.ts";

type Refusal = readonly [error: string, description: string];

const badCode: Refusal = ["bad_verification_code", "The code passed is incorrect or expired."];

const refusals: Partial<Record<Reason, Refusal>> = {
  "wrong-secret": ["incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."],
  "redirect-mismatch": [
    "redirect_uri_mismatch",
    "The redirect_uri MUST match the registered callback URL for this application.",
  ],
};

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps: refusals are HTTP 200, there is no `grant_type`. */
const dialect: OAuthDialect = {
  grants: [grantTypes.code],
  defaultGrant: grantTypes.code,
  clientProof: "secret",
  pkce: "optional",
  tokenPrefix: "gho_",
  lifetimes: { codeSeconds: 600 },
  scopes: { unknown: "drop", none: "all" },
  refuse(reason) {
    const [error, error_description] = refusals[reason] ?? badCode;
    return { status: 200, body: { error, error_description, error_uri: "https://docs.github.com/apps" } };
  },
  answer: ({ accessToken, scopes }) => ({ access_token: accessToken, scope: scopes.join(","), token_type: "bearer" }),
};

/** The OAuth app of one tenant. It takes any redirect URI. */
export function oauthServer(
  host: Pick<OAuthHost, "tenant" | "now" | "onConsent">,
  { clientId, clientSecret, owner }: { clientId: string; clientSecret: string; owner: string },
): OAuthServer {
  const app = { id: clientId, name: "Gatehouse", secret: clientSecret, scopes: appScopes };
  return new OAuthServer(
    { ...host, client: (id) => (id === clientId ? app : undefined), consenter: () => owner },
    dialect,
  );
}

/** JSON when asked for, otherwise a form, as GitHub does. */
export function encoded(request: SandboxRequest, { status, body }: SandboxResponse): SandboxResponse {
  if (request.headers.accept?.includes("json")) return { status, body };
  const form = new URLSearchParams(body as Record<string, string>).toString();
  return { status, headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }, body: form };
}
