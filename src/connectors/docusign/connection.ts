import { readSigningKey } from "#src/connector-kit/assertion.ts";
import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { accountsOf, monitorUrl, oauthHost, organizationPath } from "./api.ts";
import { manifest } from "./manifest.ts";

export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, credential } = context;
  await http.get(`https://${oauthHost(settings)}/oauth/userinfo`);
  const wanted = wantedScopes(manifest, settings, []);
  // Where DocuSign states no scopes, it granted what was asked for.
  const missing = missingScopes(wanted, credential?.scopes ?? wanted);
  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};
  const monitor = await optional(() => http.get(monitorUrl(settings), { query: { limit: 1 } }));
  if (monitor.refusal)
    for (const kind of ["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"] as const)
      unavailable[kind] =
        "DocuSign Monitor refuses: it is not part of the organization's plan, or the API user is no organization administrator.";
  const domains = await optional(() => http.get(`${organizationPath(context)}/reserved_domains`));
  const claimed = listOf(objectOf(domains.value?.body).reserved_domains)
    .map(objectOf)
    .flatMap(({ status, host_name }) => (status === "active" ? (textOf(host_name) ?? []) : []));
  return {
    externalAccountId: credential?.extra.organizationId ?? "",
    accountName: accountsOf(context)[0]?.name ?? "",
    missingScopes: missing,
    unavailable,
    ...(claimed.length > 0 ? { domains: claimed } : {}),
  };
}

export function normaliseSettings(settings: Settings): Settings {
  const { mode, userId, privateKey, secretKey } = settings;
  const problems = new SettingProblems();
  if (mode === "oauth") {
    if (!secretKey) problems.add("secretKey", "Fill in the secret key of the integration.");
  } else {
    if (!userId) problems.add("userId", "Fill in the ID of the user that the integration acts as.");
    if (!privateKey) problems.add("privateKey", "Fill in the RSA private key of the integration.");
    else problems.check(() => readSigningKey(privateKey, { kind: "rsa" }));
  }
  problems.throwAny();
  return settings;
}

/**
 * The eSignature API answers `errorCode` and `message`, the others `error` and `error_description`.
 * Source: https://developers.docusign.com/docs/esign-rest-api/esign101/error-codes/
 */
export const mapError = refusals(
  ({ body }) => {
    const { errorCode, message, error, error_description } = objectOf(body);
    return { code: textOf(errorCode) ?? textOf(error), message: textOf(message) ?? textOf(error_description) ?? "" };
  },
  [
    {
      ...{ codes: ["consent_required"], kind: "scope" },
      message: "DocuSign knows of no consent of the user for all these scopes.",
    },
    {
      ...{ status: 400, codes: ["HOURLY_APIINVOCATION_LIMIT_EXCEEDED"], kind: "rateLimit", waitSeconds: 900 },
      message: "DocuSign takes no more calls in this hour.",
    },
    {
      ...{ status: 400, codes: ["BURST_APIINVOCATION_LIMIT_EXCEEDED"], kind: "rateLimit", waitSeconds: 30 },
      message: "DocuSign takes no more calls in this half minute.",
    },
    {
      ...{ words: /no_valid_keys_or_signatures|issuer_not_found|user_not_found|expired_client_token/, kind: "auth" },
      message: ({ message }) => `DocuSign refused the sign-in: ${reasons[message] ?? message}.`,
    },
    {
      ...{ codes: ["invalid_grant", "invalid_client", "unauthorized_client"], kind: "auth" },
      message: "DocuSign refused the sign-in: key, user or consent are no longer accepted.",
    },
    {
      codes: ["AUTHORIZATION_INVALID_TOKEN", "USER_AUTHENTICATION_FAILED", "PARTNER_AUTHENTICATION_FAILED"],
      ...{ kind: "auth", message: "DocuSign no longer accepts the token." },
    },
    {
      codes: ["USER_LACKS_PERMISSIONS", "ACCOUNT_LACKS_PERMISSIONS", "USER_LACKS_MEMBERSHIP"],
      ...{ kind: "scope", message: "DocuSign denies access: the API user lacks a permission in this account." },
    },
  ],
);

const reasons: Readonly<Record<string, string>> = {
  no_valid_keys_or_signatures: "the private key is none of the integration key's",
  issuer_not_found: "there is no such integration key in this environment",
  user_not_found: "there is no such user in this environment",
  expired_client_token: "the clock of this machine is wrong",
};
