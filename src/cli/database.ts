import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "#src/config.ts";
import { openEmbedded } from "#src/platform/postgres/index.ts";
import { inspectEmbedded } from "#src/platform/postgres/inspect.ts";

export interface OpenedDatabase {
  url: string;
  /** Stops the embedded PostgreSQL when this process started it. */
  stop(): Promise<void>;
}

/** A database that does not answer: names the address and what to do. Never the password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = "DatabaseUnreachableError";
}

/** DATABASE_URL, or the embedded PostgreSQL, running or not. Throws DatabaseUnreachableError, EmbeddedPostgresError. */
export async function findDatabase(config: Config, say: (line: string) => void): Promise<OpenedDatabase> {
  if (config.databaseUrl === null) return findEmbedded(config.dataDirectory, say);
  await checkReachable(config.databaseUrl);
  return { url: config.databaseUrl, stop: async () => {} };
}

/** The last process that shares it stops it: a long import must not take the database from a serve that began meanwhile. */
async function findEmbedded(dataDirectory: string, say: (line: string) => void): Promise<OpenedDatabase> {
  const opened = await openEmbedded({ dataDirectory, log: say });
  const stop = async () => {
    if (await isUsed(opened.url)) return;
    if (opened.owned) return opened.stop();
    if ((await inspectEmbedded(dataDirectory)).state !== "running") return;
    // Its owner may have ended before us.
    const taken = await openEmbedded({ dataDirectory, log: () => {} });
    await taken.stop();
  };
  return { url: opened.url, stop };
}

/** Whether another process of ours is connected. Waits a little for what this one has just closed. */
async function isUsed(url: string): Promise<boolean> {
  const { default: postgres } = await import("postgres");
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const [other] = await sql`select 1 from pg_stat_activity where application_name like 'gatehouse%' limit 1`;
      if (!other) return false;
      await sleep(50);
    }
    return true;
  } catch {
    // It does not answer any more: nothing to protect.
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Throws DatabaseUnreachableError: no answer, wrong password, or too old. */
export async function checkReachable(url: string): Promise<void> {
  const { default: postgres } = await import("postgres");
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  const { hostname, port, pathname } = new URL(url);
  const where = `${pathname.slice(1) || "postgres"} at ${hostname || "localhost"}:${port || 5432}`;
  try {
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version_num') as version`;
    if (Number(row?.version) < 150000)
      throw new DatabaseUnreachableError(
        `DATABASE_URL: ${where} is PostgreSQL ${Math.floor(Number(row?.version) / 10000)}; 15 or newer is needed.`,
      );
  } catch (error) {
    if (error instanceof DatabaseUnreachableError) throw error;
    throw new DatabaseUnreachableError(`DATABASE_URL: cannot use ${where}: ${whatIsWrong(error)}`, { cause: error });
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** In words a person can act on. The driver's own message may quote the address, never the password. */
function whatIsWrong(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED). Is PostgreSQL running?";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the host name is not known (${code}).`;
  if (code === "CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return "it does not answer (time-out). Is the port open for this machine?";
  if (code === "28P01" || code === "28000") return `user or password are refused (${code}).`;
  if (code === "53300")
    return "all its connections are in use (53300). Raise max_connections of PostgreSQL, or run fewer processes.";
  if (code === "3D000") return "there is no such database (3D000). Create it first: CREATE DATABASE …";
  return `${code ?? ""} ${error instanceof Error ? error.message : String(error)}`.trim();
}
