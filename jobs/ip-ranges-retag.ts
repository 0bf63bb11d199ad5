import { retagActivities } from "#src/inventory/ip-ranges/retag.ts";
import { defineJob } from "./define-job.ts";

/** Carries a change of address ranges into stored activities. */
export default defineJob(
  "ipRanges.retag",
  { concurrency: 1, retryLimit: 20, retryDelaySeconds: 1 },
  (core, payload, signal) => retagActivities(core, payload.retagId, signal),
);
