import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { idOf, listOf, needId, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { asUser } from "./api.ts";
import { readConfig } from "./authorization.ts";
import { asUserScope } from "./manifest.ts";
import { isAppAddress } from "./ownership.ts";

/** Names the enterprise, and asks for one record of everything we read. That files may be written only a write would prove. */
export async function testConnection({ http, settings }: Context): Promise<ConnectionTest> {
  const me = needObject((await http.get("/2.0/users/me?fields=id,name,login,role,enterprise")).body, "body");
  const enterprise = objectOf(me.enterprise);
  if (idOf(enterprise.id) === null)
    throw new ProviderAuthError("This Box account belongs to no enterprise: sign in as its admin or a co-admin.");
  const probes = new Probes();
  const users = await probes.read("manage_managed_users", () =>
    http.get("/2.0/users?user_type=managed&fields=id,login,role,status&usemarker=true&limit=1000"),
  );
  await probes.read("manage_groups", () => http.get("/2.0/groups?limit=1"));
  await probes.read("manage_enterprise_properties", () =>
    http.get("/2.0/events?stream_type=admin_logs_streaming&stream_position=now&limit=1"),
  );
  const root = "/2.0/folders/0/items?fields=id&limit=1";
  const files = await probes.read("root_readonly", () => http.get(root));
  const managed = listOf(valueAt(users?.body, "entries")).map(objectOf);
  const other = managed.find(({ id, status }) => status === "active" && id !== me.id);
  if (files && other)
    await probes.read(asUserScope, () => http.get(root, { headers: asUser(needId(other.id, "entries.id")) }));
  if (settings.watchedFolders) await probes.read("manage_webhook", () => http.get("/2.0/webhooks?limit=1"));
  const externalAccountId = needId(enterprise.id, "enterprise.id");
  return {
    externalAccountId,
    accountName: textOf(enterprise.name) ?? externalAccountId,
    missingScopes: probes.missing,
    domains: domainsOf(managed),
  };
}

/** Box states no domains of an enterprise. `managed`: its first thousand people. Accounts of apps do not count. */
function domainsOf(managed: readonly Record<string, unknown>[]): string[] {
  return commonDomains(
    managed.map(({ login, role }) => {
      const email = textOf(login);
      return { email: isAppAddress(email) ? null : email, isAdmin: role === "admin" || role === "coadmin" };
    }),
  );
}

/** Throws InvalidInputError for everything that is missing for the mode. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const { mode, jwtCredential, watchedFolders, webhookPrimaryKey, webhookSecondaryKey } = settings;
  if (mode === "jwt") {
    if (!jwtCredential) problems.add("jwtCredential", "Paste the settings file of the JWT app.");
    else problems.check(() => readConfig(jwtCredential));
  } else {
    if (!settings.clientId) problems.add("clientId", "Fill in the client ID of the app.");
    if (!settings.clientSecret) problems.add("clientSecret", "Fill in the client secret of the app.");
    if (mode !== "oauth" && !settings.enterpriseId) problems.add("enterpriseId", "Fill in the enterprise ID.");
  }
  if (watchedFolders && !webhookPrimaryKey && !webhookSecondaryKey)
    problems.add("webhookPrimaryKey", "Watching folders needs a signature key of the app's webhooks.");
  problems.throwAny();
  if (!watchedFolders) return settings;
  return { ...settings, watchedFolders: [...new Set(watchedFolders.split(/\s*,\s*/))].join(",") };
}

/** Source: https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/ */
export const mapError = refusals(
  ({ body }) => {
    const { code, error, message, error_description } = objectOf(body);
    return { code: textOf(code) ?? textOf(error), message: textOf(message) ?? textOf(error_description) ?? "" };
  },
  [
    {
      ...{ codes: ["access_from_location_blocked"], kind: "auth" },
      message: "Box refuses calls from Gatehouse's address: the enterprise restricts the places from where it is used.",
    },
    {
      ...{ codes: ["password_reset_required", "terms_of_service_required", "user_email_confirmation_required"] },
      kind: "auth",
      message: ({ code }) => `Box wants the account that Gatehouse uses to act first: ${code}.`,
    },
    {
      ...{ codes: ["unauthorized_client"], kind: "auth" },
      message: "The app is not authorized in Box: an admin authorizes it in Admin Console > Apps.",
    },
    { ...{ status: 405, kind: "request" }, message: ({ message }) => `Box does not allow this here: ${message}` },
    {
      ...{ status: 412, kind: "request" },
      message: "The item was changed in Box at the same moment.",
    },
  ],
);
