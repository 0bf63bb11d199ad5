import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { giveToOwnerOfFolder } from "#src/platform/data-directory.ts";
import { EmbeddedPostgresError } from "./problem.ts";

/** What another process, or the next start, needs in order to connect. Kept in a file only its owner may read. */
export interface State {
  password: string;
  /** The port used last: taken again when free, so that clients find the database after a restart. */
  port: number | null;
}

export function newState(): State {
  return { password: randomBytes(24).toString("base64url"), port: null };
}

/** Null when there is none, or it is damaged. */
export function readState(dataDirectory: string): State | null {
  const file = stateFile(dataDirectory);
  try {
    const { password, port } = JSON.parse(readFileSync(file, "utf8"));
    return typeof password === "string" ? { password, port: typeof port === "number" ? port : null } : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") {
      throw new EmbeddedPostgresError(
        `${file} belongs to another user. Run this command as the user that runs Gatehouse.`,
        { cause: error },
      );
    }
    return null;
  }
}

export function writeState(dataDirectory: string, state: State): void {
  const file = stateFile(dataDirectory);
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  giveToOwnerOfFolder(aside);
  renameSync(aside, file);
}

/** Opens a file of the data directory for appending; never follows a link. */
export function openOwnFile(dataDirectory: string, name: string): number {
  const flags = constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY | constants.O_NOFOLLOW;
  const file = openSync(join(dataDirectory, name), flags, 0o600);
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(dataDirectory);
    fchownSync(file, uid, gid);
  }
  return file;
}

/** Makes sure a file is there, belonging to whom the data directory belongs. */
export function touchOwnFile(dataDirectory: string, name: string): string {
  const file = join(dataDirectory, name);
  if (!existsSync(file)) closeSync(openOwnFile(dataDirectory, name));
  return file;
}

function stateFile(dataDirectory: string): string {
  return join(dataDirectory, "postgres.json");
}
