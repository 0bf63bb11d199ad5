import type { Job, PgBoss } from "pg-boss";
import type { Core } from "#src/core.ts";
import { recoverTurns } from "#src/ingest/scan/recover.ts";
import { queueDueScans } from "#src/ingest/scan/schedule.ts";
import { jobHeartbeatSeconds } from "#src/platform/queue.ts";
import checkSilence from "./check-silence.ts";
import type { JobDefinition } from "./define-job.ts";
import fileInspect from "./file-inspect.ts";
import filesReshare from "./files-reshare.ts";
import governanceRun from "./governance-run.ts";
import instancePurge from "./instance-purge.ts";
import instanceStreams from "./instance-streams.ts";
import ipRangesRetag from "./ip-ranges-retag.ts";
import keysReseal from "./keys-reseal.ts";
import maintenance from "./maintenance.ts";
import policiesApplyToFiles from "./policies-apply-to-files.ts";
import scanStream from "./scan-stream.ts";
import webhookHandle from "./webhook-handle.ts";
import webhookRegister from "./webhook-register.ts";
import webhookRenew from "./webhook-renew.ts";

export const jobs: readonly JobDefinition[] = [
  scanStream,
  webhookHandle,
  webhookRegister,
  webhookRenew,
  governanceRun,
  instancePurge,
  instanceStreams,
  ipRangesRetag,
  filesReshare,
  fileInspect,
  policiesApplyToFiles,
  checkSilence,
  keysReseal,
  maintenance,
];

/** How often due scans are queued, and turns looked for that a wrong clock has set. */
const scheduleEveryMs = 500;
const recoverEveryMs = 10_000;

/** Makes the queues; every process that sends jobs calls it first. Repeating it changes nothing. */
export async function createQueues(boss: PgBoss): Promise<void> {
  for (const { name, options } of jobs) {
    await boss.createQueue(name, {
      policy: options.policy ?? "standard",
      retryLimit: options.retryLimit,
      retryDelay: options.retryDelaySeconds,
      ...(options.retryDelaySeconds > 0 ? { retryBackoff: true, retryDelayMax: 600 } : {}),
      heartbeatSeconds: jobHeartbeatSeconds,
      expireInSeconds: 3600,
      deleteAfterSeconds: 3600,
      notify: true,
    } as Parameters<PgBoss["createQueue"]>[1]);
    if (options.cron) await boss.schedule(name, options.cron);
  }
}

/** Starts working. The returned function stops taking jobs, aborts those that run and waits until the queue has noted how they ended. */
export async function startWorkers(core: Core): Promise<() => Promise<void>> {
  const shutdown = new AbortController();
  for (const definition of jobs) {
    const { concurrency, groupConcurrency } = definition.options;
    await core.boss.work(
      definition.name,
      {
        localConcurrency: concurrency,
        ...(groupConcurrency ? { localGroupConcurrency: groupConcurrency } : {}),
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 2,
        heartbeatRefreshSeconds: 3,
      },
      async ([job]) => {
        if (!job) return;
        await definition.handle(core, job as Job<object>, shutdown.signal);
      },
    );
  }
  const stopSchedule = repeat(
    scheduleEveryMs,
    async () => {
      await queueDueScans(core);
    },
    (error) => core.log.warn({ err: error }, "queueing due scans failed"),
  );
  const stopRecovery = repeat(
    recoverEveryMs,
    async () => {
      await recoverTurns(core);
    },
    (error) => core.log.warn({ err: error }, "looking for turns of a wrong clock failed"),
  );
  return async () => {
    shutdown.abort();
    // A job that ends is queued again for others: a worker that is still asked for jobs would take it back at once.
    await Promise.all([
      stopSchedule(),
      stopRecovery(),
      ...jobs.map(({ name }) => core.boss.offWork(name, { wait: true })),
    ]);
  };
}

/** Runs `action` again and again with a pause between, never twice at once. */
function repeat(everyMs: number, action: () => Promise<void>, onError: (error: unknown) => void): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let current: Promise<void> = Promise.resolve();
  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      current = action().catch(onError).finally(next);
    }, everyMs);
  };
  next();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await current;
  };
}
