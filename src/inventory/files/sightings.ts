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

/** Containers that a page of a listing could not look into. */
export function unlistedContainers(items: readonly FileItem[]): string[] {
  return items.flatMap((item) => (item.kind === "unlisted" ? [item.container] : []));
}

/** What is known of these containers counts as named, so that nothing is concluded of it. */
export async function spareContainers(
  sql: Sql,
  { instanceId, scanId, part }: Pick<FileListing, "instanceId" | "scanId" | "part">,
  containers: readonly string[],
): Promise<void> {
  if (containers.length === 0) return;
  await sql`
    insert into file_sightings (instance_id, scan_id, seen)
    select ${instanceId}, ${scanId}::bigint, array_agg(hashtextextended(external_id, 0)) from files
    where instance_id = ${instanceId} and part = ${part} and container = any(${containers}::text[]) and removed_at is null having count(*) > 0`;
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
    select count(*)::int as known, count(*) filter (where is_missing)::int as missing from ${compared(sql, listing)}`;
  return row!;
}

/** Marks what the listing did not name as removed. Returns the ids. */
export async function removeUnlistedFiles(sql: Sql, listing: FileListing, now: Date): Promise<string[]> {
  const at = now.toISOString();
  const rows = await sql<{ id: string }[]>`
    update files set removed_at = ${at}::timestamptz, changed_at = ${at}::timestamptz, scan_id = ${listing.scanId}::bigint
    where instance_id = ${listing.instanceId} and external_id = any(array(select id from ${compared(sql, listing)} where is_missing))
    returning external_id as id`;
  return rows.map(({ id }) => id);
}

/** Forgets what these listings named. */
export async function forgetSightings(sql: Sql, instanceId: number, scanIds: readonly number[]): Promise<void> {
  await sql`delete from file_sightings where instance_id = ${instanceId} and scan_id = any(${[...scanIds]}::bigint[])`;
}

/**
 * Each file that the listing should name, and whether it is missing. Sorted or hashed together rather than joined: of a table that has just
 * been filled the planner knows nothing, and a nested loop over a million files would never end.
 */
function compared(sql: Sql, { instanceId, part, startedAt, scanId, heldScanId }: FileListing): Fragment {
  const scans = heldScanId === null ? [scanId] : [scanId, heldScanId];
  return sql`(
    select max(external_id) as id, count(*) = count(external_id) and bool_and(is_old) as is_missing from (
      select hashtextextended(external_id, 0) as hash, external_id, changed_at < ${startedAt.toISOString()}::timestamptz as is_old
      from files where instance_id = ${instanceId} and part = ${part} and removed_at is null
      union all
      select unnest(seen), null, null from file_sightings where instance_id = ${instanceId} and scan_id = any(${scans}::bigint[])
    ) both_of_them group by hash having count(external_id) > 0
  ) compared`;
}
