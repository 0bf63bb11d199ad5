import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { instantOf, type Json, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { itemsOf, nextOf, readAll, readCursor, storedPath } from "./api.ts";

/**
 * Apps with the Okta scopes they hold (a call for each OpenID Connect app: no other kind can hold any), and API tokens with their owners.
 * What users consented to is not read here: that takes a call per user.
 * Cursor: the listing and the next page in it.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGrants/
 */
export async function* oauthApps(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<OAuthAppItem>, void, void> {
  const stored = cursor === null ? null : readCursor(cursor);
  let url: string | null =
    stored === null ? "/api/v1/apps?limit=200" : stored.tokens ? null : storedPath(stored.at, "/api/v1/apps");
  while (url) {
    const page = await context.http.get(url);
    const items: OAuthAppItem[] = [];
    for (const [index, raw] of itemsOf(page.body).entries()) items.push(await app(context, raw, `[${index}]`));
    url = nextOf(page);
    yield { items, cursor: JSON.stringify(url ? { at: url } : { tokens: true }) };
  }
  yield { items: (await readAll(context, "/api/v1/api-tokens")).flatMap(apiToken), cursor: null };
}

async function app(context: StreamContext, raw: Json, path: string): Promise<OAuthAppItem> {
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
async function scopesOf(context: StreamContext, id: string): Promise<string[]> {
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
function apiToken(raw: Json, index: number): OAuthAppItem[] {
  const id = needText(raw.id, `[${index}].id`);
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
