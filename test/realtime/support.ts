import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { type Database, type Db, openDatabase } from "#db/client.ts";
import { publish } from "#src/realtime/publish.ts";
import { createTailer, type Tailer } from "#src/realtime/tailer.ts";
import { createTestDatabase } from "../support/database.ts";
import { newestPositionOf } from "../support/log-position.ts";

export interface LogBench {
  url: string;
  database: Database;
  /** Warnings and worse. */
  warnings: Record<string, unknown>[];
  /** Appends a batch of activities with these ids; its position. */
  append(...externalIds: string[]): Promise<number>;
  /** A started tailer; it stops with the bench. */
  tailer(options?: { keep?: number; pollMs?: number }): Promise<Tailer>;
  /** What retention does: everything up to a position is gone. */
  trim(through: number): Promise<void>;
  close(): Promise<void>;
}

/** `by`: another way to the same database. */
export async function openLogBench(max = 10, by?: (url: string) => Promise<string>): Promise<LogBench> {
  const test = await createTestDatabase();
  const database = openDatabase(by ? await by(test.url) : test.url, { max });
  const warnings: Record<string, unknown>[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void warnings.push(JSON.parse(line)) });
  const tailers: Tailer[] = [];
  const { sql } = database;
  return {
    url: test.url,
    database,
    warnings,
    async append(...externalIds) {
      await database.db.transaction((tx) => publish(tx as unknown as Db, "activities", batch(externalIds)));
      return newestPositionOf(sql, externalIds);
    },
    async tailer(options = {}) {
      const tailer = createTailer({ sql, log, ...options });
      tailers.push(tailer);
      await tailer.start();
      return tailer;
    },
    async trim(through) {
      await sql`update activity_log_state set trimmed_through = ${through}`;
      await sql`delete from activity_log where position <= ${through}`;
    },
    async close() {
      await Promise.all(tailers.map((tailer) => tailer.stop()));
      await database.close();
      await test.drop();
    },
  };
}

export function batch(externalIds: string[]) {
  return { instanceId: 1, externalIds, occurredAts: externalIds.map(() => "2026-11-20T08:00:00Z") };
}

export async function until(check: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${ms} ms: ${check}`);
    await sleep(10);
  }
}
