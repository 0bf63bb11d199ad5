import type { InspectionOutcome, Limits } from "../status.ts";

/** A part of the file that cannot be read, and why; the others are read all the same. */
export class UnreadablePart extends Error {
  readonly outcome: Exclude<InspectionOutcome, "INSPECTED" | "PARTIALLY_INSPECTED">;
  /** `message` is a full sentence about one file, free of its content and its name. */
  constructor(outcome: UnreadablePart["outcome"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** A limit of the whole file is reached: reading ends here. */
export class LimitReached extends Error {
  readonly outcome: "TOO_LARGE" | "TIMED_OUT";
  constructor(outcome: LimitReached["outcome"], message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/** The text of one file as it is collected, and what all its parts have used up together. */
export class Reading {
  readonly limits: Limits;
  readonly #now: () => number;
  readonly #endsAt: number;
  readonly #text: string[] = [];
  readonly #problems: { outcome: UnreadablePart["outcome"]; message: string }[] = [];
  #characters = 0;
  #hasText = false;
  #inflated = 0;
  #entries = 0;
  #readParts = 0;
  #stopped: LimitReached | null = null;

  constructor(limits: Limits, now: () => number = () => performance.now()) {
    this.limits = limits;
    this.#now = now;
    this.#endsAt = now() + limits.readingMilliseconds;
  }

  /** Throws LimitReached. */
  write(text: string): void {
    this.#hasText ||= /\S/.test(text);
    const room = this.limits.characters - this.#characters;
    this.#text.push(text.length > room ? text.slice(0, room) : text);
    this.#characters += Math.min(text.length, room);
    if (text.length > room)
      throw new LimitReached(
        "TOO_LARGE",
        `It has more text than the ${this.limits.characters.toLocaleString("en")} characters that are inspected.`,
      );
  }

  /** Counts bytes as they are unpacked, whatever the archive claims. Throws LimitReached. */
  inflate(bytes: number): void {
    this.#inflated += bytes;
    if (this.#inflated > this.limits.inflatedBytes)
      throw new LimitReached("TOO_LARGE", `It unpacks to more than ${megabytes(this.limits.inflatedBytes)}.`);
    this.checkTime();
  }

  /** Throws LimitReached. */
  checkTime(): void {
    if (this.#now() > this.#endsAt)
      throw new LimitReached("TIMED_OUT", `Reading it took longer than ${this.limits.readingMilliseconds / 1000} s.`);
  }

  /** Throws LimitReached. */
  countEntry(): void {
    this.#entries++;
    if (this.#entries > this.limits.entries)
      throw new LimitReached("TOO_LARGE", `It contains more than ${this.limits.entries.toLocaleString("en")} files.`);
  }

  partRead(): void {
    this.#readParts++;
  }
  problem({ outcome, message }: UnreadablePart): void {
    this.#problems.push({ outcome, message });
  }
  /** Reads one part; what makes it unreadable is noted, and the others can be read. Returns whether it was read. Throws LimitReached. */
  async attempt(read: () => Promise<void>): Promise<boolean> {
    try {
      await read();
      return true;
    } catch (error) {
      if (!(error instanceof UnreadablePart)) throw error;
      this.problem(error);
      return false;
    }
  }

  stop(limit: LimitReached): void {
    this.#stopped = limit;
  }

  get text(): string {
    return this.#text.join("");
  }

  /** `reason` is null if everything was read. */
  outcome(): { outcome: InspectionOutcome; reason: string | null } {
    const all = [...this.#problems, ...(this.#stopped ? [this.#stopped] : [])];
    if (all.length === 0) return { outcome: "INSPECTED", reason: null };
    const reason = summary(all.map(({ message }) => message));
    if (this.#readParts > 0 || this.#hasText) return { outcome: "PARTIALLY_INSPECTED", reason };
    // Nothing was read: what stopped it is the reason, else what most parts have.
    const [first] = all.sort((one, other) => severity(one.outcome) - severity(other.outcome));
    return { outcome: this.#stopped?.outcome ?? first!.outcome, reason };
  }
}

const severities = ["TOO_LARGE", "TIMED_OUT", "ENCRYPTED", "CORRUPT", "FAILED", "UNSUPPORTED_TYPE"];
const severity = (outcome: string) => severities.indexOf(outcome);
const maxReasons = 5;

/** Each message once, with how often. */
function summary(messages: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  const lines = [...counts].map(([message, count]) => (count > 1 ? `${message} (${count} times)` : message));
  const more = lines.length > maxReasons ? [`And ${lines.length - maxReasons} other reasons.`] : [];
  return [...lines.slice(0, maxReasons), ...more].join(" ");
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
