import { isIP } from "node:net";
import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { optional, Probes } from "#src/connector-kit/probe.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { is, isOurselves, oneOf } from "./encoded-query.ts";
import { manifest } from "./manifest.ts";
import { hidesAll, readAll, readFirst, table } from "./tables.ts";

/** Names the instance, and finds out which tables and roles the user that Gatehouse acts as has. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { host = "" } = context.settings;
  const { value: properties } = await optional(() => identity(context));
  const probes = new Probes();
  const wanted = wantedScopes(manifest, context.settings, []);
  for (const scope of wanted) {
    const name = /^read (\w+)$/.exec(scope)?.[1];
    if (name) await probes.read(scope, () => probe(context, name));
  }
  const missing = new Set(probes.missing);
  if (!missing.has("read sys_user")) await needGmt(context);
  for (const role of await missingRoles(
    context,
    wanted.filter((scope) => !scope.startsWith("read ")),
  ))
    missing.add(role);
  return {
    externalAccountId: properties?.instance_id || host,
    accountName: properties?.instance_name || host,
    missingScopes: [...missing],
    ...(missing.has("read sys_user") ? {} : { domains: await domainsOf(context) }),
  };
}

async function identity(context: Context): Promise<Record<string, string>> {
  const where = [oneOf("name", ["instance_id", "instance_name"])];
  const rows = await readAll(
    context,
    "properties",
    table("sys_properties", { fields: ["sys_id", "name", "value"], where }),
  );
  return Object.fromEntries(rows.map(({ name, value }) => [String(name), textOf(value) ?? ""]));
}

/** A table that is not installed lacks nothing. */
async function probe(context: Context, name: string): Promise<void> {
  try {
    const response = await context.http.request(table(name, { fields: ["sys_id"], limit: 1 }));
    if (hidesAll(response)) throw new ProviderScopeError(`ServiceNow shows no record of ${name} to this user.`, []);
  } catch (error) {
    if (!(error instanceof ProviderNotFoundError)) throw error;
  }
}

/** Times in queries are taken in the time zone of the user who asks: with another one, hours of the log would be missed. */
async function needGmt(context: Context): Promise<void> {
  const user = await readFirst(
    context,
    table("sys_user", { fields: ["sys_id", "user_name", "time_zone"], where: [isOurselves("sys_id")] }),
  );
  const zone = textOf(user?.time_zone);
  if (zone !== null && !/^((Etc\/)?(GMT|UTC|UCT|Zulu|Greenwich)|GMT0?)$/i.test(zone))
    throw new ProviderRequestError(
      `The user that Gatehouse acts as in ServiceNow (${textOf(user?.user_name) ?? "?"}) has the time zone ${zone}: set it to GMT.`,
    );
}

/** Roles are only asked for by actions; an admin holds all of them. */
async function missingRoles(context: Context, roles: readonly string[]): Promise<readonly string[]> {
  const where = [isOurselves("user"), is("state", "active")];
  const { value } = await optional(() =>
    readAll(context, "own roles", table("sys_user_has_role", { fields: ["sys_id", "role.name"], where })),
  );
  const held = new Set((value ?? []).map((row) => row["role.name"]));
  return held.has("admin") ? [] : roles.filter((role) => !held.has(role));
}

/** ServiceNow states no domains of the organisation: those that people of the first page have. */
async function domainsOf(context: Context): Promise<string[]> {
  const where = [is("active", "true"), is("sys_class_name", "sys_user")];
  const { body } = await context.http.request(table("sys_user", { fields: ["email"], where }));
  const people = listOf(objectOf(body).result).map((row) => ({ email: textOf(objectOf(row).email) }));
  return commonDomains(people);
}

/** Throws InvalidInputError for everything that is missing for the mode, and for a host that is none. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  const { mode } = settings;
  const host = hostOf(settings.host ?? "");
  if (host === null) problems.add("host", "Fill in the host of the instance, as in: acme.service-now.com.");
  if (mode === "basic") {
    if (!settings.username) problems.add("username", "Fill in the user name.");
    else if (settings.username.includes(":"))
      problems.add("username", "A user name with a colon cannot sign in by basic authentication.");
    if (!settings.password) problems.add("password", "Fill in the password.");
  } else {
    if (!settings.clientId) problems.add("clientId", "Fill in the client ID.");
    if (!settings.clientSecret) problems.add("clientSecret", "Fill in the client secret.");
  }
  problems.throwAny();
  return { ...settings, host: host ?? "" };
}

/** `https://ACME.service-now.com/` and `acme` alone are `acme.service-now.com`; null for an address without a name. */
function hostOf(text: string): string | null {
  const host = text
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/$/, "");
  if (/^[a-z0-9][a-z0-9-]*$/.test(host)) return host === "localhost" ? null : `${host}.service-now.com`;
  const isName = host.split(".").every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label));
  return isName && isIP(host) === 0 && /\.[a-z][a-z0-9-]*$/.test(host) ? host : null;
}

/**
 * Both shapes of an error: `{ error: { message, detail } }` of the APIs, `{ error, error_description }` of the token endpoint.
 * Source: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_RESTAPI.html
 */
export const mapError = refusals(
  ({ body }) => {
    const { error, error_description } = objectOf(body);
    if (typeof error === "string") return { code: error, message: textOf(error_description) ?? error };
    const { message, detail }: Json = objectOf(error);
    return { code: null, message: [textOf(message), textOf(detail)].filter(Boolean).join(": ") };
  },
  [
    {
      ...{ status: 401, kind: "auth", when: ({ headers }) => headers.has("x-mfa_token") },
      message:
        "ServiceNow asks this user for a second factor: use an OAuth client, or take the user out of multi-factor authentication.",
    },
    {
      ...{ codes: ["server_error", "access_denied"], words: /access_denied/, kind: "auth" },
      message:
        "ServiceNow refused the sign-in: the user is locked out or inactive, the password is wrong, or the token has ended.",
    },
    {
      ...{ codes: ["unsupported_grant_type"], kind: "auth" },
      message:
        "ServiceNow does not take client credentials: set the system property glide.oauth.inbound.client.credential.grant_type.enabled to true.",
    },
    {
      ...{ status: 400, words: /Invalid table/i, kind: "notFound" },
      message: ({ message }) => `ServiceNow has no such table: ${message}.`,
    },
    {
      ...{ status: 403, words: /required api access scope/i, kind: "scope" },
      message: "The auth scope of the OAuth client does not cover this API: give it the auth scope useraccount.",
    },
  ],
);
