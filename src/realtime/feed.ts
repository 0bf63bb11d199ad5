import type { Sql } from "postgres";
import type { Condition } from "./filter-index.ts";
import type { LogEntry } from "./tailer.ts";

/** An item of an entry of the log. */
export interface Item {
  /** Its place in the entry. */
  index: number;
  instanceId: number;
}

/** A kind of item in the log: how to find it in an entry, and what distinguishes one from another. */
export interface Channel<T extends Item> {
  /** The items of an entry in their order, without those that were deleted meanwhile. Read once for all who follow the channel. */
  read(sql: Sql, entry: LogEntry): Promise<readonly T[]> | readonly T[];
  /** Begins to read entries that will be read one after the other. */
  readAhead?(sql: Sql, entries: readonly LogEntry[]): void;
  dimensions: Readonly<Record<string, (item: T) => string | number | null | undefined>>;
  /** Of entries with the same key that were read at once, only the newest is delivered. Null: this one is delivered in any case. */
  keyOf?(entry: LogEntry): string | null;
}

/** What one subscription wants of a channel. */
export interface Feed<T extends Item, Context> {
  channel: Channel<T>;
  /** Conditions over the channel's dimensions that hold for all it wants. */
  conditions: readonly Condition[];
  /** False: not wanted. True: wanted, as far as memory can tell. */
  matches(item: T): boolean;
  /** For what memory cannot tell: those of the items that are wanted, in their order. */
  narrow?(sql: Sql, entry: LogEntry, items: readonly T[]): Promise<T[]>;
  /** Most items in one message. */
  perMessage: number;
  /** What is delivered for these items: the root value of the subscription's field. Null if there is nothing to deliver any more. */
  toValue(items: readonly T[], context: Context): unknown;
}

/** Where a subscriber begins. */
export interface Beginning<Context> {
  /** A cursor of the log, exclusive; null: now. */
  after: string | null;
  /** Delivered before anything of the log. */
  first?(context: Context): AsyncIterable<unknown>;
}

/** Whether anything of an instance can be wanted: asked before an entry is read. */
export function mayWant<T extends Item, Context>(feed: Feed<T, Context>, instanceId: number): boolean {
  return feed.conditions.every(({ dimension, values }) => dimension !== "instance" || values.includes(instanceId));
}

/** The items of one entry that the feed wants. `after`: the last place that is already known. */
export async function selectItems<T extends Item, Context>(
  feed: Feed<T, Context>,
  sql: Sql,
  entry: LogEntry,
  items: readonly T[],
  after = -1,
): Promise<readonly T[]> {
  const wanted = items.filter((item) => item.index > after && feed.matches(item));
  return feed.narrow && wanted.length > 0 ? feed.narrow(sql, entry, wanted) : wanted;
}

/** In messages of at most `size`. */
export function* inMessages<T>(items: readonly T[], size: number): Generator<readonly T[], void, void> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Those of the entries, read at once, that a later one replaces. */
export function replacedEntries<T extends Item>(channel: Channel<T>, entries: readonly LogEntry[]): Set<LogEntry> {
  const replaced = new Set<LogEntry>();
  if (!channel.keyOf) return replaced;
  const newest = new Map<string, LogEntry>();
  for (const entry of entries) {
    const key = channel.keyOf(entry);
    if (key === null) continue;
    const earlier = newest.get(key);
    if (earlier) replaced.add(earlier);
    newest.set(key, entry);
  }
  return replaced;
}
