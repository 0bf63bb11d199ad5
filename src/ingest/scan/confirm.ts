import { and, eq } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { findInstance } from "#src/instances/lifecycle.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { settleAdmins } from "#src/inventory/users/store.ts";
import { publish } from "#src/realtime/publish.ts";
import { removeUnlisted } from "./conclude.ts";
import { loadScans, type ScanRow } from "./list.ts";

/**
 * Confirms that a listing which named far fewer records than are known is right: what neither it nor any later scan named is marked as
 * deleted, with all that follows. Throws NotFoundError, and ConflictError for a scan that does not wait for this: another complete listing
 * has decided, or it was none.
 */
export function confirmListing(core: Core, viewer: Viewer, key: { instanceId: number; id: number }): Promise<ScanRow> {
  return audited(core, viewer, { action: "scan.confirmListing", target: `scan/${key.id}` }, async () => {
    requireRole(viewer, "ADMIN");
    if (!maySee(viewer, key.instanceId)) throw new NotFoundError("The scan", ["id"]);
    const instance = await findInstance(core.db, viewer, key.instanceId);
    const manifest = core.connectors.find((entry) => entry.manifest.slug === instance.connectorSlug)?.manifest;
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const sql = rawSql(tx);
      await lockInstance(tx, key.instanceId);
      const [scan] = await tx
        .select()
        .from(tables.scans)
        .where(and(eq(tables.scans.instanceId, key.instanceId), eq(tables.scans.id, key.id)));
      if (!scan) throw new NotFoundError("The scan", ["id"]);
      const released = await tx
        .update(tables.streams)
        .set({ heldScanId: null })
        .where(and(eq(tables.streams.instanceId, key.instanceId), eq(tables.streams.heldScanId, key.id)))
        .returning({ stream: tables.streams.stream });
      if (!manifest || released.length === 0)
        throw new ConflictError("This scan does not wait for a confirmation of its listing.", { field: ["id"] });
      const stream = scan.stream as ScanStream;
      const part = scan.part === "" ? null : { stream, name: scan.part };
      await removeUnlisted(sql, manifest, key.instanceId, stream, { scanId: scan.id, part, sparesLater: true });
      if (stream === "PRIVILEGES") await settleAdmins(sql, key.instanceId);
      await tx
        .update(tables.scans)
        .set({ error: `${viewer.name} confirmed that what this listing did not name was deleted.` })
        .where(and(eq(tables.scans.instanceId, key.instanceId), eq(tables.scans.id, key.id)));
      await recordAudit(tx, viewer, {
        action: "scan.confirmListing",
        target: `scan/${key.id}`,
        after: { instance: key.instanceId, stream: scan.stream, part: scan.part, note: scan.error },
        result: "ok",
      });
      await publish(tx, "scan", { instanceId: key.instanceId, scanId: key.id });
    });
    const [scan] = await loadScans(core.db, viewer, [key]);
    if (!scan) throw new NotFoundError("The scan", ["id"]);
    return scan;
  });
}
