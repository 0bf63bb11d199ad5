import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { InstanceStatus } from "#db/tables/instances.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/keyset.ts";

/** An instance as it is read for the API: never its credential or secret settings. */
export interface InstanceRow {
  id: number;
  connectorSlug: string;
  name: string;
  status: InstanceStatus;
  statusReason: string | null;
  externalAccountId: string | null;
  accountName: string | null;
  components: string[];
  settings: Record<string, string>;
  missingScopes: string[];
  unavailable: Record<string, string>;
  /** Stream → why it is off. */
  streamsOff: Record<string, string>;
  credentialExpiresAt: string | null;
  createdAt: string;
  connectedAt: string | null;
  lastActivityAt: string | null;
  lastScanAt: string | null;
}

export interface InstanceScope {
  connectorSlugs?: string[] | null;
  status?: InstanceStatus[] | null;
}

const instanceColumns = (sql: Sql) => sql`
  i.id, i.connector_slug as "connectorSlug", i.name, i.status, i.status_reason as "statusReason", i.external_account_id as "externalAccountId",
  i.account_name as "accountName", i.components, i.settings, i.missing_scopes as "missingScopes", i.unavailable, i.credential_expires_at as "credentialExpiresAt",
  i.created_at as "createdAt", i.connected_at as "connectedAt", i.last_activity_at as "lastActivityAt", i.last_scan_at as "lastScanAt",
  coalesce((select jsonb_object_agg(s.stream, s.disabled_reason) from streams s where s.instance_id = i.id and s.disabled_reason is not null), '{}') as "streamsOff"`;

/** Instances in the order in which they were added. As a nested list: those of a connector (the parent's external id is its slug). */
export function instanceList(db: Db, viewer: Viewer, scope: InstanceScope): KeysetList {
  const sql = rawSql(db);
  return {
    columns: instanceColumns(sql),
    from: sql`from instances i`,
    where: whereInstances(sql, viewer, scope),
    key: [sql`i.id`],
    keyTypes: ["int"],
    keyNames: ["id"],
    descending: false,
    onParent: sql`i.connector_slug = p.external_id`,
  };
}

/** Rows by id, in the order asked for; null where there is none or it is not the viewer's. */
export async function loadInstances(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(InstanceRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<
    InstanceRow[]
  >`select ${instanceColumns(sql)} from instances i where ${whereInstances(sql, viewer, {})} and i.id = any(${[...ids]}::int[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

function whereInstances(sql: Sql, viewer: Viewer, scope: InstanceScope): Fragment {
  const instances = visibleInstances(viewer);
  const conditions = [instances === null ? sql`true` : sql`i.id = any(${instances}::int[])`];
  if (scope.connectorSlugs) conditions.push(sql`i.connector_slug = any(${scope.connectorSlugs})`);
  if (scope.status) conditions.push(sql`i.status = any(${scope.status})`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
