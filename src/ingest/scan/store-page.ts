import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type {
  ActivityRecord,
  FileItem,
  GroupItem,
  OAuthAppItem,
  PostureItem,
  PrivilegeItem,
  RemovedItem,
  StreamItem,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { ensurePartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { namedFiles, noteSightings, spareContainers, unlistedContainers } from "#src/inventory/files/sightings.ts";
import { storeFiles } from "#src/inventory/files/store.ts";
import { storeOAuthApps } from "#src/inventory/oauth-apps/store.ts";
import { storeGroups, storePrivileges, storeUserItems } from "#src/inventory/users/store.ts";
import { storePosture } from "#src/posture/store.ts";
import { publish } from "#src/realtime/publish.ts";
import { sealUnreadable, separate, storeUnreadable } from "../unreadable.ts";
import { type Claim, ClaimLostError } from "./claim.ts";

/**
 * One scan page is ONE transaction: records, log, cursor and progress commit together or not at all.
 * Kill the process anywhere: after it, either all of the page is there or none, and the cursor agrees.
 * Records that nobody can read are set aside, and the cursor goes on. `readAt`: when the app was asked for the page. Throws ClaimLostError when the claim is no longer ours.
 */
export async function storePage(
  { db, secrets }: Pick<Core, "db" | "secrets">,
  claim: Claim,
  page: StreamPage<StreamItem>,
  now: Date,
  readAt = now,
): Promise<void> {
  const stream = claim.scan.stream as ScanStream;
  const origin = { instanceId: claim.instance.id, stream, part: claim.scan.part };
  const { readable, unreadable } = separate(stream, page.items);
  const setAside = sealUnreadable(secrets, origin, unreadable);
  if (stream === "ACTIVITIES") await ensurePartitions(rawSql(db), distinctMonths(readable as ActivityRecord[]));
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    // What needs no answer of another goes out together: a page waits for the database four times fewer.
    await Promise.all([lockInstance(tx, claim.instance.id), advance(sql, claim, page.cursor)]);
    const entry = { instanceId: claim.instance.id, scanId: claim.scan.id };
    if (stream === "ACTIVITIES") {
      const { lastOccurredAt, ...keys } = await storeActivities(sql, claim.instance.id, readable as ActivityRecord[]);
      const written = keys.externalIds.length;
      await storeUnreadable(sql, origin, setAside, now);
      await Promise.all([
        ...progress(sql, claim, page, written, lastOccurredAt),
        written > 0 ? publish(tx, "activities", { ...entry, ...keys }) : publish(tx, "scan", entry),
      ]);
    } else if (stream === "FILES") {
      const items = readable as FileItem[];
      const externalIds = await storeFiles(sql, items, { ...entry, part: claim.scan.part, readAt, now });
      if (claim.isListing) {
        await noteSightings(sql, claim.instance.id, claim.scan.id, namedFiles(items));
        await spareContainers(sql, { ...entry, part: claim.scan.part }, unlistedContainers(items));
      }
      await storeUnreadable(sql, origin, setAside, now);
      await Promise.all([
        ...progress(sql, claim, page, externalIds.length, readable.length > 0 ? now : null),
        externalIds.length > 0 ? publish(tx, "files", { ...entry, externalIds }) : publish(tx, "scan", entry),
      ]);
    } else {
      const written = await storeRecords(sql, claim, stream, readable, now);
      await storeUnreadable(sql, origin, setAside, now);
      await Promise.all([
        ...progress(sql, claim, page, written, readable.length > 0 ? now : null),
        publish(tx, "scan", entry),
      ]);
    }
  });
  claim.version++;
  claim.pages++;
  claim.scan.itemsSeen += page.items.length;
}

/** Moves the cursor on, if the claim still holds and the instance is still to be read. */
async function advance(sql: Sql, claim: Claim, cursor: string | null): Promise<void> {
  const { instance, scan, version } = claim;
  const rows =
    scan.fromAt === null
      ? await sql`
        update streams s set version = s.version + 1, cursor = ${cursor}::text from instances i
        where s.instance_id = ${instance.id} and s.stream = ${scan.stream} and s.part = ${scan.part} and s.version = ${version}
          and i.id = s.instance_id and i.status = 'CONNECTED' returning 1`
      : await sql`
        update scans s set version = s.version + 1, cursor = ${cursor}::text from instances i
        where s.instance_id = ${instance.id} and s.id = ${scan.id} and s.version = ${version}
          and i.id = s.instance_id and i.status = 'CONNECTED' returning 1`;
  if (rows.length === 0) throw new ClaimLostError();
}

function storeRecords(
  sql: Sql,
  claim: Claim,
  stream: ScanStream,
  items: readonly unknown[],
  now: Date,
): Promise<number> {
  const { id } = claim.instance;
  switch (stream) {
    case "USERS":
      return storeUserItems(sql, id, items as (UserRecord | RemovedItem)[], claim.scan.id, {
        directory: connectorBySlug(claim.instance.connectorSlug)?.manifest.directory === true,
      });
    case "GROUPS":
      return storeGroups(sql, id, items as GroupItem[], claim.scan.id);
    case "PRIVILEGES":
      return storePrivileges(sql, id, items as PrivilegeItem[], claim.scan.id);
    case "OAUTH_APPS":
      return storeOAuthApps(sql, id, items as OAuthAppItem[], claim.scan.id);
    case "POSTURE":
      return storePosture(sql, id, items as PostureItem[], now);
    default:
      throw new Error(`no store for ${stream}`);
  }
}

/** Statements that are already on their way. */
function progress(
  sql: Sql,
  claim: Claim,
  page: StreamPage<StreamItem>,
  written: number,
  lastItemAt: Date | null,
): Promise<unknown>[] {
  const at = lastItemAt?.toISOString() ?? null;
  const { instance, scan } = claim;
  const counted = async () => {
    const { count } = await sql`
      update scans set items_seen = items_seen + ${page.items.length}, items_written = items_written + ${written}, total = coalesce(${page.total ?? null}::integer, total)
      where instance_id = ${instance.id} and id = ${scan.id} and status = 'RUNNING'`;
    // Cancelled by hand.
    if (count === 0) throw new ClaimLostError();
  };
  if (at === null) return [counted()];
  const moved = async () =>
    sql`update streams set last_item_at = greatest(last_item_at, ${at}::timestamptz) where instance_id = ${instance.id} and stream = ${scan.stream} and part = ${scan.part}`;
  const active = async () =>
    sql`update instances set last_activity_at = ${at}::timestamptz where id = ${instance.id} and (last_activity_at is null or last_activity_at < ${at}::timestamptz)`;
  return scan.stream === "ACTIVITIES" ? [counted(), moved(), active()] : [counted(), moved()];
}

function distinctMonths(records: readonly ActivityRecord[]): Date[] {
  const months = new Map<number, Date>();
  for (const { occurredAt } of records) {
    const month = occurredAt.getUTCFullYear() * 12 + occurredAt.getUTCMonth();
    if (!months.has(month)) months.set(month, occurredAt);
  }
  return [...months.values()];
}
