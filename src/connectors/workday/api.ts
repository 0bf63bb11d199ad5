import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { type Json, needObject } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";

export interface Endpoints {
  /** `wd5-services1.myworkday.com` */
  host: string;
  tenant: string;
  workers: string;
  activityLogging: string;
  soap: (service: "Identity_Management" | "Human_Resources") => string;
}

/** The version all SOAP calls ask for; Workday keeps old ones alive for years. */
export const soapVersion = "v40.0";

/** Security domains, by which Workday grants access. */
export const domains = {
  workers: "Worker Data: Public Worker Reports",
  logs: "System Auditing",
  accounts: "Workday Accounts",
} as const;

/** Paths of one tenant, relative to its API host. */
export function endpointsOf(settings: Settings): Endpoints {
  const rest = new URL(settings.restEndpoint as string);
  const path = rest.pathname.replace(/\/+$/, "");
  const tenant = path.slice(path.lastIndexOf("/") + 1);
  return {
    host: rest.host,
    tenant,
    workers: `${path}/workers`,
    activityLogging: `/ccx/api/privacy/v1/${tenant}/activityLogging`,
    soap: (service) => `/ccx/service/${tenant}/${service}/${soapVersion}`,
  };
}

/** A call that depends on a domain policy: a refusal that names no permission, as Workday's often does not, names the domain. */
export async function inDomain<T>(domain: string, call: () => Promise<T>, message?: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ProviderScopeError) || error.scopes.length > 0) throw error;
    const status = error.status ? { status: error.status } : {};
    throw new ProviderScopeError(message ?? error.message, [domain], { cause: error, ...status });
  }
}

export function getJson(
  context: Context,
  url: string,
  domain: string,
  query: Record<string, string | number>,
): Promise<Json> {
  return inDomain(domain, async () =>
    needObject((await context.http.get(url, { query, timeoutMs: 60_000 })).body, "body"),
  );
}

/** `2026-11-18T12:00:00Z`: fractions of a second are not understood by all versions. */
export function wholeSecond(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
