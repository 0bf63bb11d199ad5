import { chmodSync, chownSync, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes the folder Gatehouse keeps its own things in (GATEHOUSE_DATA); returns its real path. Nobody else may list it;
 * as root others may pass through, because the embedded PostgreSQL runs as another account and lies in it.
 */
export function makeDataDirectory(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  }
  return realpathSync(path);
}

/** Root may have been started in another user's folder; that user may want to go on with what root wrote there. */
export function giveToOwnerOfFolder(file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(file));
  chownSync(file, uid, gid);
}
