import type { Fragment } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { heavily } from "#db/shares.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import { InvalidInputError } from "#src/errors.ts";
import { maxPageSize } from "#src/query/paging.ts";
import { query, sql } from "#src/query/sql.ts";
import { type FileFilter, filterSql } from "./filter.ts";

export const fileGroupings = ["SHARING", "INSTANCE", "OWNER", "TYPE", "LABEL"] as const;
export type FileGrouping = (typeof fileGroupings)[number];

export interface FileBucket {
  /** The value: a level, an extension, a label; empty where there is none. For INSTANCE and OWNER their natural key. */
  key: string;
  instanceId: number | null;
  ownerId: string | null;
  count: number;
}

const keys: Readonly<Record<FileGrouping, { key: Fragment; instance?: Fragment; owner?: Fragment }>> = {
  SHARING: { key: sql`f.sharing` },
  INSTANCE: { key: sql`null`, instance: sql`f.instance_id` },
  // Owners that are no known account are one bucket, whatever the instance: a key stands for one thing.
  OWNER: {
    key: sql`null`,
    instance: sql`case when f.owner_id is not null then f.instance_id end`,
    owner: sql`f.owner_id`,
  },
  TYPE: { key: sql`f.extension` },
  LABEL: { key: sql`l.label` },
};

/** Counts of files that exist, or of removed ones where the filter asks for them, largest first. A file with several labels counts for each. */
export async function fileStats(
  db: Db,
  viewer: Viewer,
  { filter, groupBy, first = null }: { filter: FileFilter | null; groupBy: FileGrouping; first?: number | null },
): Promise<FileBucket[]> {
  const limit = first ?? 20;
  if (limit < 1 || limit > maxPageSize)
    throw new InvalidInputError(`\`first\` must be between 1 and ${maxPageSize}.`, ["first"]);
  const instances = visibleInstances(viewer);
  const { key, instance = sql`null::int`, owner = sql`null::text` } = keys[groupBy];
  const labels = groupBy === "LABEL" ? sql`cross join lateral unnest(f.labels) as l(label)` : sql``;
  const rows = await query<Omit<FileBucket, "key"> & { key: string | null }>(
    heavily(rawSql(db)),
    sql`select ${key}::text as key, ${instance} as "instanceId", ${owner} as "ownerId", count(*)::int as count from files f ${labels}
      where ${instances === null ? sql`true` : sql`f.instance_id = any(${instances}::int[])`}
        and ${filterSql(sql, { ...filter, removed: filter?.removed ?? false })}
      group by 1, 2, 3 order by count desc, 1, 2, 3 limit ${limit}`,
  );
  return rows.map((row) => ({ ...row, key: row.key ?? "" }));
}
