import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { CapabilityKind } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import { missingScopes, Probes } from "#src/connector-kit/probe.ts";
import { listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import {
  InvalidInputError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRequestError,
  ProviderScopeError,
} from "#src/errors.ts";
import { readKey, wantedScopes } from "./authorization.ts";

/** With an API token there are no scopes: what the owner's role lacks shows in these calls. */
const probed: readonly [scope: string, url: string, allow?: readonly number[]][] = [
  ["okta.users.read", "/api/v1/users?limit=1"],
  ["okta.groups.read", "/api/v1/groups?limit=1"],
  ["okta.roles.read", "/api/v1/iam/assignees/users?limit=1"],
  ["okta.logs.read", "/api/v1/logs?limit=1&sortOrder=DESCENDING"],
  ["okta.apps.read", "/api/v1/apps?limit=1"],
  // The list has no limit. Of a token that does not exist Okta answers 404 to those who may read tokens, and 403 to others.
  ["okta.apiTokens.read", "/api/v1/api-tokens/00Tnone", [404]],
  ["okta.policies.read", "/api/v1/policies?type=OKTA_SIGN_ON"],
];

/** Names the org and finds out what the credential may do. Throws ProviderAuthError. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const org = needObject((await context.http.get("/api/v1/org")).body, "body");
  if (textOf(org.status) === "INACTIVE") throw new ProviderAuthError("The Okta org is not active.");
  const missing = context.settings.mode === "token" ? await probe(context) : ungranted(context);
  const unavailable: Partial<Record<CapabilityKind, string>> = {};
  if (missing.includes("okta.logs.read")) {
    for (const kind of ["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"] as const)
      unavailable[kind] = "The System Log cannot be read without okta.logs.read.";
  }
  return {
    externalAccountId: needText(org.id, "id"),
    accountName: textOf(org.companyName) ?? textOf(org.subdomain) ?? needText(org.id, "id"),
    missingScopes: missing,
    unavailable,
  };
}

/** `manage` includes `read`. */
function ungranted({ credential }: Context): string[] {
  const alternatives = Object.fromEntries(wantedScopes.map((scope) => [scope, [scope.replace(/\.read$/, ".manage")]]));
  return missingScopes(wantedScopes, credential?.scopes ?? [], { alternatives });
}

async function probe({ http }: Context): Promise<string[]> {
  const probes = new Probes();
  for (const [scope, url, allow] of probed) {
    try {
      await probes.read(scope, () => http.get(url, allow && { allow }));
    } catch (error) {
      if (!isRefused(error)) throw error;
      probes.add(scope);
    }
  }
  return probes.missing;
}

const adminHost = /^([a-z0-9-]+)-admin\.((?:okta|oktapreview|okta-emea|okta-gov|okta\.mil|trexcloud)(?:\.[a-z]+)?)$/;

/** `https://acme-admin.okta.com/` → `acme.okta.com`. Throws InvalidInputError naming the setting. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const need = (name: string, label: string) => {
    if (!settings[name]) problems.add(name, `The sign-in mode ${settings.mode} needs ${label}.`);
  };
  const domain = problems.check(() => normaliseDomain(settings.domain ?? "")) ?? "";
  if (settings.mode === "token") {
    need("token", "an API token");
  } else {
    need("clientId", "a client ID");
    need("privateKey", "a private key");
    const key = settings.privateKey ? problems.check(() => readKey(settings)) : null;
    if (key && !key.keyId)
      problems.add("keyId", "The key ID is missing: it is neither filled in nor named by the key.");
  }
  problems.throwAny();
  return { ...settings, domain };
}

export function normaliseDomain(text: string): string {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/\.$/, "");
  const [, name, rest] = adminHost.exec(bare) ?? [];
  const domain = name && rest ? `${name}.${rest}` : bare;
  const labels = domain.split(".");
  const valid =
    domain.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    /[a-z]/.test(labels.at(-1) ?? "");
  if (!valid)
    throw new InvalidInputError("This is not an Okta domain, such as acme.okta.com.", ["input", "settings", "domain"]);
  if (/^(www\.)?okta\.com$/.test(domain))
    throw new InvalidInputError("This is Okta's own site. Your domain has your name in it, such as acme.okta.com.", [
      "input",
      "settings",
      "domain",
    ]);
  return domain;
}

/** Source: https://developer.okta.com/docs/reference/error-codes/ */
export function mapError({ status, headers, body }: { status: number; headers: Headers; body: unknown }): Error | null {
  const error = objectOf(body);
  const code = textOf(error.errorCode) ?? textOf(error.error);
  const challenge = headers.get("www-authenticate") ?? "";
  if (status === 401 && code === "E0000015")
    return new ProviderScopeError("The Okta org has no licence for this.", [], { status });
  if (status === 401)
    return new ProviderAuthError(
      "Okta no longer accepts the credential: it was revoked, has expired, or its owner was deactivated.",
      { status },
    );
  if (status === 403 && /insufficient_scope/.test(challenge)) {
    return new ProviderScopeError("The Okta service app lacks a scope.", scopesIn(challenge), { status });
  }
  if (status === 403 && code === "E0000006")
    return new ProviderScopeError("The administrator role of the credential does not allow this.", [], { status });
  // A user or app in the wrong state is a refusal, not a missing right.
  if (status === 403 && code === "E0000038")
    return new ProviderRequestError(`Okta does not do this in the present state${causeOf(error)}.`, { status });
  if (status === 404 && code === null)
    return new ProviderNotFoundError("Okta has nothing here: the org may have been deleted or renamed.", { status });
  if (status === 400 && code)
    return new ProviderRequestError(`Okta refuses the request (${code})${causeOf(error)}.`, { status });
  return null;
}

function scopesIn(challenge: string): string[] {
  const described = /scope="([^"]*)"/i.exec(challenge)?.[1] ?? challenge;
  return [...new Set(described.match(/okta\.\w+\.(?:read|manage)/g) ?? [])];
}

function causeOf(error: Record<string, unknown>): string {
  const cause =
    listOf(error.errorCauses)
      .map((one) => textOf(objectOf(one).errorSummary))
      .find(Boolean) ?? textOf(error.errorSummary);
  return cause ? `: ${cause.slice(0, 200)}` : "";
}
