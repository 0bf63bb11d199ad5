import { checkSilence } from "#src/detection/alerts/silence.ts";
import { defineJob } from "./define-job.ts";

/** Finds instances that became silent, and silent ones that are read again. Every five minutes. */
export default defineJob(
  "instances.silence",
  { policy: "exclusive", concurrency: 1, retryLimit: 20, retryDelaySeconds: 5, cron: "*/5 * * * *" },
  (core) => checkSilence(core),
);
