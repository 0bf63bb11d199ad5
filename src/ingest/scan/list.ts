import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ScanMode, ScanStatus } from "#db/tables/scans.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ScanKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";

export interface ScanRow {
  instanceId: number;
  id: number;
  stream: ScanStream;
  /** Null for a stream without parts. */
  part: string | null;
  mode: ScanMode;
  status: ScanStatus;
  itemsSeen: number;
  itemsWritten: number;
  total: number | null;
  throttledUntil: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  error: string | null;
  /** Its listing named far fewer records than are known: the next complete one, or `confirmListing`, decides. */
  awaitsConfirmation: boolean;
}

export interface ScanScope {
  instanceIds?: number[] | null;
  streams?: ScanStream[] | null;
  status?: ScanStatus[] | null;
}

const scanColumns = (sql: Sql) => sql`
  s.instance_id as "instanceId", s.id::float8 as id, s.stream, nullif(s.part, '') as part, s.mode, s.status, s.items_seen as "itemsSeen", s.items_written as "itemsWritten", s.total,
  s.throttled_until as "throttledUntil", s.started_at as "startedAt", s.finished_at as "finishedAt", s.error,
  exists (select from streams h where h.instance_id = s.instance_id and h.held_scan_id = s.id) as "awaitsConfirmation"`;

/** Scans, newest first. As a nested list: those of an instance. */
export function scanList(db: Db, viewer: Viewer, scope: ScanScope): KeysetList {
  const sql = rawSql(db);
  return {
    columns: scanColumns(sql),
    from: sql`from scans s`,
    where: whereScans(sql, viewer, scope),
    key: [sql`s.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
    onParent: sql`s.instance_id = p.instance_id`,
  };
}

export async function loadScans(db: Db, viewer: Viewer, keys: readonly ScanKey[]): Promise<(ScanRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<ScanRow[]>`
    select ${scanColumns(sql)} from scans s where ${whereScans(sql, viewer, {})}
      and (s.instance_id, s.id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.id)}::bigint[]))`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.id}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.id}`) ?? null);
}

function whereScans(sql: Sql, viewer: Viewer, scope: ScanScope): Fragment {
  const instances = visibleInstances(viewer, scope.instanceIds);
  const conditions = [instances === null ? sql`true` : sql`s.instance_id = any(${instances}::int[])`];
  if (scope.streams) conditions.push(sql`s.stream = any(${scope.streams})`);
  if (scope.status) conditions.push(sql`s.status = any(${scope.status})`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
