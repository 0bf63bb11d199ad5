import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";

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

/** Refuses endpoints of different tenants, and to a browser mode without the address to send the browser to. */
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
