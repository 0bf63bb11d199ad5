import { mix } from "./generator.ts";
import type { TenantOptions } from "./provider.ts";

/**
 * When each event of a tenant happened. Events 0..history-1 lie before `createdAt` and are computed;
 * later ones are appended at the time they happen, each with an optional note of what makes it special.
 */
export class Timeline<Note> {
  readonly history: number;
  private readonly seed: number;
  private readonly start: number;
  private readonly slotMs: number;
  private readonly appendedAt: number[] = [];
  private readonly notes = new Map<number, Note>();

  constructor(options: Required<TenantOptions>) {
    this.seed = options.seed;
    this.history = options.events;
    const spanMs = options.historyDays * 86_400_000;
    this.start = options.createdAt - spanMs;
    this.slotMs = spanMs / Math.max(1, options.events);
  }

  get count(): number {
    return this.history + this.appendedAt.length;
  }

  /** Epoch ms. Never goes back from one event to the next, except where `append` was given an earlier time. */
  timeAt(number: number): number {
    if (number >= this.history) return this.appendedAt[number - this.history] as number;
    return Math.floor(this.start + (number + mix(this.seed, number, 61) / 2 ** 32) * this.slotMs);
  }

  noteAt(number: number): Note | undefined {
    return this.notes.get(number);
  }

  /** Adds an event and answers its number. */
  append(at: number, note?: Note): number {
    const number = this.count;
    this.appendedAt.push(at);
    if (note !== undefined) this.notes.set(number, note);
    return number;
  }

  /** Number of the first event at or after an instant; `count` when there is none. */
  firstAtOrAfter(at: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
