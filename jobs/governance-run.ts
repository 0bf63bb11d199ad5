import { runAction } from "#src/response/governance/run.ts";
import { defineJob } from "./define-job.ts";

/** Carries out one governance action; the provider's answer is stored with it. Only a dying process fails the job. */
export default defineJob(
  "governance.run",
  { policy: "exclusive", concurrency: 4, groupConcurrency: 2, retryLimit: 20, retryDelaySeconds: 0 },
  (core, payload, signal) => runAction(core, { instanceId: payload.instanceId, id: payload.actionId }, signal),
);
