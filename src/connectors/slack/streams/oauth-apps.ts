import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { listOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { apps, namesIn } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Apps that the organization approved, and those it restricted. Slack names nobody who uses them. */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = naming(manifest.streams.OAUTH_APPS.scopes, (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    ...apps(context, "approved").map((from) => ({ ...from, items: notBanned })),
    ...apps(context, "restricted").map((from) => ({ ...from, items: banned })),
  ]),
);

const notBanned = (value: unknown, path: string) => toApp(value, path, false);
const banned = (value: unknown, path: string) => toApp(value, path, true);

function toApp(value: unknown, path: string, isBanned: boolean): OAuthAppItem {
  const raw = needObject(value, path);
  const app = needObject(raw.app, `${path}.app`);
  const externalId = needId(app.id, `${path}.app.id`);
  return {
    kind: "app",
    externalId,
    name: textOf(app.name) ?? externalId,
    publisherVerified: app.is_app_directory_approved === true || app.is_internal === true,
    scopes: [...new Set(namesIn(raw.scopes))].sort(),
    permissionLevel: levelOf(raw.scopes),
    banned: isBanned,
    raw,
  };
}

/** Slack marks what it calls sensitive. */
export function levelOf(scopes: unknown): "LOW" | "MEDIUM" | "HIGH" {
  if (listOf(scopes).some((one) => objectOf(one).is_sensitive === true)) return "HIGH";
  return namesIn(scopes).some((name) => /^admin|:(?:write|history)|^files:/.test(name)) ? "MEDIUM" : "LOW";
}
