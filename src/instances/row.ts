import { eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance, InstanceStatus } from "#db/tables/instances.ts";
import type { ActivityCategory, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Table } from "#src/query/reading.ts";

/** What there is to read of one stream, or of one part of it. */
export interface StreamState {
  stream: ScanStream;
  /** Empty for a stream without parts. */
  part: string;
  /** Why it is off; null: it is on. */
  off: string | null;
  /** Scopes that the part needs beside those of its stream. */
  scopes: string[];
  /** Null: those of its stream. */
  categories: ActivityCategory[] | null;
}

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
  /** Domains of the organisation as the app states them, and those that an ADMIN added. */
  tenantDomains: string[];
  addedDomains: string[];
  unavailable: Record<string, string>;
  /** Its streams, and the parts of those that consist of parts. */
  streams: StreamState[];
  /** Accounts that are not deleted, when they were counted with it. */
  userCount?: number;
  credentialExpiresAt: string | null;
  createdAt: string;
  connectedAt: string | null;
  lastActivityAt: string | null;
  lastScanAt: string | null;
  /** Of its webhook, what may be seen. */
  webhook: { hasSecret: boolean; registered: boolean; renewBy: string | null; problem: string | null };
}

export const instanceTable: Table<InstanceRow> = {
  from: "instances",
  alias: "i",
  columns: {
    id: "id",
    connectorSlug: "connector_slug",
    name: "name",
    status: "status",
    statusReason: "status_reason",
    externalAccountId: "external_account_id",
    accountName: "account_name",
    components: "components",
    settings: "settings",
    missingScopes: "missing_scopes",
    tenantDomains: "tenant_domains",
    addedDomains: "added_domains",
    unavailable: "unavailable",
    credentialExpiresAt: "credential_expires_at",
    createdAt: "created_at",
    connectedAt: "connected_at",
    lastActivityAt: "last_activity_at",
    lastScanAt: "last_scan_at",
    streams: (i) =>
      `coalesce((select jsonb_agg(jsonb_build_object('stream', s.stream, 'part', s.part, 'off', s.disabled_reason, 'scopes', s.scopes, 'categories', s.categories) order by s.part) from streams s where s.instance_id = ${i}.id), '[]')`,
    webhook: (i) =>
      `jsonb_build_object('hasSecret', ${i}.webhook_secret is not null, 'registered', ${i}.webhook_registration is not null, 'renewBy', ${i}.webhook_renew_by, 'problem', ${i}.webhook_problem)`,
  },
  extra: {
    userCount: (i) => `(select count(*)::int from users u where u.instance_id = ${i}.id and u.status <> 'DELETED')`,
  },
  key: ["id"],
  toOne: {},
};

/** The whole row, as it is in this transaction. */
export async function reload(db: Db, id: number): Promise<Instance> {
  const [row] = await db.select().from(tables.instances).where(eq(tables.instances.id, id));
  return row as Instance;
}
