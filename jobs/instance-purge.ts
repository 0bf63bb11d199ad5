import { purgeInstance } from "#src/ingest/purge.ts";
import { defineJob } from "./define-job.ts";

/** Removes what a disconnected instance collected. */
export default defineJob(
  "instance.purge",
  { concurrency: 1, retryLimit: 20, retryDelaySeconds: 30 },
  (core, payload, signal) => purgeInstance(core, payload.instanceId, signal),
);
