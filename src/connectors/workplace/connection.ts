import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { FailedResponse } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { needId, needList, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import {
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderRetiredError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { scim } from "./api.ts";

/** Names the community, and asks for one record of everything we list. */
export async function testConnection({ http, settings }: Context): Promise<ConnectionTest> {
  const community = needObject((await http.get("/community", { query: { fields: "id,name,privacy" } })).body, "$");
  const probes = new Probes();
  const one = { query: { fields: "id", limit: 1 } };
  await probes.read("Manage accounts", () => http.get(scim, { query: { startIndex: 1, count: 1 } }));
  await probes.read("Read work profile", () => http.get("/community/admins", one));
  const groups = await probes.read("Read group membership", () => http.get("/community/groups", one));

  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};
  if (groups && needList(objectOf(groups.body).data, "data").length === 0)
    unavailable.LIST_GROUPS = "No group can be seen. Was the app added to specific groups instead of All groups?";
  if (!settings.appSecret) {
    for (const kind of ["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"] as const)
      unavailable[kind] = "Workplace sends activities only with an app ID and app secret in the settings.";
  }
  const externalAccountId = needId(community.id, "id");
  const accountName = textOf(community.name) ?? externalAccountId;
  return { externalAccountId, accountName, missingScopes: probes.missing, unavailable };
}

export function normaliseSettings(settings: Settings): Settings {
  const { accessToken, appId, appSecret } = settings;
  const problems = new SettingProblems();
  if (Boolean(appId) !== Boolean(appSecret))
    problems.add(appId ? "appSecret" : "appId", "Fill in both the app ID and the app secret, or neither.");
  else if (!accessToken && !appId)
    problems.add("accessToken", "Fill in the access token of a custom integration, or app ID and secret of an app.");
  problems.throwAny();
  return settings;
}

/**
 * The Graph API answers by code more than by status; SCIM by status. Null: judge by the status.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling/
 */
export function mapError({ status, body }: FailedResponse, now: Date): Error | null {
  const graph = objectOf(objectOf(body).error);
  const message = textOf(graph.message) ?? scimMessage(body) ?? "";
  const facts = { status };
  if (status === 410 || /workplace (has been|was|is) (shut down|sunset|discontinued|no longer)/i.test(message))
    return new ProviderRetiredError("Meta shut Workplace down on 1 June 2026 and deleted all communities.", facts);
  if (/read[- ]only/i.test(message))
    return new ProviderRequestError("Workplace is read-only: it takes no changes any more.", facts);
  if (/appsecret_proof/i.test(message))
    return new ProviderAuthError(
      "Workplace wants every call proved by the app secret: fill in app ID and app secret, and check them.",
      facts,
    );
  if (/client secret|verification code|authorization code|validating application/i.test(message))
    return new ProviderAuthError(`Workplace refuses to install the app: ${message}`, facts);
  const code = typeof graph.code === "number" ? graph.code : null;
  if (code === null) return status === 403 ? missingPermission(message, status) : null;
  if ([190, 102, 2500].includes(code))
    return new ProviderAuthError(
      "Workplace no longer accepts the access token: it was reset, or the integration was removed. Connect again.",
      facts,
    );
  // Workplace does not name the time; the hour's allowance comes back little by little.
  if ([4, 17, 32, 613].includes(code))
    return new ProviderRateLimitError(
      "Workplace takes no more calls for now.",
      new Date(now.getTime() + 60_000),
      facts,
    );
  if (code === 10 || (code >= 200 && code < 300)) return missingPermission(message, status);
  if (code === 1 || code === 2) return new ProviderUnavailableError("Workplace is not available at the moment.", facts);
  if (code === 803) return new ProviderNotFoundError("Workplace does not know this person or group.", facts);
  return null;
}

function missingPermission(message: string, status: number): ProviderScopeError {
  const [, permission] = /'([^']+)' permission/.exec(message) ?? [];
  const which = permission ? `the permission "${permission}"` : "a permission";
  return new ProviderScopeError(`Workplace denies access: ${which} is missing.`, permission ? [permission] : [], {
    status,
  });
}

/** SCIM 2.0 `detail`, SCIM 1.1 `Errors[].description`. */
function scimMessage(body: unknown): string | null {
  const { detail, Errors } = objectOf(body);
  return textOf(detail) ?? textOf(valueAt(Array.isArray(Errors) ? Errors[0] : null, "description"));
}
