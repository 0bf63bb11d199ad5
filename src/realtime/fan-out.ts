import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import type { Standing } from "#src/access/authenticate.ts";
import type { Viewer } from "#src/access/viewer.ts";
import { CursorExpiredError } from "#src/errors.ts";
import type { Log } from "#src/platform/log.ts";
import { createDelivery } from "./delivery.ts";
import { type Beginning, type Channel, type Item, replacedEntries } from "./feed.ts";
import { createFilterIndex, type FilterIndex } from "./filter-index.ts";
import { oldestCursor } from "./follow.ts";
import { createGroup, type Group, type Member, type SharedOperation } from "./group.ts";
import { createPayloadMemory } from "./payloads.ts";
import { type LogEntry, readLog, type Tailer } from "./tailer.ts";

export interface FanOutParts {
  tailer: Tailer;
  sql: Sql;
  log: Log;
  revalidate(viewer: Viewer): Promise<Standing>;
  /** Called for every message that is made, however many get it. */
  onRendered?(): void;
  retryMs?: number;
}

/** Everybody in the process who follows the log through a connection. */
export interface FanOut<Payload> {
  /** From the member's `seen` on; returns where it is to be taken out again, once. */
  join<Context>(
    operation: SharedOperation<Context, Payload>,
    member: Member<Payload>,
    beginning: Beginning<Context>,
  ): Pick<Group<Payload>, "leave">;
  close(): void;
}

/** Payloads of the last minutes, for those who fell a little behind. */
const rememberedBytes = 32 * 1024 * 1024;
const entriesAtOnce = 50;
const entryDimensions = { instance: ({ instanceId }: LogEntry) => instanceId };

/** The groups that follow a channel: by what they want of it, and by what they want of an entry before it is read. */
interface Followers<Payload> {
  byItem: FilterIndex<Item, Group<Payload>>;
  byEntry: FilterIndex<LogEntry, Group<Payload>>;
}

/** Reads each entry of the log once, finds the groups that want something of it, and leaves the telling to them. */
export function createFanOut<Payload extends { size: number }>(parts: FanOutParts): FanOut<Payload> {
  const { tailer, sql, log } = parts;
  const groups = new Map<string, Group<Payload>>();
  const channels = new Map<Channel<Item>, Followers<Payload>>();
  const payloads = createPayloadMemory<Payload>(rememberedBytes);
  const closed = new AbortController();
  /** Every entry up to here was tried against the attached groups. */
  let position = 0;
  let isRunning = false;

  function followersOf(channel: Channel<Item>): Followers<Payload> {
    let followers = channels.get(channel);
    if (!followers) {
      followers = { byItem: createFilterIndex(channel.dimensions), byEntry: createFilterIndex(entryDimensions) };
      channels.set(channel, followers);
    }
    return followers;
  }

  function attach(group: Group<Payload>): void {
    const { byItem, byEntry } = followersOf(group.feed.channel);
    const { instanceIds } = group.viewer;
    const rights = instanceIds === null ? [] : [{ dimension: "instance", values: instanceIds }];
    const conditions = [...group.feed.conditions, ...rights];
    byItem.add(group, conditions);
    byEntry.add(group, conditions);
  }

  function detach(group: Group<Payload>): void {
    const { byItem, byEntry } = followersOf(group.feed.channel);
    byItem.delete(group);
    byEntry.delete(group);
  }

  async function run(): Promise<void> {
    let epoch = tailer.epoch();
    while (!closed.signal.aborted) {
      await tailer.wait(position, closed.signal, epoch);
      if (closed.signal.aborted) return;
      try {
        if (tailer.epoch() !== epoch) {
          const error = new CursorExpiredError(await oldestCursor(sql), "restored");
          epoch = tailer.epoch();
          position = tailer.position();
          for (const group of [...groups.values()]) group.fail(error);
          continue;
        }
        const entries = tailer.entriesAfter(position, entriesAtOnce) ?? (await readLog(sql, position, entriesAtOnce));
        // Nothing after waiting for something: the tailer has stopped.
        if (entries.length === 0) return;
        await distribute(entries);
      } catch (error) {
        log.warn({ err: error }, "the log could not be followed; trying again");
        await sleep(parts.retryMs ?? 500);
      }
    }
  }

  async function distribute(entries: readonly LogEntry[]): Promise<void> {
    const replaced = new Map([...channels.keys()].map((channel) => [channel, replacedEntries(channel, entries)]));
    for (const [channel, { byEntry }] of channels)
      channel.readAhead?.(
        sql,
        entries.filter((entry) => byEntry.has(entry)),
      );
    for (const entry of entries) {
      const items = await readFor(entry);
      if (closed.signal.aborted) return;
      // From here to the end of the turn nothing waits: who is attached meanwhile is tried against the next entry.
      const delivery = createDelivery(entry, parts.revalidate);
      const found = new Map<Group<Payload>, Item[]>();
      for (const [channel, some] of items) {
        if (replaced.get(channel)?.has(entry)) continue;
        const { byItem } = followersOf(channel);
        for (const item of some) {
          for (const group of byItem.candidates(item)) {
            if (!group.wants(item)) continue;
            const wanted = found.get(group);
            if (wanted) wanted.push(item);
            else found.set(group, [item]);
          }
        }
      }
      position = entry.position;
      for (const [group, wanted] of found) group.push(delivery, wanted);
    }
  }

  /** The entry's items on the channels whose followers may want some of them. */
  async function readFor(entry: LogEntry): Promise<Map<Channel<Item>, readonly Item[]>> {
    const read = new Map<Channel<Item>, readonly Item[]>();
    for (;;) {
      // A subscriber may begin to follow a channel while another one is read.
      const missing = [...channels].find(([channel, { byEntry }]) => !read.has(channel) && byEntry.has(entry));
      if (!missing) return read;
      read.set(missing[0], await missing[0].read(sql, entry));
    }
  }

  return {
    join(operation, member, beginning) {
      if (!isRunning) {
        isRunning = true;
        position = tailer.position();
        run().catch((err: unknown) => log.error({ err }, "the fan-out of the log has ended"));
      }
      let group = groups.get(operation.key);
      if (!group) {
        group = createGroup(operation, {
          ...parts,
          payloads,
          position: () => position,
          attach,
          detach,
          onEmpty: () => groups.delete(operation.key),
          onRendered: () => parts.onRendered?.(),
        });
        groups.set(operation.key, group);
      }
      group.join(member, beginning);
      return group;
    },
    close: () => closed.abort(),
  };
}
