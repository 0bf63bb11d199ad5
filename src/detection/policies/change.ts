import { eq, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, ForbiddenError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { checkDraft } from "./check.ts";
import { changed, type Draft, newDraft, type PolicyInput } from "./draft.ts";
import { requestFileRun } from "./files/runs.ts";
import { Problems } from "./problems.ts";
import { withRule } from "./sigma.ts";
import type { StoredFilter } from "./stored-filter.ts";
import { templateBySlug } from "./templates/index.ts";

type Changer = Pick<Core, "db" | "now" | "boss">;

/** Policies apply to all instances: an ADMIN of some would watch and act in the others through them. */
export function requirePolicyWriter(viewer: Viewer): void {
  requireRole(viewer, "ADMIN");
  if (viewer.instanceIds !== null) throw new ForbiddenError("Policies require the role ADMIN for all instances.");
}

/** Makes a policy. Activities that are stored from now on can match; one over files is applied to those that are stored, by a job. Returns its id. Throws InvalidInputsError with everything that is wrong. */
export function createPolicy(core: Changer, viewer: Viewer, input: PolicyInput): Promise<number> {
  return audited(core, viewer, { action: "policy.create" }, async () => {
    requirePolicyWriter(viewer);
    const draft = await checkedDraft(core, viewer, input);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const now = core.now();
      const [row] = await tx
        .insert(tables.policies)
        .values({ ...draft, createdBy: viewer.name, fromPosition: sql`log_end()`, createdAt: now, updatedAt: now })
        .returning({ id: tables.policies.id });
      const { id } = row!;
      if (draft.kind === "FILE" && draft.enabled) await requestFileRun(tx, core, id);
      await recordAudit(tx, viewer, { action: "policy.create", target: `policy/${id}`, after: draft, result: "ok" });
      return id;
    });
  });
}

/** A new policy as it would be stored. Throws InvalidInputsError. */
export async function checkedDraft(core: Pick<Core, "db" | "now">, viewer: Viewer, input: PolicyInput): Promise<Draft> {
  const problems = new Problems();
  const template = input.templateSlug == null ? null : await templateBySlug(input.templateSlug);
  if (template === undefined)
    problems.add(`There is no template "${input.templateSlug?.slice(0, 60)}".`, ["input", "templateSlug"]);
  if (input.kind === "ANOMALY")
    problems.add("The anomaly detections are built in; switch and tune them with updatePolicy.", ["input", "kind"]);
  problems.throwAny();
  const draft = withRule(newDraft(input, template ?? null, problems), input, problems);
  await checkDraft(core.db, viewer, draft, input, problems, core.now());
  problems.throwAny();
  return draft;
}

/**
 * Changes what is given. Enabling it makes it look at what is stored from then on. Of a built-in detection only what tunes it can be
 * changed. Throws InvalidInputsError, NotFoundError.
 */
export function updatePolicy(core: Changer, viewer: Viewer, id: number, input: PolicyInput): Promise<number> {
  const target = `policy/${id}`;
  return audited(core, viewer, { action: "policy.update", target }, async () => {
    requirePolicyWriter(viewer);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const now = core.now();
      const policy = await lockPolicy(tx, id);
      const before = draftOf(policy);
      const problems = new Problems();
      checkChangeable(policy, input, problems);
      problems.throwAny();
      const after = withRule(changed(before, input), input, problems);
      await checkDraft(tx, viewer, after, input, problems, now);
      problems.throwAny();
      const isEnabled = after.enabled && !before.enabled;
      await tx
        .update(tables.policies)
        .set({
          ...after,
          updatedAt: now,
          ...(after.enabled ? { disabledReason: null } : {}),
          ...(isEnabled ? { fromPosition: sql`log_end()` } : {}),
        })
        .where(eq(tables.policies.id, id));
      // What was counted before it was switched off would switch it off again.
      if (isEnabled) await tx.delete(tables.policyHours).where(eq(tables.policyHours.policyId, id));
      if (isEnabled || !isSame(before, after, ["filter", "threshold", "sigma", "include", "exclude"]))
        await tx.delete(tables.thresholdHits).where(eq(tables.thresholdHits.policyId, id));
      const decides = ["enabled", "filter", "content", "include", "exclude"] as const;
      if (after.kind === "FILE" && !isSame(before, after, decides)) await requestFileRun(tx, core, id);
      const names = (Object.keys(after) as (keyof Draft)[]).filter((name) => !isSame(before, after, [name]));
      const only = (draft: Draft) => Object.fromEntries(names.map((name) => [name, draft[name]]));
      await recordAudit(tx, viewer, {
        action: "policy.update",
        target,
        before: only(before),
        after: only(after),
        result: "ok",
      });
      return id;
    });
  });
}

/** Removes a policy with its suppressions; its alerts stay. Built-in detections can only be switched off. Returns it as it was. */
export function deletePolicy(core: Changer, viewer: Viewer, id: number): Promise<Policy> {
  const target = `policy/${id}`;
  return audited(core, viewer, { action: "policy.delete", target }, async () => {
    requirePolicyWriter(viewer);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const policy = await lockPolicy(tx, id);
      if (policy.builtIn)
        throw new ConflictError("A built-in detection cannot be deleted. Disable it instead.", { field: ["id"] });
      await tx.delete(tables.policies).where(eq(tables.policies.id, id));
      await tx.delete(tables.thresholdHits).where(eq(tables.thresholdHits.policyId, id));
      if (policy.kind === "FILE") await requestFileRun(tx, core, id);
      await recordAudit(tx, viewer, { action: "policy.delete", target, before: draftOf(policy), result: "ok" });
      return policy;
    });
  });
}

async function lockPolicy(tx: Db, id: number): Promise<Policy> {
  const [policy] = await tx.select().from(tables.policies).where(eq(tables.policies.id, id)).for("update");
  if (!policy) throw new NotFoundError("The policy", ["id"]);
  return policy;
}

function checkChangeable(policy: Policy, input: PolicyInput, problems: Problems): void {
  if (input.kind != null && input.kind !== policy.kind)
    problems.add("The kind of a policy cannot be changed; make another one.", ["input", "kind"]);
  if (input.templateSlug != null)
    problems.add("A template is where a new policy starts from.", ["input", "templateSlug"]);
  if (!policy.builtIn) return;
  for (const name of [
    "name",
    "description",
    "activityFilter",
    "oauthAppFilter",
    "fileFilter",
    "contentCondition",
    "threshold",
    "sigma",
  ] as const)
    if (input[name] != null) problems.add("This is built in and cannot be changed.", ["input", name]);
}

function draftOf(policy: Policy): Draft {
  const { id, builtIn, learningUntil, disabledReason, fromPosition, createdBy, createdAt, updatedAt, ...draft } =
    policy;
  return { ...draft, filter: draft.filter as StoredFilter | null };
}

function isSame(one: Draft, other: Draft, names: readonly (keyof Draft)[]): boolean {
  return names.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}
