import type { Fragment, Sql } from "postgres";
import type { GroupItem, PrivilegeItem, RemovedItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import { settleTerminations } from "#src/inventory/identities/termination.ts";
import { storableInstant } from "#src/platform/instant.ts";
import { cleanText, postgresJson } from "#src/platform/text.ts";
import { type Listing, unlisted } from "./unlisted.ts";

/** Stores one page of accounts in which each has its last word: an account may be removed and come back on one page. */
export async function storeUserItems(
  sql: Sql,
  instanceId: number,
  items: readonly (UserRecord | RemovedItem)[],
  scanId: number | null,
  options: { directory?: boolean } = {},
): Promise<number> {
  const last = [...new Map(items.map((item) => [item.externalId, item])).values()];
  const removed = last.flatMap((item) => (isRemoved(item) ? (cleanText(item.externalId, 500) ?? []) : []));
  const stored = await storeUsers(
    sql,
    instanceId,
    last.filter((item): item is UserRecord => !isRemoved(item)),
    scanId,
    options,
  );
  return removed.length === 0 ? stored : stored + (await markRemovedUsers(sql, instanceId, removed, options));
}

function isRemoved(item: UserRecord | RemovedItem): item is RemovedItem {
  return "kind" in item;
}

/**
 * Stores one page of accounts; returns how many were new or changed. `scanId` marks them as named by this full scan; null: a change feed.
 * `directory`: a person whose account is deleted here has left.
 */
export async function storeUsers(
  sql: Sql,
  instanceId: number,
  records: readonly UserRecord[],
  scanId: number | null,
  { directory = false } = {},
): Promise<number> {
  if (records.length === 0) return 0;
  // A listing may name one account twice (an owner who is a member too); one statement must not touch a row twice.
  const rows = new Map<string, Record<string, unknown>>();
  for (const record of records) {
    const email = cleanText(record.email, 320);
    const isProven = record.emailVerified !== false && record.type !== "SERVICE";
    rows.set(record.externalId, {
      external_id: cleanText(record.externalId, 500),
      login: cleanText(record.login, 320),
      email,
      identity_email: email && isProven && email.includes("@") ? email.toLowerCase() : null,
      display_name: cleanText(record.displayName, 500),
      status: record.status,
      listed_admin: record.isAdmin ?? false,
      is_external: record.isExternal ?? false,
      type: record.type ?? "UNKNOWN",
      last_sign_in_at: storableInstant(record.lastSignInAt),
      deleted_at: storableInstant(record.deletedAt),
      raw: record.raw,
    });
  }
  const page = postgresJson([...rows.values()]);
  const before = directory ? await identitiesOf(sql, instanceId, [...rows.keys()]) : new Map<string, number>();
  await sql`
    insert into identities (email)
    select distinct r.identity_email from json_to_recordset(${page}::text::json) as r(identity_email text)
    where r.identity_email is not null and not exists (select from identities i where i.email = r.identity_email)
    order by 1 on conflict (email) do nothing`;
  const stored = await sql<{ externalId: string; identityId: string | null; changed: boolean }[]>`
    insert into users as u (instance_id, external_id, login, email, display_name, status, listed_admin, is_admin, is_external, type, last_sign_in_at,
      last_seen_at, identity_id, deleted_at, listed, scan_id, raw)
    select ${instanceId}, r.external_id, r.login, r.email, r.display_name, r.status, r.listed_admin, r.listed_admin, r.is_external, r.type, r.last_sign_in_at,
      r.last_sign_in_at, i.id, case when r.status = 'DELETED' then coalesce(r.deleted_at, now()) end, true, ${scanId}::bigint, r.raw
    from json_to_recordset(${page}::text::json) as r(external_id text, login text, email text, identity_email text, display_name text, status text,
      listed_admin boolean, is_external boolean, type text, last_sign_in_at timestamptz, deleted_at timestamptz, raw json)
    left join identities i on i.email = r.identity_email
    on conflict (instance_id, external_id) do update set
      login = coalesce(excluded.login, u.login), email = coalesce(excluded.email, u.email), display_name = coalesce(excluded.display_name, u.display_name),
      status = excluded.status, listed_admin = excluded.listed_admin,
      is_admin = excluded.listed_admin or (u.is_admin and not u.listed_admin),
      is_external = excluded.is_external, type = excluded.type,
      last_sign_in_at = greatest(u.last_sign_in_at, excluded.last_sign_in_at), last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at),
      identity_id = case when u.identity_manual then u.identity_id else coalesce(excluded.identity_id, u.identity_id) end,
      deleted_at = case when excluded.status = 'DELETED' then coalesce(u.deleted_at, excluded.deleted_at) end, listed = true, scan_id = coalesce(excluded.scan_id, u.scan_id), raw = excluded.raw,
      updated_at = case when (u.login, u.email, u.display_name, u.status, u.listed_admin, u.is_external, u.type, u.listed, u.identity_id)
          is distinct from (coalesce(excluded.login, u.login), coalesce(excluded.email, u.email), coalesce(excluded.display_name, u.display_name), excluded.status,
            excluded.listed_admin, excluded.is_external, excluded.type, true,
            case when u.identity_manual then u.identity_id else coalesce(excluded.identity_id, u.identity_id) end)
        then now() else u.updated_at end
    returning external_id as "externalId", identity_id as "identityId", (xmax = 0 or updated_at = now()::timestamptz(3)) as changed`;
  const changed = stored.filter((row) => row.changed);
  if (directory) {
    const people = changed.flatMap(({ externalId, identityId }) => [before.get(externalId), identityId]);
    await settleTerminations(sql, people.filter((id) => id != null).map(Number));
  }
  return changed.length;
}

/** Whose accounts these are now. */
async function identitiesOf(
  sql: Sql,
  instanceId: number,
  externalIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql<{ externalId: string; identityId: string }[]>`
    select external_id as "externalId", identity_id as "identityId" from users
    where instance_id = ${instanceId} and external_id = any(${externalIds}) and identity_id is not null`;
  return new Map(rows.map(({ externalId, identityId }) => [externalId, Number(identityId)]));
}

/** Accounts that an unbroken full listing no longer names were deleted at the provider; they stay here as DELETED. */
export function markUnlistedUsers(
  sql: Sql,
  instanceId: number,
  listing: Listing,
  options: { directory?: boolean } = {},
): Promise<number> {
  return markDeleted(sql, sql`listed and ${unlisted(sql, instanceId, listing)}`, options);
}

/** Accounts that a change feed reports as deleted. Those that were never known stay unknown. */
function markRemovedUsers(
  sql: Sql,
  instanceId: number,
  externalIds: readonly string[],
  options: { directory?: boolean },
): Promise<number> {
  return markDeleted(sql, sql`instance_id = ${instanceId} and external_id = any(${externalIds})`, options);
}

async function markDeleted(sql: Sql, which: Fragment, { directory = false }): Promise<number> {
  const rows = await sql<{ identity: string | null }[]>`
    update users set status = 'DELETED', deleted_at = now(), updated_at = now()
    where ${which} and status <> 'DELETED' returning identity_id as identity`;
  if (directory)
    await settleTerminations(
      sql,
      rows.flatMap(({ identity }) => (identity === null ? [] : [Number(identity)])),
    );
  return rows.length;
}

export async function storeGroups(
  sql: Sql,
  instanceId: number,
  items: readonly GroupItem[],
  scanId: number,
): Promise<number> {
  const { groups, members, removed, left } = lastWord(items);
  const forgotten = removed.length === 0 ? 0 : await removeGroups(sql, instanceId, removed);
  const rows = [...groups.values()].map((group) => ({
    external_id: group.externalId,
    name: cleanText(group.name, 500) ?? group.externalId,
    raw: group.raw,
  }));
  await sql`
    insert into groups (instance_id, external_id, name, scan_id, raw)
    select ${instanceId}, r.external_id, r.name, ${scanId}::bigint, r.raw
    from json_to_recordset(${postgresJson(rows)}::text::json) as r(external_id text, name text, raw json)
    on conflict (instance_id, external_id) do update set name = excluded.name, scan_id = excluded.scan_id, raw = excluded.raw`;
  await sql`
    insert into group_members (instance_id, group_id, user_id, scan_id)
    select ${instanceId}, r.a, r.b, ${scanId}::bigint from json_to_recordset(${postgresJson(members)}::text::json) as r(a text, b text)
    on conflict (instance_id, group_id, user_id) do update set scan_id = excluded.scan_id`;
  const parted = left.length === 0 ? 0 : await removeMembers(sql, instanceId, left);
  return rows.length + members.length + forgotten + parted;
}

interface Pair {
  a: string;
  b: string;
}

/** What holds at the end of a page: a group may be removed and created again on it, a member leave and come back. */
function lastWord(items: readonly GroupItem[]) {
  const groups = new Map<string, Extract<GroupItem, { kind: "group" }>>();
  const members = new Map<string, Pair & { left: boolean }>();
  const removed = new Set<string>();
  for (const item of items) {
    if (item.kind === "group") groups.set(item.externalId, item);
    else if (item.kind === "removed") {
      removed.add(item.externalId);
      groups.delete(item.externalId);
      for (const [key, member] of members) if (member.a === item.externalId) members.delete(key);
    } else {
      const { groupId: a, userId: b } = item;
      members.set(`${a}\u0000${b}`, { a, b, left: item.kind === "removed-member" });
    }
  }
  const pairs = [...members.values()];
  return {
    groups,
    members: pairs.filter(({ left }) => !left),
    removed: [...removed],
    left: pairs.filter(({ left }) => left),
  };
}

/** With their members. Returns how many were known. */
async function removeGroups(sql: Sql, instanceId: number, externalIds: readonly string[]): Promise<number> {
  const ids = sql`select json_array_elements_text(${postgresJson(externalIds)}::text::json)`;
  await sql`delete from group_members where instance_id = ${instanceId} and group_id in (${ids})`;
  const { count } = await sql`delete from groups where instance_id = ${instanceId} and external_id in (${ids})`;
  return count;
}

async function removeMembers(sql: Sql, instanceId: number, pairs: readonly Pair[]): Promise<number> {
  const { count } = await sql`
    delete from group_members where instance_id = ${instanceId}
      and (group_id, user_id) in (select r.a, r.b from json_to_recordset(${postgresJson(pairs)}::text::json) as r(a text, b text))`;
  return count;
}

export async function removeUnlistedGroups(sql: Sql, instanceId: number, listing: Listing): Promise<void> {
  await sql`delete from group_members where ${unlisted(sql, instanceId, listing)}`;
  await sql`delete from groups where ${unlisted(sql, instanceId, listing)}`;
}

export async function storePrivileges(
  sql: Sql,
  instanceId: number,
  items: readonly PrivilegeItem[],
  scanId: number,
): Promise<number> {
  const privileges = new Map(
    items.flatMap((item) => (item.kind === "privilege" ? [[item.externalId, item] as const] : [])),
  );
  const holders = distinctPairs(
    items.flatMap((item) => (item.kind === "holder" ? [[item.privilegeId, item.userId] as const] : [])),
  );
  const rows = [...privileges.values()].map((item) => ({
    external_id: item.externalId,
    name: cleanText(item.name, 500) ?? item.externalId,
    is_admin: item.isAdmin,
  }));
  await sql`
    insert into privileges (instance_id, external_id, name, is_admin, scan_id)
    select ${instanceId}, r.external_id, r.name, r.is_admin, ${scanId}::bigint
    from json_to_recordset(${postgresJson(rows)}::text::json) as r(external_id text, name text, is_admin boolean)
    on conflict (instance_id, external_id) do update set name = excluded.name, is_admin = excluded.is_admin, scan_id = excluded.scan_id`;
  await sql`
    insert into privilege_holders (instance_id, privilege_id, user_id, scan_id)
    select ${instanceId}, r.a, r.b, ${scanId}::bigint from json_to_recordset(${postgresJson(holders)}::text::json) as r(a text, b text)
    on conflict (instance_id, privilege_id, user_id) do update set scan_id = excluded.scan_id`;
  return rows.length + holders.length;
}

export async function removeUnlistedPrivileges(sql: Sql, instanceId: number, listing: Listing): Promise<void> {
  await sql`delete from privilege_holders where ${unlisted(sql, instanceId, listing)}`;
  await sql`delete from privileges where ${unlisted(sql, instanceId, listing)}`;
}

/** Once all privileges are read: who holds an admin privilege is an admin. */
export async function settleAdmins(sql: Sql, instanceId: number): Promise<void> {
  await sql`
    with held as (
      select distinct h.user_id from privilege_holders h join privileges p on p.instance_id = h.instance_id and p.external_id = h.privilege_id
      where h.instance_id = ${instanceId} and p.is_admin
    )
    update users u set is_admin = u.listed_admin or held.user_id is not null, updated_at = now()
    from users v left join held on held.user_id = v.external_id
    where v.instance_id = ${instanceId} and u.instance_id = v.instance_id and u.external_id = v.external_id
      and u.is_admin <> (u.listed_admin or held.user_id is not null)`;
}

function distinctPairs(pairs: readonly (readonly [string, string])[]): Pair[] {
  return [...new Map(pairs.map(([a, b]) => [`${a}\u0000${b}`, { a, b }])).values()];
}
