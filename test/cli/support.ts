import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { endProcessesOf } from "../support/leftovers.ts";
import { runNode, type StartOptions, startNode, type TestProcess } from "../support/process.ts";

/** A temporary folder; what runs below it ends with the test file. */
export function temporaryFolder(): { path: string; write(name: string, content: string | Buffer): string } {
  const path = mkdtempSync(join(tmpdir(), "gatehouse-cli-"));
  afterAll(async () => {
    await endProcessesOf(path);
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

/** Nothing is set but what a test sets. */
const bare: Record<string, undefined> = Object.fromEntries(
  [
    "NODE_ENV",
    "DATABASE_URL",
    "GATEHOUSE_DATA",
    "GATEHOUSE_SECRET_KEYS",
    "PORT",
    "HOST",
    "PUBLIC_URL",
    "PROVIDER_SANDBOX_URL",
    "LOG_LEVEL",
  ].map((name) => [name, undefined]),
);

/** Runs `gatehouse …` as the process it is. */
export function gatehouse(args: string[], { env = {}, ...options }: StartOptions = {}) {
  return runNode("src/main.ts", args, { ...options, env: { ...bare, ...env } });
}

export function startGatehouse(args: string[], { env = {}, ...options }: StartOptions = {}): TestProcess {
  return startNode("src/main.ts", args, { ...options, env: { ...bare, ...env } });
}
