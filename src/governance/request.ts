import { and, eq, inArray } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import type { Instance } from "#db/tables/instances.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ProviderActionKind } from "#src/connectors/connector.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { findInstance } from "#src/instances/lifecycle.ts";
import { enqueue } from "#src/queue.ts";
import { isProviderAction, targetOf, weakerTwin } from "./kinds.ts";
import { announceActions } from "./record.ts";

export interface ActionRequest {
  kind: string;
  instanceId: number;
  userId?: string | null;
  oauthAppId?: string | null;
  alertId?: number | null;
  policyId?: number | null;
  parameters?: Record<string, unknown> | null;
  idempotencyKey?: string | null;
  /** The action this one undoes. */
  revertsId?: number | null;
}

/** A request that could be carried out: nothing is stored yet. */
export interface Planned extends ActionRequest {
  kind: ProviderActionKind;
  instance: Instance;
  /** What an admin must know before: side effects at this provider. */
  note: string | null;
  revertible: boolean;
}

/**
 * Asks for actions: all are checked first, and all are queued or none. The same idempotency key asks once: the earlier action is returned.
 * Throws InvalidInputError, ConflictError, NotFoundError.
 */
export function requestActions(
  core: Core,
  viewer: Viewer,
  requests: readonly ActionRequest[],
): Promise<{ instanceId: number; id: number }[]> {
  const target = requests
    .map((one) => `${one.kind} ${one.userId ?? one.oauthAppId ?? ""}`)
    .join(", ")
    .slice(0, 300);
  return audited(core, viewer, { action: "governance.request", target }, async () => {
    const planned = await planActions(core, viewer, requests);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const stored: GovernanceAction[] = [];
      for (const plan of planned)
        stored.push(await storeAction(tx, core, plan, { requestedBy: viewer.name, status: "QUEUED" }));
      await recordAudit(tx, viewer, {
        action: "governance.request",
        target,
        after: stored.map(({ id, instanceId, kind }) => ({ id, instanceId, kind })),
        result: "ok",
      });
      await announceByInstance(tx, stored);
      return stored.map(({ instanceId, id }) => ({ instanceId, id }));
    });
  });
}

/** Checks requests without storing anything: a dry run. Reads each instance once. */
export async function planActions(
  core: Pick<Core, "db">,
  viewer: Viewer,
  requests: readonly ActionRequest[],
): Promise<Planned[]> {
  requireRole(viewer, "ADMIN");
  if (requests.length === 0 || requests.length > 200)
    throw new InvalidInputError("Ask for 1 to 200 actions at once.", ["inputs"]);
  const instances = new Map<number, Instance>();
  const planned: Planned[] = [];
  for (const request of requests) {
    const instance = instances.get(request.instanceId) ?? (await findInstance(core.db, viewer, request.instanceId));
    instances.set(instance.id, instance);
    planned.push(await planAction(core.db, instance, request));
  }
  return planned;
}

async function planAction(db: Db, instance: Instance, request: ActionRequest): Promise<Planned> {
  const { kind } = request;
  const entry = connectorBySlug(instance.connectorSlug);
  const name = entry?.manifest.name ?? instance.connectorSlug;
  const fact = isProviderAction(kind) ? entry?.manifest.actions?.[kind] : undefined;
  if (!isProviderAction(kind) || !fact) {
    const offered = Object.keys(entry?.manifest.actions ?? {}).join(", ") || "none";
    throw new InvalidInputError(`${name} cannot do ${kind}. It can do: ${offered}.`, ["input", "kind"], {
      code: "ACTION_NOT_SUPPORTED",
    });
  }
  if (instance.status !== "CONNECTED")
    throw new ConflictError(`Actions need a connected instance; "${instance.name}" is ${instance.status}.`);
  const lacking = fact.scopes.filter((scope) => instance.missingScopes.includes(scope));
  if (lacking.length > 0) {
    throw new ConflictError(
      `${name} did not grant what ${kind} needs: ${lacking.join(", ")}. Grant it and test the connection.`,
      { code: "SCOPE_MISSING", field: ["input", "kind"] },
    );
  }
  const needs = targetOf(kind);
  if (needs === "user" || needs === "userOfApp") await needRow(db, "users", instance.id, request.userId, "userId");
  if (needs === "oauthApp" || needs === "userOfApp")
    await needRow(db, "oauth_apps", instance.id, request.oauthAppId, "oauthAppId");
  if (needs === "file") throw new InvalidInputError(`${name} has no files here.`, ["input", "fileId"]);
  return { ...request, kind, instance, note: fact.note ?? null, revertible: fact.undo !== undefined };
}

