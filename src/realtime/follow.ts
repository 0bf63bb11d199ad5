import type { Sql } from "postgres";
import { CursorExpiredError } from "#src/errors.ts";
import { encodeCursor, type NamedCursor, wholeBatch } from "./cursor.ts";
import { currentEpoch, readEpochs, stillHolds } from "./epoch.ts";
import { type LogEntry, readLog, type Tailer } from "./tailer.ts";

/** At most this many entries are handed over at once: a reader that lags replays in small steps. */
const stepEntries = 50;

/**
 * Follows the log from a cursor (exclusive): first what was missed, then live, without a gap or a repeat. The reader pulls: between two
 * pulls nothing is kept for it, so a slow one costs a position, falls behind memory and replays from the database.
 *
 * Yields whole batches; the first may have to be cut at `cursor.index` by the caller.
 * Throws CursorExpiredError when the log no longer reaches back, also in the middle: when a reader was too slow for retention, or the
 * database is restored.
 */
export async function* follow(
  tailer: Tailer,
  sql: Sql,
  cursor: NamedCursor,
  signal: AbortSignal,
): AsyncGenerator<LogEntry[], void, void> {
  const epoch = tailer.epoch();
  await checkCursor(tailer, sql, cursor);
  // The batch of the cursor itself comes again when only some of its items were seen.
  let position = cursor.index === wholeBatch ? cursor.position : cursor.position - 1;
  while (!signal.aborted) {
    if (tailer.epoch() !== epoch) throw new CursorExpiredError(await oldestCursor(sql), "restored");
    const entries = await readAfter(tailer, sql, position);
    const last = entries.at(-1);
    if (last) {
      position = last.position;
      yield entries;
    } else {
      await tailer.wait(position, signal, epoch);
    }
  }
}

/**
 * The next entries, from memory as far as it reaches, else from the database; none at the end of the log.
 * Throws CursorExpiredError when retention has removed some of them.
 */
export async function readAfter(tailer: Tailer, sql: Sql, position: number): Promise<LogEntry[]> {
  const entries = tailer.entriesAfter(position, stepEntries);
  if (entries) return entries;
  const read = await readLog(sql, position, stepEntries);
  // Asked for after reading, and also when nothing came: all there was may have been trimmed.
  if ((await trimmedThrough(sql)) > position) throw new CursorExpiredError(await oldestCursor(sql));
  // What the database shows beyond the tailer's position is committed too, but must not run ahead of `streamCursor`.
  return read;
}

/** Throws CursorExpiredError for what retention or a restore has removed, and for a cursor that lies ahead of the log. */
export async function checkCursor(tailer: Tailer, sql: Sql, cursor: NamedCursor): Promise<void> {
  if (!stillHolds(await readEpochs(sql), cursor)) throw new CursorExpiredError(await oldestCursor(sql), "restored");
  if (cursor.position > tailer.position()) {
    const [row] = await sql<{ position: string | null }[]>`select max(position) as position from activity_log`;
    // Nobody was given a cursor that lies ahead, unless the database was set back in a way that leaves no trace.
    if (cursor.position > Math.max(Number(row?.position ?? 0), tailer.position()))
      throw new CursorExpiredError(await oldestCursor(sql), "restored");
  }
  const needed = cursor.index === wholeBatch ? cursor.position : cursor.position - 1;
  if (needed < (await trimmedThrough(sql))) throw new CursorExpiredError(await oldestCursor(sql));
}

/** Newest position that retention removed; cursors before it are expired. */
async function trimmedThrough(sql: Sql): Promise<number> {
  const [row] = await sql<{ trimmed_through: string }[]>`select trimmed_through from activity_log_state`;
  return Number(row?.trimmed_through ?? 0);
}

/** The oldest cursor that `after` takes. */
export async function oldestCursor(sql: Sql): Promise<string> {
  return encodeCursor({ epoch: await currentEpoch(sql), position: await trimmedThrough(sql), index: wholeBatch });
}
