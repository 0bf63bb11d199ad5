import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { CapabilityKind } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { scopesOf } from "#src/connector-kit/credential.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { needId, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderNotFoundError, ProviderRateLimitError, ProviderScopeError } from "#src/errors.ts";
import { enterprisePath, orgPath } from "./api.ts";
import { readKey } from "./authorization.ts";

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

function ungranted({ settings, credential }: Context, header: string | null): string[] {
  const wanted = [
    "admin:org",
    "read:audit_log",
    "admin:org_hook",
    ...(settings.enterprise ? ["admin:enterprise"] : []),
  ];
  if (settings.mode === "app") return missingScopes(wanted, credential?.scopes ?? [], { alternatives: permissions });
  // Fine-grained tokens have no scopes: what is missing shows when it is used.
  return header === null ? [] : missingScopes(wanted, scopesOf(header) ?? [], { includes: included });
}

/** Why there is no audit log; null when it can be read (admin:org alone has been enough), or if the missing scope is the reason. */
async function probeAuditLog(context: Context, missing: Set<string>): Promise<string | null> {
  const whole = context.settings.auditLog === "enterprise" ? enterprisePath(context) : null;
  try {
    const { refusal } = await optional(() => context.http.get(`${whole ?? orgPath(context)}/audit-log?per_page=1`));
    if (refusal) missing.add("read:audit_log");
    else missing.delete("read:audit_log");
    return null;
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return "The audit log API needs GitHub Enterprise Cloud.";
    throw error;
  }
}

export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const need = (names: readonly string[], mode: string) => {
    for (const name of names)
      if (!settings[name]) problems.add(name, `The sign-in mode ${mode} needs ${labels[name] ?? name}.`);
  };
  const mode = settings.mode || "oauth";
  if (mode === "oauth") need(["clientId", "clientSecret"], mode);
  if (mode === "app") {
    need(["appId", "installationId", "privateKey"], mode);
    if (settings.privateKey) problems.check(() => readKey(settings.privateKey ?? ""));
  }
  if (mode === "pat") need(["token"], mode);
  if (settings.auditLog === "enterprise") {
    if (mode !== "pat") problems.add("auditLog", "Only a personal access token reads the audit log of an enterprise.");
    else need(["enterprise"], "with the audit log of an enterprise");
  }
  problems.throwAny();
  return settings;
}

const labels: Readonly<Record<string, string>> = {
  clientId: "a client ID",
  clientSecret: "a client secret",
  appId: "an app ID",
  installationId: "an installation ID",
  privateKey: "a private key",
  token: "a personal access token",
  enterprise: "the enterprise",
};

/**
 * GitHub uses 403 for most refusals: limits, missing scopes, single sign-on, allow lists.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function mapError(
  { status, headers, body }: { status: number; headers: Headers; body: unknown },
  now: Date,
): Error | null {
  const message = textOf(objectOf(body).message) ?? (typeof body === "string" ? body : "");
  if (status === 401)
    return new ProviderAuthError("GitHub no longer accepts the credential: it has been revoked or has expired.", {
      status,
    });
  if (status !== 403) return null;
  if (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0") return null;
  if (/secondary rate limit|abuse detection/i.test(message)) {
    return new ProviderRateLimitError("GitHub's secondary limit is reached.", new Date(now.getTime() + 60_000), {
      status,
    });
  }
  if (headers.get("x-github-sso")?.startsWith("required") || /SAML enforcement/i.test(message)) {
    return new ProviderAuthError(
      "The credential is not authorized for the organization's single sign-on: authorize it at GitHub.",
      { status },
    );
  }
  if (/IP allow list/i.test(message)) {
    return new ProviderAuthError("The organization's IP allow list does not let Gatehouse in: add its address.", {
      status,
    });
  }
  if (/installation has been suspended/i.test(message)) {
    return new ProviderAuthError("The installation of the GitHub App is suspended.", { status });
  }
  const accepted =
    scopesOf(headers.get("x-accepted-github-permissions") ?? headers.get("x-accepted-oauth-scopes")) ?? [];
  const needs = accepted.length > 0 ? ` It needs one of: ${accepted.join(", ")}.` : "";
  return new ProviderScopeError(`GitHub does not allow this to the credential.${needs}`, accepted, { status });
}
