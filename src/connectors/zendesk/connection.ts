import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { missingScopes, Probes } from "#src/connector-kit/probe.ts";
import { idOf, isObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError, ProviderScopeError } from "#src/errors.ts";
import { manifest } from "./manifest.ts";

const larger = { read: ["users:read", "auditlogs:read"], write: ["users:write"] };

/** An anonymous call is answered as well, with nobody. What the plan takes away shows only when it is asked for. */
export async function testConnection({ http, settings, credential }: Context): Promise<ConnectionTest> {
  const user = objectOf(objectOf((await http.get("/api/v2/users/me")).body).user);
  if (idOf(user.id) === null) throw new ProviderAuthError("Zendesk does not know this e-mail address and token.");
  if (user.role !== "admin") throw new ProviderScopeError("The account that signed in is no admin.", ["admin"]);
  const wanted = wantedScopes(manifest, settings, []);
  const probes = new Probes();
  if (credential?.scopes)
    for (const scope of missingScopes(wanted, credential.scopes, { includes: larger })) probes.add(scope);
  await probes.read("users:read", () => http.get("/api/v2/users", { query: { "page[size]": 1 } }));
  await probes.read("read", () => http.get("/api/v2/groups", { query: { "page[size]": 1 } }));
  await probes.read("auditlogs:read", () => http.get("/api/v2/audit_logs", { query: { "page[size]": 1 } }));
  await probes.read("security:read", () => http.get("/api/v2/security_settings"));
  const { missing } = probes;
  const subdomain = settings.subdomain ?? "";
  return {
    externalAccountId: subdomain,
    accountName: subdomain,
    missingScopes: wanted.filter((scope) => missing.includes(scope)),
  };
}

export function normaliseSettings(settings: Settings): Settings {
  const { mode, clientId, clientSecret, email, token, subdomain } = settings;
  const problems = new SettingProblems();
  if (mode === "token") {
    if (!email) problems.add("email", "Fill in the e-mail address of the admin.");
    if (!token) problems.add("token", "Fill in the API token.");
  } else {
    if (!clientId) problems.add("clientId", "Fill in the unique identifier of the OAuth client.");
    if (!clientSecret) problems.add("clientSecret", "Fill in the secret of the OAuth client.");
  }
  problems.throwAny();
  return { ...settings, subdomain: subdomain?.toLowerCase() };
}

/** `error` is a word or `{ title, message }`. Source: https://developer.zendesk.com/api-reference/introduction/requests/#response-format */
export const mapError = refusals(
  ({ body }) => {
    const { error, description, error_description } = objectOf(body);
    const { title, message } = isObject(error) ? error : {};
    const words = [textOf(title), textOf(message), textOf(description), textOf(error_description)];
    return { code: textOf(error) ?? textOf(title), message: words.filter(Boolean).join(": ") };
  },
  [
    {
      ...{ status: 401, kind: "auth" },
      message: "Zendesk no longer accepts the token: it has expired, was revoked, or its admin left.",
    },
    {
      ...{ status: 403, kind: "scope", words: /required scopes/i },
      message: "Zendesk denies access: a scope is missing.",
      scopes: ({ message }) => message.replace(/^.*required scopes:?/i, "").match(/[a-z_]+(?::[a-z_]+)?/g) ?? [],
    },
    {
      ...{ status: 403, kind: "scope" },
      message: "Zendesk denies access: the plan or an add-on is missing, or the account is no admin.",
    },
    { status: 404, kind: "notFound", message: "Zendesk does not know this." },
    {
      status: 422,
      kind: "request",
      message: ({ message }) => `Zendesk refused the change${message ? `: ${message}` : ""}.`,
    },
  ],
);
