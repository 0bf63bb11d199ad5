import { reshareStored } from "#src/inventory/files/reshare-stored.ts";
import { defineJob } from "./define-job.ts";

/** Carries changed domains of organisations and ended links into stored files: on a change, and every five minutes. */
export default defineJob(
  "files.reshare",
  { concurrency: 1, retryLimit: 20, retryDelaySeconds: 5, cron: "*/5 * * * *" },
  (core, _, signal) => reshareStored(core, signal),
);
