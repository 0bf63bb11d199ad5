import { and, eq, inArray, sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import type { Instance } from "#db/tables/instances.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { loadConnector } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { isDigest, isNotification, notificationKinds, stateAfter } from "#src/detection/policies/action-kinds.ts";
import {
  ConflictError,
  GatehouseError,
  MailUnavailableError,
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { retryDelayMs } from "#src/instances/cadence.ts";
import { openConnection } from "#src/instances/connection.ts";
import { reload } from "#src/instances/row.ts";
import { believeRefusal } from "#src/instances/second-look.ts";
import { postgresJson } from "#src/platform/text.ts";
import { reverseEnded, stepBefore } from "./containment-reversal.ts";
import { collectMails, endCollected, lockRecipient, notifyPerson } from "./digest.ts";
import type { ActionKey } from "./list.ts";
import { notify } from "./notify.ts";
import { announceActions } from "./record.ts";
import { requeueAction, strongerWaiting } from "./store.ts";
import { includingActions, reinstateIncluded } from "./strength.ts";

/** A provider or mail server that does not answer is asked again so often, with growing pauses; then a person decides. */
const maxAttempts = 8;

/** A job ends within an hour: what is still RUNNING then has lost its job and stands in nobody's way. */
const longestRunMs = 3_600_000;

/** Actions whose code keeps the state at every provider before it writes. */
const keepsBefore: ReadonlySet<string> = new Set(["SUSPEND_USER", "UNSUSPEND_USER"]);

/** An app that works on an action for longer than this will not finish it. */
const longestPendingMs = 7 * 24 * 3_600_000;

/** How long an action waits for another one that runs on the same account or app. */
const busyMs = 1000;

/**
 * Carries out one action. Safe to run twice: a connector's action reads the state first, so that a worker which died between the provider's
 * answer and our commit is followed by one that finds the work done.
 */
export async function runAction(core: Core, key: ActionKey, signal: AbortSignal): Promise<void> {
  const action = await beginAction(core, key);
  if (!action) return;
  const instance = await reload(core.db, key.instanceId);
  try {
    const result = await carryOut(core, action, instance, signal);
    if (result.pending) await waitForApp(core, action, result);
    else await succeed(core, action, result);
  } catch (error) {
    if (signal.aborted) {
      await endAction(core, action, { status: "QUEUED", error: null, startAfter: core.now() });
      return;
    }
    await handleFailure(core, instance, action, error);
  }
}

/** Marks it RUNNING, with its audit entry: no app is called that nobody could find in the log. Null when it was cancelled, is done, never was, or cannot begin now. RUNNING already: its worker died. */
async function beginAction(core: Core, key: ActionKey): Promise<GovernanceAction | null> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { governanceActions } = tables;
    await lockRecipient(tx, key);
    const where = and(
      eq(governanceActions.instanceId, key.instanceId),
      eq(governanceActions.id, key.id),
      inArray(governanceActions.status, ["QUEUED", "RUNNING"]),
    );
    const [waiting] = await tx.select().from(governanceActions).where(where).for("update");
    // Its mail is part of another one's.
    if (!waiting || waiting.digestOf !== null) return null;
    const [opposite] = (await strongerWaiting(tx, [waiting])).values();
    const [including] = (await includingActions(tx, [waiting])).values();
    const stronger = opposite ?? including?.kind;
    if (stronger && waiting.status === "QUEUED") {
      const error = `${stronger} was requested and includes this action.`;
      await tx
        .update(governanceActions)
        .set({ status: "CANCELLED", finishedAt: core.now(), error, supersededBy: including?.id ?? null })
        .where(where);
      await announceActions(tx, key.instanceId, [key.id]);
      return null;
    }
    const at = core.now().getTime();
    const waitsMs = await stepBefore(tx, waiting);
    if (waitsMs !== null) {
      await requeueAction(tx, core, key, new Date(at + waitsMs), `step-${at}`);
      return null;
    }
    if (await isBusy(tx, waiting, new Date(at - longestRunMs))) {
      await requeueAction(tx, core, key, new Date(at + busyMs), `busy-${at}`);
      return null;
    }
    // Asking an app that works on it is no further attempt.
    const begun = waiting.pending === null ? { attempts: waiting.attempts + 1, startedAt: core.now() } : {};
    const [action] = await tx
      .update(governanceActions)
      .set({ status: "RUNNING", error: null, ...begun })
      .where(where)
      .returning();
    if (action) await collectMails(tx, action);
    if (waiting.pending === null)
      await recordAudit(tx, systemViewer, {
        action: "governance.run",
        target: `governanceAction/${key.id}`,
        after: { kind: waiting.kind },
        result: "started",
      });
    await announceActions(tx, key.instanceId, [key.id]);
    return action ?? null;
  });
}

