import { chance, mix } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";
import { Timeline } from "../../timeline.ts";

/** Workday keeps two logs: what people did (`activities`), and sign-ons with their failed attempts. */
export type LogName = "activities" | "signons";

/** What makes an event special that was not left to the generator. */
export interface Note {
  log: LogName;
  /** Task name of an activity. */
  task?: string;
  /** User name in the log; any text, since logs also name accounts that are not workers. */
  account?: string;
  ip?: string;
  successful?: boolean;
  passwordChanged?: boolean;
  /** Index of the worker it was done to. */
  target?: number;
}

/** Every fifth generated event is a sign-on; the four after it happen in that session. */
const blockSize = 5;

/** Both logs by running number: computed for the past, appended from then on. */
export class Logs {
  readonly #seed: number;
  readonly #timeline: Timeline<Note>;
  /** Numbers of appended events by log, in the order of their time. */
  readonly #appended: Record<LogName, number[]> = { activities: [], signons: [] };

  constructor(options: Required<TenantOptions>) {
    this.#seed = options.seed;
    this.#timeline = new Timeline<Note>(options);
  }

  get count(): number {
    return this.#timeline.count;
  }

  countOf(log: LogName): number {
    return this.#historyOf(log) + this.#appended[log].length;
  }

  logOf(number: number): LogName {
    return this.noteAt(number)?.log ?? (number % blockSize === 0 ? "signons" : "activities");
  }

  noteAt(number: number): Note | undefined {
    return this.#timeline.noteAt(number);
  }

  /** The session an event belongs to: its sign-on and the four activities after it share one. */
  blockOf(number: number): number {
    return Math.floor(number / blockSize);
  }

  timeAt(number: number): number {
    return this.#timeline.timeAt(this.recordOf(number));
  }

  /** Real logs hold rows that are equal to the byte: now and then an activity is the one before it once more. */
  recordOf(number: number): number {
    const twin =
      number < this.#timeline.history &&
      number % blockSize === 4 &&
      chance(mix(this.#seed, this.blockOf(number), 401), 0.5);
    return twin ? number - 1 : number;
  }

  append(at: number, note?: Note): number {
    const number = this.#timeline.append(at, note);
    const list = this.#appended[this.logOf(number)];
    let position = list.length;
    while (position > 0 && this.#timeline.timeAt(list[position - 1] as number) > at) position -= 1;
    list.splice(position, 0, number);
    return number;
  }

  /** Time of the newest event that was there from the beginning; nothing may land before it. */
  endOfHistory(): number {
    return this.#timeline.history > 0 ? this.timeAt(this.#timeline.history - 1) : 0;
  }

  /** The event at a position of one log, 0 being the oldest. */
  numberAt(log: LogName, position: number): number {
    const history = this.#historyOf(log);
    if (position >= history) return this.#appended[log][position - history] as number;
    return log === "signons" ? position * blockSize : position + Math.floor(position / (blockSize - 1)) + 1;
  }

  /** Positions in one log from `from` to `to`, both included. */
  between(log: LogName, from: number, to: number): { first: number; count: number } {
    const first = this.#firstAtOrAfter(log, from);
    return { first, count: Math.max(0, this.#firstAtOrAfter(log, to + 1) - first) };
  }

  #historyOf(log: LogName): number {
    const signons = Math.ceil(this.#timeline.history / blockSize);
    return log === "signons" ? signons : this.#timeline.history - signons;
  }

  #firstAtOrAfter(log: LogName, at: number): number {
    let low = 0;
    let high = this.countOf(log);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(this.numberAt(log, middle)) >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
