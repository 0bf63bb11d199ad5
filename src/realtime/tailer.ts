import { EventEmitter } from "node:events";
import type { Sql } from "postgres";
import { DatabaseUnavailableError } from "#src/errors.ts";
import { within } from "#src/platform/deadline.ts";
import type { Log } from "#src/platform/log.ts";
import { currentEpoch } from "./epoch.ts";
import type { Topic } from "./publish.ts";
import { logChannel } from "./publish.ts";

/** One committed batch of the log. */
export interface LogEntry {
  /** Name of the epoch in which it was read; see epoch.ts. */
  epoch: string;
  position: number;
  topic: Topic;
  instanceId: number;
  scanId: number | null;
  /** Keys of the batch's activities, parallel; empty for other topics. Instants as PostgreSQL writes them. */
  occurredAts: string[];
  externalIds: string[];
  payload: unknown;
  createdAt: string;
}

/**
 * The one reader of the log in a process: woken by NOTIFY, with a slow poll as a safety net. It reads each batch once, keeps the
 * recent ones in memory (bounded by `keep` activity keys) and notifies all who wait. Subscribers hold only a position.
 */
export interface Tailer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Name of the epoch that positions belong to. It changes when the database is restored; then what is in memory is forgotten. */
  epoch(): string;
  /** Newest position this process has read; everything up to it is committed and visible. */
  position(): number;
  /** Milliseconds since it last read all there was. It looks every two seconds at least. */
  silentForMs(): number;
  /** Entries after `position`, oldest first, at most `limit`; null when memory no longer reaches that far back. */
  entriesAfter(position: number, limit: number): LogEntry[] | null;
  /** Resolves when there is something after `position`, when another epoch than `epoch` (default: the current one) begins, or when the signal aborts or the tailer stops. */
  wait(position: number, signal: AbortSignal, epoch?: string): Promise<void>;
  /** In-process consumers that need every entry as it arrives (never await in them). */
  onEntry(listener: (entry: LogEntry) => void): () => void;
}

const readLimit = 1000;
/** A read that takes longer is given up and asked again, on another connection: this one may be dead. */
const longestReadMs = 5000;
/** Pause after a failed read; the poll would be too late for those who wait. */
const retryMs = 250;
/** How often the connection that listens is asked something, so that a dead one is noticed. */
const askListenerMs = 10_000;

