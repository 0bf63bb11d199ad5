import { createHash, randomUUID } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import type { Sql } from "postgres";
import { type Db, rawSql, tables } from "#db/client.ts";
import { allowance } from "#src/access/allowance.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { codeOf } from "#src/connector-kit/app.ts";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamRef, WebhookRequest, WebhookResult } from "#src/connector-kit/contract/webhooks.ts";
import type { Core } from "#src/core.ts";
import { WebhookRejectedError } from "#src/errors.ts";
import { settingsOf } from "#src/instances/connection.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { openRegistration, openWebhookSecret } from "#src/instances/secrets.ts";
import { ensurePartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { keptLevels } from "#src/platform/json.ts";
import { enqueue } from "#src/platform/queue.ts";
import { publish } from "#src/realtime/publish.ts";
import { type Origin, type SetAside, sealUnreadable, separate, storeUnreadable } from "../unreadable.ts";

export interface WebhookAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What a delivery carried, as it waits for its job. */
interface Delivery {
  activities: ActivityRecord[];
  /** Absent in deliveries that an older version kept. */
  unreadable?: SetAside[];
  refresh: StreamRef[];
}

/** One audit entry a minute for each instance. */
const noted = allowance(1);

/** The instance that a webhook delivers to, and how; null when it expects none. */
export async function findWebhook(core: Pick<Core, "db" | "connectors">, slug: string, instanceId: number) {
  const [instance] = await core.db
    .select()
    .from(tables.instances)
    .where(and(eq(tables.instances.id, instanceId), eq(tables.instances.connectorSlug, slug)));
  const webhooks = (await codeOf(core.connectors, slug))?.webhooks;
  if (!instance || !webhooks || instance.webhookSecret === null || instance.status === "DISCONNECTED") return null;
  return { instance, webhooks };
}

/** The endpoint for providers: verifies the signature, keeps what came in one transaction with its job, and answers at once. A replay is answered alike and ignored. */
export async function receiveWebhook(
  core: Core,
  slug: string,
  instanceId: number,
  request: WebhookRequest,
  ipAddress: string | null,
): Promise<WebhookAnswer> {
  const found = await findWebhook(core, slug, instanceId);
  if (!found) return { status: 404, body: "no such webhook" };
  const { instance, webhooks } = found;
  let result: WebhookResult;
  try {
    result = webhooks.receive(request, {
      secret: openWebhookSecret(core.secrets, instanceId, instance.webhookSecret!),
      settings: settingsOf(core, instance),
      registration: openRegistration(core.secrets, instanceId, instance.webhookRegistration),
      now: core.now(),
    });
  } catch (error) {
    if (!(error instanceof WebhookRejectedError)) throw error;
    if (noted(String(instanceId), core.now())) {
      await recordAudit(
        core.db,
        { ...systemViewer, id: "webhook", name: "webhook", ipAddress },
        { action: "webhook.reject", target: `instance/${instanceId}`, result: error.code },
      );
    }
    return { status: 401, body: "signature refused" };
  }
  const delivery = carriedBy(core, instanceId, result);
  // Consumption stopped: deliveries on their way are acknowledged and dropped, or the provider would repeat them for hours.
  if (instance.status === "CONNECTED") {
    if (isWorthKeeping(delivery)) await keep(core, instanceId, deliveryIdOf(result, request), delivery);
    if (result.renew) await enqueue(core.boss, core.db, "webhook.register", { instanceId });
  }
  return result.response ?? { status: 200 };
}

function deliveryIdOf({ deliveryId }: WebhookResult, { body }: WebhookRequest): string {
  if (deliveryId === null) return randomUUID();
  return deliveryId ?? createHash("sha256").update(body).digest("hex");
}

const originOf = (instanceId: number): Origin => ({ instanceId, stream: "ACTIVITIES", part: "" });

/** What nobody can read, or nobody could store, is sealed before it waits. */
function carriedBy(
  core: Core,
  instanceId: number,
  { activities = [], unreadable = [], refresh = [] }: WebhookResult,
): Delivery {
  const { readable, unreadable: apart } = separate("ACTIVITIES", [...activities, ...unreadable]);
  return {
    activities: (readable as ActivityRecord[]).map((record) => ({ ...record, raw: keptLevels(record.raw) })),
    unreadable: sealUnreadable(core.secrets, originOf(instanceId), apart),
    refresh: [...refresh],
  };
}

function isWorthKeeping({ activities, unreadable, refresh }: Delivery): boolean {
  return activities.length > 0 || refresh.length > 0 || (unreadable?.length ?? 0) > 0;
}

async function keep(core: Core, instanceId: number, deliveryId: string, delivery: Delivery): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const rows = await tx
      .insert(tables.webhookDeliveries)
      .values({ instanceId, deliveryId, payload: delivery, receivedAt: core.now() })
      .onConflictDoNothing()
      .returning({ id: tables.webhookDeliveries.deliveryId });
    if (rows.length > 0) await enqueue(core.boss, tx, "webhook.handle", { instanceId, deliveryId }, { priority: 1 });
  });
}

