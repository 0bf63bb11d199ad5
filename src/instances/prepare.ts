import { randomBytes } from "node:crypto";
import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Core } from "#src/core.ts";
import { audited } from "./audited.ts";
import { connectable, requireConnecting } from "./connect.ts";
import { generatedSettings, preparedPlace, readPrepared, writePrepared } from "./prepared-settings.ts";

/** Time to set up a role at the provider. */
const lifetimeMs = 7 * 24 * 60 * 60_000;

export interface Prepared {
  /** Generated values by the name of their setting. */
  settings: Settings;
  /** Null: the connector has nothing to prepare. */
  expiresAt: Date | null;
}

/**
 * Makes the values of settings that nobody may choose, for this viewer alone. Asked again, it returns the same values, for another seven
 * days, until a connection is made with them.
 */
export function prepareConnection(core: Core, viewer: Viewer, connectorSlug: string): Promise<Prepared> {
  const attempt = { action: "instance.prepare", target: `connector/${connectorSlug.slice(0, 50)}` };
  return audited(core, viewer, attempt, async () => {
    requireConnecting(viewer);
    const { manifest } = await connectable(core, connectorSlug, ["connectorSlug"]);
    const names = generatedSettings(manifest);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      // Two that ask at the same instant get one value.
      await rawSql(tx)`select pg_advisory_xact_lock(4711008, hashtext(${preparedPlace(viewer, manifest)}))`;
      const kept = await readPrepared(tx, core, viewer, manifest);
      const settings = Object.fromEntries(names.map((name) => [name, kept[name] ?? newExternalId()]));
      await recordAudit(tx, viewer, { ...attempt, after: { generated: names }, result: "ok" });
      if (names.length === 0) return { settings, expiresAt: null };
      const expiresAt = new Date(core.now().getTime() + lifetimeMs);
      await writePrepared(tx, core, viewer, manifest, { settings, expiresAt });
      return { settings, expiresAt };
    });
  });
}

/** 256 random bits, in characters that every provider takes: letters, digits, `-` and `_`. */
function newExternalId(): string {
  return randomBytes(32).toString("base64url");
}
