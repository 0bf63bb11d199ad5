import { createSignInLink } from "#src/access/sessions.ts";
import { type App, createApp, prepareDatabase } from "#src/app.ts";
import type { Config } from "#src/config.ts";
import { createLog, type Log } from "#src/platform/log.ts";
import { readAddressFiles } from "./address-files.ts";
import { findDatabase } from "./database.ts";
import { loadSecretKeys } from "./secret-keys.ts";
import { untilAskedToStop } from "./signals.ts";

export interface Running {
  app: App;
  log: Log;
  stop(): Promise<void>;
}

/** Database, migrations, app: each step is told as it happens. `stop` undoes them in reverse. */
export async function start(
  config: Config,
  parts: { gateway: boolean; workers: boolean },
  say: (line: string) => void,
): Promise<Running> {
  const log = createLog(config.logLevel);
  const secretKeys = loadSecretKeys(config);
  readAddressFiles(config);
  let started = performance.now();
  const took = () => `${Math.round(performance.now() - started)} ms`;
  const database = await findDatabase(config, say);
  try {
    say(`Database: ${config.databaseUrl === null ? "embedded PostgreSQL" : "DATABASE_URL"} (${took()})`);
    started = performance.now();
    const { applied } = await prepareDatabase(database.url);
    say(applied > 0 ? `Migrations: ${applied} applied (${took()})` : `Migrations: up to date (${took()})`);
    const app = await createApp({ config, databaseUrl: database.url, secretKeys, log, parts });
    return {
      app,
      log,
      stop: async () => {
        await app.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** `gatehouse serve`: gateway and workers in one process. */
export async function serve(config: Config): Promise<void> {
  const begun = performance.now();
  const running = await start(config, { gateway: true, workers: true }, (line) => console.log(line));
  const url = config.publicUrl ?? `http://${config.host}:${running.app.port}`;
  console.log(`Gatehouse is ready in ${Math.round(performance.now() - begun)} ms: ${url}`);
  if (!config.production) {
    const path = await createSignInLink(running.app.core.db, { name: "local admin", role: "ADMIN" });
    console.log(`Sign in once, within ten minutes: ${url}${path}`);
  }
  await untilAskedToStop();
  console.log("Stopping: running work is brought to an end.");
  await running.stop();
}

/** `gatehouse worker`: jobs only. */
export async function worker(config: Config): Promise<void> {
  const begun = performance.now();
  const running = await start(config, { gateway: false, workers: true }, (line) => console.log(line));
  console.log(`Gatehouse worker is ready in ${Math.round(performance.now() - begun)} ms`);
  await untilAskedToStop();
  console.log("Stopping: running work is brought to an end.");
  await running.stop();
}
