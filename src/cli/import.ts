import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { type Db, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { loadConnector, loadConnectors } from "#src/connectors/index.ts";
import { ImportError, isPastRetention, mapArchive, printActivity, storeImported } from "#src/ingest/import/import.ts";
import { instanceNumber } from "#src/query/ids.ts";
import { readAddressFiles } from "./address-files.ts";
import { findDatabase } from "./database.ts";

export interface ImportOptions {
  /** Number or public id. */
  instance: string | null;
  connector: string | null;
  /** `-`: standard input. */
  file: string;
  dryRun: boolean;
}

const batchSize = 500;
const shownProblems = 100;

/** `gatehouse import`: archived provider events through the mapping and pipeline of a scan. Exit code 1 when anything was wrong with them. */
export async function importEvents(loadConfig: () => Config, options: ImportOptions): Promise<void> {
  const run = new Run(options);
  if (options.instance === null) {
    await run.print(await codeOf(options.connector as string), await openFile(options.file));
  } else {
    const config = loadConfig();
    readAddressFiles(config);
    const input = await openFile(options.file);
    const found = await findDatabase(config, (line) => console.error(line));
    try {
      if (!options.dryRun) await migrate(found.url);
      const { db, close } = openDatabase(found.url, { max: 2, applicationName: "gatehouse import" });
      try {
        const { id, connector } = await findTarget(db, options);
        if (options.dryRun) await run.print(connector, input);
        else await run.store(db, id, connector, input, config.retentionDays);
      } finally {
        await close();
      }
    } finally {
      await found.stop();
    }
  }
  run.conclude();
}

/** Throws ImportError: no such instance, a disconnected one, one of another app. */
async function findTarget(db: Db, options: ImportOptions): Promise<{ id: number; connector: Connector }> {
  const asked = options.instance as string;
  const id = numberOf(asked);
  const row = await db.query.instances
    .findFirst({ columns: { connectorSlug: true, status: true, name: true }, where: (t, { eq }) => eq(t.id, id) })
    .catch((error: { cause?: { code?: string } }) => {
      // A dry run does not make the tables.
      if (error.cause?.code === "42P01") return undefined;
      throw error;
    });
  if (!row)
    throw new ImportError(`There is no instance ${id}. \`{ instances { edges { node { id name } } } }\` lists them.`);
  if (options.connector !== null && options.connector !== row.connectorSlug) {
    throw new ImportError(`Instance ${id} (${row.name}) is of ${row.connectorSlug}, not of ${options.connector}.`);
  }
  if (row.status === "DISCONNECTED" && !options.dryRun) {
    throw new ImportError(
      `Instance ${id} (${row.name}) is disconnected, and its data may be in deletion. Connect the app again and import into the new instance.`,
    );
  }
  return { id, connector: await codeOf(row.connectorSlug) };
}

function numberOf(asked: string): number {
  const number = instanceNumber(asked);
  if (number === null) throw new ImportError("--instance is the instance's number or its id in the API.");
  return number;
}

async function codeOf(slug: string): Promise<Connector> {
  const code = await loadConnector(slug);
  if (code?.mapEvent) return code;
  const known = (await loadConnectors()).flatMap(({ manifest, mapEvent }) => (mapEvent ? [manifest.slug] : []));
  throw new ImportError(`Events of "${slug}" cannot be imported. Connectors that can: ${known.join(", ")}.`);
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === "-") return process.stdin;
  try {
    const handle = await open(file);
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw new ImportError(`${file} is a folder.`);
    }
    return createReadStream(file, { fd: handle, highWaterMark: 256 * 1024 });
  } catch (error) {
    if (error instanceof ImportError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ImportError(code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`);
  }
}

/** One import: its counts and its messages. */
class Run {
  readonly #file: string;
  readonly #counts = { events: 0, activities: 0, new: 0, unmapped: 0, errors: 0 };
  #pastRetention = 0;
  #interrupted = false;
  #shownAt = 0;

  constructor({ file }: ImportOptions) {
    this.#file = file === "-" ? "stdin" : file;
  }

  async print(connector: Connector, input: AsyncIterable<Uint8Array>): Promise<void> {
    let closed = false;
    // `… | head`: the reader has seen enough.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      closed = true;
      process.stdout.emit("drain");
    });
    for await (const records of this.#mapped(connector, input)) {
      if (closed) return;
      if (records.length === 0) continue;
      const text = `${records.map(printActivity).join("\n")}\n`;
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
  }

  async store(
    db: Db,
    instanceId: number,
    connector: Connector,
    input: AsyncIterable<Uint8Array>,
    retentionDays: number,
  ): Promise<void> {
    await recordAudit(
      db,
      { ...systemViewer, id: "cli", name: "cli" },
      {
        action: "activities.import",
        target: `instance/${instanceId}`,
        after: { file: basename(this.#file) },
        result: "ok",
      },
    );
    const now = new Date();
    let waiting: ActivityRecord[] = [];
    const flush = async (down: number) => {
      let from = 0;
      for (; waiting.length - from > down; from += batchSize) {
        this.#counts.new += await storeImported(db, instanceId, waiting.slice(from, from + batchSize));
      }
      waiting = waiting.slice(from);
    };
    for await (const records of this.#mapped(connector, input)) {
      for (const record of records) {
        waiting.push(record);
        if (isPastRetention(record, retentionDays, now)) this.#pastRetention += 1;
      }
      await flush(batchSize - 1);
    }
    await flush(0);
    if (this.#pastRetention > 0) {
      console.error(
        `${this.#pastRetention} activities are older than RETENTION_DAYS (${retentionDays}): the next hourly upkeep removes them. To keep them, raise RETENTION_DAYS and import again.`,
      );
    }
  }

  /** Records as they are mapped; counts them, reports problems and progress, and ends early after Ctrl-C. */
  async *#mapped(connector: Connector, input: AsyncIterable<Uint8Array>): AsyncGenerator<ActivityRecord[], void, void> {
    const interrupt = () => {
      this.#interrupted = true;
    };
    process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
    try {
      for await (const { events, records, problems } of mapArchive(connector, input)) {
        this.#counts.events += events + problems.length;
        this.#counts.activities += records.length;
        for (const record of records) if (record.unmapped) this.#counts.unmapped += 1;
        for (const { line, message } of problems) this.#complain(`${this.#file}:${line}: ${message}`);
        yield records;
        this.#showProgress();
        if (this.#interrupted) return;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The archive itself: cut off, damaged, or a disk that fails. What was read so far is stored.
      if (!code?.startsWith("Z_") && (error as NodeJS.ErrnoException).syscall !== "read") throw error;
      this.#complain(`${this.#file}: cannot be read to its end: ${(error as Error).message}.`);
    } finally {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
  }

  #complain(text: string): void {
    this.#counts.errors += 1;
    if (this.#counts.errors <= shownProblems) this.#say(text);
    if (this.#counts.errors === shownProblems + 1) this.#say("Further problems are only counted.");
  }

  #say(text: string): void {
    console.error(process.stderr.isTTY ? `\r\x1b[K${text}` : text);
  }

  #showProgress(): void {
    if (!process.stderr.isTTY || performance.now() - this.#shownAt < 200) return;
    this.#shownAt = performance.now();
    process.stderr.write(`\r\x1b[K${this.#summary()} …`);
  }

  #summary(): string {
    const { events, activities, unmapped, errors } = this.#counts;
    const count = (many: number, one: string, more: string) => `${many} ${many === 1 ? one : more}`;
    return `${count(events, "event", "events")}, ${count(activities, "activity", "activities")}, ${this.#counts.new} new, ${unmapped} unmapped, ${count(errors, "error", "errors")}`;
  }

  conclude(): void {
    this.#say(
      this.#interrupted
        ? `Stopped; importing the file again goes on where this ended. ${this.#summary()}`
        : this.#summary(),
    );
    if (this.#counts.errors > 0) process.exitCode = 1;
    if (this.#interrupted) process.exitCode = 130;
  }
}
