import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll } from "vitest";
import { createTestDatabase } from "./database.ts";
import { freePort, type GraphqlAnswer } from "./gatehouse.ts";
import { runNode, startNode, type TestProcess } from "./process.ts";

/** One process of an installation. A gateway has a URL. */
export interface Member {
  process: TestProcess;
  url: string;
}

/** Several real processes on one database, started and ended one by one. */
export interface Installation {
  databaseUrl: string;
  env: Record<string, string>;
  /** An ADMIN token. */
  token: string;
  sql: postgres.Sql;
  /** Resolves when it is ready. `databaseUrl`: another way to the same database. */
  start(command: "serve" | "worker", options?: MemberOptions): Promise<Member>;
  ask<T = unknown>(gateway: Member, query: string, variables?: object): Promise<GraphqlAnswer<T>>;
  /** Data of a query or mutation; throws when the answer holds errors. */
  data<T = unknown>(gateway: Member, query: string, variables?: object): Promise<T>;
}

export interface MemberOptions {
  databaseUrl?: string;
  env?: Record<string, string>;
  nodeArguments?: string[];
}

/** What was started ends with the test file. */
export async function openInstallation(options: { sandboxUrl?: string } = {}): Promise<Installation> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-installation-"));
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const members = new Set<TestProcess>();
  const env: Record<string, string> = {
    DATABASE_URL: database.url,
    GATEHOUSE_DATA: folder,
    GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 9).toString("base64"),
    HOST: "127.0.0.1",
    LOG_LEVEL: "warn",
    ...(options.sandboxUrl ? { PROVIDER_SANDBOX_URL: options.sandboxUrl } : {}),
  };
  afterAll(async () => {
    await Promise.all([...members].map((child) => child.kill("SIGKILL")));
    await sql.end({ timeout: 1 });
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  const created = await runNode("src/main.ts", ["token", "create", "--name", "test", "--role", "admin"], { env });
  if (created.code !== 0) throw new Error(created.stderr);
  const token = created.stdout.trim();

  const ask: Installation["ask"] = async (gateway, query, variables = {}) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: never; errors?: [] };
    return { status: response.status, data: data ?? null, errors: errors ?? [] };
  };

  return {
    databaseUrl: database.url,
    env,
    token,
    sql,
    async start(command, { databaseUrl = database.url, env: more = {}, nodeArguments = [] } = {}) {
      const port = String(await freePort());
      const process = startNode("src/main.ts", [command], {
        env: { ...env, DATABASE_URL: databaseUrl, PORT: port, ...more },
        nodeArguments,
      });
      members.add(process);
      await process.waitFor(/is ready in \d+ ms/, 60_000);
      return { process, url: `http://127.0.0.1:${port}` };
    },
    ask,
    async data<T>(gateway: Member, query: string, variables?: object) {
      const { data, errors } = await ask<T>(gateway, query, variables);
      if (errors.length > 0) throw new Error(`${JSON.stringify(errors)} in answer to ${query}`);
      return data as T;
    },
  };
}

/** Milliseconds until `check` holds; fails after `ms`. */
export async function timeUntil(check: () => boolean | Promise<boolean>, ms: number): Promise<number> {
  const began = performance.now();
  while (!(await check())) {
    if (performance.now() - began > ms) throw new Error(`still not so after ${ms} ms: ${check}`);
    await sleep(50);
  }
  return performance.now() - began;
}
