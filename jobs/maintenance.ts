import { defineJob } from "./define-job.ts";
import { keepHouse } from "./retention.ts";

/** Partitions ahead, retention, expired states and sessions: hourly. */
export default defineJob(
  "maintenance",
  { policy: "exclusive", concurrency: 1, retryLimit: 3, retryDelaySeconds: 60, cron: "7 * * * *" },
  (core) => keepHouse(core),
);
