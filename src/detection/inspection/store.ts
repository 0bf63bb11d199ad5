import { type Db, rawSql, tables } from "#db/client.ts";
import type { InspectionStatus } from "#db/tables/files.ts";
import type { Core } from "#src/core.ts";
import type { Match } from "#src/inspection/detect.ts";
import { enqueue } from "#src/platform/queue.ts";
import { cleanText } from "#src/platform/text.ts";
import { publish } from "#src/realtime/publish.ts";
import type { PendingFile } from "./pending.ts";
import { contentVersion, queueOptions } from "./request.ts";

/** How an inspection ended, and what it found. */
export interface Concluded {
  status: InspectionStatus;
  reason: string | null;
  matches: readonly Match[];
}

/** Status, matches and their announcement in one transaction. If the content has changed since it was read, it is queued again instead. */
export async function storeInspection(
  core: Core,
  file: PendingFile,
  { status, reason, matches, detectors }: Concluded & { detectors: string },
): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    const [row] = await sql<{ version: string | null; changedAt: string }[]>`
      select ${contentVersion(sql)} as version, coalesce(f.modified_at, f.first_seen_at)::text as "changedAt" from files f
      where f.instance_id = ${file.instanceId} and f.external_id = ${file.id} and f.inspection_status = 'PENDING' for update`;
    // Purged, or another worker was first.
    if (!row) return;
    if (row.version !== file.version) {
      const options = queueOptions(file.instanceId, { id: file.id, ...row });
      await enqueue(core.boss, tx, "file.inspect", { instanceId: file.instanceId, fileId: file.id }, options);
      return;
    }
    await sql`
      update files set inspection_status = ${status}, inspection_reason = ${cleanText(reason, 500)}, inspected_at = ${core.now().toISOString()}::timestamptz,
        inspected_version = ${file.version}, inspected_with = ${detectors}
      where instance_id = ${file.instanceId} and external_id = ${file.id}`;
    await sql`delete from file_matches where instance_id = ${file.instanceId} and file_id = ${file.id}`;
    const rows = matches.map((match) => ({ ...match, instanceId: file.instanceId, fileId: file.id }));
    if (rows.length > 0) await tx.insert(tables.fileMatches).values(rows);
    await publish(tx, "files", { instanceId: file.instanceId, externalIds: [file.id] });
  });
}

/** The app is asked again at that time; the file stays PENDING and no worker waits. */
export async function postpone(core: Core, file: PendingFile, startAfter: Date, attempts: number): Promise<void> {
  const options = queueOptions(file.instanceId, file);
  await enqueue(
    core.boss,
    core.db,
    "file.inspect",
    { instanceId: file.instanceId, fileId: file.id, attempts },
    // This job still holds its own key.
    { ...options, key: `${options.key}#${startAfter.getTime()}`, startAfter },
  );
}
