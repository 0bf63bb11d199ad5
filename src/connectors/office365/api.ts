import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Client } from "#src/platform/http/client.ts";
import { cloudOf } from "../_microsoft/clouds.ts";

/** Root of the Management Activity API for the tenant; every call names its publisher, or shares its limits with all that name none. */
export function activityFeed({ tenantId = "", ...settings }: Settings): string {
  return `https://${cloudOf(settings).activity}/api/v1.0/${tenantId}/activity/feed`;
}

/** Calls of the Management Activity API, which takes tokens of its own. */
export function activityClient({ http, settings }: Context): Client {
  return http.as({ audience: `https://${cloudOf(settings).activity}` });
}
