import { eq } from "drizzle-orm";
import type { Sql } from "postgres";
import { type Db, rawSql, tables } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { cleanText } from "#src/platform/text.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { isStorable } from "#src/query/paging.ts";
import { requirePolicyWriter } from "./change.ts";
import { checkActivityFilter } from "./check.ts";
import { Problems } from "./problems.ts";
import { isEverything, type StoredFilter, storedForm } from "./stored-filter.ts";

/** A muted pattern as it is read for the API. */
export interface SuppressionRow {
  id: number;
  policyId: number;
  match: StoredFilter;
  reason: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  hits: number;
}

const columns = (sql: Sql) => sql`
  s.id, s.policy_id as "policyId", s.match, s.reason, s.created_by as "createdBy", s.created_at as "createdAt", s.expires_at as "expiresAt", s.hits`;

/** Suppressions, newest first; expired ones too, until they are deleted. */
export function suppressionList(db: Db): KeysetList {
  const sql = rawSql(db);
  return {
    columns: columns(sql),
    from: sql`from suppressions s`,
    where: sql`true`,
    key: [sql`s.id`],
    keyTypes: ["int"],
    keyNames: ["id"],
    descending: true,
  };
}

export async function loadSuppressions(db: Db, ids: readonly number[]): Promise<(SuppressionRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<
    SuppressionRow[]
  >`select ${columns(sql)} from suppressions s where s.id = any(${[...ids]}::int[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export interface SuppressionInput {
  policyId: number;
  match?: unknown;
  reason: string;
  expiresAt?: Date | null;
}

/** Mutes what passes the filter, for one policy, from now on. Returns its id. Throws InvalidInputsError, NotFoundError. */
export function createSuppression(
  core: Pick<Core, "db" | "now">,
  viewer: Viewer,
  { policyId, match, reason: given, expiresAt = null }: SuppressionInput,
): Promise<number> {
  return audited(core, viewer, { action: "suppression.create", target: `policy/${policyId}` }, async () => {
    requirePolicyWriter(viewer);
    const reason = cleanText(given.trim(), 5000) ?? "";
    const now = core.now();
    const problems = new Problems();
    if (reason === "" || reason.length > 1000) problems.add("Say why, in at most 1,000 characters.", ["reason"]);
    if (expiresAt && (expiresAt <= now || !isStorable(expiresAt)))
      problems.add("It must lie in the future.", ["expiresAt"]);
    const filter = await checkActivityFilter(core.db, viewer, match, ["match"], problems, now);
    if (filter && isEverything(filter))
      problems.add("This would mute the whole policy; disable it instead.", ["match"]);
    problems.throwAny();
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [policy] = await tx
        .select({ kind: tables.policies.kind })
        .from(tables.policies)
        .where(eq(tables.policies.id, policyId))
        .for("share");
      if (!policy) throw new NotFoundError("The policy", ["policyId"]);
      if (policy.kind === "FILE")
        throw new ConflictError(
          "Suppressions are about activities. Exclude files by the filter or the scope of the policy.",
          {
            field: ["policyId"],
          },
        );
      const row = {
        policyId,
        match: storedForm(match as object),
        reason,
        createdBy: viewer.name,
        createdAt: now,
        expiresAt,
      };
      const [made] = await tx.insert(tables.suppressions).values(row).returning({ id: tables.suppressions.id });
      const { id } = made!;
      await recordAudit(tx, viewer, {
        action: "suppression.create",
        target: `suppression/${id}`,
        after: row,
        result: "ok",
      });
      return id;
    });
  });
}

/** Ends a suppression; what it muted so far stays on record. */
export function deleteSuppression(core: Pick<Core, "db">, viewer: Viewer, id: number): Promise<void> {
  const target = `suppression/${id}`;
  return audited(core, viewer, { action: "suppression.delete", target }, async () => {
    requirePolicyWriter(viewer);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [before] = await tx.delete(tables.suppressions).where(eq(tables.suppressions.id, id)).returning();
      if (!before) throw new NotFoundError("The suppression", ["id"]);
      await recordAudit(tx, viewer, { action: "suppression.delete", target, before, result: "ok" });
    });
  });
}

/** Findings that were suppressed. */
export interface SuppressedRow {
  instanceId: number;
  occurredAt: string;
  externalId: string;
  policyId: number;
  rule: string;
  explanation: unknown;
}

/** Newest first. */
export function suppressedList(db: Db, viewer: Viewer, policyId: number | null): KeysetList {
  const sql = rawSql(db);
  const instances = visibleInstances(viewer);
  return {
    columns: sql`f.instance_id as "instanceId", f.occurred_at as "occurredAt", f.external_id as "externalId", f.policy_id as "policyId", f.rule, f.explanation`,
    from: sql`from suppressed_findings f`,
    where: sql`${instances === null ? sql`true` : sql`f.instance_id = any(${instances}::int[])`} and ${policyId === null ? sql`true` : sql`f.policy_id = ${policyId}`}`,
    key: [sql`f.occurred_at`, sql`f.instance_id`, sql`f.external_id`, sql`f.policy_id`],
    keyTypes: ["timestamptz", "int", "text", "int"],
    keyNames: ["occurredAt", "instanceId", "externalId", "policyId"],
    descending: true,
  };
}
