import type { Authorization, AuthorizationAnswer, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { authorizationUrl, exchangeCode } from "#src/connector-kit/oauth.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { cloudOf } from "./clouds.ts";
import { applicationToken, applicationTokenFor } from "./token.ts";

/**
 * An application that an administrator lets into the tenant, and that then signs in as itself. Entra answers the consent without a code: the
 * proof is that a token is given. `others`: APIs beside it whose permissions are to be known, though their tokens are made when needed.
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
 */
export function applicationAuthorization(
  audienceOf: (settings: Settings) => string,
  others: (context: Context) => readonly string[] = () => [],
): Authorization {
  const obtain = async (context: Context): Promise<Credential> => {
    const credential = await applicationToken(context, audienceOf(context.settings));
    const scopes = [...(credential.scopes ?? [])];
    for (const audience of others(context)) {
      // An API that the tenant does not have is refused as a scope: nothing of it is granted.
      const { value } = await optional(() => applicationToken(context, audience));
      scopes.push(...(value?.scopes ?? []));
    }
    return { ...credential, scopes };
  };
  return {
    interactive: ({ consent }) => consent !== "given",

    authorize: (settings, request) =>
      authorizationUrl(
        `https://${cloudOf(settings).login}/${settings.tenantId}/v2.0/adminconsent`,
        settings.clientId ?? "",
        request,
        {
          pkce: false,
          scopes: [`${audienceOf(settings)}/.default`],
          parameters: { response_type: undefined },
        },
      ),

    exchange: (context, answer) =>
      exchangeCode(context, { provider: "Microsoft Entra ID", tokenUrl: "", clientId: "" }, withoutCode(answer), {
        adminConsent: (parameters) => {
          checkConsent(context.settings, parameters);
          return obtain(context);
        },
      }),

    obtain,
    refresh: obtain,
    tokenFor: applicationTokenFor,
    sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
  };
}

/** What is called a code here is none that we asked for. */
function withoutCode(answer: AuthorizationAnswer): AuthorizationAnswer {
  return { ...answer, code: null };
}

/** Throws ProviderAuthError when the administrator did not consent, or consented for another tenant. */
function checkConsent({ tenantId = "" }: Settings, { admin_consent, tenant }: Readonly<Record<string, string>>): void {
  if (admin_consent?.toLowerCase() !== "true")
    throw new ProviderAuthError("The administrator's consent was not given.");
  if (tenant && tenant.toLowerCase() !== tenantId.toLowerCase())
    throw new ProviderAuthError(`The consent was given for another tenant, ${tenant.slice(0, 36)}.`);
}
