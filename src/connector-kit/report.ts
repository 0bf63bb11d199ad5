import { StreamCursorError } from "#src/errors.ts";
import type { StreamContext, StreamPage } from "./contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "./cursor.ts";
import { isRefused } from "./page-walk.ts";
import { textOf } from "./record.ts";

/** What the provider reports about a report: where to get it, that it is in the making, or why it will never be. */
export type ReportState = { ready: string } | "pending" | { failed: string };

export interface Report<T> {
  /** As errors name it: `the credential report`. */
  name: string;
  /** Asks for it. Returns what to ask with later; the provider may already be making one, which is as good. */
  request: (context: StreamContext) => Promise<string>;
  poll: (context: StreamContext, reference: string) => Promise<ReportState>;
  /** What it holds, in pages, in the same order each time. `ready` is from `poll`. */
  download: (context: StreamContext, ready: string) => AsyncIterable<readonly T[]>;
  /** The first wait; each further one is twice as long, up to five minutes. Default 10 seconds. */
  waitMs?: number;
  /** A report that is not ready by then is asked for again. Default one day. */
  patienceMs?: number;
}

const maxWaitMs = 5 * 60_000;
const kind = { form: "report1" };

/**
 * Reads a report that the provider makes on request: asks for it, looks again until it is ready, and downloads it. Between looks the scan
 * rests (`resumeAt`); no worker waits. Cursor: the reference, and how many pages of it are stored: a resumed download skips them.
 * Throws StreamCursorError when the provider failed to make the report, no longer has it, or takes too long: it is requested again.
 */
export async function* report<T>(
  context: StreamContext,
  cursor: string | null,
  { name, request, poll, download, waitMs = 10_000, patienceMs = 86_400_000 }: Report<T>,
): AsyncGenerator<StreamPage<T>, void, void> {
  const now = context.now();
  const waiting = (reference: string, askedAt: Date, looks: number): StreamPage<T> => ({
    items: [],
    cursor: writeCursor(kind, { reference, askedAt, looks, pages: 0 }),
    resumeAt: new Date(now.getTime() + Math.min(maxWaitMs, waitMs * 2 ** Math.min(20, looks))),
  });
  if (cursor === null) {
    yield waiting(await request(context), now, 0);
    return;
  }
  const { reference, askedAt, looks, pages } = readPlace(cursor, now);
  const state = await look(() => poll(context, reference), name);
  if (state === "pending") {
    if (now.getTime() - askedAt.getTime() > patienceMs) throw new StreamCursorError(`The app did not finish ${name}.`);
    yield waiting(reference, askedAt, looks + 1);
    return;
  }
  if ("failed" in state) throw new StreamCursorError(`The app failed to make ${name}: ${state.failed}`);
  let read = 0;
  for await (const items of download(context, state.ready)) {
    context.signal.throwIfAborted();
    read += 1;
    if (read <= pages) continue;
    yield { items: [...items], cursor: writeCursor(kind, { reference, askedAt, looks, pages: read }) };
  }
  yield { items: [], cursor: null };
}

async function look(poll: () => Promise<ReportState>, name: string): Promise<ReportState> {
  try {
    return await poll();
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new StreamCursorError(`The app no longer has ${name}.`, { cause: error });
  }
}

function readPlace(cursor: string, now: Date) {
  const stored = readCursor(kind, cursor);
  const reference = textOf(stored.reference);
  if (reference === null) throw new StreamCursorError("The stored position cannot be read.");
  return {
    reference,
    askedAt: needStoredInstant(stored.askedAt, now),
    looks: Number(stored.looks) || 0,
    pages: Number(stored.pages) || 0,
  };
}
