/**
 * A database as one file: every table of ours and of the queue, in one snapshot, while everything goes on. For installations without
 * pg_dump. A gzip of lines: a header, for each table its name and columns and then rows as COPY writes them up to a line `\\.`, the
 * sequences, and an end with counts, without which the file is not whole.
 */
import type { Sql } from "postgres";
import { copyLine } from "./copy.ts";

export const backupFormat = 1;

/** What is wrong with a backup, or with the database it is made of or goes into. For a person. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

export interface BackupHeader {
  gatehouse: "backup";
  format: number;
  /** Newest migration, and the version of the queue's tables: a backup goes back into a database of the same. */
  migration: number;
  queue: number;
  /** Of Gatehouse. */
  version: string;
  madeAt: string;
}

export interface TableHeader {
  table: [schema: string, name: string];
  columns: string[];
  /** Names of the partitions, where it has any. */
  partitions: string[];
}

export interface Sequence {
  sequence: [schema: string, name: string];
  value: string;
  isCalled: boolean;
}

export const endOfRows = "\\.";

/** Tables as a backup holds them: ordinary ones, and partitioned ones as a whole. Temporary and foreign ones are not ours. */
export async function listTables(sql: Sql): Promise<TableHeader[]> {
  const rows = await sql<{ schema: string; name: string; columns: string[]; partitions: string[] }[]>`
    select n.nspname as schema, c.relname as name,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum) as columns,
      array(select i.inhrelid::regclass::text from pg_inherits i where i.inhparent = c.oid order by 1) as partitions
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'drizzle', 'pgboss') and c.relkind in ('r', 'p') and not c.relispartition order by 1, 2`;
  return rows.map(({ schema, name, columns, partitions }) => ({ table: [schema, name], columns, partitions }));
}

/** The newest migration and the queue's version; null when there is none of either. */
export async function versionsOf(sql: Sql): Promise<{ migration: number; queue: number } | null> {
  const [there] = await sql`
    select to_regclass('drizzle.__drizzle_migrations') is not null and to_regclass('pgboss.version') is not null as both`;
  if (!there!.both) return null;
  const [row] = await sql<{ migration: string; queue: number }[]>`
    select (select max(created_at) from drizzle.__drizzle_migrations) as migration, (select max(version) from pgboss.version) as queue`;
  return { migration: Number(row!.migration), queue: row!.queue };
}

/** The lines of a backup, in pieces. Reads in one snapshot, which ends with the iteration. `counted` is called with the rows of each table. */
export async function* writeBackup(
  sql: Sql,
  { version, now }: { version: string; now: Date },
  counted: (table: string, rows: number) => void,
): AsyncGenerator<string, void, void> {
  const connection = await sql.reserve();
  try {
    await connection`begin isolation level repeatable read read only`;
    const versions = await versionsOf(connection);
    if (!versions)
      throw new BackupError("There is nothing to back up: this database has never been used by Gatehouse.");
    const header: BackupHeader = {
      gatehouse: "backup",
      format: backupFormat,
      ...versions,
      version,
      madeAt: now.toISOString(),
    };
    yield line(header);
    let rows = 0;
    const tables = await listTables(connection);
    for (const described of tables) {
      yield line(described);
      const { table, columns } = described;
      let ofTable = 0;
      for await (const some of readRows(connection, table, columns)) {
        ofTable += some.length;
        yield some.map(copyLine).join("");
      }
      yield `${endOfRows}\n`;
      counted(table.join("."), ofTable);
      rows += ofTable;
    }
    const sequences = await listSequences(connection);
    yield line({ sequences });
    yield line({ end: true, tables: tables.length, rows });
    await connection`commit`;
  } finally {
    connection.release();
  }
}

/**
 * Rows in the text form of their columns. Not by COPY: the driver stops reading when its buffer is full at the end of the answer, and never
 * goes on.
 */
function readRows(
  sql: Sql,
  [schema, name]: [string, string],
  columns: readonly string[],
): AsyncIterable<(string | null)[][]> {
  const texts = columns.map((column) => `"${column}"::text`).join(", ");
  const statement = sql`select ${sql.unsafe(texts)} from ${sql(schema)}.${sql(name)}`;
  return statement.values().cursor(rowsAtOnce) as unknown as AsyncIterable<(string | null)[][]>;
}

const rowsAtOnce = 500;

async function listSequences(sql: Sql): Promise<Sequence[]> {
  const names = await sql<{ schema: string; name: string }[]>`
    select schemaname as schema, sequencename as name from pg_sequences where schemaname in ('public', 'drizzle', 'pgboss') order by 1, 2`;
  const sequences: Sequence[] = [];
  for (const { schema, name } of names) {
    const [row] = await sql<{ value: string; isCalled: boolean }[]>`
      select last_value::text as value, is_called as "isCalled" from ${sql(schema)}.${sql(name)}`;
    sequences.push({ sequence: [schema, name], ...row! });
  }
  return sequences;
}

const line = (value: object) => `${JSON.stringify(value)}\n`;
