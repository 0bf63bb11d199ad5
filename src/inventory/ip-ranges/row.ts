import type { Sql } from "postgres";
import type { IpCategory } from "#src/inventory/enrichment/facts.ts";

/** An address range as it is read. */
export interface IpRangeRow {
  id: number;
  name: string;
  /** As PostgreSQL writes them: `203.0.113.0/24`, `192.0.2.7/32`. */
  cidrs: string[];
  category: IpCategory;
  tags: string[];
  country: string | null;
  city: string | null;
  isp: string | null;
}

/** Columns of `ip_ranges r`. The driver knows no lists of networks: they are read as texts. */
export const rangeColumns = (sql: Sql) =>
  sql`r.id, r.name, r.cidrs::text[] as cidrs, r.category, r.tags, r.country, r.city, r.isp`;

/** All of them, by id. */
export async function selectRanges(sql: Sql): Promise<IpRangeRow[]> {
  return sql<IpRangeRow[]>`select ${rangeColumns(sql)} from ip_ranges r order by r.id`;
}
