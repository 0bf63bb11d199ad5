import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { FailedResponse } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { listOf, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { googleErrors } from "../_google/errors.ts";
import { readServiceAccount } from "../_google/service-account.ts";
import { organizationOf, readOrganization } from "./api.ts";
import { manifest } from "./manifest.ts";
import { groupsReader, permissions } from "./scopes.ts";

/**
 * Names the organization, asks which permissions the service account holds on it, and tries the APIs that may not be enabled.
 * Source: https://cloud.google.com/resource-manager/reference/rest/v3/organizations/testIamPermissions
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { settings } = context;
  const organization = await readOrganization(context);
  if (organization.state === "DELETE_REQUESTED") throw new ProviderAuthError("The organization is being deleted.");
  const probes = new Probes();
  const wanted = wantedScopes(manifest, settings, []).filter((scope) => scope !== groupsReader);
  const granted = new Set(await grantedOf(context, wanted));
  for (const permission of wanted) if (!granted.has(permission)) probes.add(permission);
  if (granted.has(permissions.policies))
    await probes.read(permissions.policies, () =>
      context.http.get(`/v1/${organizationOf(settings)}:searchAllIamPolicies`, { query: { pageSize: 1 } }),
    );
  if (granted.has(permissions.logs)) await probes.read(permissions.logs, () => readOneEntry(context));
  if (organization.customerId !== null) await probeGroups(context, organization.customerId, probes);
  return {
    externalAccountId: settings.organizationId ?? "",
    accountName: organization.domain ?? organizationOf(settings),
    missingScopes: probes.missing,
    ...(organization.domain === null ? {} : { domains: [organization.domain] }),
  };
}

/** At most 100 permissions a call. */
async function grantedOf({ http, settings }: Context, wanted: readonly string[]): Promise<string[]> {
  const url = `https://cloudresourcemanager.googleapis.com/v3/${organizationOf(settings)}:testIamPermissions`;
  const { body } = await http.request({ method: "POST", url, json: { permissions: wanted }, retry: true });
  return listOf(needObject(body, "permissions").permissions).flatMap((one) => textOf(one) ?? []);
}

function readOneEntry({ http, settings }: Context): Promise<unknown> {
  const resourceNames = [settings.logView ?? organizationOf(settings)];
  const json = { resourceNames, filter: 'logName:"cloudaudit.googleapis.com"', pageSize: 1 };
  return http.request({ method: "POST", url: "https://logging.googleapis.com/v2/entries:list", json, retry: true });
}

async function probeGroups({ http }: Context, customerId: string, probes: Probes): Promise<void> {
  const query = { parent: `customers/${customerId}`, pageSize: 1 };
  try {
    await probes.read(groupsReader, () => http.get("https://cloudidentity.googleapis.com/v1/groups", { query }));
  } catch (error) {
    // A customer without Cloud Identity has no groups to read.
    if (!isRefused(error)) throw error;
    probes.add(groupsReader);
  }
}

/** Throws InvalidInputError for what is no key file. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  problems.check(() => readServiceAccount(settings.serviceAccountKey ?? ""));
  problems.throwAny();
  return settings;
}

/** Google names the permission that is missing, in an ErrorInfo or in the message. */
export const mapError = googleErrors([
  {
    ...{ status: 403, codes: ["SECURITY_POLICY_VIOLATED"], kind: "scope" },
    message: "A VPC Service Controls perimeter keeps Gatehouse out: add an ingress rule for its service account.",
  },
  {
    ...{ status: 403, kind: "scope", when: (stated) => missingPermissions(stated).length > 0 },
    message: "The service account lacks a permission.",
    scopes: missingPermissions,
  },
]);

function missingPermissions({ body }: FailedResponse): string[] {
  const error = objectOf(objectOf(body).error);
  const named = listOf(error.details).flatMap((detail) => textOf(valueAt(detail, "metadata.permission")) ?? []);
  const [, stated] = /Permission '?([a-z]+(?:\.[a-zA-Z]+){2,})'? denied/.exec(textOf(error.message) ?? "") ?? [];
  return [...new Set(stated ? [...named, stated] : named)];
}
