import { useCallback, useEffect, useRef, useState } from "react";
import { stringifyDocument } from "urql";
import {
  type ActivityFilter,
  type ActivityRowFragment,
  LiveActivitiesDocument,
  type LiveActivitiesSubscription,
} from "../../__generated__/activity.ts";
import { live } from "../../data/client.ts";

/** Held while the list rests. Past it the tail is put down, and taken up again behind its cursor: nothing is lost, and memory stays bounded. */
const maxHeld = 5_000;
/** Shown above the history: as many as a list draws again within a frame or two. */
const maxShown = 2_000;
/** Arrivals are drawn together: at 500 a second each row of its own would be too much work. */
const drawEveryMs = 250;

export interface Tail {
  /** Newest first. */
  rows: readonly ActivityRowFragment[];
  /** Arrived, and not shown yet. */
  waiting: number;
  /** More wait than are held here. */
  isFull: boolean;
  /** Rows were dropped at the end, between these and the history. */
  isTrimmed: boolean;
  /** The log no longer has what came after the cursor: some activities are in the history only. */
  hasGap: boolean;
}

interface TailOptions {
  filter: ActivityFilter;
  /** Where the history was read. Null: do not follow. */
  after: string | null;
  isPaused: boolean;
}

const none: Tail = { rows: [], waiting: 0, isFull: false, isTrimmed: false, hasGap: false };

/** Activities as they arrive, without a cache. Paused, they wait and are counted. */
export function useTail({ filter, after, isPaused }: TailOptions): Tail {
  const [tail, setTail] = useState<Tail>(none);
  const held = useRef<ActivityRowFragment[]>([]);
  const cursor = useRef<string | null>(null);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const [round, setRound] = useState(0);
  const key = JSON.stringify(filter);

  const draw = useCallback(() => {
    setTail((before) => {
      if (paused.current) {
        const waiting = held.current.length;
        return before.waiting === waiting ? before : { ...before, waiting, isFull: waiting >= maxHeld };
      }
      if (held.current.length === 0) return before.waiting === 0 ? before : { ...before, waiting: 0, isFull: false };
      const rows = [...held.current.reverse(), ...before.rows];
      held.current = [];
      return {
        ...before,
        rows: rows.slice(0, maxShown),
        waiting: 0,
        isFull: false,
        isTrimmed: before.isTrimmed || rows.length > maxShown,
      };
    });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter or another history starts over.
  useEffect(() => {
    held.current = [];
    cursor.current = after;
    setTail(none);
  }, [key, after]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` follows again behind the cursor.
  useEffect(() => {
    if (after === null) return;
    const variables = { filter: JSON.parse(key) as ActivityFilter, after: cursor.current };
    const stop = live.follow(
      { query: stringifyDocument(LiveActivitiesDocument), variables },
      {
        next({ data }) {
          for (const event of (data as LiveActivitiesSubscription | undefined)?.activitiesAdded ?? []) {
            held.current.push(event.activity);
            cursor.current = event.cursor;
          }
          if (held.current.length >= maxHeld) stop();
        },
        error(error) {
          const [first] = [error].flat() as { extensions?: { code?: string } }[];
          if (first?.extensions?.code !== "CURSOR_EXPIRED") return;
          cursor.current = null;
          setTail((before) => ({ ...before, hasGap: true }));
          setTimeout(() => setRound((before) => before + 1), 1_000);
        },
        complete() {},
      },
    );
    const timer = setInterval(draw, drawEveryMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [key, after, round, draw]);

  // After a rest that filled the store, follow again.
  useEffect(() => {
    if (isPaused) return;
    const wasFull = held.current.length >= maxHeld;
    draw();
    if (wasFull) setRound((before) => before + 1);
  }, [isPaused, draw]);

  return tail;
}
