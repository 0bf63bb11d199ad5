import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { instantOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { tokensPath } from "../connection.ts";
import { manifest } from "../manifest.ts";

/** API tokens of managed accounts: each may do what its owner may. Source: https://developer.atlassian.com/cloud/admin/api-access/rest/ */
export const apiTokens: StreamFunction<"OAUTH_APPS"> = naming(manifest.streams.OAUTH_APPS.scopes, (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    { ...listing("API tokens", tokensPath(context), { status: "ALLOWED" }), items: toToken },
  ]),
);

function toToken(value: unknown, path: string): OAuthAppItem[] {
  const raw = needObject(value, path);
  const externalId = needId(raw.id, `${path}.id`);
  const owner = objectOf(raw.user);
  const userId = textOf(owner.id);
  const grantedAt = instantOf(raw.createdAt);
  const app: OAuthAppItem = {
    ...{ kind: "app", externalId, name: `API token ${textOf(raw.label) ?? externalId}` },
    publisher: textOf(owner.email) ?? textOf(owner.name),
    ...{ scopes: [], permissionLevel: "HIGH" },
    lastAuthorizedAt: grantedAt,
    lastUsedAt: instantOf(raw.lastActiveAt),
    raw,
  };
  return userId === null
    ? [app]
    : [app, { kind: "grant", appId: externalId, userId, grantedAt, reference: externalId }];
}
