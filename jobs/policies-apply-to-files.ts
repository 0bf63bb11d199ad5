import { applyToFiles } from "#src/response/evaluation/files.ts";
import { defineJob } from "./define-job.ts";

/** Applies a policy to the files that are stored: after it was made, changed or switched, and daily where it depends on the time. */
export default defineJob(
  "policies.applyToFiles",
  { policy: "exclusive", concurrency: 1, retryLimit: 20, retryDelaySeconds: 5 },
  (core, payload, signal) => applyToFiles(core, payload.policyId, signal),
);
