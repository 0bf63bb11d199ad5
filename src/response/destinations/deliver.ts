import { randomUUID } from "node:crypto";
import { and, asc, eq } from "drizzle-orm";
import { rawSql, tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { DeliveryError } from "./delivery-error.ts";
import { enqueueNext } from "./enqueue.ts";
import type { DeliveryRow, DestinationRow } from "./row.ts";
import { send } from "./send.ts";

export interface DeliveryOptions {
  /** Pause after the first failure; three times as long after each further one, up to a day. */
  firstPauseMs: number;
  /** Tries of one delivery; after the last it is dead, and the log goes on. */
  attempts: number;
  /** Tries of one that the receiver refuses for what it is. */
  attemptsWhenRefused: number;
  /** For one try. */
  timeoutMs: number;
  /** So long after its last sign of life another process takes over from one that died. */
  leaseMs: number;
  /** Least time between two mails of one destination. */
  digestMs: number;
  /** PEM: trusted by syslog over TLS. */
  ca?: string;
}

export const deliveryDefaults: DeliveryOptions = {
  firstPauseMs: 10_000,
  attempts: 10,
  attemptsWhenRefused: 5,
  timeoutMs: 10_000,
  leaseMs: 10_000,
  digestMs: 5 * 60_000,
};

const longestPauseMs = 24 * 60 * 60_000;

/**
 * Sends what waits for a destination, oldest first and one at a time, and takes more from the log as long as all goes well. No transaction is
 * open while a receiver is waited for; a lease on the row keeps other processes away. Killed at any moment, nothing is lost, and at most the
 * delivery that was on its way is sent again, under the same event id.
 */
export async function workDestination(
  core: Core,
  id: number,
  options: DeliveryOptions,
  shutdown: AbortSignal,
): Promise<void> {
  const lease = randomUUID();
  let destination = await holdLease(core, id, lease, options.leaseMs);
  if (!destination) return;
  const lost = new AbortController();
  const signal = AbortSignal.any([shutdown, lost.signal]);
  // A try may take longer than the lease: twenty mails, a slow receiver.
  const heartbeat = setInterval(() => {
    holdLease(core, id, lease, options.leaseMs).then(
      (held) => held ?? lost.abort(),
      (error: unknown) =>
        core.log.warn({ err: error, destination: id }, "the lease of a destination could not be prolonged"),
    );
  }, options.leaseMs / 3);
  try {
    while (destination && !signal.aborted) {
      const head = await core.db.query.deliveries.findFirst({
        where: and(eq(tables.deliveries.destinationId, id), eq(tables.deliveries.status, "PENDING")),
        orderBy: asc(tables.deliveries.id),
      });
      if (!head) {
        if (!mayMail(destination, core.now(), options) || !(await enqueueNext(core, destination))) return;
      } else if (head.nextAttemptAt !== null && head.nextAttemptAt > core.now()) return;
      else if (!(await attempt(core, destination, head, options, signal))) return;
      destination = await holdLease(core, id, lease, options.leaseMs);
    }
  } finally {
    clearInterval(heartbeat);
    await rawSql(
      core.db,
    )`update destinations set lease = null, leased_until = null where id = ${id} and lease = ${lease}`;
  }
}

/** A storm of alerts is a few mails, not thousands: they are collected until the last mail is old enough. */
function mayMail({ kind, lastDeliveredAt }: DestinationRow, now: Date, { digestMs }: DeliveryOptions): boolean {
  return kind !== "EMAIL" || lastDeliveredAt === null || lastDeliveredAt.getTime() + digestMs <= now.getTime();
}

/** Takes or prolongs the lease; null when another process has it, or the destination is disabled or deleted. By the clock of the database. */
async function holdLease(core: Core, id: number, lease: string, leaseMs: number): Promise<DestinationRow | null> {
  const rows = await rawSql(core.db)`
    update destinations set lease = ${lease}, leased_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${id} and enabled and (lease = ${lease} or leased_until is null or leased_until < now()) returning 1`;
  if (rows.length === 0) return null;
  return (await core.db.query.destinations.findFirst({ where: eq(tables.destinations.id, id) })) ?? null;
}

/** One try. True when the next may follow: it was delivered, or given up. */
async function attempt(
  core: Core,
  destination: DestinationRow,
  delivery: DeliveryRow,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let failure: DeliveryError | null = null;
  try {
    await send(core, destination, delivery, { timeoutMs: options.timeoutMs, signal, ca: options.ca });
  } catch (error) {
    // Stopped or switched off in the middle: nobody knows whether it arrived, so it comes again.
    if (signal.aborted) return false;
    failure =
      error instanceof DeliveryError
        ? error
        : new DeliveryError("Internal error of Gatehouse; its log has the details.", { cause: error });
    core.log.warn({ err: error, destination: destination.id, delivery: delivery.id }, "a delivery failed");
  }
  return record(core, destination, delivery, failure, options);
}

async function record(
  core: Core,
  { id }: DestinationRow,
  delivery: DeliveryRow,
  failure: DeliveryError | null,
  options: DeliveryOptions,
): Promise<boolean> {
  const sql = rawSql(core.db);
  const now = core.now();
  const attempts = delivery.attempts + 1;
  const most = failure?.isFinal ? Math.min(options.attemptsWhenRefused, options.attempts) : options.attempts;
  const status = failure === null ? "DELIVERED" : attempts >= most ? "DEAD" : "PENDING";
  const pauseMs = Math.min(
    longestPauseMs,
    Math.max(options.firstPauseMs * 3 ** Math.min(30, attempts - 1), failure?.retryAfterMs ?? 0),
  );
  const next = status === "PENDING" ? new Date(now.getTime() + pauseMs).toISOString() : null;
  const at = now.toISOString();
  // Redelivered or deleted by hand meanwhile: what was decided there stays.
  const kept = await sql`
    with changed as (
      update deliveries set status = ${status}, attempts = ${attempts}, next_attempt_at = ${next}::timestamptz, last_error = ${failure?.message ?? null},
        delivered_at = case when ${status} = 'DELIVERED' then ${at}::timestamptz end
      where id = ${delivery.id} and status = 'PENDING' and attempts = ${delivery.attempts} returning 1
    )
    update destinations set last_error = ${failure?.message ?? null},
      last_error_at = case when ${failure !== null} then ${at}::timestamptz else last_error_at end,
      last_delivered_at = case when ${failure === null} then ${at}::timestamptz else last_delivered_at end
    where id = ${id} and exists (select from changed) returning 1`;
  if (status === "DEAD")
    core.log.error({ destination: id, delivery: delivery.id, attempts }, "a delivery was given up");
  return kept.length > 0 && status !== "PENDING";
}
