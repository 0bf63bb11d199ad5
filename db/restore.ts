import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Sql } from "postgres";
import {
  BackupError,
  type BackupHeader,
  backupFormat,
  endOfRows,
  listTables,
  type Sequence,
  type TableHeader,
  versionsOf,
} from "./backup.ts";

/** Throws BackupError when the database holds an installation already. */
export async function requireEmpty(sql: Sql): Promise<void> {
  const [row] =
    await sql`select exists (select from instances) or exists (select from api_tokens) or exists (select from audit_log) as used`;
  if (row!.used)
    throw new BackupError(
      "This database holds an installation already. A backup goes into an empty one: move the data directory away, or set DATABASE_URL to a new database.",
    );
}

/**
 * Puts a backup into a migrated, empty database, all of it or nothing. `lines` are those of `writeBackup`. Returns the header and how many
 * rows there are. Throws BackupError for a file that is no backup, is cut off, or belongs to another version.
 */
export async function readBackup(
  sql: Sql,
  lines: AsyncIterator<Buffer>,
): Promise<{ header: BackupHeader; rows: number }> {
  return (await sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    const header = await readHeader(tx, lines);
    await requireEmpty(tx);
    const tables = await listTables(tx);
    const foreignKeys = await takeAwayChecks(tx, tables);
    let rows = 0;
    for (;;) {
      const next = await readJson(lines);
      if ("end" in next) {
        if (next.rows !== rows) throw new BackupError(`The backup has ${rows} rows and should have ${next.rows}.`);
        break;
      }
      if ("sequences" in next) await setSequences(tx, next.sequences as Sequence[]);
      else rows += await readTable(tx, next as unknown as TableHeader, lines);
    }
    await bringBackChecks(tx, tables, foreignKeys);
    return { header, rows };
  })) as { header: BackupHeader; rows: number };
}

async function readHeader(sql: Sql, lines: AsyncIterator<Buffer>): Promise<BackupHeader> {
  const header = (await readJson(lines)) as unknown as BackupHeader;
  if (header.gatehouse !== "backup" || header.format !== backupFormat)
    throw new BackupError("This file is not a backup that this version of Gatehouse can read.");
  const versions = await versionsOf(sql);
  if (versions?.migration !== header.migration || versions.queue !== header.queue)
    throw new BackupError(
      `This backup was made by Gatehouse ${header.version} with other tables than this version has. Restore it with that version, and upgrade afterwards.`,
    );
  return header;
}

async function readJson(lines: AsyncIterator<Buffer>): Promise<Record<string, unknown>> {
  const { value, done } = await lines.next();
  if (done) throw new BackupError("The backup ends in the middle: it is not whole.");
  try {
    return JSON.parse(value.toString("utf8")) as Record<string, unknown>;
  } catch (cause) {
    throw new BackupError("This file is not a backup of Gatehouse.", { cause });
  }
}

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/** Tables come in the order of their names: references are checked when all are there. */
async function takeAwayChecks(sql: Sql, tables: readonly TableHeader[]): Promise<ForeignKey[]> {
  const keys = await sql<ForeignKey[]>`
    select c.conrelid::regclass::text as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f' and c.conparentid = 0 and n.nspname in ('public', 'drizzle', 'pgboss')`;
  for (const { table, name } of keys) await sql`alter table ${sql.unsafe(table)} drop constraint ${sql(name)}`;
  for (const { table } of tables) await sql`alter table ${nameOf(sql, table)} disable trigger user`;
  for (const { table } of tables) await sql`truncate ${nameOf(sql, table)}`;
  return [...keys];
}

async function bringBackChecks(sql: Sql, tables: readonly TableHeader[], keys: readonly ForeignKey[]): Promise<void> {
  for (const { table } of tables) await sql`alter table ${nameOf(sql, table)} enable trigger user`;
  for (const { table, name, definition } of keys)
    await sql`alter table ${sql.unsafe(table)} add constraint ${sql(name)} ${sql.unsafe(definition)}`;
}

async function readTable(
  sql: Sql,
  { table, columns, partitions }: TableHeader,
  lines: AsyncIterator<Buffer>,
): Promise<number> {
  if (table.join(".") === "public.activities")
    for (const name of partitions) {
      const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
      await sql`select ensure_activity_partition(${`${year}-${month}-01`}::text::date)`;
    }
  const statement = sql`copy ${nameOf(sql, table)} (${sql(columns)}) from stdin`;
  const into = (await statement.writable()) as Writable;
  // For the driver it is answered as soon as rows may be written. What is wrong with them goes to a promise that is already resolved.
  const refused = new Promise<never>((_, reject) => {
    (statement as unknown as { reject: (error: Error) => void }).reject = reject;
  });
  refused.catch(() => {});
  // Its errors are those of `refused` and of the lines.
  into.on("error", () => {});
  try {
    return await writeRows(into, lines, refused);
  } catch (error) {
    into.destroy(new Error("the backup could not be read"));
    throw error;
  }
}

async function writeRows(into: Writable, lines: AsyncIterator<Buffer>, refused: Promise<never>): Promise<number> {
  let rows = 0;
  let waiting: Buffer[] = [];
  let size = 0;
  const send = async () => {
    if (!into.write(Buffer.concat(waiting))) await Promise.race([once(into, "drain"), refused]);
    waiting = [];
    size = 0;
  };
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new BackupError("The backup ends in the middle: it is not whole.");
    if (value.length === 3 && value.toString("latin1") === `${endOfRows}\n`) break;
    waiting.push(value);
    size += value.length;
    rows += 1;
    if (size > pieceBytes) await send();
  }
  await send();
  into.end();
  await Promise.race([once(into, "finish"), refused]);
  return rows;
}

const pieceBytes = 64 * 1024;

async function setSequences(sql: Sql, sequences: readonly Sequence[]): Promise<void> {
  for (const { sequence, value, isCalled } of sequences)
    await sql`select setval(${sequence.map((part) => `"${part}"`).join(".")}::text::regclass, ${value}::text::bigint, ${isCalled})`;
}

function nameOf(sql: Sql, [schema, name]: [string, string]) {
  return sql`${sql(schema)}.${sql(name)}`;
}

/** Lines with their ends, of pieces of any size. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let rest: Buffer[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      const line = piece.subarray(start, end + 1);
      yield rest.length === 0 ? line : Buffer.concat([...rest, line]);
      rest = [];
      start = end + 1;
    }
    if (start < piece.length) rest.push(piece.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
