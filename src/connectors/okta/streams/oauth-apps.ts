import type { Context } from "#src/connector-kit/contract/context.ts";
import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { instantOf, type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { readAll } from "../api.ts";

/**
 * Apps with the Okta scopes they hold (a call for each OpenID Connect app: no other kind can hold any), and API tokens with their owners.
 * What users consented to is not read here: that takes a call per user.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGrants/
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    {
      name: "apps",
      first: "/api/v1/apps?limit=200",
      page: byLink(),
      items: (one, path) => app(context, needObject(one, path), path),
    },
    { name: "API tokens", first: "/api/v1/api-tokens", page: byLink(), items: apiToken },
  ]);

async function app(context: Context, raw: Json, path: string): Promise<OAuthAppItem> {
  const id = needText(raw.id, `${path}.id`);
  const scopes = raw.signOnMode === "OPENID_CONNECT" ? await scopesOf(context, id) : [];
  return {
    kind: "app",
    externalId: id,
    name: textOf(raw.label) ?? textOf(raw.name) ?? id,
    scopes,
    permissionLevel: levelOf(scopes),
    banned: raw.status === "INACTIVE",
    lastAuthorizedAt: instantOf(raw.lastUpdated) ?? instantOf(raw.created),
    raw: withoutSecrets(raw),
  };
}

/** Granted to the app by an administrator. An app deleted meanwhile holds none. */
async function scopesOf(context: Context, id: string): Promise<string[]> {
  try {
    const grants = await readAll(context, `/api/v1/apps/${encodeURIComponent(id)}/grants`);
    return grants
      .filter(({ status }) => status === undefined || status === "ACTIVE")
      .flatMap(({ scopeId }) => textOf(scopeId) ?? []);
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return [];
    throw error;
  }
}

/** A token may do what its owner may: always an administrator. */
function apiToken(value: unknown, path: string): OAuthAppItem[] {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  const owner = textOf(raw.userId);
  const externalId = `api-token:${id}`;
  const createdAt = instantOf(raw.created);
  const token: OAuthAppItem = {
    kind: "app",
    externalId,
    name: `API token ${textOf(raw.name) ?? id}`,
    publisher: textOf(raw.clientName),
    scopes: [],
    permissionLevel: "HIGH",
    lastAuthorizedAt: createdAt,
    // Every call renews the token.
    lastUsedAt: instantOf(raw.lastUpdated),
    raw,
  };
  return owner
    ? [token, { kind: "grant", appId: externalId, userId: owner, grantedAt: createdAt, reference: id }]
    : [token];
}

export function levelOf(scopes: readonly string[]): PermissionLevel {
  if (scopes.some((scope) => scope.endsWith(".manage"))) return "HIGH";
  return scopes.some((scope) => scope.endsWith(".read")) ? "MEDIUM" : "LOW";
}

/** An app's record may hold its client secret and signing keys. */
function withoutSecrets(raw: Json): Json {
  const { credentials: _, ...rest } = raw;
  return rest;
}
