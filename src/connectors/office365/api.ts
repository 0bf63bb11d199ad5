import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Client } from "#src/platform/http/client.ts";
import { cloudOf } from "../_microsoft/clouds.ts";

/** The Management Activity API, as tokens name it. */
export function activityAudience(settings: Settings): string {
  return `https://${cloudOf(settings).activity}`;
}

/** Root of the Management Activity API for the tenant. */
export function activityFeed(settings: Settings): string {
  return `${activityAudience(settings)}/api/v1.0/${settings.tenantId}/activity/feed`;
}

/** Every call names a publisher: those that name none share one limit. */
export function publisher({ tenantId = "" }: Settings): { PublisherIdentifier: string } {
  return { PublisherIdentifier: tenantId };
}

/** Calls of the Management Activity API, which takes tokens of its own. */
export function activityClient({ http, settings }: Context): Client {
  return http.as({ audience: activityAudience(settings) });
}
