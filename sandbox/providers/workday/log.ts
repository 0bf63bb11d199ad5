import { chance, mix } from "../../generator.ts";
import type { Timeline } from "../../timeline.ts";

/** Workday keeps two logs: what people did (`activities`), and sign-ons with their failed attempts. */
export type LogName = "activities" | "signons";

/** What makes an event special that was not left to the generator. */
export interface Note {
  /** Default: which one its number falls into. */
  log?: LogName;
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

  constructor(seed: number, timeline: Timeline<Note>) {
    this.#seed = seed;
    this.#timeline = timeline;
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

  /** Real logs hold rows that are equal to the byte: some activities are the one before it once more. */
  recordOf(number: number): number {
    const isTwin =
      number < this.#timeline.history &&
      number % blockSize === 4 &&
      chance(mix(this.#seed, this.blockOf(number), 401), 0.5);
    return isTwin ? number - 1 : number;
  }

  /** An event of now or of the recent past, but never before those that were there from the beginning. */
  append(at: number, note?: Note): number {
    const { history } = this.#timeline;
    const number = this.#timeline.append(history > 0 ? Math.max(at, this.timeAt(history - 1)) : at, note);
    const list = this.#appended[this.logOf(number)];
    const later = list.findLastIndex((one) => this.timeAt(one) <= this.timeAt(number));
    list.splice(later + 1, 0, number);
    return number;
  }

  /** Up to `limit` numbers of one log between two instants, both included, oldest first, and how many there are. */
  between(log: LogName, from: number, to: number, page: { offset: number; limit: number }) {
    const first = this.#firstAtOrAfter(log, from);
    const total = Math.max(0, this.#firstAtOrAfter(log, to + 1) - first);
    const length = Math.max(0, Math.min(total - page.offset, page.limit));
    return { total, numbers: Array.from({ length }, (_, place) => this.#numberAt(log, first + page.offset + place)) };
  }

  /** The event at a position of one log, 0 being the oldest. */
  #numberAt(log: LogName, position: number): number {
    const history = this.#historyOf(log);
    if (position >= history) return this.#appended[log][position - history] as number;
    return log === "signons" ? position * blockSize : position + Math.floor(position / (blockSize - 1)) + 1;
  }

  #historyOf(log: LogName): number {
    const signons = Math.ceil(this.#timeline.history / blockSize);
    return log === "signons" ? signons : this.#timeline.history - signons;
  }

  #firstAtOrAfter(log: LogName, at: number): number {
    let low = 0;
    let high = this.#historyOf(log) + this.#appended[log].length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(this.#numberAt(log, middle)) >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
