import { filesAtOnce, inspectFile } from "#src/detection/inspection/run.ts";
import { defineJob } from "./define-job.ts";

/** Reads the content of one file and runs the detectors over it; the newest change first, and of one instance one file at a time. */
export default defineJob(
  "file.inspect",
  { policy: "exclusive", concurrency: filesAtOnce, groupConcurrency: 1, retryLimit: 20, retryDelaySeconds: 5 },
  (core, payload, signal) => inspectFile(core, payload, signal),
);
