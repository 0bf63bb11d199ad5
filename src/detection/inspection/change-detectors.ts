import { eq, sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, ForbiddenError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { type DetectorRow, detectorRow, keyPlace } from "./detectors.ts";
import { type DetectorDraft, type DetectorInput, draftOf } from "./draft.ts";

/** Two requests that create at the same time are counted one after the other. */
const maxDetectors = 200;

/** ADMIN of all instances. The slug is made of the name; a name that gives the slug of another detector is a conflict. */
export function createDetector(core: Core, viewer: Viewer, input: DetectorInput): Promise<DetectorRow> {
  return audited(core, viewer, { action: "detector.create" }, async () => {
    requireAdminOfAll(viewer);
    const draft = draftOf(input);
    const slug = slugOf(draft.name);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await rawSql(tx)`select pg_advisory_xact_lock(hashtextextended('detectors', 0))`;
      if ((await tx.$count(tables.detectors)) >= maxDetectors)
        throw new ConflictError(`At most ${maxDetectors} custom detectors are allowed.`);
      const values = { slug, ...columnsOf(core, slug, draft) };
      const [row] = await tx.insert(tables.detectors).values(values).onConflictDoNothing().returning();
      if (!row) throw new ConflictError("Another detector has this name.", { field: ["input", "name"] });
      await record(tx, viewer, "detector.create", slug, draft);
      return detectorRow(row);
    });
  });
}

/** ADMIN of all instances. The definition is replaced as a whole; the slug stays. */
export function updateDetector(core: Core, viewer: Viewer, slug: string, input: DetectorInput): Promise<DetectorRow> {
  return audited(core, viewer, { action: "detector.update", target: `detector/${slug}` }, async () => {
    requireAdminOfAll(viewer);
    const draft = draftOf(input);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [row] = await tx
        .update(tables.detectors)
        .set({
          ...columnsOf(core, slug, draft),
          revision: sql`${tables.detectors.revision} + 1`,
          updatedAt: core.now(),
        })
        .where(eq(tables.detectors.slug, slug))
        .returning();
      if (!row) throw new NotFoundError("The detector", ["slug"]);
      await record(tx, viewer, "detector.update", slug, draft);
      return detectorRow(row);
    });
  });
}

/** ADMIN of all instances. What it found in files is removed with it. Throws ConflictError while a policy names it. */
export function deleteDetector(core: Core, viewer: Viewer, slug: string): Promise<DetectorRow> {
  return audited(core, viewer, { action: "detector.delete", target: `detector/${slug}` }, async () => {
    requireAdminOfAll(viewer);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [naming] = await rawSql(tx)<{ name: string }[]>`
        select name from policies where content->'detectors' @> ${JSON.stringify([slug])}::text::jsonb order by id limit 1`;
      if (naming)
        throw new ConflictError(`The policy "${naming.name}" names this detector. Change the policy first.`, {
          field: ["slug"],
        });
      const [row] = await tx.delete(tables.detectors).where(eq(tables.detectors.slug, slug)).returning();
      if (!row) throw new NotFoundError("The detector", ["slug"]);
      await tx.delete(tables.fileMatches).where(eq(tables.fileMatches.detector, slug));
      await recordAudit(tx, viewer, { action: "detector.delete", target: `detector/${slug}`, result: "ok" });
      return detectorRow(row);
    });
  });
}

/** Detectors hold for every instance. */
function requireAdminOfAll(viewer: Viewer): void {
  requireRole(viewer, "ADMIN");
  if (viewer.instanceIds !== null) throw new ForbiddenError("Detectors require the role ADMIN for all instances.");
}

function columnsOf({ secrets }: Core, slug: string, { key, ...draft }: DetectorDraft) {
  return { ...draft, sealedKey: key === null ? null : secrets.seal(key, keyPlace(slug)) };
}

/** Without keywords, hashes and examples, which may be sensitive themselves. */
function record(tx: Db, viewer: Viewer, action: string, slug: string, draft: DetectorDraft): Promise<void> {
  const { name, confidence, minCount, definition } = draft;
  const after = { name, kind: definition.kind, confidence, minCount };
  return recordAudit(tx, viewer, { action, target: `detector/${slug}`, after, result: "ok" });
}

function slugOf(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return `custom-${words.join("-").slice(0, 80) || "detector"}`;
}
