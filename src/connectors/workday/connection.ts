import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { FailedResponse } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { optional, Probes } from "#src/connector-kit/probe.ts";
import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import {
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRequestError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { proveAccountsShown } from "./accounts.ts";
import { domains, endpointsOf, getJson } from "./api.ts";
import { countActivities, readSignOns } from "./logs.ts";

const fiveMinutesMs = 300_000;

/**
 * Asks for one row of everything we read. No call returns the tenant's id, so it is the tenant's name with its host: names
 * are unique within a Workday data center only.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const endpoints = endpointsOf(context.settings);
  const now = context.now();
  const from = new Date(now.getTime() - fiveMinutesMs);
  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};
  const probes = new Probes();
  try {
    await probes.read(domains.workers, () => getJson(context, endpoints.workers, domains.workers, { limit: 1 }));
  } catch (cause) {
    if (!(cause instanceof ProviderNotFoundError)) throw cause;
    throw new ProviderNotFoundError("Workday does not know this tenant. Check the REST API endpoint.", { cause });
  }
  await probes.read(domains.logs, () => countActivities(context, from, now));
  // Without sign-ons the activity log still runs: the capability is off, the stream is not.
  const signOns = await optional(() => readSignOns(context, from, now, { page: 1, count: 1, asOf: now }));
  if (signOns.refusal) unavailable.LOG_ON_ACTIVITY = signOns.refusal.message;
  // Without it user names may be hidden, and whether an account is disabled is unknown.
  const accounts = await optional(() => proveAccountsShown(context));
  if (accounts.refusal) probes.add(domains.accounts);
  if (context.settings.accountActions !== "on")
    unavailable.USER_GOVERNANCE = "Actions on accounts are switched off in the settings.";
  return {
    externalAccountId: `${endpoints.tenant}@${endpoints.host}`,
    accountName: endpoints.tenant,
    missingScopes: probes.missing,
    unavailable,
  };
}

/** Refuses endpoints of different tenants, and a browser mode without the address to send the browser to. */
export function normaliseSettings(settings: Settings): Settings {
  const trimmed = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      name.endsWith("Endpoint") ? value.replace(/\/+$/, "") : value,
    ]),
  );
  const { tenant } = endpointsOf(trimmed);
  const problems = new SettingProblems();
  const tenants: Record<string, RegExp> = {
    tokenEndpoint: /\/oauth2\/([^/]+)\/token$/,
    authorizationEndpoint: /\/([^/]+)\/authorize$/,
  };
  for (const [name, pattern] of Object.entries(tenants)) {
    const other = pattern.exec(trimmed[name] ?? "")?.[1];
    if (other !== undefined && other !== tenant)
      problems.add(name, `This endpoint is of the tenant "${other}", the REST endpoint of "${tenant}".`);
  }
  if (!trimmed.refreshToken && !trimmed.authorizationEndpoint)
    problems.add("authorizationEndpoint", "Fill in the authorization endpoint, or a refresh token.");
  problems.throwAny();
  return trimmed;
}

/**
 * Workday fails in three languages beside OAuth's: REST errors (`S22` is "permission denied"), SOAP faults (always with
 * status 500, refused credentials included), and a page for people during maintenance. Null: judge by the status.
 */
export function mapError({ status, body }: FailedResponse): Error | null {
  if (typeof body === "string") {
    if (/:Fault[\s>]|<Fault[\s>]/.test(body)) return errorOfFault(body, status);
    if (!/^\s*<(!doctype|html)/i.test(body)) return null;
    const message = "Workday is not available at the moment: it answers with a maintenance page.";
    return new ProviderUnavailableError(message, { status });
  }
  if (status !== 403) return null;
  const detail = objectOf(listOf(objectOf(body).errors)[0]);
  const domain = /permission denied: (.+)/i.exec(textOf(detail.error) ?? "")?.[1]?.trim();
  const missing = domain ? `the permission "${domain}"` : "a domain policy or functional area";
  return new ProviderScopeError(`Workday denies access: ${missing} is missing.`, domain ? [domain] : [], { status });
}

function errorOfFault(xml: string, status: number): Error {
  const text = /<faultstring[^>]*>([\s\S]*?)<\/faultstring>/.exec(xml)?.[1] ?? "no reason given";
  const message = text
    .replace(/<[^>]*>|\s+/g, " ")
    .trim()
    .slice(0, 300);
  if (/authenticationError/i.test(xml) || /invalid username or password/i.test(message))
    return new ProviderAuthError("Workday's SOAP API refuses the credential.", { status });
  if (/not authorized|not permitted|permission/i.test(message))
    return new ProviderScopeError("Workday's SOAP API denies access: a domain policy is missing.", [], { status });
  if (/validationError|Validation_Fault/i.test(xml))
    return new ProviderRequestError(`Workday refuses the request: ${message}`, { status });
  return new ProviderUnavailableError(`Workday could not process the request: ${message}`, { status });
}