/** Stores what a delivery carried: activities, log and the mark "handled" in one transaction. Safe to run twice. */
export async function handleWebhook(core: Core, instanceId: number, deliveryId: string): Promise<void> {
  const key = and(
    eq(tables.webhookDeliveries.instanceId, instanceId),
    eq(tables.webhookDeliveries.deliveryId, deliveryId),
  );
  const [row] = await core.db.select().from(tables.webhookDeliveries).where(key);
  if (!row || row.handledAt !== null) return;
  const { activities, unreadable = [], refresh } = row.payload as Delivery;
  const records = activities.map((record) => ({ ...record, occurredAt: new Date(record.occurredAt) }));
  await ensurePartitions(
    rawSql(core.db),
    records.map((record) => record.occurredAt),
  );
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await lockInstance(tx, instanceId);
    const [instance] = await tx
      .select({ status: tables.instances.status, connectorSlug: tables.instances.connectorSlug })
      .from(tables.instances)
      .where(eq(tables.instances.id, instanceId))
      .for("share");
    const [claimed] = await tx
      .update(tables.webhookDeliveries)
      .set({ handledAt: core.now() })
      .where(and(key, isNull(tables.webhookDeliveries.handledAt)))
      .returning();
    if (!claimed || instance?.status !== "CONNECTED") return;
    const now = core.now().toISOString();
    if (refresh.length > 0)
      await askForRuns(sql, instanceId, refresh, incrementalStreams(core, instance.connectorSlug), core.now());
    await storeUnreadable(sql, originOf(instanceId), unreadable, core.now());
    if (records.length === 0) return;
    const stored = await storeActivities(sql, instanceId, records);
    const last = stored.lastOccurredAt?.toISOString() ?? now;
    await sql`
      update streams set last_item_at = greatest(last_item_at, ${last}::timestamptz), last_success_at = ${now}::timestamptz
      where instance_id = ${instanceId} and stream = 'ACTIVITIES' and part = ''`;
    await sql`update instances set last_activity_at = greatest(last_activity_at, ${last}::timestamptz) where id = ${instanceId}`;
    if (stored.externalIds.length > 0)
      await publish(tx, "activities", { instanceId, occurredAts: stored.occurredAts, externalIds: stored.externalIds });
  });
}

/** Streams that go on from a cursor: a run costs a page. */
function incrementalStreams(core: Core, connectorSlug: string): ScanStream[] {
  const facts = core.connectors.find(({ manifest }) => manifest.slug === connectorSlug)?.manifest.streams ?? {};
  return scanStreams.filter((stream) => stream === "ACTIVITIES" || facts[stream]?.fullListing === false);
}

/**
 * Seconds between two runs that webhooks ask for: a burst of changes must not read listings back to back, or use up the app's rate limit. A feed
 * costs one call when little is new.
 */
const refreshPauseSeconds = { feed: 1, incremental: 5, listing: 300 };

/** Brings the next run of streams, or parts of streams, forward. Never before a throttled one's time. */
async function askForRuns(
  sql: Sql,
  instanceId: number,
  refs: readonly StreamRef[],
  incremental: readonly ScanStream[],
  now: Date,
): Promise<void> {
  const asked = refs.map((ref) => (typeof ref === "string" ? { stream: ref, part: null } : ref));
  const at = now.toISOString();
  // `requested_at` outlives a run that is on at this moment, which may have read past the change already.
  await sql`
    update streams s set next_run_at = least(s.next_run_at, wanted.at), requested_at = wanted.at
    from (select stream, part, greatest(${at}::timestamptz, last_success_at + make_interval(secs =>
        case when is_feed then ${refreshPauseSeconds.feed}::float8
          when stream = any(${incremental}) then ${refreshPauseSeconds.incremental}::float8
          else ${refreshPauseSeconds.listing}::float8 end)) as at
      from streams where instance_id = ${instanceId}) wanted
    where s.instance_id = ${instanceId} and wanted.stream = s.stream and wanted.part = s.part
      and exists (select from unnest(${asked.map(({ stream }) => stream)}::text[], ${asked.map(({ part }) => part)}::text[]) as a(stream, part)
        where a.stream = s.stream and (a.part is null or a.part = s.part))
      and s.disabled_reason is null
      and s.first_scan_completed_at is not null and (s.throttled_until is null or s.throttled_until <= ${at}::timestamptz)`;
}
