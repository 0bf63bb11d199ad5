/** Thirty days of Monitor with real lags, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import { docusign } from "#src/connectors/docusign/index.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;

interface Logged {
  at: number;
  visibleAt: number;
  id: string;
}

/** Ordered by time, whenever an event becomes visible. Pages are small, so that most readings have several. */
class Monitor {
  now = start;
  readonly below = randomFrom(11);
  readonly events: Logged[] = [];

  constructor() {
    for (let at = start; at < end; at += this.below(60 * minuteMs)) {
      // Most come within minutes, some hours later, and many at the same instant.
      const usual = this.below(40) === 0 ? this.below(20 * hourMs) : this.below(5 * minuteMs);
      for (let copies = this.below(12) === 0 ? 1 + this.below(150) : 1; copies > 0; copies--)
        this.events.push({ at, visibleAt: at + usual, id: `${String(this.events.length).padStart(8, "0")}-0a0b` });
    }
  }

  answer = (path: string): FakeAnswer => {
    const cursor = new URL(path, "https://lens.example").searchParams.get("cursor") ?? "";
    const [time = "", last] = cursor.split("_");
    const from = Date.parse(time);
    const data: Logged[] = [];
    for (let index = this.#firstAt(from); index < this.events.length && data.length < 100; index++) {
      const one = this.events[index]!;
      const isBehind = one.at > from || (last !== undefined && one.id.slice(0, 8) > last);
      if (isBehind && one.visibleAt <= this.now) data.push(one);
    }
    const newest = data.at(-1);
    const endCursor = newest ? `${written(newest.at)}_${newest.id.slice(0, 8)}` : cursor;
    return { body: { endCursor, data: data.map(({ at, id }) => ({ ...event, timestamp: written(at), eventId: id })) } };
  };

  #firstAt(from: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle]!.at < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const written = (at: number) => new Date(at).toISOString().replace("Z", "0000Z");
const event = { object: "Envelope", action: "Sent", userId: "fc8d7d8c-0001", result: "", data: {} };

test("events that come minutes or hours late, many at one instant, are all read, each once", async () => {
  const monitor = new Monitor();
  const stored = new Map<string, number>();
  let cursor: string | null = null;
  const next = () => {
    const isOutage = monitor.now > start + 12 * dayMs && monitor.now < start + 12 * dayMs + 6 * hourMs;
    return isOutage ? 2 * dayMs : 5 * minuteMs + monitor.below(8 * hourMs);
  };
  for (; monitor.now < end + 3 * dayMs; monitor.now += next()) {
    const now = new Date(monitor.now);
    const context = contextOf(monitor.answer, { from: new Date(start - hourMs), now: () => now });
    const pages = monitor.below(6) === 0 ? monitor.below(3) : Number.POSITIVE_INFINITY;
    let read = 0;
    for await (const page of docusign.streams.ACTIVITIES!(context, cursor)) {
      for (const item of page.items) {
        if (!("occurredAt" in item)) throw new Error(`This is not an event: ${JSON.stringify(item)}`);
        stored.set(item.externalId, item.occurredAt.getTime());
      }
      cursor = page.cursor;
      if (++read > pages) break;
    }
  }
  // What is read again has the same id and time, and is stored once.
  expect(monitor.events.filter(({ id, at }) => stored.get(id) !== at)).toEqual([]);
  expect(stored.size).toBe(monitor.events.length);
  expect(stored.size).toBeGreaterThan(5000);
});
