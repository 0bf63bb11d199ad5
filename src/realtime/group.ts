import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import type { Standing } from "#src/access/authenticate.ts";
import { maySee, type Viewer } from "#src/access/viewer.ts";
import { GatehouseError } from "#src/errors.ts";
import type { Log } from "#src/platform/log.ts";
import { compareCursors, decodeCursor, type LogCursor, wholeBatch } from "./cursor.ts";
import { createDelivery, type Delivery, proofOf } from "./delivery.ts";
import { type Beginning, type Feed, type Item, inMessages, mayWant, replacedEntries, selectItems } from "./feed.ts";
import { checkCursor, readAfter } from "./follow.ts";
import type { PayloadMemory } from "./payloads.ts";
import type { Tailer } from "./tailer.ts";

/** What subscribers share who ask for the same with the same rights. */
export interface SharedOperation<Context, Payload> {
  /** The same for all who may share: document, variables and rights. */
  key: string;
  /** Names the rights alone. */
  rights: string;
  /** The same for all for whom the same items make the same message, whatever their filters: selection and rights. */
  rendering: string;
  /** Any viewer with these rights, and no particular one. */
  viewer: Viewer;
  feed: Feed<Item, Context>;
  createContext(): Context;
  /** Resolves and serialises one message. */
  render(value: unknown, context: Context): Promise<Payload>;
  /** Several messages that are sent at once. */
  join(payloads: readonly Payload[]): Payload;
}

/** One subscriber: the end by which messages leave. */
export interface Member<Payload> {
  readonly viewer: Viewer;
  /** What it has, or does not want: everything up to here. Not kept up while it is live, where the group knows. */
  seen: LogCursor;
  readonly isOver: boolean;
  /** Sends without waiting; false when too much waits already: then this is not sent. */
  offer(payload: Payload): boolean;
  /** Sends; resolves when it is on its way. */
  send(payload: Payload): Promise<void>;
  /** Resolves when nothing waits to be sent any more. */
  drained(): Promise<void>;
  fail(error: unknown): void;
}

/** What a group needs of those around it. */
export interface GroupParts<Payload> {
  tailer: Tailer;
  sql: Sql;
  log: Log;
  revalidate(viewer: Viewer): Promise<Standing>;
  payloads: PayloadMemory<Payload>;
  /** Up to here every entry was tried against the groups that are attached. */
  position(): number;
  /** From now on entries are tried against the group; until detached. */
  attach(group: Group<Payload>): void;
  detach(group: Group<Payload>): void;
  /** Its last member left. */
  onEmpty(): void;
  onRendered(): void;
  /** Retries a passing fault, after so many ms; for tests. */
  retryMs?: number;
}

export interface Group<Payload> {
  readonly feed: Feed<Item, unknown>;
  readonly viewer: Viewer;
  join(member: Member<Payload>, beginning: Beginning<never>): void;
  leave(member: Member<Payload>): void;
  wants(item: Item): boolean;
  /** Ends all members with this error. */
  fail(error: unknown): void;
  /** Items that were found to be wanted, in the order of the log. */
  push(delivery: Delivery, items: readonly Item[]): void;
}

/** More than this waiting for delivery: the group reads the log itself until it has caught up, and nothing is kept for it. */
const maxPendingItems = 2_000;
/** Messages that are made side by side. */
const messagesAtOnce = 50;
/** So much is sent to a socket at once, unless one message is larger. */
const bundleBytes = 32 * 1024;
const attempts = 8;

/** Who receives, and how far they are: the live members of a group together, or one that catches up. */
interface Listener<Payload> {
  seen(): LogCursor;
  advance(cursor: LogCursor): void;
  isOver(): boolean;
  /** False when nobody is left who may hear it. */
  mayHear(delivery: Delivery): Promise<boolean>;
  tell(bundle: Bundle<Payload>): Promise<void> | undefined;
}

/** Messages that are sent at once, and where each of them ends. */
interface Bundle<Payload> {
  joined: Payload;
  parts: readonly Part<Payload>[];
}

interface Part<Payload> {
  payload: Payload;
  cursor: LogCursor;
}

/**
 * Subscribers with the same operation and rights. What is delivered to the live ones is made once. One that has something to catch up on reads
 * the log by itself and becomes live when it is as far as they are; a live one that does not take what is sent is set back to that.
 */
