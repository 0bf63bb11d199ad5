import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import { copyInto } from "#db/copy.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { accountsOf } from "#src/inventory/users/actors.ts";
import { postgresJson } from "#src/platform/text.ts";
import { type CollaboratorRecord, collaboratorsOf, storedCollaborators, writeCollaborators } from "./collaborators.ts";
import {
  changedColumns,
  changedRow,
  type FileEntry,
  type FileRecord,
  labelsOf,
  newColumns,
  reportedText,
} from "./columns.ts";
import { addCollaborators, loadDomains } from "./reshare.ts";
import { type Collaborator, type OwnDomains, sharingInEffect } from "./sharing.ts";

/** Where a page comes from. */
export interface PageSource {
  instanceId: number;
  /** Null: none, a webhook brought it. */
  scanId: number | null;
  /** Of the stream; empty for one without parts. */
  part: string;
  /** When the app was asked for it: what another source has written since then is newer. */
  readAt: Date;
  now: Date;
}

/**
 * Stores one page in the caller's transaction, which holds the instance's lock. Returns the ids of files that are new, changed or removed,
 * in the order of the page. A file that is as it was is not written to, and a page that is stored again changes nothing.
 */
export async function storeFiles(sql: Sql, items: readonly FileItem[], source: PageSource): Promise<string[]> {
  if (items.length === 0) return [];
  const { instanceId } = source;
  const page = lastWord(items);
  const ids = [...page.files.keys()];
  const [own, accounts, collaborators, known] = await Promise.all([
    loadDomains(sql, instanceId),
    accountsOf(
      sql,
      instanceId,
      [...page.files.values()].flatMap(({ owner, modifiedBy }) => [owner ?? [], modifiedBy ?? []].flat()),
    ),
    collaboratorsOf(sql, instanceId, page.collaborators),
    knownFiles(sql, ids, source),
  ]);
  const wanted = [...page.files.values()].flatMap((record): Candidate[] => {
    const before = known.get(record.externalId);
    if (before?.isNewer) return [];
    const { owner, modifiedBy } = record;
    const account = (actor: typeof owner) => (actor ? (accounts.get(actor) ?? null) : null);
    const bare = {
      ...source,
      record,
      ownerId: account(owner),
      editorId: account(modifiedBy),
      now: source.now.toISOString(),
    };
    // Who has access could not be read: what was known of it stays.
    const keeps = record.sharing === null && !collaborators.has(record.externalId) && before !== undefined;
    const some = collaborators.get(record.externalId) ?? [];
    const digest = digestOf(reportedText(bare), keeps ? null : some);
    if (before && before.digest === digest && !before.isRemoved) return [];
    return [{ ...bare, digest, isNew: before === undefined, collaborators: keeps ? null : some }];
  });
  const written = await write(sql, source, wanted, own);
  const added = await addCollaborators(sql, instanceId, withoutKeys(collaborators, page.files), own, source.now);
  const removed = await remove(sql, page.removed, source);
  return [...new Set([...written, ...added, ...removed])];
}

type Candidate = Omit<FileEntry, "sharing"> & {
  isNew: boolean;
  /** Null: those that are stored. */
  collaborators: readonly Collaborator[] | null;
};

/** What holds at the end of a page: a file may be removed and created again on it, or the other way round. */
function lastWord(items: readonly FileItem[]) {
  const files = new Map<string, FileRecord>();
  /** By id: the container that it is removed from; null for any. */
  const removed = new Map<string, string | null>();
  const collaborators: CollaboratorRecord[] = [];
  for (const item of items) {
    if (item.kind === "collaborator") collaborators.push(item);
    else if (item.kind === "file") {
      files.set(item.externalId, item);
      removed.delete(item.externalId);
    } else if (item.kind === "removed") {
      const { externalId, container = null } = item;
      const named = files.get(externalId);
      if (named && container !== null && named.container !== container) continue;
      removed.set(externalId, container);
      files.delete(externalId);
    }
  }
  return { files, removed, collaborators: collaborators.filter(({ fileId }) => !removed.has(fileId)) };
}

interface Known {
  id: string;
  digest: string;
  isRemoved: boolean;
  isNewer: boolean;
}

