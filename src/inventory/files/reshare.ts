import type { Sql } from "postgres";
import { postgresJson } from "#src/platform/text.ts";
import { storedCollaborators } from "./collaborators.ts";
import {
  type Collaborator,
  isExternal,
  type OwnDomains,
  ownDomains,
  type SharingFacts,
  sharingInEffect,
} from "./sharing.ts";

/** The organisation's domains at an instance, as they are in this transaction. */
export async function loadDomains(sql: Sql, instanceId: number): Promise<OwnDomains> {
  const [row] = await sql<{ tenant: string[]; added: string[] }[]>`
    select tenant_domains as tenant, added_domains as added from instances where id = ${instanceId}`;
  return ownDomains(row?.tenant ?? [], row?.added ?? []);
}

interface Stored {
  id: string;
  sharing: string | null;
  reported: SharingFacts["reported"];
  audience: NonNullable<SharingFacts["link"]>["audience"] | null;
  expiresAt: string | null;
}

/**
 * Works out again how stored files are shared, by the domains and the time as they are now. In the caller's transaction, which holds the
 * instance's lock. Returns the ids of those that changed.
 */
export async function reshareFiles(
  sql: Sql,
  instanceId: number,
  fileIds: readonly string[],
  own: OwnDomains,
  now: Date,
): Promise<string[]> {
  if (fileIds.length === 0) return [];
  const stored = await sql<Stored[]>`
    select external_id as id, sharing, reported_sharing as reported, link_audience as audience, link_expires_at as "expiresAt" from files
    where instance_id = ${instanceId} and external_id = any(${fileIds})`;
  const byFile = await storedCollaborators(sql, instanceId, fileIds);
  const changed = stored.flatMap(({ id, sharing, reported, audience, expiresAt }) => {
    const link = audience && { audience, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
    const level = sharingInEffect({ reported, link, collaborators: byFile.get(id) ?? [] }, own, now);
    return level === sharing ? [] : [{ id, sharing: level }];
  });
  const moved = await markExternal(sql, instanceId, fileIds, own);
  if (changed.length > 0)
    await sql`
      update files f set sharing = r.sharing from json_to_recordset(${postgresJson(changed)}::text::json) as r(id text, sharing text)
      where f.instance_id = ${instanceId} and f.external_id = r.id`;
  return [...new Set([...changed.map(({ id }) => id), ...moved])];
}

/** Marks who is outside. Returns the files in which that changed. */
async function markExternal(
  sql: Sql,
  instanceId: number,
  fileIds: readonly string[],
  own: OwnDomains,
): Promise<string[]> {
  const domains = [...own.all];
  const rows = await sql<{ id: string }[]>`
    update file_collaborators c set external = not c.external
    where c.instance_id = ${instanceId} and c.file_id = any(${fileIds})
      and c.external <> (c.principal = 'ANYONE' or (${domains.length > 0} and c.domain is not null and not c.domain = any(${domains}::text[])))
    returning file_id as id`;
  return rows.map(({ id }) => id);
}

/** Collaborators of files that are known already: they are added to the known ones. Returns the ids of files that changed. */
export async function addCollaborators(
  sql: Sql,
  instanceId: number,
  byFile: ReadonlyMap<string, readonly Collaborator[]>,
  own: OwnDomains,
  now: Date,
): Promise<string[]> {
  if (byFile.size === 0) return [];
  const rows = [...byFile].flatMap(([fileId, some]) =>
    some.map((one) => ({ ...one, fileId, external: isExternal(one, own.all) })),
  );
  const added = await sql<{ id: string }[]>`
    insert into file_collaborators as c (instance_id, file_id, principal, key, principal_id, email, domain, role, inherited, external)
    select ${instanceId}, r."fileId", r.principal, r.key, r."principalId", r.email, r.domain, r.role, r.inherited, r.external
    from json_to_recordset(${postgresJson(rows)}::text::json) as r("fileId" text, principal text, key text, "principalId" text, email text, domain text,
      role text, inherited boolean, external boolean)
    where exists (select from files f where f.instance_id = ${instanceId} and f.external_id = r."fileId")
    on conflict (instance_id, file_id, principal, key) do update set role = excluded.role, inherited = excluded.inherited
      where (c.role, c.inherited) is distinct from (excluded.role, excluded.inherited)
    returning file_id as id`;
  const ids = [...new Set(added.map(({ id }) => id))];
  await reshareFiles(sql, instanceId, ids, own, now);
  return ids;
}
