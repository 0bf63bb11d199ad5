import type { Job } from "pg-boss";
import type { Core } from "#src/core.ts";
import { type JobName, type JobPayload, jobPayloads } from "#src/platform/queue.ts";

export interface JobOptions {
  /** `exclusive`: one queued or active for each key. */
  policy?: "standard" | "exclusive";
  /** At once in one process. */
  concurrency: number;
  /** At once in one process for one group (an instance), so that one tenant cannot hold every worker. */
  groupConcurrency?: number;
  retryLimit: number;
  retryDelaySeconds: number;
  /** A cron expression: queued by whichever process is first. */
  cron?: string;
}

export interface JobDefinition {
  name: JobName;
  options: JobOptions;
  handle: (core: Core, job: Job<object>, shutdown: AbortSignal) => Promise<void>;
}

/** A job: safe to run twice; it checks its payload on arrival, since an older or newer version may have queued it. */
export function defineJob<N extends JobName>(
  name: N,
  options: JobOptions,
  run: (core: Core, payload: JobPayload<N>, signal: AbortSignal) => Promise<void>,
): JobDefinition {
  return {
    name,
    options,
    handle: (core, job, shutdown) =>
      run(core, jobPayloads[name].parse(job.data) as JobPayload<N>, AbortSignal.any([shutdown, job.signal])),
  };
}
