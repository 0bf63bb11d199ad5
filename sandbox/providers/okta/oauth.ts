import { rsaKeyOf } from "../../keys.ts";
import type { OAuthDialect } from "../../kit/oauth-dialect.ts";
import { grantTypes } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { Apps } from "./apps.ts";

/** `POST /oauth2/v1/token`, client credentials with `private_key_jwt`: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/ */
const dialect: OAuthDialect = {
  grants: [grantTypes.clientCredentials],
  clientProof: "assertion",
  lifetimes: { accessSeconds: 3600 },
  assertion: {
    audiences: ({ host }) => [`https://${host}/oauth2/v1/token`, `https://${host}`],
    maxSeconds: 3600,
  },
  scopes: { unknown: "refuse", none: "refuse" },
  descriptions: {
    "unsupported-grant": "The authorization grant type is not supported by the authorization server.",
    "assertion-missing":
      "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
    "unknown-client": "The client_id provided does not match any active client.",
    revoked: "The client_id provided does not match any active client.",
    "assertion-signature": "The client_assertion signature is invalid.",
    "assertion-issuer": "The issuer and subject of the client_assertion must be the client_id.",
    "assertion-audience": "The audience claim for client_assertion must be the endpoint invoked for the request.",
    "assertion-expired": "The client_assertion token is expired.",
    "assertion-too-long": "The client_assertion token has an expiration too far into the future.",
    "no-scope":
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    "unknown-scope": "One or more scopes are not configured for the authorization server resource.",
  },
};

/** The org authorization server, which knows one client: Gatehouse's service app. */
export function oauthServer(
  { tenant, now }: Pick<OAuthHost, "tenant" | "now">,
  apps: Apps,
  { clientId, keyId }: { clientId: string; keyId: string },
): OAuthServer {
  const client: OAuthHost["client"] = (id) => {
    const app = id === clientId ? apps.find(id) : undefined;
    if (app?.status !== "ACTIVE") return undefined;
    const { publicKey } = rsaKeyOf(tenant.options, "okta client");
    return { id, name: app.label, keys: [{ id: keyId, publicKey }], scopes: app.scopes };
  };
  return new OAuthServer({ tenant, now, client, consenter: () => clientId }, dialect);
}
