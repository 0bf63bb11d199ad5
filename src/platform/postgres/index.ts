import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDataDirectory } from "#src/platform/data-directory.ts";
import { chooseAccount } from "./account.ts";
import { runnableBinaries } from "./binaries.ts";
import { checkCluster, createCluster, removeUnfinishedClusters, resetPassword } from "./cluster.ts";
import { type Lock, tryLock } from "./lock.ts";
import { findPlace, folderForBinaries, SHARED_FOLDER } from "./place.ts";
import { type Answer, probe, probeSuperuser, urlOf } from "./probe.ts";
import { EmbeddedPostgresError } from "./problem.ts";
import { ensureRole } from "./role.ts";
import { findServer, type Server, settle, startServer, stopServer } from "./server.ts";
import { newState, readState, touchOwnFile, writeState } from "./state.ts";

export { EmbeddedPostgresError } from "./problem.ts";

export interface EmbeddedOptions {
  /** The cluster lies in `<dataDirectory>/postgres`, its log and credentials beside it. */
  dataDirectory: string;
  /** Receives what takes time: one line each, for a person. */
  log: (line: string) => void;
  /** PostgreSQL settings over our defaults. */
  settings?: Record<string, string | number>;
  /** Where root puts what PostgreSQL could not reach elsewhere. Default `/var/lib/gatehouse`. */
  sharedFolder?: string;
}

export interface EmbeddedPostgres {
  /** For the database `gatehouse`, as a role that owns it and is no superuser, on the loopback address. */
  url: string;
  /** Whether this process answers for it. Of several that open one data directory, one does. */
  owned: boolean;
  /** Stops it and waits; does nothing unless `owned`. May be called again. */
  stop(): Promise<void>;
}

/**
 * Opens the PostgreSQL of a data directory: makes it, starts it, takes over one whose owner died, or connects to the
 * one another process runs. It outlives this process unless `stop` is called. Throws EmbeddedPostgresError.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  if (process.platform === "win32") {
    throw new EmbeddedPostgresError("The embedded PostgreSQL does not run on Windows: use WSL, or set DATABASE_URL.");
  }
  const { dataDirectory, lockFile } = prepare(resolve(options.dataDirectory));
  const patienceEndsAt = Date.now() + 120_000;
  for (;;) {
    const lock = tryLock(lockFile);
    if (lock) return await own(dataDirectory, lock, options);
    const url = await connect(dataDirectory);
    if (url) return { url, owned: false, stop: async () => {} };
    if (Date.now() > patienceEndsAt) {
      throw new EmbeddedPostgresError(
        `Another process holds ${lockFile}, but its PostgreSQL did not come up in 120 s.`,
      );
    }
    await sleep(25);
  }
}

async function own(dataDirectory: string, lock: Lock, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    const { cluster, server, state } = await bringUp(dataDirectory, options);
    await ensureRole(cluster, server.port, state.password);
    let stopped: Promise<void> | undefined;
    const stop = () => stopServer(cluster, server.pid, options.log).finally(() => lock.release());
    return {
      url: urlOf({ port: server.port, password: state.password }),
      owned: true,
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function bringUp(dataDirectory: string, options: EmbeddedOptions) {
  const { log, settings = {}, sharedFolder = SHARED_FOLDER } = options;
  const account = chooseAccount(dataDirectory, join(dataDirectory, "postgres"));
  const place = findPlace(dataDirectory, account, sharedFolder);
  const { cluster } = place;
  await removeUnfinishedClusters(cluster);
  if (place.exists) {
    checkCluster(cluster, account);
    const adopted = await adopt(dataDirectory, cluster, log);
    if (adopted) return { cluster, ...adopted };
  }
  const binaries = await runnableBinaries(account, () => folderForBinaries(dataDirectory, account, sharedFolder));
  const known = readState(dataDirectory);
  const state = known ?? newState();
  if (!place.exists) {
    log("Making a new database");
    // Before the cluster: one whose password is lost would need a new one.
    writeState(dataDirectory, state);
    await createCluster(place, binaries, account, { password: state.password, sync: settings.fsync !== "off" });
  } else if (!known) {
    log("The password of the database is lost: setting a new one");
    await resetPassword(cluster, binaries, account, state.password);
    writeState(dataDirectory, state);
  }
  const start = { cluster, binaries, account, settings, log, logDirectory: dataDirectory, preferredPort: state.port };
  const server = await startServer(start);
  if (server.port !== state.port) writeState(dataDirectory, { ...state, port: server.port });
  return { cluster, server, state };
}

/** A PostgreSQL whose owner died is taken over as it is; its backends and caches are warm. Null when none runs. */
async function adopt(dataDirectory: string, cluster: string, log: (line: string) => void) {
  const state = readState(dataDirectory);
  const patienceEndsAt = Date.now() + 10_000;
  for (;;) {
    const server = await settle(cluster, log);
    if (!server) return null;
    const answer = state ? await whoseIsIt(cluster, server.port, state.password) : "refused";
    if (state && answer === "ours") {
      log("Found PostgreSQL running without its owner: taking it over");
      return { server, state };
    }
    if (answer !== "unreachable" || Date.now() > patienceEndsAt) throw notOurs(server, cluster, answer);
    // Killed a moment ago it is still seen, but answers no more.
    await sleep(50);
  }
}

/** It may have died before there was the role that we work as. */
async function whoseIsIt(cluster: string, port: number, password: string): Promise<Answer> {
  const answer = await probe(cluster, port, password, { database: "postgres" });
  return answer === "refused" ? probeSuperuser(cluster, port, password) : answer;
}

function notOurs({ pid }: Server, cluster: string, answer: Answer): EmbeddedPostgresError {
  const what = answer === "unreachable" ? "it does not answer" : "it does not know our password";
  return new EmbeddedPostgresError(
    `A PostgreSQL (process ${pid}) runs on ${cluster}, but ${what}. Stop it with \`kill -INT ${pid}\` and start again.`,
  );
}

/** Connects to the server another process answers for; null while it is not ready, or about to stop. */
async function connect(dataDirectory: string): Promise<string | null> {
  const entry = join(dataDirectory, "postgres");
  const state = readState(dataDirectory);
  if (!state || !existsSync(entry)) return null;
  const cluster = realpathSync(entry);
  const server = findServer(cluster);
  if (server?.status !== "ready") return null;
  const { port } = server;
  const { password } = state;
  return (await probe(cluster, port, password)) === "ours" ? urlOf({ port, password }) : null;
}

/** The lock file of a data directory this user may write to. */
function prepare(path: string): { dataDirectory: string; lockFile: string } {
  try {
    const dataDirectory = makeDataDirectory(path);
    const lockFile = touchOwnFile(dataDirectory, "postgres.lock");
    accessSync(lockFile, constants.R_OK | constants.W_OK);
    return { dataDirectory, lockFile };
  } catch (cause) {
    const { message } = cause as Error;
    throw new EmbeddedPostgresError(
      `The data directory ${path} cannot be used by this user (${message}). ` +
        "Run this as the user that owns it, or set GATEHOUSE_DATA to another folder.",
      { cause },
    );
  }
}
