import { resealSecrets } from "#src/instances/reseal.ts";
import { defineJob } from "./define-job.ts";

/** After a change of keys: seals with the first one what is still sealed with an older one. Hourly. */
export default defineJob(
  "keys.reseal",
  { policy: "exclusive", concurrency: 1, retryLimit: 3, retryDelaySeconds: 60, cron: "37 * * * *" },
  async (core) => {
    const { resealed, broken } = await resealSecrets(core);
    if (resealed > 0) core.log.info({ resealed }, "secrets were sealed with the first key");
    if (broken.length > 0) core.log.error({ broken }, "secrets do not open: they were altered or moved");
  },
);
