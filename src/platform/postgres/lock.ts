import { DatabaseSync } from "node:sqlite";

export interface Lock {
  release(): void;
}

/** SQLite lets go of a file when its handle is collected: what is held is referenced from here. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock, or returns null when another process, or another caller in this one, holds it.
 * Node has no flock; an exclusive transaction of SQLite takes the same kind of lock, which the system itself frees
 * when its holder dies in whatever way. Nothing is ever written to the file.
 */
export function tryLock(file: string): Lock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}

const SQLITE_BUSY = 5;
