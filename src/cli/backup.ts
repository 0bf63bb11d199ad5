import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { BackupError, writeBackup } from "#db/backup.ts";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { linesOf, readBackup } from "#db/restore.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import { keysInUse } from "#src/instances/secrets.ts";
import { createLog } from "#src/platform/log.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { version } from "#src/platform/version.ts";
import { declareRestored, type Restored } from "#src/response/restore/notice.ts";
import { findDatabase } from "./database.ts";
import { loadSecretKeys } from "./secret-keys.ts";

const say = (line: string) => console.error(line);

/** `gatehouse backup`: the whole database into one file, while Gatehouse runs. The file appears when it is whole. */
export async function backUp(config: Config, file: string): Promise<void> {
  const found = await findDatabase(config, say);
  const aside = `${file}.unfinished`;
  try {
    const { sql, close } = openDatabase(found.url, { max: 1, applicationName: "gatehouse backup" });
    let rows = 0;
    try {
      const lines = writeBackup(sql, { version, now: new Date() }, (_, count) => {
        rows += count;
      });
      await pipeline(Readable.from(lines), createGzip({ level: 4 }), createWriteStream(aside, { mode: 0o600 }));
    } finally {
      await close();
    }
    renameSync(aside, file);
    console.log(`${file}: ${rows} rows. Keep a copy of the secret keys as well, apart from it.`);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    await found.stop();
  }
}

/** `gatehouse restore`: a backup into an empty database, all of it or nothing. */
export async function restore(config: Config, file: string): Promise<void> {
  const keys = createKeyRing(loadSecretKeys(config));
  const found = await findDatabase(config, say);
  try {
    await migrate(found.url);
    const { sql, db, close } = openDatabase(found.url, { max: 2, applicationName: "gatehouse restore" });
    try {
      const input = createReadStream(file);
      const unpacked = input.pipe(createGunzip());
      input.once("error", (error) => unpacked.destroy(error));
      // It may fail before its first line is asked for: the reader gets the error then.
      unpacked.on("error", () => {});
      const { header, rows } = await readBackup(sql, linesOf(unpacked)).catch(explain);
      const log = createLog("error");
      const restored = await declareRestored({ db, log, now: () => new Date() }, commandLine);
      console.log(`Restored ${rows} rows, as of ${header.madeAt}.`);
      report(restored);
      const missing = (await keysInUse(db)).filter((id) => !keys.keyIds.includes(id));
      if (missing.length > 0)
        console.log(
          `The secrets in it need the keys ${missing.join(", ")}: add them to GATEHOUSE_SECRET_KEYS, or bring back the file secret-key. Gatehouse does not start without them.`,
        );
    } finally {
      await close();
    }
  } finally {
    await found.stop();
  }
}

/** `gatehouse restored`: for a restore that was made by other means. */
export async function noteRestored(config: Config): Promise<void> {
  const found = await findDatabase(config, say);
  try {
    await migrate(found.url);
    const { db, close } = openDatabase(found.url, { max: 1 });
    try {
      report(await declareRestored({ db, log: createLog("error"), now: () => new Date() }, commandLine));
    } finally {
      await close();
    }
  } finally {
    await found.stop();
  }
}

const commandLine = { ...systemViewer, id: "cli", name: "cli" };

function report({ heldActions, markedDeliveries }: Restored): void {
  console.log("Cursors of what was lost expire, and people sign in again.");
  console.log(
    `${heldActions} governance actions wait for approval, since they may have been carried out already; ${markedDeliveries} deliveries are sent again, marked.`,
  );
}

/** Of a file that cannot be read or unpacked. */
function explain(error: NodeJS.ErrnoException): never {
  if (error.code?.startsWith("Z_")) throw new BackupError("The backup is damaged or cut off.", { cause: error });
  if (error.code === "ENOENT") throw new BackupError(`There is no file ${error.path}.`, { cause: error });
  throw error;
}
