import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError, parseKey } from "#src/config.ts";
import { giveToOwnerOfFolder, makeDataDirectory } from "#src/platform/data-directory.ts";

/**
 * The keys that encrypt stored secrets, 32 bytes each, the encrypting one first: those of GATEHOUSE_SECRET_KEYS, or in
 * development one that is made once and kept in `<dataDirectory>/secret-key`. Throws ConfigError when that is damaged.
 */
export function loadSecretKeys(config: Config): Buffer[] {
  if (config.secretKeys.length > 0) return config.secretKeys;
  const file = join(makeDataDirectory(config.dataDirectory), "secret-key");
  const text = readKeyFile(file) ?? makeKeyFile(file);
  const key = parseKey(text.trim());
  if (key) return [key];
  throw new ConfigError([
    {
      variable: "GATEHOUSE_SECRET_KEYS",
      message: `is not set, and ${file} does not hold 32 bytes in base64. Bring the file back: without its key the stored credentials cannot be read.`,
    },
  ]);
}

function readKeyFile(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8");
    // A copy or an unpacked backup may have made it readable for others.
    chmodSync(file, 0o600);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Of several processes that start at once one makes the key, and all of them read that one. */
function makeKeyFile(file: string): string {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  giveToOwnerOfFolder(aside);
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside);
  }
  return readFileSync(file, "utf8");
}