/** Whether another action runs on the same account, app or file: two at once could end in either's state. */
async function isBusy(
  tx: Db,
  { instanceId, id, kind, userId, oauthAppId, fileId }: GovernanceAction,
  since: Date,
): Promise<boolean> {
  if (isNotification(kind)) return false;
  const sql = rawSql(tx);
  for (const [column, target] of [
    ["user_id", userId],
    ["oauth_app_id", oauthAppId],
    ["file_id", fileId],
  ] as const) {
    if (target === null) continue;
    // Until commit: of two that begin at the same instant one sees the other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`governance ${instanceId} ${column} ${target}`}, 0))`;
    const [other] = await sql`
      select 1 from governance_actions where instance_id = ${instanceId} and ${sql(column)} = ${target} and status = 'RUNNING' and id <> ${id}
        and started_at > ${since.toISOString()}::timestamptz
        and kind <> all(${[...notificationKinds]}::text[]) limit 1`;
    if (other) return true;
  }
  return false;
}

async function carryOut(
  core: Core,
  action: GovernanceAction,
  instance: Instance,
  signal: AbortSignal,
): Promise<ActionResult> {
  if (isDigest(action.kind)) return notifyPerson(core, action, instance);
  if (isNotification(action.kind)) return notify(core, action, instance, signal);
  if (action.kind === "APPROVE_APP") return approve(core.db, action);
  const connector = await loadConnector(instance.connectorSlug);
  const run = connector?.actions[action.kind as ProviderActionKind];
  if (!connector || !run)
    throw new ConflictError(`${connector?.manifest.name ?? instance.connectorSlug} does not support ${action.kind}.`);
  if (instance.status !== "CONNECTED")
    throw new ConflictError(`The instance is ${instance.status}; actions need a connected one.`);
  if (action.pending !== null && core.now().getTime() - (action.startedAt?.getTime() ?? 0) > longestPendingMs)
    throw new ConflictError(`${connector.manifest.name} did not finish it within seven days.`);
  return run(openConnection(core, connector, instance, { background: false, signal }), await targetOf(core.db, action));
}

/** A mark of ours: it is noted with the result. */
async function approve(db: Db, { instanceId, oauthAppId }: GovernanceAction): Promise<ActionResult> {
  const [app] = await rawSql(db)<{ state: string }[]>`
    select state from oauth_apps where instance_id = ${instanceId} and external_id = ${oauthAppId}`;
  if (app?.state === "BANNED") throw new ConflictError("This app is banned; unban it first.");
  return { changed: app?.state !== "APPROVED", before: { state: app?.state } };
}

/** What the connector is handed. An account or grant that a scan has removed meanwhile is named as far as the action knows it. */
async function targetOf(db: Db, action: GovernanceAction): Promise<ActionTarget> {
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
    ...(action.userId === null || action.oauthAppId === null
      ? {}
      : { grant: { reference: await grantReference(db, action.instanceId, action.oauthAppId, action.userId) } }),
    ...(action.fileId === null ? {} : { file: await fileOf(db, action.instanceId, action.fileId) }),
    parameters: action.parameters,
    remember: (before) => remember(db, action, before),
    ...(action.pending === null ? {} : { pending: action.pending }),
  };
}

async function remember(db: Db, { instanceId, id }: GovernanceAction, before: Record<string, unknown>): Promise<void> {
  await rawSql(db)`
    update governance_actions set before = ${postgresJson(before)}::text::jsonb where instance_id = ${instanceId} and id = ${id} and before is null`;
}

async function fileOf(db: Db, instanceId: number, externalId: string): Promise<NonNullable<ActionTarget["file"]>> {
  const { files } = tables;
  const [file] = await db
    .select({ container: files.container })
    .from(files)
    .where(and(eq(files.instanceId, instanceId), eq(files.externalId, externalId)));
  return { externalId, container: file?.container ?? null };
}

async function grantReference(db: Db, instanceId: number, appId: string, userId: string): Promise<string | null> {
  const { oauthGrants } = tables;
  const [grant] = await db
    .select({ reference: oauthGrants.reference })
    .from(oauthGrants)
    .where(and(eq(oauthGrants.instanceId, instanceId), eq(oauthGrants.appId, appId), eq(oauthGrants.userId, userId)));
  return grant?.reference ?? null;
}

/** The app has taken it and is not done: it is asked again at the time it named, and no worker waits. */
async function waitForApp(core: Core, action: GovernanceAction, { before, pending }: ActionResult): Promise<void> {
  if (!pending) return;
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { governanceActions } = tables;
    await tx
      .update(governanceActions)
      .set({
        pending: pending.reference,
        checkAt: pending.checkAt,
        ...(before && action.before === null ? { before } : {}),
      })
      .where(isAction(action));
    await requeueAction(tx, core, action, pending.checkAt, `pending-${pending.checkAt.getTime()}`);
    await announceActions(tx, action.instanceId, [action.id]);
  });
}

