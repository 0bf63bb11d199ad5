import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { EmbeddedPostgresError } from "./problem.ts";

/** Whom PostgreSQL runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/** macOS calls its own `_postgres`. */
const candidates = ["postgres", "_postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root: then it runs as the account the data belongs to, or for new data as one the
 * system has already. Null for everybody else, who run it as themselves.
 */
export function chooseAccount(dataDirectory: string, cluster: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  for (const path of [cluster, dataDirectory]) {
    const owner = statSync(path, { throwIfNoEntry: false });
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of candidates) {
    const uid = identify("-u", name);
    const gid = identify("-g", name);
    if (uid && gid) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and this system has none of the accounts ${candidates.join(", ")} to run it as. ` +
      "Start Gatehouse as an ordinary user, or set DATABASE_URL.",
  );
}

/** Whether the account may pass through a folder: asked of the system, which knows groups and access lists. */
export function canEnter(account: Account, folder: string): boolean {
  const { error, status } = spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...account, cwd: "/" });
  if (error) throw cannotBecome(account, error);
  return status === 0;
}

/** Whether the account can run a program, its libraries included. */
export function canRun(account: Account, program: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(program, ["--version"], { ...account, cwd: "/", env }).status === 0;
}

function cannotBecome(account: Account, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and this process is not allowed to start it as user ${account.uid}. ` +
      "Start Gatehouse as an ordinary user, or set DATABASE_URL.",
    { cause },
  );
}

function identify(what: "-u" | "-g", name: string): number | null {
  const { status, stdout } = spawnSync("id", [what, name], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : null;
}
