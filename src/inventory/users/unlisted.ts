import type { Fragment, Sql } from "postgres";

/** A complete listing, to conclude from what it did not name. */
export interface Listing {
  scanId: number;
  /** An earlier one that concluded nothing: what that one named is spared this time. */
  heldScanId?: number | null;
  /** It is concluded from late: what scans after it named is spared. */
  sparesLater?: boolean;
  /** Of a part: it proves nothing about what the scans of other parts named. */
  part?: { stream: string; name: string } | null;
}

/** Rows that the listing did not name, and would have. Over a table with `instance_id` and `scan_id`. */
export function unlisted(
  sql: Sql,
  instanceId: number,
  { scanId, heldScanId = null, part = null, sparesLater = false }: Listing,
): Fragment {
  const missing = sparesLater
    ? sql`instance_id = ${instanceId} and coalesce(scan_id, 0) < ${scanId}::bigint`
    : sql`instance_id = ${instanceId} and scan_id is distinct from ${scanId}::bigint`;
  const spared = heldScanId === null ? sql`` : sql`and scan_id is distinct from ${heldScanId}::bigint`;
  return sql`${missing} ${spared} ${part === null ? sql`` : sql`and ${ofPart(sql, instanceId, part)}`}`;
}

/** Rows that a scan of this part named last. */
export function ofPart(sql: Sql, instanceId: number, part: NonNullable<Listing["part"]>): Fragment {
  return sql`scan_id in (select id from scans where instance_id = ${instanceId} and stream = ${part.stream} and part = ${part.name})`;
}
