import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Options as DriverOptions, PostgresType, Sql } from "postgres";
import { markTransaction } from "#src/platform/transaction-mark.ts";
import postgres from "./driver/driver.ts";
import { sendPlainText } from "./plain-text.ts";
import * as tables from "./tables/index.ts";
import { watchedSockets } from "./watched-socket.ts";

export { tables };

/** A database or a transaction of it: the caller owns the transaction. */
export type Db = PostgresJsDatabase<typeof tables>;

/** The pool behind a process. */
export interface Database {
  db: Db;
  sql: Sql;
  close(): Promise<void>;
}

/** The driver takes a function that makes sockets; its types do not know of it. */
type Options = DriverOptions<{ bigint: PostgresType<number> }> & { socket: unknown };

/**
 * What the server does about a process that vanished without closing its connections: what its transactions hold is free again after ten
 * seconds. Nothing of ours leaves a transaction idle for longer, and on a Unix socket or a system without them the TCP settings have no effect.
 */
export const vanishedClient = {
  idle_in_transaction_session_timeout: 10_000,
  tcp_user_timeout: 10_000,
  tcp_keepalives_idle: 5,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 3,
};

/**
 * Opens a pool. Connects lazily; `max` connections. Prepared statements are on: every distinct text is planned once a connection.
 * Timestamps come back from raw `sql` as PostgreSQL writes them (strings): Drizzle asks for that, and its own columns turn them to Date.
 */
export function openDatabase(
  url: string,
  options: {
    max?: number;
    applicationName?: string;
    /** A statement that takes longer is cancelled. Default: five minutes. */
    statementTimeoutMs?: number;
    /** A statement that waits longer for a lock fails. Default: as long as it may take. */
    lockTimeoutMs?: number;
    /** Called with the text of every statement. */
    onStatement?: (text: string) => void;
  } = {},
): Database {
  const { onStatement } = options;
  const statementTimeoutMs = options.statementTimeoutMs ?? 300_000;
  const settings: Options = {
    socket: watchedSockets(statementTimeoutMs + 2000),
    connect_timeout: 5,
    ...(onStatement ? { debug: (_connection: number, text: string) => onStatement(text) } : {}),
    max: options.max ?? 10,
    onnotice: () => {},
    // The driver's own grows to 20 s once ten connections have broken at the same moment, as they do when the database restarts.
    backoff: (failures: number) => Math.min(1, 0.05 * 2 ** failures) * (0.5 + Math.random() / 2),
    connection: {
      application_name: options.applicationName ?? "gatehouse",
      TimeZone: "UTC",
      ...vanishedClient,
      statement_timeout: statementTimeoutMs,
      ...(options.lockTimeoutMs ? { lock_timeout: options.lockTimeoutMs } : {}),
    },
    types: {
      bigint: {
        to: 20,
        from: [20],
        parse: (text: string) => Number(text),
        serialize: (value: number) => String(value),
      },
    },
  };
  const sql = postgres(url, settings) as unknown as Sql;
  return { db: databaseOn(sql), sql, close: () => sql.end({ timeout: 1 }) };
}

/** Drizzle over a client. */
export function databaseOn(sql: Sql): Db {
  const db: Db = drizzle(sql as never, { schema: tables });
  // After Drizzle, which sets serializers of its own.
  sendPlainText(sql);
  const { transaction } = db;
  db.transaction = (run, config) => transaction.call(db, (tx) => markTransaction(() => run(tx)), config) as never;
  return db;
}

/** The postgres.js client under `db`, in its transaction when it is one: for prepared, hand-written SQL. */
export function rawSql(db: Db): Sql {
  return (db as unknown as { _: { session: { client: Sql } } })._.session.client;
}