export function createTailer(options: {
  sql: Sql;
  /** The pool whose listening connection is used; default `sql`. */
  listener?: Sql;
  log: Log;
  keep?: number;
  pollMs?: number;
  /** Called when the connection that listens was made again: another server may answer now. */
  onReconnect?: () => void;
}): Tailer {
  const { sql, log } = options;
  const listener = options.listener ?? sql;
  const keep = options.keep ?? 50_000;
  const events = new EventEmitter();
  events.setMaxListeners(0);
  let entries: LogEntry[] = [];
  let keysKept = 0;
  /** Everything after this position is in `entries`. */
  let memoryFrom = 0;
  let newest = 0;
  let limit = readLimit;
  let readAt = performance.now();
  let asked = 0;
  let epoch = "";
  /** Set periodically: an older database has no entries by which one would see that it was put in place. */
  let looksAtEpoch = false;
  let reading: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let poll: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;

  async function read(): Promise<void> {
    for (;;) {
      again = false;
      if (looksAtEpoch && (await soon(currentEpoch(sql))) !== epoch) await begin();
      looksAtEpoch = false;
      const batch = await soon(readLog(sql, newest, limit));
      if (stopped) return;
      readAt = performance.now();
      if (batch[0] && batch[0].epoch !== epoch) {
        await begin();
        continue;
      }
      for (const entry of batch) {
        entries.push(entry);
        keysKept += entry.externalIds.length + 1;
        newest = entry.position;
        events.emit("entry", entry);
      }
      trim();
      if (batch.length > 0) events.emit("more");
      const isAll = batch.length < limit;
      limit = readLimit;
      if (isAll && !again) return;
    }
  }

  function soon<T>(answer: Promise<T>): Promise<T> {
    return within(longestReadMs, answer, () => new DatabaseUnavailableError());
  }

  /** Takes the end of the log as it is now; memory of an earlier epoch would be taken for this one's. */
  async function begin(): Promise<void> {
    const end = sql<{ position: string; epoch: string }[]>`
      select greatest(trimmed_through, (select max(position) from activity_log)) as position,
        (select name from log_epochs order by number desc limit 1) as epoch from activity_log_state`;
    const [row] = await soon(end);
    newest = Number(row!.position);
    memoryFrom = newest;
    entries = [];
    keysKept = 0;
    epoch = row!.epoch;
    events.emit("more");
  }

  function trim(): void {
    let drop = 0;
    while (keysKept > keep && drop < entries.length - 1) {
      const entry = entries[drop] as LogEntry;
      keysKept -= entry.externalIds.length + 1;
      memoryFrom = entry.position;
      drop++;
    }
    if (drop > 0) entries = entries.slice(drop);
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    reading ??= read()
      .catch((error: unknown) => {
        if (stopped) return;
        log.warn({ err: error }, "reading the activity log failed");
        // It may have been too much for the time.
        limit = Math.max(1, limit >> 2);
        retry = setTimeout(wake, retryMs);
        retry.unref();
      })
      .finally(() => {
        reading = null;
      });
  }

  /** Its answer does not matter, and a connection that gives none is replaced. */
  async function askListener(): Promise<void> {
    try {
      // A channel of its own each time: for one that is known the driver would send nothing.
      const { unlisten } = await listener.listen(`${logChannel}_asked_${++asked}`, () => {});
      await unlisten();
    } catch (error) {
      log.debug({ err: error }, "the connection that listens was lost");
    }
  }

  return {
    async start() {
      await begin();
      let connections = 0;
      const listening = await listener.listen(logChannel, wake, () => {
        if (connections++ > 0) options.onReconnect?.();
        wake();
      });
      unlisten = listening.unlisten;
      poll = setInterval(() => {
        looksAtEpoch = true;
        wake();
      }, options.pollMs ?? 2000);
      poll.unref();
      asking = setInterval(() => void askListener(), askListenerMs);
      asking.unref();
    },
    async stop() {
      stopped = true;
      clearInterval(poll);
      clearInterval(asking);
      clearTimeout(retry);
      events.emit("more");
      await unlisten?.().catch((error: unknown) => log.debug({ err: error }, "unlisten failed"));
      await reading;
    },
    epoch: () => epoch,
    position: () => newest,
    silentForMs: () => performance.now() - readAt,
    entriesAfter(position, limit) {
      if (position < memoryFrom) return null;
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle] as LogEntry).position <= position) low = middle + 1;
        else high = middle;
      }
      return entries.slice(low, low + limit);
    },
    wait(position, signal, began = epoch) {
      if (epoch !== began || newest > position || stopped || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          if (epoch === began && newest <= position && !stopped && !signal.aborted) return;
          events.off("more", done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        events.on("more", done);
        signal.addEventListener("abort", done);
      });
    },
    onEntry(listener) {
      events.on("entry", listener);
      return () => events.off("entry", listener);
    },
  };
}

/** Batches after `position`, oldest first; with `keys` no more than hold about so many activities, and at least one. */
export async function readLog(
  sql: Sql,
  position: number,
  limit: number,
  keys: number | null = null,
): Promise<LogEntry[]> {
  const next = sql`select * from activity_log where position > ${position} order by position limit ${limit}`;
  const few = sql`
    select * from (
      select l.*, sum(coalesce(cardinality(external_ids), 0)) over (order by position) - coalesce(cardinality(external_ids), 0) as before from (${next}) l
    ) l where before < ${keys}`;
  const rows = await sql<Record<string, never>[]>`
    select position, topic, instance_id, scan_id, occurred_ats::text[], external_ids, payload, created_at,
      (select name from log_epochs order by number desc limit 1) as epoch
    from (${keys === null ? next : few}) l order by position`;
  return rows.map(toLogEntry);
}

/** From the columns of `activity_log`, `occurred_ats` as texts; `epoch` for those who make cursors of it. */
export function toLogEntry(row: Record<string, unknown>): LogEntry {
  return {
    epoch: (row.epoch as string | undefined) ?? "",
    position: Number(row.position),
    topic: row.topic as Topic,
    instanceId: row.instance_id as number,
    scanId: row.scan_id === null ? null : Number(row.scan_id),
    occurredAts: (row.occurred_ats as string[] | null) ?? [],
    externalIds: (row.external_ids as string[] | null) ?? [],
    payload: row.payload,
    createdAt: row.created_at as string,
  };
}
