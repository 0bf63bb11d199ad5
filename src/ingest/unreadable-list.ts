import { rawSql } from "#db/client.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Core } from "#src/core.ts";
import { type KeyRing, UnknownKeyError } from "#src/platform/secrets.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { sealedPlace } from "./unreadable.ts";

export interface UnreadableRow {
  instanceId: number;
  id: string;
  stream: ScanStream;
  part: string | null;
  path: string;
  reason: string;
  firstSeenAt: string;
  lastSeenAt: string;
  count: number;
  /** Sealed. */
  raw: string;
}

/** Those of an instance, which was read with the viewer's rights already: the newest first. */
export function unreadableList(core: Pick<Core, "db">): KeysetList {
  const sql = rawSql(core.db);
  return {
    columns: sql`u.instance_id as "instanceId", u.id, u.stream, nullif(u.part, '') as part, u.path, u.reason, u.first_seen_at as "firstSeenAt",
      u.last_seen_at as "lastSeenAt", u.count, u.raw`,
    from: sql`from unreadable_records u`,
    where: sql`true`,
    key: [sql`u.first_seen_at`, sql`u.id`],
    keyTypes: ["timestamptz", "text"],
    keyNames: ["firstSeenAt", "id"],
    descending: true,
    onParent: sql`u.instance_id = p.instance_id`,
  };
}

/** The record as the app sent it. Null: the key that sealed it is no longer there. Throws ForbiddenError. */
export function openUnreadable(secrets: KeyRing, viewer: Viewer, row: UnreadableRow): unknown {
  requireRole(viewer, "ANALYST");
  try {
    return JSON.parse(secrets.open(row.raw, sealedPlace(row.instanceId, row.id)));
  } catch (error) {
    if (error instanceof UnknownKeyError) return null;
    throw error;
  }
}
