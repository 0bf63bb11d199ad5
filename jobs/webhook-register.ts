import { settleWebhook } from "#src/instances/webhook-registration.ts";
import { defineJob } from "./define-job.ts";

/** Registers our webhook at a provider, renews the registration, or takes it down. */
export default defineJob("webhook.register", { concurrency: 2, retryLimit: 8, retryDelaySeconds: 5 }, (core, payload) =>
  settleWebhook(core, payload.instanceId),
);