export function createGroup<Context, Payload extends { size: number }>(
  operation: SharedOperation<Context, Payload>,
  parts: GroupParts<Payload>,
): Group<Payload> {
  const { feed } = operation;
  const { tailer, sql, log } = parts;
  /** By proof of identity: those who lose their rights together. */
  const live = new Map<string, { viewer: Viewer; members: Set<Member<Payload>> }>();
  const members = new Set<Member<Payload>>();
  let pending: { delivery: Delivery; items: readonly Item[] }[] = [];
  let pendingItems = 0;
  let isBusy = false;
  let isAttached = false;
  /** What the live members have received, while the group is busy. */
  let delivered: LogCursor = { position: 0, index: wholeBatch };

  /** Everything later than this will still be delivered to the live members. */
  function deliveredUpTo(): LogCursor {
    return isBusy ? delivered : { position: parts.position(), index: wholeBatch };
  }

  const group: Group<Payload> = {
    feed: feed as Feed<Item, unknown>,
    viewer: operation.viewer,
    wants: (item) => maySee(operation.viewer, item.instanceId) && feed.matches(item),
    join(member, beginning) {
      members.add(member);
      const isPlain = beginning.after === null && !beginning.first;
      if (isPlain && compareCursors(member.seen, deliveredUpTo()) >= 0) makeLive(member);
      else void catchUp(member, beginning as Beginning<Context>);
    },
    leave(member) {
      members.delete(member);
      remove(member);
      if (members.size === 0) parts.onEmpty();
    },
    fail(error) {
      for (const proof of [...live.keys()]) dropBucket(proof);
      for (const member of [...members]) member.fail(error);
    },
    push(delivery, items) {
      if (!isBusy) delivered = { position: delivery.entry.position - 1, index: wholeBatch };
      pending.push({ delivery, items });
      pendingItems += items.length;
      if (pendingItems > maxPendingItems) detach();
      if (!isBusy) void work();
    },
  };

  function makeLive(member: Member<Payload>): void {
    const proof = proofOf(member.viewer);
    const bucket = live.get(proof);
    if (bucket) bucket.members.add(member);
    else live.set(proof, { viewer: member.viewer, members: new Set([member]) });
    // A busy group that is detached attaches itself again when it has caught up.
    if (!isBusy) attach();
  }

  function remove(member: Member<Payload>): void {
    const proof = proofOf(member.viewer);
    const bucket = live.get(proof);
    if (bucket?.members.delete(member) && bucket.members.size === 0) dropBucket(proof);
  }

  function dropBucket(proof: string): void {
    live.delete(proof);
    if (live.size > 0) return;
    // A member that becomes live while the group is still busy reads from the log, from `told` on.
    detach();
    pending = [];
    pendingItems = 0;
  }

  function attach(): void {
    if (isAttached) return;
    isAttached = true;
    parts.attach(group);
  }

  function detach(): void {
    if (!isAttached) return;
    isAttached = false;
    parts.detach(group);
  }

  const everybody: Listener<Payload> = {
    seen: () => delivered,
    advance(cursor) {
      delivered = cursor;
    },
    isOver: () => live.size === 0,
    async mayHear(delivery) {
      await Promise.all(
        [...live].map(async ([proof, { viewer }]) => {
          // A subscriber that lost rights receives nothing more; the watch over open streams closes the socket.
          if (!(await delivery.holds(viewer))) dropBucket(proof);
        }),
      );
      return live.size > 0;
    },
    tell: (bundle) => void broadcast(bundle),
  };

  function broadcast({ joined, parts }: Bundle<Payload>): void {
    const { cursor: first } = parts[0]!;
    for (const bucket of live.values()) {
      for (const member of bucket.members) {
        const isAllNews = member.seen.position < first.position || compareCursors(member.seen, first) < 0;
        if (isAllNews ? !member.offer(joined) : !offerRest(member, parts)) setBack(member);
      }
    }
  }

  /** To one that became live ahead of the others: what it does not have yet. */
  function offerRest(member: Member<Payload>, parts: readonly Part<Payload>[]): boolean {
    for (const { payload, cursor } of parts) {
      if (compareCursors(member.seen, cursor) >= 0) continue;
      if (!member.offer(payload)) return false;
      member.seen = cursor;
    }
    return true;
  }

  /** It does not take what is sent: it goes on alone, when it has taken all, from where it is. */
  function setBack(member: Member<Payload>): void {
    if (compareCursors(member.seen, delivered) < 0) member.seen = delivered;
    remove(member);
    void catchUp(member, { after: null });
  }

  /** Delivers what was found, then, if the group was detached meanwhile, what the log holds since. */
  async function work(): Promise<void> {
    isBusy = true;
    try {
      for (;;) {
        const next = pending.shift();
        if (next) {
          pendingItems -= next.items.length;
          await persistently(() => tellFound(next.delivery, next.items), everybody.isOver);
        } else if (!isAttached && live.size > 0) {
          if (delivered.position >= parts.position()) attach();
          else await persistently(() => step(everybody), everybody.isOver);
        } else break;
      }
    } catch (error) {
      const failed = [...live.values()].flatMap((bucket) => [...bucket.members]);
      if (failed.length > 0) log.error({ err: error }, "delivery to a group of subscribers failed");
      for (const proof of [...live.keys()]) dropBucket(proof);
      for (const member of failed) member.fail(error);
    } finally {
      isBusy = false;
    }
  }

  async function tellFound(delivery: Delivery, items: readonly Item[]): Promise<void> {
    const { entry } = delivery;
    // Some of it may have been delivered before a fault.
    const rest = delivered.position === entry.position ? items.filter((item) => item.index > delivered.index) : items;
    const wanted = feed.narrow && rest.length > 0 ? await feed.narrow(sql, entry, rest) : rest;
    await tellItems(delivery, wanted, everybody);
  }

  /** Alone from where the member is, until it is as far as the live ones. */
  async function catchUp(member: Member<Payload>, beginning: Beginning<Context>): Promise<void> {
    let isLost = false;
    const alone: Listener<Payload> = {
      seen: () => member.seen,
      advance(cursor) {
        member.seen = cursor;
      },
      isOver: () => member.isOver || isLost,
      async mayHear(delivery) {
        if (!(await delivery.holds(member.viewer))) isLost = true;
        return !isLost;
      },
      tell: ({ joined }) => member.send(joined),
    };
    try {
      if (beginning.after !== null) await checkCursor(tailer, sql, decodeCursor(beginning.after));
      if (beginning.first) await tellFirst(member, beginning.first);
      for (;;) {
        await member.drained();
        if (alone.isOver()) return;
        if (compareCursors(member.seen, deliveredUpTo()) >= 0) return makeLive(member);
        await persistently(() => step(alone), alone.isOver);
      }
    } catch (error) {
      if (!member.isOver) member.fail(error);
    }
  }

  async function tellFirst(
    member: Member<Payload>,
    first: (context: Context) => AsyncIterable<unknown>,
  ): Promise<void> {
    const context = operation.createContext();
    for await (const value of first(context)) {
      if (member.isOver) return;
      await member.send(await operation.render(value, context));
    }
  }

  /** Delivers the next entries of the log. */
  async function step(listener: Listener<Payload>): Promise<void> {
    const { position, index } = listener.seen();
    const entries = await readAfter(tailer, sql, index === wholeBatch ? position : position - 1);
    const replaced = replacedEntries(feed.channel, entries);
    for (const entry of entries) {
      if (listener.isOver()) return;
      const seen = listener.seen();
      if (!replaced.has(entry) && mayWant(feed, entry.instanceId) && maySee(operation.viewer, entry.instanceId)) {
        const items = await feed.channel.read(sql, entry);
        const after = seen.position === entry.position ? seen.index : -1;
        const wanted = await selectItems(feed, sql, entry, items, after);
        await tellItems(createDelivery(entry, parts.revalidate), wanted, listener);
      } else listener.advance({ position: entry.position, index: wholeBatch });
    }
  }

  /** Delivers the items of one entry; afterwards all of the entry is delivered, unless the listener ended. */
  async function tellItems(delivery: Delivery, items: readonly Item[], listener: Listener<Payload>): Promise<void> {
    if (items.length > 0 && !(await listener.mayHear(delivery))) return;
    const messages = [...inMessages(items, feed.perMessage)];
    const atOnce = Math.max(1, Math.floor(messagesAtOnce / feed.perMessage));
    let turnBegan = performance.now();
    for (const some of inMessages(messages, atOnce)) {
      const payloads = await Promise.all(some.map((message) => payloadOf(delivery, message)));
      const parts = payloads.flatMap((payload, n) => (payload ? [{ payload, cursor: endOf(delivery, some[n]!) }] : []));
      for (const bundle of bundlesOf(parts)) {
        if (listener.isOver()) return;
        const sending = listener.tell(bundle);
        if (sending) await sending;
        listener.advance(bundle.parts.at(-1)!.cursor);
        // Thousands of sockets take long enough for others to notice.
        if (performance.now() - turnBegan > 10) {
          await nextTurn();
          turnBegan = performance.now();
        }
      }
    }
    listener.advance({ position: delivery.entry.position, index: wholeBatch });
  }

  function endOf({ entry }: Delivery, items: readonly Item[]): LogCursor {
    return { position: entry.position, index: items.at(-1)!.index };
  }

  function* bundlesOf(parts: readonly Part<Payload>[]): Generator<Bundle<Payload>, void, void> {
    for (let start = 0; start < parts.length; ) {
      let end = start + 1;
      let size = parts[start]!.payload.size;
      while (end < parts.length && size + parts[end]!.payload.size <= bundleBytes) size += parts[end++]!.payload.size;
      const some = parts.slice(start, end);
      const joined = some.length === 1 ? some[0]!.payload : operation.join(some.map(({ payload }) => payload));
      yield { joined, parts: some };
      start = end;
    }
  }

  function payloadOf(delivery: Delivery, items: readonly Item[]): Promise<Payload | null> {
    const places = items.length === 1 ? items[0]!.index : items.map(({ index }) => index).join();
    const name = `${delivery.entry.epoch}/${delivery.entry.position}/${places}/${operation.rendering}`;
    return parts.payloads.get(name, async () => {
      const context = delivery.context(operation.rights, operation.createContext);
      const value = await feed.toValue(items, context);
      if (value === null) return null;
      parts.onRendered();
      return operation.render(value, context);
    });
  }

  /** A fault that passes costs time, not the subscription. */
  async function persistently(run: () => Promise<void>, isOver: () => boolean): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        if (error instanceof GatehouseError || attempt >= attempts || isOver()) throw error;
        log.warn({ err: error, attempt }, "delivery to subscribers failed; trying again");
        await sleep(Math.min(5_000, (parts.retryMs ?? 100) * 2 ** attempt));
      }
    }
  }

  return group;
}