async function needRow(
  db: Db,
  table: "users" | "oauth_apps",
  instanceId: number,
  id: string | null | undefined,
  field: string,
): Promise<void> {
  if (id == null) throw new InvalidInputError(`This action needs \`${field}\`.`, ["input", field]);
  const sql = rawSql(db);
  const [row] = await sql`select 1 from ${sql(table)} where instance_id = ${instanceId} and external_id = ${id}`;
  if (!row)
    throw new NotFoundError(table === "users" ? "The user in this instance" : "The app in this instance", [
      "input",
      field,
    ]);
}

/**
 * Stores one planned action and queues it (unless it waits for approval), in the caller's transaction. Of two waiting actions that undo
 * each other the stronger one stays: suspending beats restoring.
 */
export async function storeAction(
  tx: Db,
  core: Pick<Core, "boss" | "now">,
  plan: Planned,
  by: { requestedBy: string; status: "QUEUED" | "AWAITING_APPROVAL" },
): Promise<GovernanceAction> {
  const { governanceActions } = tables;
  const key = plan.idempotencyKey ?? null;
  if (key !== null) {
    const [earlier] = await tx
      .select()
      .from(governanceActions)
      .where(and(eq(governanceActions.instanceId, plan.instanceId), eq(governanceActions.idempotencyKey, key)));
    if (earlier) return earlier;
  }
  await settleTwins(tx, core, plan);
  const [row] = await tx
    .insert(governanceActions)
    .values({
      instanceId: plan.instanceId,
      kind: plan.kind,
      status: by.status,
      userId: plan.userId ?? null,
      oauthAppId: plan.oauthAppId ?? null,
      parameters: plan.parameters ?? {},
      requestedBy: by.requestedBy,
      alertId: plan.alertId ?? null,
      policyId: plan.policyId ?? null,
      revertsId: plan.revertsId ?? null,
      idempotencyKey: key,
      createdAt: core.now(),
    })
    .onConflictDoNothing()
    .returning();
  if (!row) {
    // Asked at the same instant with the same key: theirs is the one.
    const [theirs] = await tx
      .select()
      .from(governanceActions)
      .where(
        and(eq(governanceActions.instanceId, plan.instanceId), eq(governanceActions.idempotencyKey, key as string)),
      );
    return theirs as GovernanceAction;
  }
  if (by.status === "QUEUED") await queueAction(tx, core, row);
  return row;
}

/** `attempt` tells a repeat from the run that is just ending, whose key is still taken. */
export async function queueAction(
  tx: Db,
  core: Pick<Core, "boss">,
  action: { instanceId: number; id: number },
  startAfter?: Date,
  attempt = 0,
): Promise<void> {
  await enqueue(
    core.boss,
    tx,
    "governance.run",
    { instanceId: action.instanceId, actionId: action.id },
    {
      key: `${action.instanceId}/${action.id}/${attempt}`,
      group: String(action.instanceId),
      ...(startAfter ? { startAfter } : {}),
    },
  );
}

async function settleTwins(tx: Db, core: Pick<Core, "now">, plan: Planned): Promise<void> {
  const { governanceActions } = tables;
  const sameTarget = and(
    eq(governanceActions.instanceId, plan.instanceId),
    plan.userId == null ? undefined : eq(governanceActions.userId, plan.userId),
    plan.oauthAppId == null ? undefined : eq(governanceActions.oauthAppId, plan.oauthAppId),
    inArray(governanceActions.status, ["QUEUED", "AWAITING_APPROVAL"]),
  );
  const weaker = weakerTwin[plan.kind];
  if (weaker) {
    await tx
      .update(governanceActions)
      .set({
        status: "CANCELLED",
        finishedAt: core.now(),
        error: `${plan.kind} was asked for and is the stronger action.`,
      })
      .where(and(sameTarget, eq(governanceActions.kind, weaker)));
    return;
  }
  const stronger = Object.entries(weakerTwin).find(([, twin]) => twin === plan.kind)?.[0];
  if (!stronger) return;
  const [waiting] = await tx
    .select({ id: governanceActions.id })
    .from(governanceActions)
    .where(and(sameTarget, eq(governanceActions.kind, stronger)))
    .limit(1);
  if (waiting)
    throw new ConflictError(`${stronger} is waiting for the same target and is the stronger action; cancel it first.`);
}

async function announceByInstance(tx: Db, actions: readonly GovernanceAction[]): Promise<void> {
  const byInstance = new Map<number, number[]>();
  for (const { instanceId, id } of actions) byInstance.set(instanceId, [...(byInstance.get(instanceId) ?? []), id]);
  for (const [instanceId, ids] of byInstance) await announceActions(tx, instanceId, ids);
}
