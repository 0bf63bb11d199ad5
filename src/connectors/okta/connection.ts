import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { CapabilityKind } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import { missingScopes, Probes } from "#src/connector-kit/probe.ts";
import { listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { InvalidInputError, ProviderAuthError } from "#src/errors.ts";
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
export const mapError = refusals(
  ({ body }) => {
    const error = objectOf(body);
    return { code: textOf(error.errorCode) ?? textOf(error.error), message: causeOf(error) };
  },
  [
    { status: 401, codes: ["E0000015"], kind: "scope", message: "The Okta org has no licence for this." },
    {
      ...{ status: 401, kind: "auth" },
      message: "Okta no longer accepts the credential: it was revoked, has expired, or its owner was deactivated.",
    },
    {
      ...{ status: 403, when: ({ headers }) => /insufficient_scope/.test(challengeOf(headers)), kind: "scope" },
      message: "The Okta service app lacks a scope.",
      scopes: ({ headers }) => scopesIn(challengeOf(headers)),
    },
    {
      ...{ status: 403, codes: ["E0000006"], kind: "scope" },
      message: "The administrator role of the credential does not allow this.",
    },
    // A user or app in the wrong state is a refusal, not a missing right.
    {
      ...{ status: 403, codes: ["E0000038"], kind: "request" },
      message: ({ message }) => `Okta does not do this in the present state${message}.`,
    },
    {
      ...{ status: 404, when: ({ code }) => code === null, kind: "notFound" },
      message: "Okta has nothing here: the org may have been deleted or renamed.",
    },
    {
      ...{ status: 400, when: ({ code }) => code !== null, kind: "request" },
      message: ({ code, message }) => `Okta refuses the request (${code})${message}.`,
    },
  ],
);

function challengeOf(headers: Headers): string {
  return headers.get("www-authenticate") ?? "";
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
