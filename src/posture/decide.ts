import { and, eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { RecommendationStatus } from "#db/tables/posture.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { loadRecommendations, type RecommendationRow } from "./list.ts";
import { announceRecommendations, noteScore } from "./record.ts";

export interface Decision {
  status: RecommendationStatus;
  note?: string | null;
  expiresAt?: Date | null;
}

/** An admin's decision about a finding. TO_ADDRESS takes it back; COMPLETED and NOT_EVALUATED are set by the check alone. */
export function decideRecommendation(
  core: Core,
  viewer: Viewer,
  key: AccountKey,
  decision: Decision,
): Promise<RecommendationRow> {
  const target = `recommendation/${key.instanceId}/${key.externalId}`;
  return audited(core, viewer, { action: "recommendation.update", target }, async () => {
    requireRole(viewer, "ADMIN");
    const { status } = decision;
    if (status === "COMPLETED" || status === "NOT_EVALUATED")
      throw new InvalidInputError(`${status} is set by the check alone.`, ["status"]);
    if (decision.expiresAt && decision.expiresAt <= core.now())
      throw new InvalidInputError("`expiresAt` must lie in the future.", ["expiresAt"]);
    if (!maySee(viewer, key.instanceId)) throw new NotFoundError("The recommendation", ["id"]);
    const row = and(
      eq(tables.recommendations.instanceId, key.instanceId),
      eq(tables.recommendations.slug, key.externalId),
    );
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [found] = await tx.select().from(tables.recommendations).where(row).for("update");
      if (!found) throw new NotFoundError("The recommendation", ["id"]);
      if (found.finding !== "TO_ADDRESS")
        throw new ConflictError(`There is nothing to decide: the check found ${found.finding}.`, { field: ["status"] });
      const undone = status === "TO_ADDRESS";
      await tx
        .update(tables.recommendations)
        .set({
          decision: undone ? null : status,
          statusSetBy: undone ? null : viewer.name,
          statusExpiresAt: undone ? null : (decision.expiresAt ?? null),
          ...(decision.note === undefined ? {} : { note: decision.note }),
        })
        .where(row);
      await recordAudit(tx, viewer, {
        action: "recommendation.update",
        target,
        before: { decision: found.decision },
        after: decision,
        result: "ok",
      });
      await noteScore(tx, key.instanceId, core.now());
      await announceRecommendations(tx, key.instanceId, [key.externalId]);
    });
    const [changed] = await loadRecommendations(core.db, viewer, [key]);
    return changed as RecommendationRow;
  });
}
