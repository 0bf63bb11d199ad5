import type { Fragment, Sql } from "postgres";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import { type Listing, unlisted } from "#src/inventory/users/unlisted.ts";
import { storableInstant } from "#src/platform/instant.ts";
import { cleanText, postgresJson } from "#src/platform/text.ts";

/**
 * Stores one page of app permissions. What an admin decided about an app (approved) stays, also while the app is not listed; BANNED follows
 * the provider.
 */
export async function storeOAuthApps(
  sql: Sql,
  instanceId: number,
  items: readonly OAuthAppItem[],
  scanId: number,
): Promise<number> {
  const { apps, grants, removed } = lastWord(items);
  const forgotten = removed.length === 0 ? 0 : await removeApps(sql, instanceId, removed);
  const appRows = [...apps.values()].map((app) => ({
    external_id: app.externalId,
    name: cleanText(app.name, 500) ?? app.externalId,
    publisher: cleanText(app.publisher, 500),
    publisher_verified: app.publisherVerified ?? null,
    scopes: app.scopes,
    permission_level: app.permissionLevel,
    state: app.banned ? "BANNED" : "UNDETERMINED",
    last_authorized_at: storableInstant(app.lastAuthorizedAt),
    last_used_at: storableInstant(app.lastUsedAt),
    raw: app.raw,
  }));
  await sql`
    insert into oauth_apps as o (instance_id, external_id, name, publisher, publisher_verified, scopes, permission_level, state, last_authorized_at, last_used_at, scan_id, raw)
    select ${instanceId}, r.external_id, r.name, r.publisher, r.publisher_verified, array(select json_array_elements_text(r.scopes)), r.permission_level,
      case when r.state = 'BANNED' then r.state else coalesce(d.state, r.state) end,
      r.last_authorized_at, r.last_used_at, ${scanId}::bigint, r.raw
    from json_to_recordset(${postgresJson(appRows)}::text::json) as r(external_id text, name text, publisher text, publisher_verified boolean, scopes json,
      permission_level text, state text, last_authorized_at timestamptz, last_used_at timestamptz, raw json)
    left join oauth_app_decisions d on d.instance_id = ${instanceId} and d.external_id = r.external_id
    on conflict (instance_id, external_id) do update set name = excluded.name, publisher = excluded.publisher, publisher_verified = excluded.publisher_verified,
      scopes = excluded.scopes, permission_level = excluded.permission_level,
      state = case when excluded.state = 'BANNED' or o.state = 'BANNED' then excluded.state else o.state end,
      last_authorized_at = excluded.last_authorized_at, last_used_at = excluded.last_used_at, scan_id = excluded.scan_id, raw = excluded.raw`;
  await sql`
    delete from oauth_app_decisions where instance_id = ${instanceId}
      and external_id in (select json_array_elements_text(${postgresJson([...apps.keys()])}::text::json))`;
  const grantRows = [...grants.values()].map((grant) => ({
    app_id: grant.appId,
    user_id: grant.userId,
    granted_at: storableInstant(grant.grantedAt),
    reference: grant.reference ?? null,
  }));
  await sql`
    insert into oauth_grants (instance_id, app_id, user_id, granted_at, reference, scan_id)
    select ${instanceId}, r.app_id, r.user_id, r.granted_at, r.reference, ${scanId}::bigint
    from json_to_recordset(${postgresJson(grantRows)}::text::json) as r(app_id text, user_id text, granted_at timestamptz, reference text)
    on conflict (instance_id, app_id, user_id) do update set granted_at = excluded.granted_at, reference = excluded.reference, scan_id = excluded.scan_id`;
  return appRows.length + grantRows.length + forgotten;
}

type Item<K extends OAuthAppItem["kind"]> = Extract<OAuthAppItem, { kind: K }>;

/** What holds at the end of a page: an app may be removed and created again on it, or the other way round. */
function lastWord(items: readonly OAuthAppItem[]) {
  const apps = new Map<string, Item<"app">>();
  const grants = new Map<string, Item<"grant">>();
  const removed = new Set<string>();
  for (const item of items) {
    if (item.kind === "app") apps.set(item.externalId, item);
    else if (item.kind === "grant") grants.set(`${item.appId}\u0000${item.userId}`, item);
    else {
      removed.add(item.externalId);
      apps.delete(item.externalId);
      for (const [key, grant] of grants) if (grant.appId === item.externalId) grants.delete(key);
    }
  }
  return { apps, grants, removed: [...removed] };
}

/** With their grants. Returns how many were known. */
async function removeApps(sql: Sql, instanceId: number, externalIds: readonly string[]): Promise<number> {
  const ids = sql`select json_array_elements_text(${postgresJson(externalIds)}::text::json)`;
  await sql`delete from oauth_grants where instance_id = ${instanceId} and app_id in (${ids})`;
  const which = sql`instance_id = ${instanceId} and external_id in (${ids})`;
  await keepDecisions(sql, which);
  const { count } = await sql`delete from oauth_apps where ${which}`;
  return count;
}

/** An app may come back: by mistake it was not listed, or it is registered again. */
async function keepDecisions(sql: Sql, which: Fragment): Promise<void> {
  await sql`
    insert into oauth_app_decisions (instance_id, external_id, state)
    select instance_id, external_id, state from oauth_apps where state = 'APPROVED' and ${which}
    on conflict (instance_id, external_id) do update set state = excluded.state`;
}

export async function removeUnlistedOAuthApps(sql: Sql, instanceId: number, listing: Listing): Promise<void> {
  await sql`delete from oauth_grants where ${unlisted(sql, instanceId, listing)}`;
  await keepDecisions(sql, unlisted(sql, instanceId, listing));
  await sql`delete from oauth_apps where ${unlisted(sql, instanceId, listing)}`;
}
