import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { googleErrors } from "../_google/errors.ts";
import { readServiceAccount } from "../_google/service-account.ts";
import { directory, readDomains, userPath } from "./api.ts";
import { wanted } from "./authorization.ts";
import { driveRefusals } from "./drive/refusals.ts";
import { larger } from "./scopes.ts";

export function baseUrl(): string {
  return "https://admin.googleapis.com";
}

export const mapError = googleErrors(driveRefusals);

/**
 * Names the customer by the account of the administrator, which every reading needs; the domain and the domains of the organisation where
 * that is granted. Throws ProviderAuthError when the person is no administrator.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, credential } = context;
  const admin = needObject((await http.get(userPath(settings.adminEmail ?? ""))).body, "body");
  if (admin.isAdmin !== true && admin.isDelegatedAdmin !== true)
    throw new ProviderAuthError("The account in whose name Gatehouse acts is no administrator of Google Workspace.");
  const externalAccountId = needText(admin.customerId, "customerId");
  const customer = await optional(() => http.get(`${directory}/customers/${encodeURIComponent(externalAccountId)}`));
  const domains = await optional(() => readDomains(context));
  return {
    externalAccountId,
    accountName:
      textOf(objectOf(customer.value?.body).customerDomain) ?? (settings.adminEmail ?? "").replace(/^.*@/, ""),
    missingScopes: missingScopes(wanted, credential?.scopes ?? [], { alternatives: larger }),
    ...(domains.value ? { domains: domains.value } : {}),
  };
}

/** Throws InvalidInputError for what is no key of a service account. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  problems.check(() => readServiceAccount(settings.serviceAccountKey ?? ""));
  problems.throwAny();
  return { ...settings, adminEmail: (settings.adminEmail ?? "").toLowerCase() };
}
