// A process that does nothing but deliver: killed and started again by kill.test.ts. Arguments: database, key, receiver.
import { tmpdir } from "node:os";
import { pino } from "pino";
import { createApp } from "#src/app.ts";
import { loadConfig } from "#src/config.ts";
import { runDestinations } from "#src/response/destinations/run.ts";

const [databaseUrl = "", key = "", receiver = ""] = process.argv.slice(2);
const app = await createApp({
  config: loadConfig({ PORT: "0", PROVIDER_SANDBOX_URL: receiver }, tmpdir()),
  databaseUrl,
  secretKeys: [Buffer.from(key, "hex")],
  log: pino({ level: "silent" }),
  parts: { gateway: false, workers: false },
});
runDestinations(app.core, { leaseMs: 600, firstPauseMs: 50, timeoutMs: 1000 });
process.stdout.write("delivering\n");
