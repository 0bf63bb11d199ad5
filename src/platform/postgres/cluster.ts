import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { type Binaries, environment, MAJOR_VERSION, program } from "./binaries.ts";
import type { Place } from "./place.ts";
import { EmbeddedPostgresError } from "./problem.ts";

/** The superuser of the cluster. It cannot log in once the role we work as is there. */
export const SUPERUSER = "gatehouse";

/** Makes a new cluster. It is made aside and renamed: killed at any point, there is either none or a complete one. */
export async function createCluster(
  place: Place,
  binaries: Binaries,
  account: Account | null,
  { password, sync }: { password: string; sync: boolean },
): Promise<void> {
  const aside = mkdtempSync(join(dirname(place.cluster), ASIDE));
  const passwordFile = join(aside, "password");
  const data = join(aside, "data");
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    mkdirSync(data, { mode: 0o700 });
    for (const path of account ? [data, passwordFile, aside] : []) chownSync(path, account!.uid, account!.gid);
    await runInitdb(binaries, account, [
      `--pgdata=${data}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // PostgreSQL's own C.UTF-8 sorts the same on every system, whatever locales that has.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
      ...(sync ? [] : ["--no-sync"]),
    ]);
    renameSync(data, place.cluster);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

const ASIDE = "postgres.new-";

/** Removes what a start that was killed has left. Only for who holds the lock. */
export async function removeUnfinishedClusters(cluster: string): Promise<void> {
  const parent = dirname(cluster);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(ASIDE)) continue;
    // Its initdb may still be running: it fails when its files vanish, and removes some of them itself meanwhile.
    for (let attempt = 0; attempt < 100 && existsSync(join(parent, name)); attempt += 1) {
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 10 });
      await sleep(10);
    }
  }
}

/** Refuses what is no cluster, or one that this PostgreSQL or this user cannot open. */
export function checkCluster(cluster: string, account: Account | null): void {
  const { uid } = statSync(cluster);
  const runAs = account?.uid ?? process.getuid?.();
  if (runAs !== undefined && uid !== runAs) {
    throw new EmbeddedPostgresError(
      uid === 0
        ? `${cluster} belongs to root, as which PostgreSQL does not run: \`chown -R\` it to user ${runAs}.`
        : `${cluster} belongs to user ${uid}. Start Gatehouse as that user or as root.`,
    );
  }
  const versionFile = join(cluster, "PG_VERSION");
  if (!existsSync(versionFile)) {
    throw new EmbeddedPostgresError(`${cluster} is not empty and not a PostgreSQL data directory. Move it away.`);
  }
  const version = readFileSync(versionFile, "utf8").trim();
  if (version !== String(MAJOR_VERSION)) {
    throw new EmbeddedPostgresError(
      `${cluster} was made by PostgreSQL ${version}, and this Gatehouse runs PostgreSQL ${MAJOR_VERSION}, which cannot read it. ` +
        `Dump it with PostgreSQL ${version}, move the folder away, start Gatehouse once and restore the dump; or set DATABASE_URL to a server of your own.`,
    );
  }
  // PostgreSQL refuses a data directory others may look into, as a backup that was unpacked may be.
  chmodSync(cluster, 0o700);
}

/** Lets the superuser log in with a new password, without knowing the old one; the cluster must be stopped. `ensureRole` does the rest. */
export async function resetPassword(
  cluster: string,
  binaries: Binaries,
  account: Account | null,
  password: string,
): Promise<void> {
  await run(program(binaries, "postgres"), ["--single", "-D", cluster, "postgres"], binaries, account, {
    input: `ALTER ROLE ${SUPERUSER} LOGIN PASSWORD '${password}'\n`,
  });
}

async function runInitdb(binaries: Binaries, account: Account | null, args: string[]): Promise<void> {
  await run(program(binaries, "initdb"), args, binaries, account, {});
}

async function run(
  command: string,
  args: string[],
  binaries: Binaries,
  account: Account | null,
  { input = "" }: { input?: string },
): Promise<void> {
  // A session of its own: Ctrl-C must not leave half of it done.
  const child = spawn(command, args, { ...account, env: environment(binaries), cwd: "/", detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  if (code !== 0) throw new EmbeddedPostgresError(`${command} failed (${code}):\n${output.trim()}`);
}
