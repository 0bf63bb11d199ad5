import { and, eq, ne } from "drizzle-orm";
import { type Db, openDatabase, tables } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { createSignInLink } from "#src/access/sessions.ts";
import type { App } from "#src/app.ts";
import type { Config } from "#src/config.ts";
import type { Core } from "#src/core.ts";
import { createLog, type Log } from "#src/platform/log.ts";
import { longestStopMs } from "#src/platform/stopping.ts";
import { readAddressFiles } from "./address-files.ts";
import { needConnections } from "./connections.ts";
import { findDatabase } from "./database.ts";
import { loadSecretKeys } from "./secret-keys.ts";
import { leaveSoon, untilAskedToStop } from "./signals.ts";

export interface Running {
  app: App;
  log: Log;
  stop(): Promise<void>;
}

/**
 * Database, migrations, app: each step is reported as it happens. `stop` undoes them in reverse. `check` looks at the migrated database before
 * anything reads or writes it, and throws to end the start.
 */
export async function start(
  config: Config,
  parts: { gateway: boolean; workers: boolean },
  say: (line: string) => void,
  check: (db: Db) => Promise<void> = async () => {},
): Promise<Running> {
  const log = createLog(config.logLevel);
  const secretKeys = loadSecretKeys(config);
  readAddressFiles(config);
  // While the database starts, which is another process.
  const loading = loadApp(parts);
  let started = performance.now();
  const took = () => `${Math.round(performance.now() - started)} ms`;
  const database = await findDatabase(config, say);
  try {
    say(`Database: ${config.databaseUrl === null ? "embedded PostgreSQL" : "DATABASE_URL"} (${took()})`);
    started = performance.now();
    const { applied } = await migrate(database.url, say);
    say(applied > 0 ? `Migrations: ${applied} applied (${took()})` : `Migrations: up to date (${took()})`);
    await look(database.url, async (db) => {
      await needConnections(db, parts);
      await check(db);
    });
    const { createApp } = await loading;
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

async function loadApp({ gateway }: { gateway: boolean }): Promise<typeof import("#src/app.ts")> {
  const [app] = await Promise.all([import("#src/app.ts"), gateway ? import("#src/gateway.ts") : null]);
  return app;
}

/** A start that something holds up (a database that does not answer, a lock) must not outlive the request to stop. */
async function unlessStuck(asked: Promise<void>, starting: Promise<Running>): Promise<Running> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  void asked.then(() => {
    if (isOver) return;
    timer = setTimeout(() => {
      console.error("Asked to stop while still starting; leaving.");
      process.exit(1);
    }, longestStopMs);
  });
  return starting.finally(() => {
    isOver = true;
    clearTimeout(timer);
  });
}

async function look(url: string, at: (db: Db) => Promise<void>): Promise<void> {
  const { db, close } = openDatabase(url, { max: 1 });
  await at(db).finally(close);
}

/** Instances that only a sandbox can serve: an admin has to know before wondering why nothing arrives. */
async function countSandboxInstances({ db, sandboxUrl }: Core): Promise<number> {
  if (sandboxUrl !== null) return 0;
  const { instances } = tables;
  return db.$count(instances, and(eq(instances.viaSandbox, true), ne(instances.status, "DISCONNECTED")));
}

async function sayWhatIsLeftOut(core: Core): Promise<void> {
  const count = await countSandboxInstances(core);
  if (count > 0)
    console.log(
      `${count === 1 ? "1 instance was" : `${count} instances were`} connected through a provider sandbox. Without PROVIDER_SANDBOX_URL nothing is sent to ${count === 1 ? "its app" : "their apps"}: disconnect ${count === 1 ? "it" : "them"}, or set PROVIDER_SANDBOX_URL again.`,
    );
}

/**
 * Nothing is connected and nobody is signed in: an installation that is being set up. Later starts print no link, since it would give the
 * rights of an ADMIN to every reader of the log.
 */
async function isUnused({ db }: Core): Promise<boolean> {
  const [instances, sessions] = await Promise.all([db.$count(tables.instances), db.$count(tables.sessions)]);
  return instances === 0 && sessions === 0;
}

/** Runs until asked to stop, and stops then. What is printed for a person after the start must not end a process that works. */
async function run(
  parts: { gateway: boolean; workers: boolean },
  config: Config,
  ready: (ms: number, app: App) => string,
  afterwards: (app: App) => Promise<void>,
): Promise<void> {
  const begun = performance.now();
  // From the first moment: what a start has begun by then, the database above all, is stopped as well.
  const asked = untilAskedToStop();
  const { app, log, stop } = await unlessStuck(
    asked,
    start(config, parts, (line) => console.log(line)),
  );
  console.log(ready(Math.round(performance.now() - begun), app));
  // Asked to stop meanwhile: the database may not be there any more, and then this would wait for it.
  await Promise.race([
    asked,
    afterwards(app).catch((error: unknown) => log.warn({ err: error }, "the notes that follow a start are missing")),
  ]);
  await asked;
  console.log("Stopping: waiting for running work to finish.");
  await stop();
  leaveSoon(log);
}

/** `gatehouse serve`: gateway and workers in one process. */
export function serve(config: Config): Promise<void> {
  return run(
    { gateway: true, workers: true },
    config,
    (ms, { publicUrl }) => `Gatehouse is ready in ${ms} ms: ${publicUrl}`,
    async ({ core, publicUrl }) => {
      if (!config.production && (await isUnused(core))) {
        const path = await createSignInLink(core.db, { name: "local admin", role: "ADMIN" });
        console.log(`Sign in once, within ten minutes: ${publicUrl}${path}`);
      }
      await sayWhatIsLeftOut(core);
    },
  );
}

/** `gatehouse worker`: jobs only. */
export function worker(config: Config): Promise<void> {
  return run(
    { gateway: false, workers: true },
    config,
    (ms) => `Gatehouse worker is ready in ${ms} ms`,
    ({ core }) => sayWhatIsLeftOut(core),
  );
}