async function succeed(core: Core, action: GovernanceAction, result: ActionResult): Promise<void> {
  // Found done on a later attempt: an earlier one did it and died before it could say so. One that reads the state keeps it before it writes,
  // so that without it nothing was written. An app that worked on it did something.
  const foundDone = action.attempts > 1 && (action.before !== null || !keepsBefore.has(action.kind));
  const changed = result.changed || foundDone || action.pending !== null ? "YES" : "NO";
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { governanceActions } = tables;
    await tx
      .update(governanceActions)
      .set({
        status: "SUCCEEDED",
        finishedAt: core.now(),
        changed,
        // What a later attempt reads may be what an earlier one has left.
        before:
          action.attempts > 1 && result.before
            ? sql`coalesce(${governanceActions.before}, ${postgresJson(result.before)}::text::jsonb)`
            : (result.before ?? action.before),
        pending: null,
        checkAt: null,
      })
      .where(isAction(action));
    const announced = [action.id];
    if (action.revertsId !== null) {
      await tx
        .update(governanceActions)
        .set({ status: "REVERTED" })
        .where(and(eq(governanceActions.instanceId, action.instanceId), eq(governanceActions.id, action.revertsId)));
      announced.push(action.revertsId);
    }
    await noteState(tx, action);
    if (action.fileId !== null && !isNotification(action.kind)) await readSoon(tx, core, action.instanceId);
    announced.push(...(await endCollected(tx, core, action, { status: "SUCCEEDED", error: null })));
    announced.push(...(await reverseEnded(tx, core, action)));
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

/** The app's feed of changes is read at once: it brings the state of the file. A listing of everything is not made for it. */
async function readSoon(tx: Db, core: Core, instanceId: number): Promise<void> {
  await rawSql(tx)`
    update streams s set next_run_at = ${core.now().toISOString()}::timestamptz where s.instance_id = ${instanceId} and s.stream = 'FILES' and s.is_feed
      and s.next_run_at > ${core.now().toISOString()}::timestamptz`;
}

async function handleFailure(core: Core, instance: Instance, action: GovernanceAction, error: unknown): Promise<void> {
  const known = error instanceof GatehouseError;
  if (!known)
    core.log.error(
      { err: error, action: action.id, connector: instance.connectorSlug },
      "a governance action failed on a bug of ours",
    );
  if (error instanceof ProviderRateLimitError)
    return endAction(core, action, { status: "QUEUED", error: error.message, startAfter: error.retryAt });
  if (passes(error) && action.attempts < maxAttempts) {
    const startAfter = new Date(core.now().getTime() + retryDelayMs(action.attempts, Math.random()));
    return endAction(core, action, { status: "QUEUED", error: error.message, startAfter });
  }
  await endAction(core, action, {
    status: "FAILED",
    error: known ? error.message : "Internal error; the log has the details.",
  });
  const connector = await loadConnector(instance.connectorSlug);
  if (error instanceof ProviderAuthError && connector) await believeRefusal(core, connector, action.instanceId, error);
}

/** No answer, or the target is locked at the provider (423). */
function passes(error: unknown): error is GatehouseError {
  if (error instanceof ProviderUnavailableError || error instanceof MailUnavailableError) return true;
  return error instanceof ProviderRequestError && error.status === 423;
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
      .set({
        status: end.status,
        error: end.error,
        ...(end.status === "FAILED" ? { finishedAt: core.now(), pending: null, checkAt: null } : { finishedAt: null }),
      })
      .where(isAction(action));
    const announced = [action.id];
    // A key of its own: this job is still on, and its key with it.
    if (end.status === "QUEUED")
      await requeueAction(tx, core, action, end.startAfter ?? core.now(), String(action.attempts));
    else {
      announced.push(...(await endCollected(tx, core, action, { status: "FAILED", error: end.error })));
      announced.push(...(await reinstateIncluded(tx, core, [action])).map(({ id }) => id));
      announced.push(...(await reverseEnded(tx, core, action)));
      await recordAudit(tx, systemViewer, {
        action: "governance.run",
        target: `governanceAction/${action.id}`,
        after: { kind: action.kind },
        result: end.error ?? "FAILED",
      });
    }
    await announceActions(tx, action.instanceId, announced);
  });
}

function isAction({ instanceId, id }: ActionKey) {
  const { governanceActions } = tables;
  return and(eq(governanceActions.instanceId, instanceId), eq(governanceActions.id, id));
}
