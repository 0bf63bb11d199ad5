import { checkSilence } from "#src/detection/alerts/silence.ts";
import { defineJob } from "./define-job.ts";

/** Instances that have gone silent, and those that are heard again: every five minutes. */
export default defineJob(
  "instances.silence",
  { policy: "exclusive", concurrency: 1, retryLimit: 1, retryDelaySeconds: 30, cron: "*/5 * * * *" },
  (core) => checkSilence(core),
);
