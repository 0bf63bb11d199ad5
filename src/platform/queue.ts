import { sql } from "drizzle-orm";
import { fromDrizzle, type PgBoss } from "pg-boss";
import { z } from "zod";
import type { Db } from "#db/client.ts";

/**
 * Job name → payload. Payloads hold ids, never secrets or rows; new fields are optional, since old jobs are still queued on deploy day.
 */
export const jobPayloads = {
  /** Runs one stream of one instance until it has caught up or its time slice ends. */
  "scan.stream": z.object({
    instanceId: z.number().int(),
    stream: z.string(),
    /** Of a stream that consists of parts. */
    part: z.string().optional(),
    backfillScanId: z.number().int().optional(),
  }),
  /** Stores what a webhook delivery carried. */
  "webhook.handle": z.object({ instanceId: z.number().int(), deliveryId: z.string() }),
  /** Registers (or removes) our webhook at the provider. */
  "webhook.register": z.object({ instanceId: z.number().int() }),
  /** Brings an instance's streams in line with its components and the parts that the app names. */
  "instance.streams": z.object({ instanceId: z.number().int() }),
  /** Queues the registrations that end soon. */
  "webhooks.renew": z.object({}),
  /** Removes what a disconnected instance collected, as its admin chose. */
  "instance.purge": z.object({ instanceId: z.number().int() }),
  /** Carries out one governance action. */
  "governance.run": z.object({ instanceId: z.number().int(), actionId: z.number().int() }),
  /** Reads the content of one file and runs the detectors over it. */
  "file.inspect": z.object({
    instanceId: z.number().int(),
    fileId: z.string(),
    /** Earlier attempts that ended because the app could not answer. */
    attempts: z.number().int().optional(),
  }),
  /** Carries a change of address ranges into stored activities. */
  "ipRanges.retag": z.object({ retagId: z.number().int() }),
  /** Works out again how stored files are shared: after a change of domains, and when links end. */
  "files.reshare": z.object({}),
  /** Applies a policy to the files that are stored. */
  "policies.applyToFiles": z.object({ policyId: z.number().int() }),
  /** Looks for instances that became silent. */
  "instances.silence": z.object({}),
  /** Seals with the first key what is still sealed with an older one. */
  "keys.reseal": z.object({}),
  /** Partitions ahead, retention, expired states and sessions. */
  maintenance: z.object({}),
} as const;

export type JobName = keyof typeof jobPayloads;
export type JobPayload<N extends JobName> = z.infer<(typeof jobPayloads)[N]>;

/** Seconds without a sign of life after which a job is taken from its worker and run again. pg-boss allows no less than 10. */
export const jobHeartbeatSeconds = 10;

export interface QueueOptions {
  key?: string;
  startAfter?: Date;
  group?: string;
  priority?: number;
}

/** Puts work into the queue in the caller's transaction: it is queued with the change, or not at all. */
export async function enqueue<N extends JobName>(
  boss: PgBoss,
  tx: Db,
  name: N,
  payload: JobPayload<N>,
  options: QueueOptions = {},
): Promise<void> {
  await boss.send(name, jobPayloads[name].parse(payload) as object, {
    db: fromDrizzle(tx as never, sql),
    ...(options.key ? { singletonKey: options.key } : {}),
    ...(options.startAfter ? { startAfter: options.startAfter } : {}),
    ...(options.group ? { group: { id: options.group } } : {}),
    ...(options.priority ? { priority: options.priority } : {}),
  });
}

/** Many jobs of one kind in one statement, in the caller's transaction. */
export async function enqueueAll<N extends JobName>(
  boss: PgBoss,
  tx: Db,
  name: N,
  jobs: readonly { payload: JobPayload<N>; key: string; group: string; startAfter?: Date; priority?: number }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await boss.insert(
    name,
    jobs.map(({ payload, key, group, startAfter, priority }) => ({
      data: jobPayloads[name].parse(payload) as object,
      singletonKey: key,
      group: { id: group },
      ...(startAfter ? { startAfter } : {}),
      ...(priority ? { priority } : {}),
    })),
    { db: fromDrizzle(tx as never, sql) },
  );
}
