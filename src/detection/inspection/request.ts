import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { enqueueAll } from "#src/platform/queue.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { SqlTag } from "#src/query/sql.ts";
import { publish } from "#src/realtime/publish.ts";
import { detectorVersion } from "./detectors.ts";

const maxFiles = 200;

/** The content of a file as the app names it: changes when the content does. `f` is files. */
export const contentVersion = (sql: Sql | SqlTag) => sql`coalesce(f.version, f.content_hash, f.modified_at::text)`;

/** Ends that another look at the same content would not change. */
const settled = ["INSPECTED", "PARTIALLY_INSPECTED", "TOO_LARGE", "ENCRYPTED", "UNSUPPORTED_TYPE", "CORRUPT"];

/** An ADMIN's request, whatever the policies want. Content that was inspected already with the same detectors is not read again. */
export function inspectFiles(core: Core, viewer: Viewer, keys: readonly AccountKey[]): Promise<AccountKey[]> {
  return audited(core, viewer, { action: "file.inspect", after: { files: keys } }, async () => {
    requireRole(viewer, "ADMIN");
    if (keys.length === 0 || keys.length > maxFiles)
      throw new InvalidInputError(`Between 1 and ${maxFiles} files can be inspected at once.`, ["ids"]);
    const byInstance = Map.groupBy(keys, ({ instanceId }) => instanceId);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const requested: AccountKey[] = [];
      for (const [instanceId, some] of [...byInstance].sort(([one], [other]) => one - other)) {
        const ids = some.map(({ externalId }) => externalId);
        await refuseUnknown(rawSql(tx), viewer, instanceId, ids);
        const files = await requestInspections(core, tx, instanceId, ids);
        requested.push(...files.map((externalId) => ({ instanceId, externalId })));
      }
      await recordAudit(tx, viewer, { action: "file.inspect", after: { files: keys }, result: "ok" });
      for (const [instanceId, some] of Map.groupBy(requested, ({ instanceId }) => instanceId))
        await publish(tx, "files", { instanceId, externalIds: some.map(({ externalId }) => externalId) });
      return [...keys];
    });
  });
}

async function refuseUnknown(sql: Sql, viewer: Viewer, instanceId: number, ids: readonly string[]): Promise<void> {
  const known = maySee(viewer, instanceId)
    ? await sql`select 1 from files where instance_id = ${instanceId} and external_id = any(${ids}) and removed_at is null`
    : [];
  if (known.length < new Set(ids).size) throw new NotFoundError("A file", ["ids"]);
}

/**
 * Queues the files that have to be read, newest change first, in the caller's transaction, which publishes them. Returns their ids; folders and
 * files that were inspected already as they are now are left alone.
 */
export async function requestInspections(
  core: Pick<Core, "boss">,
  tx: Db,
  instanceId: number,
  fileIds: readonly string[],
): Promise<string[]> {
  const sql = rawSql(tx);
  const version = await detectorVersion(tx);
  const rows = await sql<{ id: string; version: string | null; changedAt: Date }[]>`
    update files f set inspection_status = 'PENDING', inspection_reason = null
    where f.instance_id = ${instanceId} and f.external_id = any(${fileIds}) and not f.is_folder and f.removed_at is null
      and f.inspection_status <> 'PENDING'
      and not (f.inspection_status = any(${settled}) and f.inspected_with = ${version} and f.inspected_version = ${contentVersion(sql)})
    returning f.external_id as id, ${contentVersion(sql)} as version, coalesce(f.modified_at, f.first_seen_at)::text as "changedAt"`;
  await enqueueAll(
    core.boss,
    tx,
    "file.inspect",
    rows.map((row) => ({ payload: { instanceId, fileId: row.id }, ...queueOptions(instanceId, row) })),
  );
  return rows.map(({ id }) => id);
}

/** One job for each content of a file; a changed one has a job of its own, beside that which still reads the old. */
export function queueOptions(
  instanceId: number,
  { id, version, changedAt }: { id: string; version: string | null; changedAt: Date | string },
) {
  return {
    key: `${instanceId}/${id}@${version}`.slice(0, 500),
    group: String(instanceId),
    // Minutes since 1970: the newest change comes first.
    priority: Math.max(1, Math.floor(new Date(changedAt).getTime() / 60_000)),
  };
}
