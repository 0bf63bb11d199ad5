import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderScopeError } from "#src/errors.ts";
import { googleErrors } from "../_google/errors.ts";
import { readServiceAccount } from "../_google/service-account.ts";
import { directory, readDomains, userPath } from "./api.ts";
import { wanted } from "./authorization.ts";
import { driveRefusals } from "./drive/refusals.ts";
import { larger, scopes } from "./scopes.ts";

export function baseUrl(): string {
  return "https://admin.googleapis.com";
}

export const mapError = googleErrors(driveRefusals);

/**
 * Names the customer and the domains of the organisation, as far as they may be read. Throws ProviderAuthError when the person is no
 * administrator, ProviderScopeError when neither the customer nor that person may be read.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, credential } = context;
  const adminEmail = settings.adminEmail ?? "";
  const admin = await optional(() => http.get(userPath(adminEmail)));
  const customer = await optional(() => http.get(`${directory}/customers/my_customer`));
  const domains = await optional(() => readDomains(context));
  const [user, { id, customerDomain }] = [objectOf(admin.value?.body), objectOf(customer.value?.body)];
  if (admin.value && user.isAdmin !== true && user.isDelegatedAdmin !== true)
    throw new ProviderAuthError("The account in whose name Gatehouse acts is no administrator of Google Workspace.");
  const externalAccountId = textOf(id) ?? textOf(user.customerId);
  if (externalAccountId === null)
    throw new ProviderScopeError("Neither the customer nor its people may be read.", [
      scopes.customer,
      scopes.readUsers,
    ]);
  return {
    externalAccountId,
    accountName: textOf(customerDomain) ?? adminEmail.replace(/^.*@/, ""),
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
