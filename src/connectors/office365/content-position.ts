import { createHash } from "node:crypto";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, storedInstant, writeCursor } from "#src/connector-kit/cursor.ts";
import { storedPlace, type WalkPlace } from "#src/connector-kit/page-walk.ts";
import { isObject, listOf } from "#src/connector-kit/record.ts";
import { StreamCursorError } from "#src/errors.ts";

const hourMs = 3_600_000;
/** Content is kept for seven days; a little less, so that none ends while it is read. */
const keptMs = 7 * 24 * hourMs - 300_000;
/** Content may be listed this much later than the time it states. */
const lateMs = 4 * hourMs;
/** The longest span to list at once. A day is allowed; less keeps the list of what was read short. */
const windowMs = 12 * hourMs;
/** Of a back-fill: what happened in its span may have become available so much later. */
const delayMs = 24 * hourMs;

interface Window {
  from: Date;
  to: Date;
  /** The page to go on with; null: the first. */
  place: WalkPlace | null;
}

/**
 * How far the content of one type has been read: a log of blobs that are listed by the time at which they became available. Blobs that
 * are late stand between others, so the last hours are listed again each time, and what was read is remembered.
 */
export class ContentPosition {
  readonly #kind: { form: string; of: string };
  readonly #context: StreamContext;
  /** Blobs by a hash of their id, with the hour they state: those that may be listed again. */
  readonly #seen = new Map<string, number>();
  #readTo: Date | null = null;
  #window: Window | null = null;

  /** Throws StreamCursorError for a cursor of something else, and when content was lost because nobody read it for a week. */
  constructor(context: StreamContext, contentType: string, cursor: string | null) {
    this.#kind = { form: "content1", of: contentType };
    this.#context = context;
    if (cursor === null) return;
    const now = context.now();
    const stored = readCursor(this.#kind, cursor);
    this.#readTo = storedInstant(stored.readTo, now);
    for (const one of listOf(stored.seen)) {
      const [hash, hour] = listOf(one);
      if (typeof hash === "string" && typeof hour === "number") this.#seen.set(hash, hour);
    }
    const { window } = stored;
    if (isObject(window))
      this.#window = {
        from: needStoredInstant(window.from, now),
        to: needStoredInstant(window.to, now),
        place: window.place === null ? null : storedPlace(window.place),
      };
    const reached = this.#window?.from ?? this.#readTo;
    if (reached && context.to === null && reached.getTime() < this.#oldest() - lateMs)
      throw new StreamCursorError(
        "Microsoft keeps content for seven days, and what was not read in that time is lost.",
      );
  }

  /** The span to list next; null when all there is has been read. */
  next(): Window | null {
    if (this.#window) return this.#window;
    const end = this.#end();
    const again = this.#readTo === null ? Number.NEGATIVE_INFINITY : this.#readTo.getTime() - lateMs;
    if (this.#readTo !== null && this.#readTo >= end) return null;
    const start = Math.max(this.#context.from.getTime(), again, this.#oldest());
    const from = wholeSecond(start);
    if (from >= end) return null;
    // What is listed again does not shorten what is new.
    const to = Math.min(Math.max(from.getTime() + windowMs, (this.#readTo?.getTime() ?? 0) + windowMs), end.getTime());
    this.#window = { from, to: new Date(Math.min(to, from.getTime() + 24 * hourMs)), place: null };
    return this.#window;
  }

  isRead(contentId: string): boolean {
    return this.#seen.has(hashOf(contentId));
  }

  /** A blob was stored. `createdAt`: when it became available, as it states. */
  noteRead(contentId: string, createdAt: Date): void {
    this.#seen.set(hashOf(contentId), Math.floor(createdAt.getTime() / hourMs));
  }

  /** All blobs of a page of the present window were read. Null: it was the last one. */
  notePage(next: WalkPlace | null): void {
    const window = this.#window;
    if (!window) return;
    if (next !== null) {
      window.place = next;
      return;
    }
    this.#window = null;
    this.#readTo = window.to;
    const oldest = Math.floor((window.to.getTime() - lateMs) / hourMs);
    for (const [hash, hour] of this.#seen) if (hour < oldest) this.#seen.delete(hash);
  }

  write(): string {
    return writeCursor(this.#kind, { readTo: this.#readTo, window: this.#window, seen: [...this.#seen] });
  }

  /** Seconds are what the API knows; the end of a span is not in it. */
  #end(): Date {
    const now = this.#context.now();
    const { to } = this.#context;
    const end = to === null ? now.getTime() : Math.min(now.getTime(), to.getTime() + delayMs);
    return new Date(Math.ceil(end / 1000) * 1000);
  }

  #oldest(): number {
    return this.#context.now().getTime() - keptMs;
  }
}

function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}

function hashOf(contentId: string): string {
  return createHash("sha256").update(contentId).digest("base64url").slice(0, 10);
}
