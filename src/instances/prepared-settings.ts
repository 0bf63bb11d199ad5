import { and, eq, gt } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Manifest, Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Core } from "#src/core.ts";

/** Values that Gatehouse made before a connection, kept sealed for the viewer who asked for them. */

/** Settings whose values are generated. */
export function generatedSettings(manifest: Manifest): string[] {
  return Object.entries(manifest.settings).flatMap(([name, fact]) => (fact.generated ? [name] : []));
}

/** What was prepared for this viewer and is neither used nor too old; empty when there is nothing. */
export async function readPrepared(db: Db, core: Core, viewer: Viewer, manifest: Manifest): Promise<Settings> {
  if (generatedSettings(manifest).length === 0) return {};
  const [row] = await db
    .select({ settings: tables.preparedSettings.settings })
    .from(tables.preparedSettings)
    .where(and(ofViewer(viewer, manifest), gt(tables.preparedSettings.expiresAt, core.now())));
  return row ? (JSON.parse(core.secrets.open(row.settings, preparedPlace(viewer, manifest))) as Settings) : {};
}

export async function writePrepared(
  tx: Db,
  core: Core,
  viewer: Viewer,
  manifest: Manifest,
  prepared: { settings: Settings; expiresAt: Date },
): Promise<void> {
  const { expiresAt } = prepared;
  const settings = core.secrets.seal(JSON.stringify(prepared.settings), preparedPlace(viewer, manifest));
  await tx
    .insert(tables.preparedSettings)
    .values({ connectorSlug: manifest.slug, viewerId: viewer.id, settings, expiresAt })
    .onConflictDoUpdate({
      target: [tables.preparedSettings.connectorSlug, tables.preparedSettings.viewerId],
      set: { settings, expiresAt },
    });
}

/** Once an instance has them: the next one gets values of its own. */
export async function forgetPrepared(tx: Db, viewer: Viewer, manifest: Manifest): Promise<void> {
  if (generatedSettings(manifest).length > 0)
    await tx.delete(tables.preparedSettings).where(ofViewer(viewer, manifest));
}

/** The place that the values are sealed for. */
export function preparedPlace(viewer: Viewer, manifest: Manifest): string {
  return `prepared/${manifest.slug}/${viewer.id}`;
}

function ofViewer(viewer: Viewer, manifest: Manifest) {
  const { connectorSlug, viewerId } = tables.preparedSettings;
  return and(eq(connectorSlug, manifest.slug), eq(viewerId, viewer.id));
}
