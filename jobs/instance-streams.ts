import { relistStreams } from "#src/instances/relist.ts";
import { defineJob } from "./define-job.ts";

/** Brings the streams of one instance in line with its components and the parts that the app names. */
export default defineJob(
  "instance.streams",
  // Not exclusive: a change that comes while one runs must be followed by another.
  { concurrency: 2, retryLimit: 3, retryDelaySeconds: 5 },
  (core, payload) => relistStreams(core, payload.instanceId),
);
