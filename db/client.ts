import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import postgres from "./driver/driver.ts";
import { sendPlainText } from "./plain-text.ts";
import * as tables from "./tables/index.ts";

export { tables };

/** A database or a transaction of it: the caller owns the transaction. */
export type Db = PostgresJsDatabase<typeof tables>;

/** The pool behind a process. */
export interface Database {
  db: Db;
  sql: Sql;
  close(): Promise<void>;
}

/**
 * Opens a pool. Connects lazily; `max` connections. Prepared statements are on: every distinct text is planned once a connection.
 * Timestamps come back from raw `sql` as PostgreSQL writes them (strings): Drizzle asks for that, and its own columns turn them to Date.
 */
export function openDatabase(
  url: string,
  options: {
    max?: number;
    applicationName?: string;
    /** A statement that takes longer is cancelled. Default: never. */
    statementTimeoutMs?: number;
    /** Called with the text of every statement. */
    onStatement?: (text: string) => void;
  } = {},
): Database {
  const { onStatement } = options;
  const sql = postgres(url, {
    ...(onStatement ? { debug: (_connection: number, text: string) => onStatement(text) } : {}),
    max: options.max ?? 10,
    onnotice: () => {},
    // The driver's own grows to 20 s once ten connections have broken at the same moment, as they do when the database restarts.
    backoff: (failures: number) => Math.min(1, 0.05 * 2 ** failures) * (0.5 + Math.random() / 2),
    connection: {
      application_name: options.applicationName ?? "gatehouse",
      TimeZone: "UTC",
      ...(options.statementTimeoutMs ? { statement_timeout: options.statementTimeoutMs } : {}),
    },
    types: {
      bigint: {
        to: 20,
        from: [20],
        parse: (text: string) => Number(text),
        serialize: (value: number) => String(value),
      },
    },
  });
  const db = drizzle(sql, { schema: tables });
  // After Drizzle, which sets serializers of its own.
  sendPlainText(sql as unknown as Sql);
  return { db, sql: sql as unknown as Sql, close: () => sql.end({ timeout: 5 }) };
}

/** The postgres.js client under `db`, in its transaction when it is one: for prepared, hand-written SQL. */
export function rawSql(db: Db): Sql {
  return (db as unknown as { _: { session: { client: Sql } } })._.session.client;
}