async function knownFiles(sql: Sql, ids: readonly string[], source: PageSource): Promise<Map<string, Known>> {
  const rows = await sql<Known[]>`
    select external_id as id, encode(digest, 'hex') as digest, removed_at is not null as "isRemoved", ${isNewer(sql, source)} as "isNewer"
    from files where instance_id = ${source.instanceId} and external_id = any(${ids})`;
  return new Map(rows.map((row) => [row.id, row]));
}

function isNewer(sql: Sql, { scanId, readAt }: PageSource) {
  return sql`(changed_at > ${readAt.toISOString()}::timestamptz and scan_id is distinct from ${scanId}::bigint)`;
}

function digestOf(reported: string, collaborators: readonly Collaborator[] | null): string {
  const sorted = collaborators?.map((one) => JSON.stringify(one)).sort() ?? "kept";
  return createHash("sha256").update(`${reported}\n${sorted}`).digest("hex");
}

async function write(
  sql: Sql,
  { instanceId, now }: PageSource,
  wanted: readonly Candidate[],
  own: OwnDomains,
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const ids = (some: readonly Candidate[]) => some.map(({ record }) => record.externalId);
  const keeping = ids(wanted.filter(({ collaborators }) => collaborators === null));
  const kept = keeping.length === 0 ? null : await storedCollaborators(sql, instanceId, keeping);
  const entries = wanted.map((candidate) => {
    const { record } = candidate;
    const link = record.link ? { audience: record.link.audience, expiresAt: record.link.expiresAt ?? null } : null;
    const collaborators = candidate.collaborators ?? kept?.get(record.externalId) ?? [];
    return {
      ...candidate,
      sharing: sharingInEffect({ reported: record.sharing, link, collaborators }, own, now),
    };
  });
  const fresh = entries.filter(({ isNew }) => isNew);
  const changed = entries.filter(({ isNew }) => !isNew);
  if (fresh.length > 0) await copyInto(sql, "files", newColumns, fresh);
  if (changed.length > 0) await update(sql, instanceId, changed);
  await noteLabels(sql, instanceId, [...new Set(entries.flatMap(({ record }) => labelsOf(record)))]);
  const replaced = entries.filter(({ collaborators }) => collaborators !== null);
  const old = ids(replaced.filter(({ isNew }) => !isNew));
  if (old.length > 0)
    await sql`delete from file_collaborators where instance_id = ${instanceId} and file_id = any(${old})`;
  await writeCollaborators(
    sql,
    instanceId,
    new Map(replaced.map(({ record, collaborators }) => [record.externalId, collaborators ?? []])),
    own.all,
  );
  return ids(wanted);
}

async function noteLabels(sql: Sql, instanceId: number, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  await sql`
    insert into file_labels (instance_id, name) select ${instanceId}, r.name from unnest(${labels}::text[]) as r(name)
    where not exists (select from file_labels l where l.instance_id = ${instanceId} and l.name = r.name)`;
}

async function update(sql: Sql, instanceId: number, changed: readonly FileEntry[]): Promise<void> {
  await sql`
    update files f set ${sql.unsafe(changedColumns.set)}
    from json_to_recordset(${postgresJson(changed.map(changedRow))}::text::json) as r(${sql.unsafe(changedColumns.recordset)})
    where f.instance_id = ${instanceId} and f.external_id = r.external_id`;
}

/** Files that a change feed reports as deleted; those that were never known stay unknown. */
async function remove(sql: Sql, removed: ReadonlyMap<string, string | null>, source: PageSource): Promise<string[]> {
  if (removed.size === 0) return [];
  const at = source.now.toISOString();
  const rows = await sql<{ id: string }[]>`
    update files set removed_at = ${at}::timestamptz, changed_at = ${at}::timestamptz, scan_id = ${source.scanId}::bigint
    from unnest(${[...removed.keys()]}::text[], ${[...removed.values()]}::text[]) as r(id, from_container)
    where instance_id = ${source.instanceId} and external_id = r.id and (r.from_container is null or container = r.from_container)
      and removed_at is null and not ${isNewer(sql, source)}
    returning external_id as id`;
  return rows.map(({ id }) => id);
}

function withoutKeys<T>(map: ReadonlyMap<string, T>, keys: ReadonlyMap<string, unknown>): Map<string, T> {
  return new Map([...map].filter(([key]) => !keys.has(key)));
}
