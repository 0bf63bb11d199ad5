import { type Db, rawSql } from "#db/client.ts";
import { heavily } from "#db/shares.ts";
import type { Policy } from "#db/tables/policies.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import { filterAt, filterSql } from "#src/inventory/files/filter.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { query, sql } from "#src/query/sql.ts";
import type { Draft } from "../draft.ts";
import { People } from "../people.ts";
import { loadEvaluated } from "./load.ts";
import { compileFileRule } from "./rule.ts";

export interface FilesFound {
  matches: number;
  /** Matching files that changed in the period. */
  changed: number;
  /** Files of which only their content is not known. */
  filesToInspect: number;
  /** The newest matches. */
  files: FileRow[];
}

/** Files that pass the filter and are tried, the newest changes first; and of those at once. */
const maxTried = 10_000;
const batch = 1000;

/** What a policy finds among the files that are stored, as far as the viewer sees them. */
export async function findFiles(
  db: Db,
  viewer: Viewer,
  draft: Draft,
  { now, from, to, samples }: { now: Date; from: Date; to: Date; samples: number },
): Promise<FilesFound> {
  const people = new People();
  const rule = compileFileRule(draft as unknown as Policy, people);
  const instances = visibleInstances(viewer);
  const keys = await query<AccountKey>(
    heavily(rawSql(db)),
    sql`select f.instance_id as "instanceId", f.external_id as "externalId" from files f
      where f.removed_at is null and ${instances === null ? sql`true` : sql`f.instance_id = any(${instances}::int[])`}
        and ${filterSql(sql, filterAt(rule.filter, now))}
      order by coalesce(f.modified_at, f.first_seen_at) desc, f.instance_id desc, f.external_id desc limit ${maxTried}`,
  );
  const found: FilesFound = { matches: 0, changed: 0, filesToInspect: 0, files: [] };
  for (let start = 0; start < keys.length; start += batch) {
    const wanted = keys.slice(start, start + batch);
    const place = new Map(wanted.map((key, index) => [`${key.instanceId}/${key.externalId}`, index]));
    const files = await loadEvaluated(db, wanted, rule.needs);
    const placeOf = ({ row }: (typeof files)[number]) => place.get(`${row.instanceId}/${row.externalId}`)!;
    files.sort((one, other) => placeOf(one) - placeOf(other));
    await people.loadOwners(
      rawSql(db),
      files.map(({ row }) => row),
      rule.needs.groups,
    );
    for (const file of files) {
      const { matches } = rule.try(file, now);
      if (matches === "unknown") found.filesToInspect++;
      if (matches !== true) continue;
      found.matches++;
      const changedAt = epochOf(file.row.modifiedKey);
      if (changedAt >= from.getTime() && changedAt < to.getTime()) found.changed++;
      if (found.files.length < samples) found.files.push(file.row);
    }
  }
  return found;
}
