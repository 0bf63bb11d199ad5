import type { Fragment } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { type Reading, readerOf } from "#src/query/reading.ts";
import { query, queryValues, sql } from "#src/query/sql.ts";
import { accountText, type FileFilter, filterSql } from "./filter.ts";
import { type FileRow, fileTable } from "./row.ts";

/** Files a page looks at, at most, for those that a filter wants, and a count. */
const maxTried = 16_384;
const maxCounted = 100_000;

export const fileOrders = ["MODIFIED", "NAME", "SIZE"] as const;
export type FileOrderField = (typeof fileOrders)[number];
export interface FileOrder {
  field: FileOrderField;
  /** Default: by name ascending, else descending. */
  descending?: boolean | null;
}

const orders = {
  MODIFIED: { column: sql`f.modified_key`, type: "timestamptz", name: "modifiedKey" },
  NAME: { column: sql`f.name_key`, type: "text", name: "nameKey" },
  SIZE: { column: sql`f.size_key`, type: "bigint", name: "sizeKey" },
} as const;

export interface FileListOptions {
  of?: "all" | "instance" | "owner";
  order?: FileOrder | null;
  reading?: Reading;
}

/** Files that exist, unless the filter asks for removed ones: of all instances, or as a nested list of an instance or an owner. */
export function fileList(
  viewer: Viewer,
  filter: FileFilter | null,
  { of = "all", order = null, reading = "all" }: FileListOptions = {},
): KeysetList {
  const field = order?.field ?? "MODIFIED";
  const wanted = { ...filter, removed: filter?.removed ?? false };
  const lead = leadOf(viewer, wanted, field, of);
  const rest = Object.fromEntries(
    Object.entries(wanted).filter(([name]) => !lead.covers.includes(name as keyof FileFilter)),
  ) as FileFilter;
  return {
    columns: readerOf(fileTable, reading),
    from: sql`from files f`,
    where: sql`${allowed(viewer)} and ${lead.where}`,
    tried: {
      condition: filterSql(sql, rest),
      isSlow: rest.search != null || rest.not?.search != null,
      alias: "f",
      most: maxTried,
      maxForCount: maxCounted,
    },
    key: [orders[field].column, sql`f.instance_id`, sql`f.external_id`],
    keyTypes: [orders[field].type, "int", "text"],
    keyNames: [orders[field].name, "instanceId", "externalId"],
    descending: order?.descending ?? field !== "NAME",
    nullsLast: of === "all" && !lead.isOfInstance,
    onParent:
      of === "owner"
        ? sql`f.instance_id = p.instance_id and f.owner_id = p.external_id`
        : sql`f.instance_id = p.instance_id`,
  };
}

interface Lead {
  where: Fragment;
  /** Conditions that need not be tried any more. */
  covers: readonly (keyof FileFilter)[];
  /** Then an index of the instance gives the order. */
  isOfInstance: boolean;
}

/** What an index leads to in the order of the list; all other conditions are tried on the way. */
function leadOf(viewer: Viewer, filter: FileFilter, field: FileOrderField, of: FileListOptions["of"]): Lead {
  const { instanceIds, sharing, ownerIds, labels, quarantined, trashed, removed } = filter;
  const visible = visibleInstances(viewer);
  const isOfInstance = of === "instance" || instanceIds?.length === 1 || visible?.length === 1;
  if (field !== "MODIFIED") return { where: filterSql(sql, { instanceIds }), covers: ["instanceIds"], isOfInstance };
  const { modifiedFrom, modifiedTo } = filter;
  const span = filterSql(sql, { instanceIds, modifiedFrom, modifiedTo });
  const ofSpan = ["instanceIds", "modifiedFrom", "modifiedTo"] as const;
  const led = (where: Fragment, ...covers: (keyof FileFilter)[]) => ({
    where: sql`${span} and ${where}`,
    covers: [...ofSpan, ...covers],
    isOfInstance,
  });
  const none = { where: span, covers: ofSpan, isOfInstance };
  if (of === "owner") return none;
  if (ownerIds?.length === 1) return { ...led(filterSql(sql, { ownerIds }), "ownerIds"), isOfInstance: true };
  if (sharing?.every((level) => level === "PUBLIC")) return led(sql`f.sharing = 'PUBLIC'`, "sharing");
  if (sharing?.every((level) => level === "EXTERNAL" || level === "PUBLIC"))
    return led(sql`f.sharing in ('EXTERNAL', 'PUBLIC')`);
  // These go through all instances: of some of them, the walk would pass the rows of the others.
  if (visible !== null || instanceIds || of === "instance") return none;
  if (quarantined) return led(sql`f.quarantined`, "quarantined");
  if (trashed) return led(sql`f.trashed_at is not null`, "trashed");
  if (removed) return led(sql`f.removed_at is not null`, "removed");
  return labels ? led(sql`f.labels <> '{}'`) : none;
}

