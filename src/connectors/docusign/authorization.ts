import { readSigningKey } from "#src/connector-kit/assertion.ts";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode, jwtBearer, type OAuthClient, refreshToken } from "#src/connector-kit/oauth.ts";
import { needList, needObject, needText, textOf, valueAt } from "#src/connector-kit/record.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError, ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { oauthHost } from "./api.ts";
import { manifest } from "./manifest.ts";

/** Sources: https://developers.docusign.com/platform/auth/jwt/ and https://developers.docusign.com/platform/auth/confidential-authcode-grant/ */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode === "oauth",

  authorize: (settings, request) =>
    authorizationUrl(`https://${oauthHost(settings)}/oauth/auth`, settings.integrationKey ?? "", request, {
      // With `extended` a refresh token is followed by another, for as long as one is asked for every 30 days.
      scopes: [...request.scopes, "extended"],
    }),

  exchange: async (context, answer) =>
    await withTenant(
      context,
      await exchangeCode(context, clientOf(context.settings), answer, { fields: { redirect_uri: undefined } }),
    ),

  obtain: async (context) => await withTenant(context, await byKey(context)),

  async refresh(context, credential) {
    const token =
      context.settings.mode === "oauth"
        ? await refreshToken(context, clientOf(context.settings), credential)
        : await byKey(context);
    return await withTenant(context, token);
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

/** The whole request is refused when one scope has no consent, without naming it: then each is asked for by itself, and those with consent together. */
async function byKey(context: Context): Promise<Credential> {
  const wanted = wantedScopes(manifest, context.settings, []);
  const whole = await mint(context, wanted);
  if (whole) return whole;
  const granted: string[] = [];
  for (const scope of wanted) if (await mint(context, [scope])) granted.push(scope);
  const part = granted.length > 0 ? await mint(context, granted) : null;
  if (part) return part;
  throw new ProviderAuthError(
    "DocuSign knows of no consent of the API user: open the consent address once as that user, then connect again.",
  );
}

/** Null without a consent. The user is impersonated for an hour; there is no refresh token. */
async function mint(context: Context, scopes: readonly string[]): Promise<Credential | null> {
  const { settings } = context;
  const key = readSigningKey(settings.privateKey ?? "", { kind: "rsa" });
  const scope = [...scopes, "impersonation"].join(" ");
  try {
    const { authentication: _, ...client } = clientOf(settings);
    const credential = await jwtBearer(context, { ...client, clientId: "", clientSecret: undefined }, key, {
      ...{ issuer: settings.integrationKey ?? "", subject: settings.userId ?? "", audience: oauthHost(settings) },
      ...{ lifetimeSeconds: 600, keyId: null, id: null, claims: { scope } },
    });
    return credential.scopes ? credential : { ...credential, scopes: scope.split(" ") };
  } catch (error) {
    if (error instanceof ProviderScopeError) return null;
    throw error;
  }
}

function clientOf(settings: Settings): OAuthClient {
  return {
    ...{ provider: "DocuSign", tokenUrl: `https://${oauthHost(settings)}/oauth/token`, authentication: "basic" },
    ...{ clientId: settings.integrationKey ?? "", clientSecret: settings.secretKey, errors: "provider" },
  };
}

/**
 * Organization and accounts of the user, with the address of each account's region: known only after sign-in, and read again with each token.
 * Source: https://developers.docusign.com/platform/auth/reference/user-info/
 */
async function withTenant(context: Context, credential: Credential): Promise<Credential> {
  const answer = await context.http.get(`https://${oauthHost(context.settings)}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${credential.accessToken}` },
    sign: false,
  });
  const listed = needList(needObject(answer.body, "$").accounts, "accounts").map((one, index) =>
    toAccount(one, `accounts[${index}]`),
  );
  const preferred = listed.find(({ isDefault }) => isDefault) ?? listed[0];
  const organizationId = context.settings.organizationId ?? preferred?.organizationId;
  const accounts = listed
    .filter((one) => one.organizationId === organizationId)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  if (!organizationId || accounts.length === 0)
    throw new ProviderAuthError("The API user belongs to no account of this DocuSign organization.");
  return { ...credential, extra: { organizationId, accounts: JSON.stringify(accounts) } };
}

function toAccount(value: unknown, path: string) {
  const account = needObject(value, path);
  const baseUri = needText(account.base_uri, `${path}.base_uri`);
  const region = URL.parse(baseUri);
  if (region?.protocol !== "https:" || !region.hostname.endsWith(".docusign.net"))
    throw new ProviderResponseError("DocuSign named a region outside of its own domain.", `${path}.base_uri`);
  const id = needText(account.account_id, `${path}.account_id`);
  return {
    id,
    name: textOf(account.account_name) ?? id,
    baseUri: region.origin,
    isDefault: account.is_default === true,
    organizationId: textOf(valueAt(account, "organization.organization_id")),
  };
}
