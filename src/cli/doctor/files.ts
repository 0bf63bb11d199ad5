import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, parseKey } from "#src/config.ts";
import { type Finding, ok, problem, reasonOf, warning } from "./finding.ts";

const gigabyte = 1024 ** 3;

export function checkDataDirectory({ dataDirectory, databaseUrl, secretKeys }: Config): Finding {
  const about = "data directory";
  if (!existsSync(dataDirectory)) {
    if (databaseUrl !== null && secretKeys.length > 0) return ok(about, "not needed");
    const parent = existingParent(dataDirectory);
    if (!isWritable(parent))
      return problem(
        about,
        `${dataDirectory} does not exist, and this user may not write to ${parent}. Set GATEHOUSE_DATA to another folder.`,
      );
    return ok(about, `${dataDirectory} does not exist yet; the first start creates it`);
  }
  const { mode, uid } = statSync(dataDirectory);
  if (!statSync(dataDirectory).isDirectory())
    return problem(about, `${dataDirectory} is not a folder. Set GATEHOUSE_DATA to one.`);
  if (!isWritable(dataDirectory)) {
    return problem(
      about,
      `${dataDirectory} belongs to user ${uid}, and this user may not write to it. Run Gatehouse as that user, or set GATEHOUSE_DATA to another folder.`,
    );
  }
  // The key inside has a mode of its own; but nobody else needs to see what lies here.
  if ((mode & 0o006) !== 0)
    return warning(about, `other users can read ${dataDirectory}: \`chmod o-rw ${dataDirectory}\`.`);
  return ok(about, dataDirectory);
}

export function checkDisk({ dataDirectory }: Config): Finding {
  const { bavail, bsize } = statfsSync(existingParent(dataDirectory));
  const free = bavail * bsize;
  const text = `${(free / gigabyte).toFixed(1)} GB free for ${dataDirectory}`;
  if (free < gigabyte / 4) return problem("disk", `${text}. PostgreSQL stops when it is full: make room.`);
  return free < 2 * gigabyte
    ? warning("disk", `${text}. Make room before it is full, or lower RETENTION_DAYS.`)
    : ok("disk", text);
}

/** The keys as a start would load them; empty when there is none yet, null when that start would fail. */
export function checkKeys({ secretKeys, dataDirectory, databaseUrl }: Config): {
  finding: Finding;
  keys: Buffer[] | null;
} {
  const about = "secret keys";
  if (secretKeys.length > 0) {
    const more = secretKeys.length > 1 ? `; the first seals, all ${secretKeys.length} open` : "";
    return { finding: ok(about, `${secretKeys.length} in GATEHOUSE_SECRET_KEYS${more}`), keys: secretKeys };
  }
  const file = join(dataDirectory, "secret-key");
  if (!existsSync(file)) {
    const text = `none yet; the first start creates one in ${file}`;
    if (!existsSync(join(dataDirectory, "postgres"))) return { finding: ok(about, text), keys: [] };
    const doubt = "There is a database already: if an app was connected in it, restore its key first";
    return { finding: warning(about, `${text}. ${doubt}.`), keys: [] };
  }
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return {
      finding: problem(about, `${file} cannot be read (${reasonOf(error)}). Run this as the user that runs Gatehouse.`),
      keys: null,
    };
  }
  const key = parseKey(text.trim());
  if (!key)
    return {
      finding: problem(
        about,
        `${file} does not hold 32 bytes in base64. Bring it back from a backup: without its key the stored credentials cannot be read.`,
      ),
      keys: null,
    };
  const keys = [key];
  if ((statSync(file).mode & 0o077) !== 0)
    return {
      finding: warning(about, `other users can read ${file}: \`chmod 600 ${file}\`. The next start does so as well.`),
      keys,
    };
  if (databaseUrl !== null) {
    return {
      finding: warning(
        about,
        `the only one lies in ${file}, apart from its database: back it up, and set GATEHOUSE_SECRET_KEYS to it before another machine joins.`,
      ),
      keys,
    };
  }
  return { finding: ok(about, `one, in ${file}: keep a copy of it with your backups`), keys };
}

function existingParent(path: string): string {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