function allowed(viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  if (instances === null) return sql`true`;
  return instances.length === 1
    ? sql`f.instance_id = ${instances[0] as number}::int`
    : sql`f.instance_id = any(${instances}::int[])`;
}

/** Rows by key, in the order asked for, removed files too; null where there is none or it is not the viewer's. */
export async function loadFiles(
  db: Db,
  viewer: Viewer,
  keys: readonly AccountKey[],
  reading: Reading = "all",
): Promise<(FileRow | null)[]> {
  const reader = readerOf(fileTable, reading);
  const rows = reader.rows(
    await queryValues(
      rawSql(db),
      sql`select ${reader.outer} from (select ${reader.inner} from files f where ${allowed(viewer)} and ${keysIn(keys)}) r ${reader.joins}`,
    ),
  );
  return inOrder(keys, new Map(rows.map((row) => [accountText(row), row])));
}

/** The raw records by key, parsed. */
export async function loadRawFiles(db: Db, keys: readonly AccountKey[]): Promise<unknown[]> {
  const rows = await query<{ instanceId: number; externalId: string; raw: unknown }>(
    rawSql(db),
    sql`select f.instance_id as "instanceId", f.external_id as "externalId", f.raw from files f where ${keysIn(keys)}`,
  );
  return inOrder(keys, new Map(rows.map((row) => [accountText(row), row.raw])));
}

/** What content inspection found in a file. */
export interface FileMatchRow {
  detector: string;
  count: number;
  confidence: "LOW" | "MEDIUM" | "HIGH";
  reasons: string[];
  samples: string[];
}

/** Of files that were read with the viewer's rights already; the surest and most frequent first. */
export async function loadFileMatches(db: Db, keys: readonly AccountKey[]): Promise<FileMatchRow[][]> {
  const rows = await query<FileMatchRow & AccountKey>(
    rawSql(db),
    sql`select f.instance_id as "instanceId", f.file_id as "externalId", f.detector, f.count, f.confidence, f.reasons, f.samples from file_matches f
      where (f.instance_id, f.file_id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))
      order by case f.confidence when 'HIGH' then 0 when 'MEDIUM' then 1 else 2 end, f.count desc, f.detector`,
  );
  const byKey = new Map<string, FileMatchRow[]>();
  for (const { instanceId, externalId, ...row } of rows) {
    const key = accountText({ instanceId, externalId });
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return keys.map((key) => byKey.get(accountText(key)) ?? []);
}

/** Throws InvalidInputError for labels that no file has had which the viewer may see. */
export async function checkLabels(
  db: Db,
  viewer: Viewer,
  filter: FileFilter | null,
  field: readonly string[],
): Promise<void> {
  const places: { label: string; field: string[] }[] = [];
  for (let [part, path] = [filter, [...field]]; part; [part, path] = [part.not ?? null, [...path, "not"]])
    for (const [index, label] of (part.labels ?? []).entries())
      places.push({ label, field: [...path, "labels", String(index)] });
  if (places.length === 0) return;
  const instances = visibleInstances(viewer);
  const rows = await query<{ name: string }>(
    rawSql(db),
    sql`select distinct l.name from file_labels l where l.name = any(${places.map(({ label }) => label)})
      and ${instances === null ? sql`true` : sql`l.instance_id = any(${instances}::int[])`}`,
  );
  const known = new Set(rows.map(({ name }) => name));
  const unknown = places.find(({ label }) => !known.has(label));
  if (unknown) throw new InvalidInputError(`No file has the label "${unknown.label.slice(0, 60)}".`, unknown.field);
}

function keysIn(keys: readonly AccountKey[]): Fragment {
  const [key] = keys;
  if (keys.length === 1 && key)
    return sql`f.instance_id = ${key.instanceId}::int and f.external_id = ${key.externalId}::text`;
  return sql`(f.instance_id, f.external_id) in (select * from unnest(${keys.map((one) => one.instanceId)}::int[], ${keys.map((one) => one.externalId)}::text[]))`;
}

function inOrder<T>(keys: readonly AccountKey[], byKey: ReadonlyMap<string, T>): (T | null)[] {
  return keys.map((key) => byKey.get(accountText(key)) ?? null);
}
