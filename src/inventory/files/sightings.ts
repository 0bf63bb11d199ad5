import type { Fragment, Sql } from "postgres";
import type { FileItem } from "#src/connector-kit/contract/records.ts";

/** A complete listing of files, to conclude from what it did not name. */
export interface FileListing {
  instanceId: number;
  scanId: number;
  /** An earlier one that concluded nothing: what that one named is spared this time. */
  heldScanId: number | null;
  part: string;
  /** When it began: what was written since then may lie where it had been already. */
  startedAt: Date;
}

/** Files that a page of a listing names. */
export function namedFiles(items: readonly FileItem[]): string[] {
  return items.flatMap((item) => (item.kind === "file" ? [item.externalId] : []));
}

/** Notes what a page of a listing names. One row, whatever the number of files, and none of them is touched. */
export async function noteSightings(
  sql: Sql,
  instanceId: number,
  scanId: number,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    insert into file_sightings (instance_id, scan_id, seen)
    select ${instanceId}, ${scanId}::bigint, array_agg(hashtextextended(id, 0)) from unnest(${ids}::text[]) as r(id)`;
}

/** Of the files that the listing should name: how many there are, and how many it did not. */
export async function countUnlisted(sql: Sql, listing: FileListing): Promise<{ known: number; missing: number }> {
  const [row] = await sql<{ known: number; missing: number }[]>`
    select count(*)::int as known, count(*) filter (where seen.hash is null and ${isOlder(sql, listing)})::int as missing
    from files f left join ${seen(sql, listing)} on seen.hash = hashtextextended(f.external_id, 0)
    where ${ofListing(sql, listing)}`;
  return row!;
}

/** Marks what the listing did not name as removed. Returns the ids. */
export async function removeUnlistedFiles(sql: Sql, listing: FileListing, now: Date): Promise<string[]> {
  const at = now.toISOString();
  const rows = await sql<{ id: string }[]>`
    update files f set removed_at = ${at}::timestamptz, changed_at = ${at}::timestamptz, scan_id = ${listing.scanId}::bigint
    from (
      select f.external_id from files f left join ${seen(sql, listing)} on seen.hash = hashtextextended(f.external_id, 0)
      where ${ofListing(sql, listing)} and seen.hash is null and ${isOlder(sql, listing)}
    ) missing
    where f.instance_id = ${listing.instanceId} and f.external_id = missing.external_id
    returning f.external_id as id`;
  return rows.map(({ id }) => id);
}

/** Forgets what these listings named. */
export async function forgetSightings(sql: Sql, instanceId: number, scanIds: readonly number[]): Promise<void> {
  await sql`delete from file_sightings where instance_id = ${instanceId} and scan_id = any(${[...scanIds]}::bigint[])`;
}

function ofListing(sql: Sql, { instanceId, part }: FileListing): Fragment {
  return sql`f.instance_id = ${instanceId} and f.part = ${part} and f.removed_at is null`;
}

function isOlder(sql: Sql, { startedAt }: FileListing): Fragment {
  return sql`f.changed_at < ${startedAt.toISOString()}::timestamptz`;
}

function seen(sql: Sql, { instanceId, scanId, heldScanId }: FileListing): Fragment {
  const scans = heldScanId === null ? [scanId] : [scanId, heldScanId];
  return sql`(select distinct unnest(s.seen) as hash from file_sightings s where s.instance_id = ${instanceId} and s.scan_id = any(${scans}::bigint[])) seen`;
}
