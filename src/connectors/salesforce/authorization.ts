import { readSigningKey } from "#src/connector-kit/assertion.ts";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import {
  authorizationUrl,
  clientCredentials,
  exchangeCode,
  jwtBearer,
  type OAuthClient,
  refreshToken,
} from "#src/connector-kit/oauth.ts";
import { ProviderResponseError } from "#src/errors.ts";

/** What is asked for at consent; what it opens is decided by the permissions of the user. */
const oauthScopes = ["api", "refresh_token"];

/** Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flows.htm */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode === "oauth",

  authorize: (settings, request) =>
    authorizationUrl(`${hostOf(settings)}/services/oauth2/authorize`, settings.clientId ?? "", request, {
      scopes: oauthScopes,
    }),

  exchange: async (context, answer) => kept(await exchangeCode(context, clientOf(context.settings), answer)),

  obtain: async (context) => kept(await (context.settings.mode === "jwt" ? byKey(context) : bySecret(context))),

  async refresh(context, credential) {
    const { mode } = context.settings;
    if (mode !== "oauth") return kept(await (mode === "jwt" ? byKey(context) : bySecret(context)));
    return kept(await refreshToken(context, clientOf(context.settings), { ...credential, extra: {} }));
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

function bySecret(context: Context): Promise<Credential> {
  return clientCredentials(context, clientOf(context.settings));
}

/** Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm */
function byKey(context: Context): Promise<Credential> {
  const { clientId = "", username = "", privateKey = "", domain = "" } = context.settings;
  const key = readSigningKey(privateKey, { kind: "rsa" });
  const { clientSecret: _, ...client } = clientOf(context.settings);
  return jwtBearer(context, { ...client, clientId: "" }, key, {
    issuer: clientId,
    subject: username,
    audience: /\.sandbox\./i.test(domain) ? "https://test.salesforce.com" : "https://login.salesforce.com",
    lifetimeSeconds: 180,
    keyId: null,
    id: null,
  });
}

function hostOf({ domain }: Settings): string {
  return `https://${domain}`;
}

function clientOf(settings: Settings): OAuthClient {
  const { clientId = "", clientSecret } = settings;
  return {
    ...{ provider: "Salesforce", tokenUrl: `${hostOf(settings)}/services/oauth2/token`, clientId, clientSecret },
    ...{ reasons, extra: ["instance_url", "id"] },
  };
}

const reasons: Readonly<Record<string, string>> = {
  invalid_client_id: "the consumer key is wrong",
  invalid_client:
    "the consumer secret is wrong, or the app is not installed in the org: an admin installs it in Setup > External Client App Manager",
  inactive_user: "the user that Gatehouse acts as is not active",
  inactive_org: "the org is locked, closed or suspended",
};

/** The instance that answers all later calls, and who Gatehouse is there: `https://login.salesforce.com/id/<org>/<user>`. */
function kept(credential: Credential): Credential {
  const { instance_url = "", id = "" } = credential.extra ?? {};
  const instance = URL.parse(instance_url);
  if (instance?.protocol !== "https:" || !/\.salesforce\.(com|mil)$/.test(instance.hostname))
    throw new ProviderResponseError("Salesforce named an instance outside of its own domains.", "instance_url");
  const [organizationId = "", userId = ""] = id.split("/").slice(-2);
  return { ...credential, extra: { instanceUrl: instance.origin, organizationId, userId } };
}
