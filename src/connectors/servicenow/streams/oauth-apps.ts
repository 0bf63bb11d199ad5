import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";
import { byId, table } from "../tables.ts";
import { type AppUse, isLive, tokenFields, usesOf } from "../tokens.ts";
import { instantAt } from "../values.ts";

const appFields = [
  ...["sys_id", "name", "client_id", "type", "active", "redirect_url", "comments"],
  ...["access_token_lifespan", "refresh_token_lifespan", "sys_created_by", "sys_created_on", "sys_updated_on"],
];

/**
 * OAuth clients, and who has given them a token that lives.
 * Source: https://www.servicenow.com/docs/r/platform-security/authentication/t_ManageTokens.html
 */
export const oauthApps = naming<"OAUTH_APPS">(manifest.streams.OAUTH_APPS.scopes, (context, cursor) => {
  let uses: Promise<ReadonlyMap<string, AppUse>> | null = null;
  return stages<OAuthAppItem>(context, cursor, [
    {
      name: "clients",
      first: table("oauth_entity", { fields: appFields }),
      page: byId,
      async items(one, path) {
        uses ??= usesOf(context);
        return toApp(one, path, await uses);
      },
    },
    {
      name: "tokens",
      first: table("oauth_credential", { fields: tokenFields, where: [isLive(context.now())] }),
      ...{ page: byId, items: toGrant },
    },
  ]);
});

/** The auth scope `useraccount` opens everything that the user may do. */
function toApp(value: unknown, path: string, uses: ReadonlyMap<string, AppUse>): OAuthAppItem {
  const raw = needObject(value, path);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  const use = uses.get(externalId);
  const scopes = [...(use?.scopes ?? [])].sort();
  return {
    kind: "app",
    externalId,
    name: textOf(raw.name) ?? textOf(raw.client_id) ?? externalId,
    scopes,
    permissionLevel: scopes.includes("useraccount") ? "HIGH" : "MEDIUM",
    banned: raw.active === "false",
    lastAuthorizedAt: use?.lastAuthorizedAt ?? null,
    raw,
  };
}

/** None for a token of no user. */
function toGrant(value: unknown, path: string): OAuthAppItem[] {
  const raw = needObject(value, path);
  needText(raw.sys_id, `${path}.sys_id`);
  const [appId, userId] = [textOf(raw.peer), textOf(raw.user)];
  if (appId === null || userId === null) return [];
  return [{ kind: "grant", appId, userId, grantedAt: instantAt(raw.sys_created_on) }];
}
