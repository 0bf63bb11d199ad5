import { type Db, rawSql } from "#db/client.ts";
import { endSessions } from "#src/access/after-restore.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { beginEpoch, isSameOrigin, knownOrigin, readOrigin, rememberOrigin } from "#src/realtime/epoch.ts";
import { markDeliveries } from "#src/response/destinations/after-restore.ts";
import { holdActions } from "#src/response/governance/after-restore.ts";
import { announceActionKeys } from "#src/response/governance/record.ts";

/** What beginning a new epoch has changed. */
export interface Restored {
  /** Governance actions that wait for approval now. */
  heldActions: number;
  /** Deliveries that are sent again, marked. */
  markedDeliveries: number;
}

type Parts = Pick<Core, "db" | "log" | "now">;

/**
 * Looks where the database lies. Found elsewhere than the last time it is a copy of an earlier state, from a backup or a replica, and
 * begins a new epoch. Null when nothing has changed. Any number of processes may call it at once.
 */
export async function noticeRestore(core: Parts): Promise<Restored | null> {
  const sql = rawSql(core.db);
  const origin = await readOrigin(sql);
  const known = await knownOrigin(sql);
  if (known !== null && isSameOrigin(known, origin)) return null;
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lock(tx);
    const before = await knownOrigin(rawSql(tx));
    if (before !== null && !isSameOrigin(before, origin))
      return begin(core, tx, systemViewer, { from: before, to: origin });
    if (before === null) await rememberOrigin(rawSql(tx), origin);
    return null;
  });
}

/** For a connection that was lost and made again: another server, with an earlier state, may have taken the place of the first. */
export function lookForRestore(core: Parts): void {
  noticeRestore(core).catch((err: unknown) =>
    core.log.error({ err }, "looking whether the database was restored failed; the next start looks again"),
  );
}

/** Begins a new epoch on request, for restores that leave no trace, such as that of a virtual machine. */
export async function declareRestored(core: Parts, viewer: Viewer): Promise<Restored> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lock(tx);
    const to = await readOrigin(rawSql(tx));
    return begin(core, tx, viewer, { from: await knownOrigin(rawSql(tx)), to });
  });
}

async function lock(tx: Db): Promise<void> {
  await rawSql(tx)`select pg_advisory_xact_lock(4711010)`;
}

/** Everything that must not be taken over from the earlier state as if nothing had happened since. */
async function begin(
  core: Parts,
  tx: Db,
  viewer: Viewer,
  { from, to }: { from: object | null; to: Awaited<ReturnType<typeof readOrigin>> },
): Promise<Restored> {
  const sql = rawSql(tx);
  const { beganAfter } = await beginEpoch(tx, to, core.now());
  await endSessions(sql);
  await sql`delete from oauth_states`;
  // All that the apps hold is read again at once, from the cursors of the backup on.
  await sql`
    update streams set next_run_at = least(next_run_at, now())
    where instance_id in (select id from instances where status = 'CONNECTED') and throttled_until is null`;
  const markedDeliveries = await markDeliveries(sql);
  const held = await holdActions(sql);
  const restored = { heldActions: held.length, markedDeliveries };
  await recordAudit(tx, viewer, {
    action: "database.restored",
    before: from,
    after: { ...to, logEndsAt: beganAfter, ...restored },
    result: "ok",
  });
  await announceActionKeys(tx, held);
  core.log.warn(
    { from, to, ...restored },
    "the database was restored or moved: cursors of what was lost expire, and actions that may have been carried out wait for approval",
  );
  return restored;
}
