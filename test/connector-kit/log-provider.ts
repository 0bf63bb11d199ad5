import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { instantOf, needInstant, needObject, needText } from "#src/connector-kit/record.ts";
import type { FakeAnswer } from "../connectors/fake-client.ts";
import { contextOf, randomFrom } from "./context.ts";

export interface LoggedEvent {
  id: string;
  /** Epoch ms. */
  time: number;
  /** When the log shows it: events come late, and out of order. */
  landsAt: number;
}

export const start = Date.parse("2026-11-20T12:00:00Z");
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * Events of some hours: many of the same second, all of whole seconds or all with fractions. Most land at once, some late by up to `lateMs`,
 * a few by up to `veryLateMs`.
 */
export function eventsOf(seed: number, options: { hours: number; count: number; lateMs: number; veryLateMs: number }) {
  const random = randomFrom(seed);
  const fractions = random(2) === 0;
  let time = start - 2 * hourMs;
  return Array.from({ length: options.count }, (_, index): LoggedEvent => {
    if (random(3) > 0) time += random((2 * options.hours * hourMs) / options.count);
    const at = fractions ? time : Math.floor(time / 1000) * 1000;
    const late = random(10);
    const lateMs = late < 6 ? random(1000) : late < 9 ? random(options.lateMs) : random(options.veryLateMs);
    return { id: `e${index}`, time: at, landsAt: at + lateMs };
  });
}

export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  return {
    externalId: needText(event.id, `${path}.id`),
    ...{ category: "USER", eventType: "seen", description: "Somebody was seen", outcome: "SUCCESS" },
    ...{ actor: null, targets: [], raw: event },
    occurredAt: needInstant(event.time, `${path}.time`),
  };
}

/** A clock that goes on by some seconds with each call, and a log that shows what has landed by then. */
export class FakeLog {
  now = start;
  calls = 0;
  readonly events: readonly LoggedEvent[];
  readonly context: StreamContext;

  constructor(
    events: readonly LoggedEvent[],
    answer: (log: FakeLog, url: URL) => FakeAnswer,
    span: Partial<StreamContext> = {},
  ) {
    this.events = events;
    this.context = contextOf(
      (path) => {
        this.calls += 1;
        this.now += 1 + (this.calls % 3) * 1500;
        return answer(this, new URL(path, "https://api.example"));
      },
      { now: () => new Date(this.now), from: new Date(start - 2 * hourMs), ...span },
    );
  }

  landed(from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): LoggedEvent[] {
    return this.events
      .filter(({ time, landsAt }) => landsAt <= this.now && time >= from && time <= to)
      .sort((a, b) => a.time - b.time);
  }

  instant(url: URL, name: string): number | undefined {
    return instantOf(url.searchParams.get(name))?.getTime();
  }
}

/** Lets a stream run as the engine does: now and then, at times after a long pause, and at times killed between two pages. */
export async function poll(
  log: FakeLog,
  seed: number,
  run: (cursor: string | null) => AsyncGenerator<StreamPage<ActivityRecord | { kind: "unreadable" }>, void, void>,
  until: number,
): Promise<string[]> {
  const random = randomFrom(seed);
  const stored: string[] = [];
  let cursor: string | null = null;
  const once = async (pages: number) => {
    const reading = run(cursor);
    for (let read = 0; read < pages; read++) {
      const { value: page, done } = await reading.next();
      if (done) return;
      for (const item of page.items) if ("externalId" in item) stored.push(item.externalId);
      cursor = page.cursor;
    }
    await reading.return(undefined);
  };
  while (log.now < until) {
    await once(random(2) === 0 ? 1 + random(4) : 10_000);
    log.now += [10_000, minuteMs, minuteMs, 5 * minuteMs, 40 * minuteMs, 3 * hourMs][random(6)] as number;
  }
  // Sweeps read a few pages a run: until what came last, and late, has been met.
  for (let run = 0; run < 80; run++) {
    await once(100_000);
    log.now += hourMs;
  }
  return stored;
}
