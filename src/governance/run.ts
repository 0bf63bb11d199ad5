import { and, eq, inArray, sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { ActionResult, Connector, ProviderActionKind } from "#src/connectors/connector.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { GatehouseError, ProviderAuthError, ProviderRateLimitError, ProviderUnavailableError } from "#src/errors.ts";
import { reload } from "#src/instances/connect.ts";
import { openConnection } from "#src/instances/connection.ts";
import { failInstance } from "#src/instances/fail.ts";
import { retryDelayMs } from "#src/scan/cadence.ts";
import { stateAfter } from "./kinds.ts";
import { announceActions } from "./record.ts";
import { queueAction } from "./request.ts";

/** A provider that does not answer is asked again so often, with growing pauses; then a person decides. */
const maxAttempts = 8;

/**
 * Carries out one action. Safe to run twice: a connector's action reads the state first, so that a worker which died between the provider's
 * answer and our commit is followed by one that finds the work done.
 */
export async function runAction(
  core: Core,
  key: { instanceId: number; id: number },
  signal: AbortSignal,
): Promise<void> {
  const action = await beginAction(core, key);
  if (!action) return;
  const instance = await reload(core.db, key.instanceId);
  const connector = connectorBySlug(instance.connectorSlug)?.code;
  const run = connector?.actions[action.kind as ProviderActionKind];
  if (!connector || !run || instance.status !== "CONNECTED") {
    await endAction(core, action, {
      status: "FAILED",
      error: `The instance is ${instance.status}; actions need a connected one.`,
    });
    return;
  }
  try {
    const result = await run(
      openConnection(core, connector, instance, { patient: false, signal }),
      await targetOf(core.db, action),
    );
    await succeed(core, action, result);
  } catch (error) {
    if (signal.aborted) {
      await endAction(core, action, { status: "QUEUED", error: null, startAfter: core.now() });
      return;
    }
    await handleFailure(core, connector, action, error);
  }
}

/** Marks it RUNNING; null when it was cancelled, is done, or never was. RUNNING already: its worker died. */
async function beginAction(core: Core, key: { instanceId: number; id: number }): Promise<GovernanceAction | null> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { governanceActions } = tables;
    const [action] = await tx
      .update(governanceActions)
      .set({ status: "RUNNING", attempts: sql`${governanceActions.attempts} + 1`, startedAt: core.now(), error: null })
      .where(
        and(
          eq(governanceActions.instanceId, key.instanceId),
          eq(governanceActions.id, key.id),
          inArray(governanceActions.status, ["QUEUED", "RUNNING"]),
        ),
      )
      .returning();
    if (action) await announceActions(tx, key.instanceId, [action.id]);
    return action ?? null;
  });
}

async function targetOf(db: Db, action: GovernanceAction) {
  const [user] =
    action.userId === null
      ? []
      : await db
          .select({ externalId: tables.users.externalId, login: tables.users.login, email: tables.users.email })
          .from(tables.users)
          .where(and(eq(tables.users.instanceId, action.instanceId), eq(tables.users.externalId, action.userId)));
  return {
    ...(user ? { user } : {}),
    ...(action.oauthAppId === null ? {} : { oauthApp: { externalId: action.oauthAppId } }),
    parameters: action.parameters,
  };
}

async function succeed(core: Core, action: GovernanceAction, result: ActionResult): Promise<void> {
  // Found done on a later attempt: an earlier one did it and died before it could say so.
  const changed = result.changed || action.attempts > 1 ? "YES" : "NO";
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { governanceActions } = tables;
    await tx
      .update(governanceActions)
      .set({ status: "SUCCEEDED", finishedAt: core.now(), changed, before: result.before ?? null })
      .where(and(eq(governanceActions.instanceId, action.instanceId), eq(governanceActions.id, action.id)));
    const announced = [action.id];
    if (action.revertsId !== null) {
      await tx
        .update(governanceActions)
        .set({ status: "REVERTED" })
        .where(and(eq(governanceActions.instanceId, action.instanceId), eq(governanceActions.id, action.revertsId)));
      announced.push(action.revertsId);
    }
    await noteState(tx, action);
    await recordAudit(tx, systemViewer, {
      action: "governance.run",
      target: `governanceAction/${action.id}`,
      after: { kind: action.kind, changed },
      result: "ok",
    });
    await announceActions(tx, action.instanceId, announced);
  });
}

/** The picture follows at once; the next scan confirms it. */
async function noteState(tx: Db, action: GovernanceAction): Promise<void> {
  const after = stateAfter[action.kind as ProviderActionKind];
  const sqlOf = rawSql(tx);
  if (after?.users && action.userId !== null) {
    await sqlOf`update users set status = ${after.users}, updated_at = now() where instance_id = ${action.instanceId} and external_id = ${action.userId}`;
  }
  if (after?.apps && action.oauthAppId !== null) {
    await sqlOf`update oauth_apps set state = ${after.apps} where instance_id = ${action.instanceId} and external_id = ${action.oauthAppId}`;
  }
}

async function handleFailure(
  core: Core,
  connector: Connector,
  action: GovernanceAction,
  error: unknown,
): Promise<void> {
  const known = error instanceof GatehouseError;
  if (!known)
    core.log.error(
      { err: error, action: action.id, connector: connector.manifest.slug },
      "a governance action failed on a bug of ours",
    );
  if (error instanceof ProviderRateLimitError)
    return endAction(core, action, { status: "QUEUED", error: error.message, startAfter: error.retryAt });
  if (error instanceof ProviderUnavailableError && action.attempts < maxAttempts) {
    const startAfter = new Date(core.now().getTime() + retryDelayMs(action.attempts, Math.random()));
    return endAction(core, action, { status: "QUEUED", error: error.message, startAfter });
  }
  await endAction(core, action, {
    status: "FAILED",
    error: known ? error.message : "Internal error; the log has the details.",
  });
  if (error instanceof ProviderAuthError) await failInstance(core, action.instanceId, error.message);
}

async function endAction(
  core: Core,
  action: GovernanceAction,
  end: { status: "QUEUED" | "FAILED"; error: string | null; startAfter?: Date },
): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await tx
      .update(tables.governanceActions)
      .set({ status: end.status, error: end.error, finishedAt: end.status === "FAILED" ? core.now() : null })
      .where(
        and(eq(tables.governanceActions.instanceId, action.instanceId), eq(tables.governanceActions.id, action.id)),
      );
    // A key of its own: this job is still on, and its key with it.
    if (end.status === "QUEUED") await queueAction(tx, core, action, end.startAfter, action.attempts);
    else
      await recordAudit(tx, systemViewer, {
        action: "governance.run",
        target: `governanceAction/${action.id}`,
        after: { kind: action.kind },
        result: end.error ?? "FAILED",
      });
    await announceActions(tx, action.instanceId, [action.id]);
  });
}
