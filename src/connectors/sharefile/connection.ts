import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { isObject, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";

/** Names the account, and asks for one employee and for the settings. */
export async function testConnection({ http }: Context): Promise<ConnectionTest> {
  const account = needObject((await http.get("/Accounts")).body, "$");
  const externalAccountId = needText(account.Id, "Id");
  const probes = new Probes();
  await probes.read("AdminManageEmployees", () => http.get("/Accounts/Employees", { query: { $top: 1 } }));
  await probes.read("AdminAccountPolicies", () => http.get("/Accounts/Preferences"));
  return {
    externalAccountId,
    accountName: textOf(account.CompanyName) ?? textOf(account.Subdomain) ?? externalAccountId,
    missingScopes: probes.missing,
  };
}

export function normaliseSettings(settings: Settings): Settings {
  return { ...settings, subdomain: settings.subdomain?.toLowerCase() };
}

/** `{ code, message: { value }, reason }`; the reason is a fixed word. Source: https://github.com/citrix/ShareFile-NET */
export const mapError = refusals(
  ({ body }) => {
    const { message, reason } = objectOf(body);
    return { code: textOf(reason), message: textOf(isObject(message) ? message.value : message) ?? "" };
  },
  [
    {
      ...{ codes: ["NotAuthenticated"], kind: "auth" },
      message: "ShareFile no longer accepts the token: it has expired or was revoked, or the account was disabled.",
    },
    {
      ...{ codes: ["LoginWhitelistViolation", "LoginBlacklistViolation"], kind: "auth" },
      message: "ShareFile's rules for addresses or domains refuse this sign-in.",
    },
    {
      ...{ codes: ["NotAuthorized", "Forbidden", "FeatureDisabled", "UnlicensedUser"], kind: "scope" },
      message: "ShareFile denies access: a role of the employee or a feature of the plan is missing.",
    },
    { codes: ["NotFound"], kind: "notFound", message: "ShareFile does not know this." },
    {
      ...{ codes: ["MaintenanceMode", "ServiceUnavailable", "ZoneUnavailable"], kind: "unavailable" },
      message: "ShareFile is not available at the moment.",
    },
  ],
);
