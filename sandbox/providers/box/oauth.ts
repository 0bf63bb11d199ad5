import { rsaKeyOf, secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";

export const scopes = [
  ...["root_readwrite", "root_readonly", "manage_managed_users", "manage_groups"],
  ...["manage_enterprise_properties", "manage_webhook"],
];

interface App {
  clientId: string;
  clientSecret: string;
  keyId: string;
  enterpriseId: string;
}

const invalidGrant = "Grant credentials are invalid";

/** https://developer.box.com/guides/authentication/: the subject of a token is the enterprise, that is the service account, or a person. */
const dialect = (enterpriseId: string): OAuthDialect => ({
  grants: [grantTypes.code, grantTypes.refresh, grantTypes.clientCredentials, grantTypes.jwtBearer],
  clientProof: "secret",
  refresh: "rotate",
  tokenPrefix: "bx_",
  lifetimes: { codeSeconds: 30, accessSeconds: 4100, refreshSeconds: 60 * 86_400 },
  assertion: { audiences: () => ["https://api.box.com/oauth2/token"], maxSeconds: 60, single: true },
  clientSubject: (form) =>
    form.get("box_subject_type") === "enterprise" && form.get("box_subject_id") === enterpriseId
      ? "enterprise"
      : undefined,
  subjectOf: ({ sub, box_sub_type, jti }) =>
    sub === enterpriseId && box_sub_type === "enterprise" && String(jti ?? "").length >= 16 ? "enterprise" : undefined,
  scopes: { unknown: "drop", none: "all" },
  descriptions: {
    "unknown-client": "The client credentials are invalid",
    "wrong-secret": "The client credentials are invalid",
    "subject-unknown": invalidGrant,
    "code-unknown": "Auth code doesn't exist or is invalid for the client",
    "code-used": "Auth code doesn't exist or is invalid for the client",
    "code-expired": "The authorization code has expired",
    "refresh-unknown": "Refresh token has expired",
    "refresh-used": "Refresh token has expired",
    "assertion-expired": "Please check the 'exp' claim.",
    "assertion-too-long": "Please check the 'exp' claim.",
    "assertion-signature": "Please check the 'kid' claim.",
    revoked: "This app is not authorized by the enterprise",
  },
  answer: ({ accessToken, expiresInSeconds, refreshToken }) => ({
    access_token: accessToken,
    expires_in: expiresInSeconds,
    restricted_to: [],
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    token_type: "bearer",
  }),
});

/** Knows one app: Gatehouse's. */
export function oauthServer(
  { tenant, now, consenter }: Pick<OAuthHost, "tenant" | "now" | "consenter">,
  { clientId, clientSecret, keyId, enterpriseId }: App,
): OAuthServer {
  const client: OAuthHost["client"] = (id) => {
    if (id !== clientId) return undefined;
    const { publicKey } = rsaKeyOf(tenant.options, "box app");
    return { id, name: "Gatehouse", secret: clientSecret, keys: [{ id: keyId, publicKey }], scopes };
  };
  return new OAuthServer({ tenant, now, client, consenter }, dialect(enterpriseId));
}

/** The settings file that the developer console offers when it generates a key pair; its key is encrypted again each time. */
export function configOf(options: Parameters<typeof rsaKeyOf>[0], app: App): string {
  const passphrase = secretOf(options, "passphrase", 32);
  const privateKey = rsaKeyOf(options, "box app").privateKey.export({
    ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase },
  });
  const appAuth = { publicKeyID: app.keyId, privateKey, passphrase };
  const boxAppSettings = { clientID: app.clientId, clientSecret: app.clientSecret, appAuth };
  return JSON.stringify({ boxAppSettings, enterpriseID: app.enterpriseId });
}
