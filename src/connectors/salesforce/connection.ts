import { readSigningKey } from "#src/connector-kit/assertion.ts";
import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { listOf, needId, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { query, readAll } from "./api.ts";
import { manifest } from "./manifest.ts";
import { realTimePermission } from "./permission-names.ts";
import { lacking, permissionFor } from "./permissions.ts";
import { soql } from "./soql.ts";

/** Names the org, and finds out what the user that Gatehouse acts as may do. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const [organization] = await readAll(context, "the organization", soql`SELECT Id, Name FROM Organization`);
  if (!organization) throw new ProviderAuthError("Salesforce shows no organization to this user.");
  const wanted = wantedScopes(manifest, context.settings, []);
  const missing = await lacking(context, wanted);
  if (context.settings.realTimeEvents === "on") {
    const probe = query(soql`SELECT EventIdentifier FROM LogoutEvent LIMIT 1`);
    const { refusal } = await optional(() => context.http.request(probe));
    if (refusal) missing.push(realTimePermission);
  }
  const externalAccountId = needId(organization.Id, "records[0].Id");
  return {
    externalAccountId,
    accountName: textOf(organization.Name) ?? externalAccountId,
    missingScopes: missing,
    domains: await domainsOf(context),
    ...(missing.includes("View Event Log Files") && context.settings.realTimeEvents !== "on"
      ? { unavailable: { USER_ACTIVITY: "Needs the permission View Event Log Files." } }
      : {}),
  };
}

/** Salesforce states no domains of an org: those that the first thousand people of it have. */
async function domainsOf(context: Context): Promise<string[]> {
  const people = await readAll(
    context,
    "people",
    soql`SELECT Email, Profile.PermissionsModifyAllData FROM User
         WHERE IsActive = true AND UserType = ${"Standard"} ORDER BY Id LIMIT 1000`,
  );
  return commonDomains(
    people.map((user) => ({
      email: textOf(user.Email),
      isAdmin: valueAt(user, "Profile.PermissionsModifyAllData") === true,
    })),
  );
}

/** Throws InvalidInputError for everything that is missing for the mode. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const { mode, clientSecret, username, privateKey } = settings;
  if (mode === "jwt") {
    if (!username) problems.add("username", "Fill in the user that Gatehouse acts as.");
    if (!privateKey) problems.add("privateKey", "Paste the private key whose certificate the app has.");
    else problems.check(() => readSigningKey(privateKey, { kind: "rsa" }));
  } else if (!clientSecret) problems.add("clientSecret", "Fill in the consumer secret of the app.");
  problems.throwAny();
  return { ...settings, domain: (settings.domain ?? "").toLowerCase() };
}

/** Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
export const mapError = refusals(
  ({ body }) => {
    const { errorCode, message } = objectOf(listOf(body)[0]);
    return { code: textOf(errorCode), message: textOf(message) ?? "" };
  },
  [
    {
      ...{ codes: ["REQUEST_LIMIT_EXCEEDED"], kind: "rateLimit", waitSeconds: 900 },
      message: "The org's calls of the last 24 hours are used up: Salesforce takes no more for now.",
    },
    {
      ...{ codes: ["API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"], kind: "auth" },
      message: "The org or the user has no API access: give the permission API Enabled, or buy API access.",
    },
    {
      ...{ codes: ["INVALID_TYPE"], kind: "scope" },
      message: ({ message }) => `Salesforce does not show this object: ${message}`,
      scopes: ({ message }) => [permissionFor(/'(\w+)'/.exec(message)?.[1] ?? "")],
    },
    {
      codes: [
        ...["INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY"],
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
      ],
      kind: "scope",
      message: ({ message }) => `Salesforce does not allow this to the user that Gatehouse acts as: ${message}`,
    },
    {
      ...{ codes: ["SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW"], kind: "unavailable" },
      message: ({ code }) => `Salesforce is busy: ${code}.`,
    },
    {
      ...{ codes: ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"], kind: "notFound" },
      message: "The record no longer exists in Salesforce.",
    },
    {
      ...{ status: 400, kind: "request", when: ({ code }) => code !== null },
      message: ({ code, message }) => `Salesforce refuses this: ${message} (${code})`,
    },
  ],
);
