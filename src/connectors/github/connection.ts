import { ifThere } from "#src/connector-kit/actions.ts";
import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { FailedResponse } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { CapabilityKind } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { scopesOf } from "#src/connector-kit/credential.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { needId, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { auditLogPath, orgPath } from "./api.ts";
import { readKey } from "./authorization.ts";
import { manifest } from "./manifest.ts";

const logKinds: readonly CapabilityKind[] = ["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"];

/** What a scope holds besides itself: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const included: Readonly<Record<string, readonly string[]>> = {
  "admin:org": ["write:org"],
  "write:org": ["read:org"],
  "admin:enterprise": ["read:enterprise"],
  user: ["read:user", "user:email"],
};

/** What an installation needs for what we name by its OAuth scope. */
const permissions: Readonly<Record<string, readonly string[]>> = {
  "admin:org": ["members:read", "members:write"],
  "read:audit_log": ["organization_administration:read", "organization_administration:write"],
  "admin:org_hook": ["organization_hooks:write"],
};

/**
 * Names the organization and finds out what the credential may do.
 * Throws ProviderAuthError, and ProviderNotFoundError when the organization is not there or not visible.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { settings, http } = context;
  const answer = await http.get(orgPath(context));
  const organization = needObject(answer.body, "body");
  const missing = new Set(ungranted(context, answer.headers.get("x-oauth-scopes")));
  // Only owners see this setting; the scope alone does not make one.
  if (settings.mode !== "app" && !("two_factor_requirement_enabled" in organization)) missing.add("admin:org");
  const unavailable: Partial<Record<CapabilityKind, string>> = {};
  const refusal = await probeAuditLog(context, missing);
  if (refusal) for (const kind of logKinds) unavailable[kind] = refusal;
  return {
    externalAccountId: needId(organization.id, "id"),
    accountName: needText(organization.login, "login"),
    missingScopes: [...missing],
    unavailable,
  };
}

function ungranted({ settings, components, credential }: Context, header: string | null): string[] {
  const wanted = wantedScopes(manifest, settings, components);
  if (settings.mode === "app")
    return missingScopes(Object.keys(permissions), credential?.scopes ?? [], { alternatives: permissions });
  // Fine-grained tokens have no scopes: what is missing shows when it is used.
  return header === null ? [] : missingScopes(wanted, scopesOf(header) ?? [], { includes: included });
}

/** Why there is no audit log; null when it can be read (admin:org alone has been enough), or if the missing scope is the reason. */
async function probeAuditLog(context: Context, missing: Set<string>): Promise<string | null> {
  const read = () => context.http.get(`${auditLogPath(context)}?per_page=1`);
  const { value, refusal } = await optional(() => ifThere(read));
  if (refusal) missing.add("read:audit_log");
  else missing.delete("read:audit_log");
  return refusal || value ? null : "The audit log API needs GitHub Enterprise Cloud.";
}

/** What each mode cannot do without, and what errors call it. */
const needed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  oauth: { clientId: "a client ID", clientSecret: "a client secret" },
  app: { appId: "an app ID", installationId: "an installation ID", privateKey: "a private key" },
  pat: { token: "a personal access token" },
};

export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const { mode = "oauth", auditLog, enterprise, privateKey } = settings;
  for (const [name, label] of Object.entries(needed[mode] ?? {}))
    if (!settings[name]) problems.add(name, `The sign-in mode ${mode} needs ${label}.`);
  if (mode === "app" && privateKey) problems.check(() => readKey(privateKey));
  if (auditLog === "enterprise") {
    if (mode !== "pat") problems.add("auditLog", "Only a personal access token reads the audit log of an enterprise.");
    else if (!enterprise) problems.add("enterprise", "The audit log of an enterprise needs the enterprise.");
  }
  problems.throwAny();
  return settings;
}

/**
 * GitHub uses 403 for most refusals: limits, missing scopes, single sign-on, allow lists.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function mapError(response: FailedResponse, now: Date): Error | null {
  const { headers } = response;
  const isLimit = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
  return response.status === 403 && isLimit ? null : refused(response, now);
}

const refused = refusals(
  ({ headers, body }) => ({
    code: null,
    message: headers.get("x-github-sso")?.startsWith("required")
      ? "SAML enforcement"
      : (textOf(objectOf(body).message) ?? textOf(body) ?? ""),
  }),
  [
    {
      ...{ status: 401, kind: "auth" },
      message: "GitHub no longer accepts the credential: it has been revoked or has expired.",
    },
    {
      ...{ status: 403, words: /secondary rate limit|abuse detection/i, kind: "rateLimit" },
      message: "GitHub's secondary limit is reached.",
    },
    {
      ...{ status: 403, words: /SAML enforcement/i, kind: "auth" },
      message: "The credential is not authorized for the organization's single sign-on: authorize it at GitHub.",
    },
    {
      ...{ status: 403, words: /IP allow list/i, kind: "auth" },
      message: "The organization's IP allow list does not let Gatehouse in: add its address.",
    },
    {
      ...{ status: 403, words: /installation has been suspended/i, kind: "auth" },
      message: "The installation of the GitHub App is suspended.",
    },
    {
      ...{ status: 403, kind: "scope", scopes: ({ headers }) => accepted(headers) },
      message: ({ headers }) => {
        const needs = accepted(headers).length > 0 ? ` It needs one of: ${accepted(headers).join(", ")}.` : "";
        return `GitHub does not allow this to the credential.${needs}`;
      },
    },
  ],
);

function accepted(headers: Headers): readonly string[] {
  return scopesOf(headers.get("x-accepted-github-permissions") ?? headers.get("x-accepted-oauth-scopes")) ?? [];
}
