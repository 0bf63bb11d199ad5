import {
  ProviderAuthError,
  ProviderError,
  ProviderRateLimitError,
  ProviderScopeError,
  StreamCursorError,
} from "#src/errors.ts";
import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import type { StreamContext, StreamPage } from "../contract/streams.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { listOf, objectOf, textOf } from "../record.ts";

type Page = StreamPage<ActivityRecord | UnreadableItem>;

export interface MergedLog {
  /** Stable: it stands in cursors. */
  name: string;
  read: (context: StreamContext, cursor: string | null) => AsyncGenerator<Page, void, void>;
  /** False: with these settings it is not read; its position stays. Default true. */
  when?: boolean;
  /** False: a tenant that denies this log (a missing scope or licence) still has the stream. Default true. */
  required?: boolean;
}

const kind = { form: "logs1" };

/**
 * Reads several logs of one app as one stream, page by page, the one that is furthest behind next. Logs that are worth a health of their own
 * are parts of the stream instead (`StreamParts`).
 * One that is denied or fails does not hold up the others: its error is thrown once they have been read, unless it was denied and is not
 * required. Withdrawn credentials, rate limits and dead positions end the run at once. Cursor: the position of each log by name, and which
 * log was read last: a run begins with the one after it, so that runs that end after a page leave none of them out.
 */
export async function* mergeLogs(
  context: StreamContext,
  cursor: string | null,
  logs: readonly MergedLog[],
): AsyncGenerator<Page, void, void> {
  const stored = cursor === null ? {} : readCursor(kind, cursor);
  const positions: Record<string, string | null> = {};
  for (const [name, position] of Object.entries(objectOf(stored.positions))) positions[name] = textOf(position);
  /** Of a back-fill: a log that was read to its end must not start over. */
  const done = listOf(stored.done).map(String);
  let last = textOf(stored.last);
  const write = () => writeCursor(kind, { positions, last, ...(context.to === null ? {} : { done }) });

  const runs = logs
    .filter(({ name, when }) => when !== false && !(context.to !== null && done.includes(name)))
    .map((log) => new Run(log, log.read(context, positions[log.name] ?? null)));
  // The sort below is stable, and at the beginning no log has reached anything.
  runs.push(...runs.splice(0, runs.findIndex(({ log }) => log.name === last) + 1));
  let denied = 0;
  let failure: ProviderError | null = null;
  const resumes: Date[] = [];
  try {
    for (;;) {
      const [run] = runs.filter(({ ended }) => !ended).sort((a, b) => a.reached - b.reached);
      if (!run) break;
      const page = await run.next();
      if (page) {
        positions[run.log.name] = page.cursor;
        last = run.log.name;
        const { resumeAt: later, ...rest } = page;
        if (later) {
          run.ended = true;
          resumes.push(later);
        }
        yield { ...rest, cursor: write() };
        continue;
      }
      if (run.error === null) {
        done.push(run.log.name);
        continue;
      }
      const isDenial = run.error instanceof ProviderScopeError;
      if (isDenial) denied += 1;
      if (!isDenial || run.log.required !== false || denied === runs.length) failure ??= run.error;
    }
  } finally {
    await Promise.all(runs.map(({ close }) => close()));
  }
  if (failure) throw failure;
  const [resumeAt] = resumes.sort((a, b) => a.getTime() - b.getTime());
  if (resumeAt) yield { items: [], cursor: write(), resumeAt };
}

/** One of the logs while it is read. */
class Run {
  readonly log: MergedLog;
  /** Epoch ms of the newest event it gave in this run. */
  reached = Number.NEGATIVE_INFINITY;
  ended = false;
  error: ProviderError | null = null;
  readonly #pages: AsyncGenerator<Page, void, void>;

  constructor(log: MergedLog, pages: AsyncGenerator<Page, void, void>) {
    this.log = log;
    this.#pages = pages;
  }

  /** Null at its end, whether good or bad. Throws what concerns all logs. */
  async next(): Promise<Page | null> {
    try {
      const { value } = await this.#pages.next();
      if (value) {
        for (const item of value.items)
          if ("occurredAt" in item) this.reached = Math.max(this.reached, item.occurredAt.getTime());
        return value;
      }
    } catch (error) {
      const concernsAll =
        !(error instanceof ProviderError) ||
        error instanceof ProviderAuthError ||
        error instanceof ProviderRateLimitError ||
        error instanceof StreamCursorError;
      if (concernsAll) throw error;
      this.error = error;
    }
    this.ended = true;
    return null;
  }

  close = (): Promise<unknown> => this.#pages.return(undefined);
}
