import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { runScan } from "#src/ingest/scan/run.ts";
import { defineJob } from "./define-job.ts";

/** One time slice of one stream of one instance. What a provider does is stored with the scan; only a dying process fails the job. */
export default defineJob(
  "scan.stream",
  { policy: "exclusive", concurrency: 8, groupConcurrency: 4, retryLimit: 20, retryDelaySeconds: 0 },
  (core, payload, signal) =>
    runScan(
      core,
      {
        instanceId: payload.instanceId,
        stream: payload.stream as ScanStream,
        part: payload.part ?? "",
        backfillScanId: payload.backfillScanId ?? null,
      },
      signal,
    ),
);
