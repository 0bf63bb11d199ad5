import { type Db, rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { type KeyRing, UnknownKeyError } from "#src/platform/secrets.ts";
import type { AccountKey } from "#src/query/ids.ts";
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
}

/** Those of an instance, which was read with the viewer's rights already: the newest first. */
export function unreadableList(db: Db): KeysetList {
  const sql = rawSql(db);
  return {
    columns: sql`u.instance_id as "instanceId", u.id, u.stream, nullif(u.part, '') as part, u.path, u.reason, u.first_seen_at as "firstSeenAt",
      u.last_seen_at as "lastSeenAt", u.count`,
    from: sql`from unreadable_records u`,
    where: sql`true`,
    key: [sql`u.first_seen_at`, sql`u.id`],
    keyTypes: ["timestamptz", "text"],
    keyNames: ["firstSeenAt", "id"],
    descending: true,
    onParent: sql`u.instance_id = p.instance_id`,
  };
}

/** The records themselves, which are large and asked for seldom. Null where the key that sealed it is no longer there. */
export async function openUnreadable(db: Db, secrets: KeyRing, keys: readonly AccountKey[]): Promise<unknown[]> {
  const rows = await rawSql(db)<{ instanceId: number; id: string; raw: string }[]>`
    select instance_id as "instanceId", id, raw from unreadable_records
    where (instance_id, id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))`;
  const sealed = new Map(rows.map(({ instanceId, id, raw }) => [sealedPlace(instanceId, id), raw]));
  return keys.map(({ instanceId, externalId }) => {
    const place = sealedPlace(instanceId, externalId);
    const raw = sealed.get(place);
    return raw === undefined ? null : opened(secrets, raw, place);
  });
}

function opened(secrets: KeyRing, raw: string, place: string): unknown {
  try {
    return JSON.parse(secrets.open(raw, place));
  } catch (error) {
    if (error instanceof UnknownKeyError) return null;
    throw error;
  }
}
