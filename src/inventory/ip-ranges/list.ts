import { type Db, rawSql } from "#db/client.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { type IpRangeRow, rangeColumns } from "./row.ts";

export type { IpRangeRow } from "./row.ts";

/** ANALYST. Ranges in the order they were made. */
export function ipRangeList(db: Db, viewer: Viewer): KeysetList {
  requireRole(viewer, "ANALYST");
  const sql = rawSql(db);
  return {
    columns: rangeColumns(sql),
    from: sql`from ip_ranges r`,
    where: sql`true`,
    key: [sql`r.id`],
    keyTypes: ["int"],
    keyNames: ["id"],
    descending: false,
  };
}

/** For who may not read them they are not there. */
export async function loadIpRanges(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(IpRangeRow | null)[]> {
  if (viewer.role === "VIEWER") return ids.map(() => null);
  const sql = rawSql(db);
  const rows = await sql<
    IpRangeRow[]
  >`select ${rangeColumns(sql)} from ip_ranges r where r.id = any(${[...ids]}::int[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
