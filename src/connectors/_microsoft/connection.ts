import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { isObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readAll } from "./graph.ts";
import { readCertificate } from "./token.ts";

/** The tenant as the directory names it. */
export interface Organization {
  externalAccountId: string;
  accountName: string;
  /** Verified domains, but those of Microsoft's own under which every tenant can be reached. Undefined when they may not be read. */
  domains?: string[];
}

/** Names the tenant; without the permission to read the organization, by its id alone. Throws ProviderAuthError. */
export async function organizationOf(context: Context): Promise<Organization> {
  const { value } = await optional(() =>
    readAll(context, "/organization?$select=id,displayName,verifiedDomains", "organization"),
  );
  const [organization] = value ?? [];
  const tenantId = (context.settings.tenantId ?? "").toLowerCase();
  if (!organization) return { externalAccountId: tenantId, accountName: tenantId };
  const externalAccountId = needText(organization.id, "value[0].id");
  const verified = Array.isArray(organization.verifiedDomains) ? organization.verifiedDomains : [];
  return {
    externalAccountId,
    accountName: textOf(organization.displayName) ?? externalAccountId,
    domains: verified.filter(isObject).flatMap((domain) => textOf(objectOf(domain).name)?.toLowerCase() ?? []),
  };
}

/** Ids in small letters; a secret or a certificate. Throws InvalidSettingsError. */
export function normaliseAppSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const { tenantId = "", clientId = "", clientSecret, certificate } = settings;
  if (!clientSecret && !certificate)
    problems.add("clientSecret", "The application needs a client secret, or a certificate.");
  if (certificate) problems.check(() => readCertificate(certificate));
  problems.throwAny();
  return { ...settings, tenantId: tenantId.toLowerCase(), clientId: clientId.toLowerCase() };
}
