import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { needId, needList, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { type Refusal, refusals } from "#src/connector-kit/refusals.ts";
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

const shutDown = /workplace (has been|was|is) (shut down|sunset|discontinued|no longer)/i;

const permissionIn = (message: string) => /'([^']+)' permission/.exec(message)?.[1];

const missingPermission = {
  kind: "scope",
  message: ({ message }) => {
    const permission = permissionIn(message);
    return `Workplace denies access: ${permission ? `the permission "${permission}"` : "a permission"} is missing.`;
  },
  scopes: ({ message }) => [permissionIn(message) ?? []].flat(),
} as const satisfies Refusal;

/**
 * The Graph API answers by code more than by status; SCIM by status, and has no codes here.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling/
 */
export const mapError = refusals(
  ({ body }) => {
    const graph = objectOf(objectOf(body).error);
    const code = typeof graph.code === "number" ? graph.code : null;
    return { code, message: textOf(graph.message) ?? scimMessage(body) ?? "" };
  },
  [
    {
      ...{ when: ({ status, message }) => status === 410 || shutDown.test(message), kind: "retired" },
      message: "Meta shut Workplace down on 1 June 2026 and deleted all communities.",
    },
    { words: /read[- ]only/i, kind: "request", message: "Workplace is read-only: it takes no changes any more." },
    {
      ...{ words: /appsecret_proof/i, kind: "auth" },
      message: "Workplace wants every call proved by the app secret: fill in app ID and app secret, and check them.",
    },
    {
      ...{ words: /client secret|verification code|authorization code|validating application/i, kind: "auth" },
      message: ({ message }) => `Workplace refuses to install the app: ${message}`,
    },
    { status: 403, when: ({ code }) => code === null, ...missingPermission },
    {
      ...{ codes: [190, 102, 2500], kind: "auth" },
      message:
        "Workplace no longer accepts the access token: it was reset, or the integration was removed. Connect again.",
    },
    // Workplace does not name the time; the hour's allowance comes back little by little.
    { codes: [4, 17, 32, 613], kind: "rateLimit", message: "Workplace takes no more calls for now." },
    { when: ({ code }) => code === 10 || (Number(code) >= 200 && Number(code) < 300), ...missingPermission },
    { codes: [1, 2], kind: "unavailable", message: "Workplace is not available at the moment." },
    { codes: [803], kind: "notFound", message: "Workplace does not know this person or group." },
  ],
);

/** SCIM 2.0 `detail`, SCIM 1.1 `Errors[].description`. */
function scimMessage(body: unknown): string | null {
  const { detail, Errors } = objectOf(body);
  return textOf(detail) ?? textOf(valueAt(Array.isArray(Errors) ? Errors[0] : null, "description"));
}
