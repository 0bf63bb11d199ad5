import { rawSql } from "#db/client.ts";
import { decodeCursor, encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { follow } from "#src/realtime/follow.ts";
import type { Topic } from "#src/realtime/publish.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import type { Context } from "./context.ts";

/** `changeCursor` of a row: resume behind its newest change. */
export function changeCursor(row: { changePosition: number }, { tailer }: Context): string {
  return encodeCursor({ epoch: tailer.epoch(), position: row.changePosition, index: wholeBatch });
}

/**
 * Changed rows of one topic, as they are now, in the order of their changes; with `after`, first those since then. Rows are read again
 * with the viewer's rights and the filter; what changed twice within a step comes once, in its newest state.
 */
export async function* changedRows<T, K>(
  context: Context,
  topic: Topic,
  after: string | null | undefined,
  read: {
    keysOf: (entry: LogEntry) => K[];
    /** Null where there is none for this viewer and filter. */
    load: (keys: K[]) => Promise<(T | null)[]>;
  },
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const { tailer } = context;
  const cursor =
    after == null ? { epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch } : decodeCursor(after);
  for await (const entries of follow(tailer, rawSql(context.core.db), cursor, signal)) {
    const keys = new Map<string, K>();
    for (const entry of entries) {
      if (entry.topic !== topic) continue;
      for (const key of read.keysOf(entry)) {
        const name = JSON.stringify(key);
        // Its newest place in the order.
        keys.delete(name);
        keys.set(name, key);
      }
    }
    if (keys.size === 0) continue;
    await context.refresh();
    for (const row of await read.load([...keys.values()])) if (row !== null) yield row;
  }
}
