import { sealAuditChain } from "#src/access/audit-chain.ts";
import { queueRelisting } from "#src/instances/relist.ts";
import { applyDaily } from "#src/response/evaluation/files.ts";
import { defineJob } from "./define-job.ts";
import { applyRetention } from "./retention.ts";

/** Partitions ahead, retention, expired states and sessions, the daily listing of parts, policies that depend on the time, and the seal of the audit log: hourly. */
export default defineJob(
  "maintenance",
  { policy: "exclusive", concurrency: 1, retryLimit: 3, retryDelaySeconds: 60, cron: "7 * * * *" },
  async (core) => {
    await applyRetention(core);
    await queueRelisting(core);
    await applyDaily(core);
    await sealAuditChain(core.db, core.secrets);
  },
);
