import { recordAudit } from "#src/access/audit.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { GatehouseError } from "#src/errors.ts";

export interface Attempt {
  action: string;
  target?: string;
  after?: unknown;
}

/**
 * The entry before a call to an app, committed by itself: when the log cannot be written, the app is not called. The result follows as an
 * entry of its own.
 */
export async function recordIntent(core: Pick<Core, "db">, viewer: Viewer, attempt: Attempt): Promise<void> {
  await recordAudit(core.db, viewer, { ...attempt, result: "started" });
}

/** Runs a change that writes its own `ok` entry in its transaction; a refused or failed attempt leaves an entry with its code. */
export async function audited<T>(
  core: Pick<Core, "db">,
  viewer: Viewer,
  attempt: Attempt,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    await recordAudit(core.db, viewer, {
      ...attempt,
      result: error instanceof GatehouseError ? error.code : "INTERNAL_SERVER_ERROR",
    });
    throw error;
  }
}
