import { handleWebhook } from "#src/ingest/webhooks/receive.ts";
import { defineJob } from "./define-job.ts";

/** Stores what one webhook delivery carried. */
export default defineJob("webhook.handle", { concurrency: 4, retryLimit: 20, retryDelaySeconds: 1 }, (core, payload) =>
  handleWebhook(core, payload.instanceId, payload.deliveryId),
);
