import type { Sql } from "postgres";
import type { Db } from "#db/client.ts";
import { rawSql } from "#db/client.ts";
import { detectorCategory, detectorVersion } from "#src/detection/inspection/detectors.ts";
import { contentVersion } from "#src/detection/inspection/request.ts";
import { accountText } from "#src/inventory/files/filter.ts";
import { type FileRow, fileTable } from "#src/inventory/files/row.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { readerOf } from "#src/query/reading.ts";
import { queryValues, sql } from "#src/query/sql.ts";
import type { Found } from "./content.ts";
import type { Content, EvaluatedFile, FileNeeds } from "./rule.ts";

const none: ReadonlySet<string> = new Set();
/** Folders in folders; an app that made a circle of them would keep us for ever. */
const maxDepth = 100;

/** Files with what rules ask of other tables, in as many statements as there are tables asked. Those that were purged are missing. */
export async function loadEvaluated(db: Db, keys: readonly AccountKey[], needs: FileNeeds): Promise<EvaluatedFile[]> {
  const client = rawSql(db);
  const reader = readerOf(fileTable, "all");
  const values = await queryValues(
    client,
    sql`select ${contentVersion(sql)}, f.inspected_version, f.inspected_with, ${reader.inner} from files f where ${among(keys)}`,
  );
  const rows = reader.rows(values, 3);
  const found = [...keys];
  const domains = needs.domains ? await loadDomainsOf(client, found) : new Map<string, Set<string>>();
  const folders = needs.folders ? await loadFolders(client, found) : new Map<string, Set<string>>();
  const version = needs.content ? await detectorVersion(db) : null;
  const matches = needs.content ? await loadFound(client, found) : new Map<string, Found[]>();
  return rows.map((row, index) => {
    const key = accountText(row);
    const [current, inspectedVersion, inspectedWith] = values[index] as (string | null)[];
    const isCurrent = current === inspectedVersion && inspectedWith === version;
    return {
      row,
      domains: domains.get(key) ?? none,
      folders: folders.get(key) ?? none,
      content: contentOf(row, isCurrent, matches.get(key) ?? []),
    };
  });
}

function contentOf({ inspectionStatus, isFolder }: FileRow, isCurrent: boolean, found: readonly Found[]): Content {
  if (isFolder) return { state: "unreadable", found: null };
  if (inspectionStatus === "PENDING") return { state: "awaited", found: null };
  if (inspectionStatus === "NOT_REQUESTED" || !isCurrent) return { state: "unknown", found: null };
  // What was read of a file that could not be read to the end counts.
  if (inspectionStatus === "INSPECTED" || found.length > 0) return { state: "known", found };
  return { state: "unreadable", found: null };
}

function among(keys: readonly AccountKey[]) {
  return sql`(f.instance_id, f.external_id) in (select * from unnest(${keys.map(({ instanceId }) => instanceId)}::int[], ${keys.map(({ externalId }) => externalId)}::text[]))`;
}

async function loadDomainsOf(client: Sql, keys: readonly AccountKey[]): Promise<Map<string, Set<string>>> {
  const rows = await client<{ instanceId: number; externalId: string; domain: string }[]>`
    select distinct c.instance_id as "instanceId", c.file_id as "externalId", c.domain from file_collaborators c
    where c.domain is not null and (c.instance_id, c.file_id) in (select * from unnest(${keys.map(({ instanceId }) => instanceId)}::int[], ${keys.map(({ externalId }) => externalId)}::text[]))`;
  return setsOf(rows.map((row) => [accountText(row), row.domain]));
}

/** The folders that hold a file, up to the topmost that is named. */
async function loadFolders(client: Sql, keys: readonly AccountKey[]): Promise<Map<string, Set<string>>> {
  const rows = await client<{ instanceId: number; externalId: string; folder: string }[]>`
    with recursive up as (
      select k.instance_id, k.external_id, f.parent_id, 1 as depth
      from unnest(${keys.map(({ instanceId }) => instanceId)}::int[], ${keys.map(({ externalId }) => externalId)}::text[]) as k(instance_id, external_id)
      join files f on f.instance_id = k.instance_id and f.external_id = k.external_id
      union all
      select up.instance_id, up.external_id, f.parent_id, up.depth + 1
      from up join files f on f.instance_id = up.instance_id and f.external_id = up.parent_id where up.depth < ${maxDepth}
    )
    select distinct instance_id as "instanceId", external_id as "externalId", parent_id as folder from up where parent_id is not null`;
  return setsOf(rows.map((row) => [accountText(row), `${row.instanceId}/${row.folder}`]));
}

function setsOf(pairs: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const sets = new Map<string, Set<string>>();
  for (const [key, value] of pairs) {
    const set = sets.get(key);
    if (set) set.add(value);
    else sets.set(key, new Set([value]));
  }
  return sets;
}

async function loadFound(client: Sql, keys: readonly AccountKey[]): Promise<Map<string, Found[]>> {
  const rows = await client<(Omit<Found, "category"> & AccountKey)[]>`
    select m.instance_id as "instanceId", m.file_id as "externalId", m.detector, m.count, m.confidence from file_matches m
    where (m.instance_id, m.file_id) in (select * from unnest(${keys.map(({ instanceId }) => instanceId)}::int[], ${keys.map(({ externalId }) => externalId)}::text[]))
    order by m.detector`;
  const byFile = new Map<string, Found[]>();
  const categoryOf = await detectorCategory();
  for (const { instanceId, externalId, ...found } of rows) {
    const key = accountText({ instanceId, externalId });
    byFile.set(key, [...(byFile.get(key) ?? []), { ...found, category: categoryOf(found.detector) }]);
  }
  return byFile;
}
