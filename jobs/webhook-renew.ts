import { queueRenewals } from "#src/instances/webhook-registration.ts";
import { defineJob } from "./define-job.ts";

/** Queues registrations of webhooks that a provider would let expire: every five minutes. */
export default defineJob(
  "webhooks.renew",
  { policy: "exclusive", concurrency: 1, retryLimit: 20, retryDelaySeconds: 5, cron: "*/5 * * * *" },
  async (core) => {
    await queueRenewals(core);
  },
);
