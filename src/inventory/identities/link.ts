import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { type IdentityRow, loadIdentities } from "./list.ts";
import { settleTerminations } from "./termination.ts";

/** Links an account to a person; later scans do not change it. Repeating it changes nothing. ADMIN. Throws NotFoundError. */
export function linkIdentity(core: Core, viewer: Viewer, identityId: number, key: AccountKey): Promise<IdentityRow> {
  const target = `user/${key.instanceId}/${key.externalId}`;
  return audited(core, viewer, { action: "identity.link", target }, async () => {
    requireRole(viewer, "ADMIN");
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      if (!(await isKnown(tx, viewer, identityId))) throw new NotFoundError("The identity", ["identityId"]);
      await assign(tx, viewer, key, identityId);
      await recordAudit(tx, viewer, { action: "identity.link", target, after: { identityId }, result: "ok" });
    });
    return (await loadIdentities(core.db, viewer, [identityId]))[0]!;
  });
}

/**
 * Takes an account from the person it was joined to; scans do not join it again. Repeating it changes nothing. ADMIN.
 * Returns that person; null when there was none, or there is nothing left of them for this viewer. Throws NotFoundError.
 */
export function unlinkIdentity(core: Core, viewer: Viewer, key: AccountKey): Promise<IdentityRow | null> {
  const target = `user/${key.instanceId}/${key.externalId}`;
  return audited(core, viewer, { action: "identity.unlink", target }, async () => {
    requireRole(viewer, "ADMIN");
    const before = await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const identityId = await assign(tx, viewer, key, null);
      await recordAudit(tx, viewer, { action: "identity.unlink", target, before: { identityId }, result: "ok" });
      return identityId;
    });
    return before === null ? null : ((await loadIdentities(core.db, viewer, [before]))[0] ?? null);
  });
}

/** One whose last account was unlinked is seen by nobody, but who may see everything can give it an account again. */
async function isKnown(tx: Db, viewer: Viewer, id: number): Promise<boolean> {
  if (viewer.instanceIds !== null) return (await loadIdentities(tx, viewer, [id]))[0] !== null;
  const rows = await rawSql(tx)`select 1 from identities where id = ${id}`;
  return rows.length > 0;
}

/** Returns whose it was before. */
async function assign(tx: Db, viewer: Viewer, key: AccountKey, identityId: number | null): Promise<number | null> {
  const sql = rawSql(tx);
  const [user] = maySee(viewer, key.instanceId)
    ? await sql<{ identityId: string | null }[]>`
        select identity_id as "identityId" from users where instance_id = ${key.instanceId} and external_id = ${key.externalId} for update`
    : [];
  if (!user) throw new NotFoundError("The account", ["userId"]);
  await sql`
    update users set identity_id = ${identityId}, identity_manual = true, updated_at = now()
    where instance_id = ${key.instanceId} and external_id = ${key.externalId}`;
  const before = user.identityId === null ? null : Number(user.identityId);
  await settleTerminations(
    sql,
    [before, identityId].filter((id) => id !== null),
  );
  return before;
}
