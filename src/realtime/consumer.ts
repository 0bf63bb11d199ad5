import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { type LogEntry, readLog } from "#src/realtime/tailer.ts";

/**
 * A reader of the log that must see every batch exactly once, in order, whichever process is killed at whichever moment: policies, destinations.
 * Its effects and its position commit together, under the lock of its row, so that of many processes one works and the others stand by.
 */
export interface Consumer {
  /** Stable: the key of its stored position. */
  name: string;
  /** Batches of one transaction, at most. */
  batches: number;
  /** Activities of one transaction, about. A batch is never cut: a large one is taken alone. */
  activities?: number;
  /**
   * Takes the next batches, oldest first. Writes through `tx` only. May be called again with the same batches after a failure.
   */
  consume(tx: Db, entries: readonly LogEntry[]): Promise<void>;
}

/** Longest wait between looks when nobody wakes it. */
const pollMs = 2000;
/** After a failure: the same batches are tried again, with this pause, doubling up to a minute. */
const firstPauseMs = 500;
const longestPauseMs = 60_000;

/** Makes the consumer's position: at the end of the log, so that a new one does not chew through history. */
export async function registerConsumer(db: Db, name: string): Promise<void> {
  const sql = rawSql(db);
  await sql`
    insert into log_consumers (name, position)
    select ${name}, log_end()
    on conflict (name) do nothing`;
}

/** One step: true when there was something to do here. Throws what `consume` throws; nothing of the step is kept then. */
export async function consumeOnce(core: Pick<Core, "db" | "log">, consumer: Consumer): Promise<boolean> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql: Sql = rawSql(tx);
    const [row] = await sql<{ position: string; trimmed: string }[]>`
      select position, (select trimmed_through from activity_log_state) as trimmed
      from log_consumers where name = ${consumer.name} for update skip locked`;
    // Another process has it.
    if (!row) return false;
    const position = Math.max(Number(row.position), Number(row.trimmed));
    if (position > Number(row.position)) {
      core.log.error(
        { consumer: consumer.name, from: Number(row.position), to: position },
        "a consumer stood still for longer than the log is kept; what lay between is lost to it",
      );
      await sql`update log_consumers set position = ${position} where name = ${consumer.name}`;
    }
    const entries = await readLog(sql, position, consumer.batches, consumer.activities ?? null);
    const last = entries.at(-1);
    if (!last) return false;
    await sql`update log_consumers set position = ${last.position}, updated_at = now() where name = ${consumer.name}`;
    await consumer.consume(tx, entries);
    return true;
  });
}

/** Runs until the returned function is called; `wake` is for a log notification. A consumer that fails tries the same batches again and logs it: it never skips. */
export function runConsumer(
  core: Pick<Core, "db" | "log">,
  consumer: Consumer,
): { wake(): void; stop(): Promise<void> } {
  let stopped = false;
  let resume: (() => void) | null = null;
  let woken = false;
  let pauseMs = firstPauseMs;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stopped || woken) return resolve();
      const timer = setTimeout(resolve, ms);
      resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = (async () => {
    while (!stopped) {
      woken = false;
      try {
        const worked = await consumeOnce(core, consumer);
        pauseMs = firstPauseMs;
        if (!worked) await pause(pollMs);
      } catch (error) {
        core.log.error(
          { err: error, consumer: consumer.name },
          "a consumer of the log failed; it tries the same batches again",
        );
        woken = false;
        await pause(pauseMs);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  })();
  return {
    wake() {
      woken = true;
      resume?.();
    },
    async stop() {
      stopped = true;
      resume?.();
      await loop;
    },
  };
}
