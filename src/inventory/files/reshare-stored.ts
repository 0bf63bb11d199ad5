import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { publish } from "#src/realtime/publish.ts";
import { loadDomains, reshareFiles } from "./reshare.ts";

/** Files of one transaction: a scan of the instance waits for it to end. */
const batch = 1000;

/**
 * Carries changed domains and ended links into stored files. A batch, how far it came and its place in the log commit together: killed
 * anywhere, the next run goes on from there, and looking at a file again changes nothing.
 */
export async function reshareStored(core: Pick<Core, "db" | "now">, signal: AbortSignal): Promise<void> {
  for (const step of [nextOfDomains, nextOfLinks])
    while (await step(core)) {
      signal.throwIfAborted();
    }
}

/** False when there was nothing left. */
async function nextOfDomains({ db, now }: Pick<Core, "db" | "now">): Promise<boolean> {
  const [next] = await rawSql(db)<{ instanceId: number }[]>`
    select instance_id as "instanceId" from file_reshares order by id limit 1`;
  if (!next) return false;
  const { instanceId } = next;
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await lockInstance(tx, instanceId);
    const [reshare] = await sql<{ id: number; domain: string | null; reached: string | null }[]>`
      select id::float8 as id, domain, reached from file_reshares where instance_id = ${instanceId} order by id limit 1 for update`;
    // Another worker has carried it out meanwhile.
    if (!reshare) return;
    const after = reshare.reached ?? "";
    const rows = await sql<{ id: string }[]>`
      ${
        reshare.domain === null
          ? sql`select external_id as id from files where instance_id = ${instanceId} and external_id > ${after} order by external_id limit ${batch}`
          : sql`select distinct file_id as id from file_collaborators
              where instance_id = ${instanceId} and domain = ${reshare.domain} and file_id > ${after} order by file_id limit ${batch}`
      }`;
    const last = rows.at(-1);
    if (!last) await sql`delete from file_reshares where id = ${reshare.id}`;
    else await sql`update file_reshares set reached = ${last.id} where id = ${reshare.id}`;
    const ids = rows.map(({ id }) => id);
    await reshareAndPublish(tx, instanceId, ids, now());
  });
  return true;
}

async function nextOfLinks({ db, now }: Pick<Core, "db" | "now">): Promise<boolean> {
  const at = now();
  const [next] = await rawSql(db)<{ instanceId: number }[]>`
    select instance_id as "instanceId" from files
    where link_expires_at is not null and not link_ended and link_expires_at <= ${at.toISOString()}::timestamptz order by link_expires_at limit 1`;
  if (!next) return false;
  const { instanceId } = next;
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const rows = await rawSql(tx)<{ id: string }[]>`
      update files f set link_ended = true from (
        select external_id from files
        where link_expires_at is not null and not link_ended and link_expires_at <= ${at.toISOString()}::timestamptz and instance_id = ${instanceId}
        order by link_expires_at limit ${batch}) ended
      where f.instance_id = ${instanceId} and f.external_id = ended.external_id returning f.external_id as id`;
    await reshareAndPublish(
      tx,
      instanceId,
      rows.map(({ id }) => id),
      at,
    );
  });
  return true;
}

async function reshareAndPublish(tx: Db, instanceId: number, ids: readonly string[], now: Date): Promise<void> {
  const sql = rawSql(tx);
  const externalIds = await reshareFiles(sql, instanceId, ids, await loadDomains(sql, instanceId), now);
  if (externalIds.length > 0) await publish(tx, "files", { instanceId, externalIds });
}
