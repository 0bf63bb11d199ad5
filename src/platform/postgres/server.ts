import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { type Binaries, environment, program } from "./binaries.ts";
import { EmbeddedPostgresError } from "./problem.ts";
import { openOwnFile } from "./state.ts";

/** A postmaster, as its pid file describes it. */
export interface Server {
  pid: number;
  dataDirectory: string;
  port: number;
  status: string;
}

/** For a machine that runs the gateway as well; all can be overridden. */
const defaults: Record<string, string | number> = {
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  maintenance_work_mem: "128MB",
  max_wal_size: "2GB",
  max_connections: 200,
  jit: "off",
  wal_compression: "on",
  random_page_cost: 1.1,
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_line_prefix: "%m [%p] ",
};

/** These make it ours: nobody but this machine reaches it. */
const fixed = { listen_addresses: "127.0.0.1", unix_socket_directories: "" };

/** The server that runs on a cluster; null when none does, also when a dead one left its pid file. */
export function findServer(cluster: string): Server | null {
  const server = readPidFile(cluster);
  return server && isPostmaster(server.pid, cluster) ? server : null;
}

export interface StartOptions {
  cluster: string;
  binaries: Binaries;
  account: Account | null;
  settings: Record<string, string | number>;
  logDirectory: string;
  /** Taken when free. */
  preferredPort: number | null;
  log: (line: string) => void;
}

/** Starts PostgreSQL on a free port, detached from this process and its terminal, and waits until it is ready. */
export async function startServer(options: StartOptions): Promise<Server> {
  const { cluster, logDirectory } = options;
  removeReusedPidFile(cluster);
  rotateLog(logDirectory);
  const logFile = join(logDirectory, LOG);
  const patienceEndsAt = Date.now() + 10_000;
  for (let port = await freePort(options.preferredPort); ; port = await freePort(null)) {
    const sizeBefore = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    const server = await launch(options, port);
    if (server) return server;
    const said = readFileSync(logFile).subarray(sizeBefore).toString("utf8").trim();
    // Another process took the port in between, or backends of a killed server have not all ended yet.
    const passes = /could not bind|Address already in use|shared memory block|lock file "postmaster\.pid"/.test(said);
    if (!passes || Date.now() > patienceEndsAt) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start. The end of ${logFile}:\n${said}`);
    }
    await sleep(100);
  }
}

/** Fast shutdown: clients are cut off, everything committed is on disk. */
export async function stopServer(cluster: string, pid: number, log: (line: string) => void): Promise<void> {
  signal(pid, "SIGINT");
  const patienceEndsAt = Date.now() + 60_000;
  let impatient = false;
  while (isPostmaster(pid, cluster)) {
    if (!impatient && Date.now() > patienceEndsAt) {
      impatient = true;
      log("PostgreSQL has not stopped for 60 s: stopping it at once; it will recover at its next start");
      signal(pid, "SIGQUIT");
    }
    await sleep(10);
  }
}

/** Waits until a server found running accepts connections or has ended; reports it if that takes long. */
export async function settle(cluster: string, log: (line: string) => void): Promise<Server | null> {
  const startedAt = Date.now();
  let toldAt = startedAt;
  for (;;) {
    const server = findServer(cluster);
    if (!server || server.status === "ready") return server;
    if (Date.now() - toldAt > 5_000) {
      toldAt = Date.now();
      log(`PostgreSQL is ${server.status} since ${Math.round((toldAt - startedAt) / 1000)} s`);
    }
    await sleep(20);
  }
}

/** Null when it ended before it was ready. */
async function launch(options: StartOptions, port: number): Promise<Server | null> {
  const { cluster, binaries, account, settings, logDirectory, log } = options;
  const args = ["-D", cluster, "-p", String(port)];
  for (const [name, value] of Object.entries({ ...defaults, ...settings, ...fixed }))
    args.push("-c", `${name}=${value}`);
  const output = openOwnFile(logDirectory, LOG);
  const child = spawn(program(binaries, "postgres"), args, {
    ...account,
    // A session of its own: Ctrl-C and a closed terminal reach us, who drain first and then stop it.
    detached: true,
    cwd: cluster,
    env: environment(binaries),
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  child.unref();
  let toldAt = Date.now();
  for (;;) {
    if (failure) throw new EmbeddedPostgresError(`PostgreSQL could not be run: ${failure.message}`, { cause: failure });
    if (child.exitCode !== null || child.signalCode !== null) return null;
    const server = readPidFile(cluster);
    if (server?.pid === child.pid && server?.status === "ready") return server;
    if (Date.now() - toldAt > 5_000) {
      toldAt = Date.now();
      log("PostgreSQL is still starting; after a crash it replays its journal first");
    }
    await sleep(10);
  }
}

/** Lines of postmaster.pid: pid, data directory, start time, port, socket folder, address, shared memory, status. */
function readPidFile(cluster: string): Server | null {
  let text: string;
  try {
    text = readFileSync(join(cluster, "postmaster.pid"), "utf8");
  } catch {
    return null;
  }
  const [pid, dataDirectory = "", , port, , , , status = "starting"] = text.split("\n");
  return { pid: Number(pid), dataDirectory, port: Number(port), status: status.trim() };
}

/** Whether a process is the postmaster of this cluster and not another one that was given the number of a dead one. */
function isPostmaster(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  if (process.platform !== "linux") return commandOf(pid).includes(`-D ${cluster} `);
  try {
    // PostgreSQL works in its data directory. In a container root may be kept from seeing that of another account.
    return readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return commandOf(pid).includes(`-D ${cluster} `);
  }
}

/** PostgreSQL removes the pid file of a dead server by itself, but not when another process has that number now. */
function removeReusedPidFile(cluster: string): void {
  const found = readPidFile(cluster);
  // A postgres we cannot place may still be this cluster's: then PostgreSQL itself decides, and refuses.
  if (found && !isPostmaster(found.pid, cluster) && !/postgres/.test(commandOf(found.pid))) {
    rmSync(join(cluster, "postmaster.pid"), { force: true });
  }
}

/** Command line with single spaces; empty for a process that has ended, waited for or not. */
function commandOf(pid: number): string {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-ww", "-o", "stat=,command=", "-p", String(pid)], { encoding: "utf8" });
    return stdout.trim().startsWith("Z") ? "" : stdout;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

const LOG = "postgres.log";
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

function rotateLog(directory: string): void {
  const file = join(directory, LOG);
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
}

/** The preferred port when it is free, otherwise any. */
function freePort(preferred: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (preferred === null ? reject(error) : resolve(freePort(null))));
    server.listen({ port: preferred ?? 0, host: "127.0.0.1" }, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
