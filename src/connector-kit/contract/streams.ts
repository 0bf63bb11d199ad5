import type { Context } from "./context.ts";
import type { ActivityCategory, ScanStream } from "./kinds.ts";
import type { StreamItem } from "./records.ts";

/** What was read at once, and where to resume after it is stored. At most a few thousand items. */
export interface StreamPage<T> {
  items: T[];
  /** Opaque; handed back to the stream function after this page is committed. Null: start over next time. */
  cursor: string | null;
  /** How many there are in all, where the provider reports it. */
  total?: number;
  /**
   * The provider is not ready with what follows (a report in the making): the scan ends here and goes on at this instant, from this page's
   * cursor. No worker waits. Needs a cursor; the generator is not asked for another page.
   */
  resumeAt?: Date;
}

/** A sub-stream of one kind of record: one of several logs, a region, a drive, a component. Cursor, health, gaps and throttling are its own. */
export interface StreamPart {
  /** Stable within the stream: `us-east-1`, `SharePoint`. Handed to the stream function as `context.part`. */
  name: string;
  /** What people see. Default: the name. */
  label?: string;
  /** Beside the stream's own scopes; without them this part is off and the others go on. */
  scopes?: readonly string[];
  /** Activities only. Default: the stream's. */
  categories?: readonly ActivityCategory[];
  /**
   * Files only: a feed of changes beside parts that list. It goes on from its cursor every `feedEverySeconds` of the stream, before any
   * listing that waits, so that a changed file does not wait for a listing of days to end; and what it does not name is still there.
   * Without a cursor it takes the feed's present position. Default false.
   */
  feed?: boolean;
}

export interface StreamContext extends Context {
  /** Start of the first read (activities, files): connection time less the retroactive period, or the caller's back-fill. */
  from: Date;
  /** End of a back-fill; null: go on to now. */
  to: Date | null;
  /** Which part of the stream to read; null for a stream without parts. */
  part: string | null;
}

export type StreamFunction<S extends ScanStream = ScanStream> = (
  context: StreamContext,
  cursor: string | null,
) => AsyncGenerator<StreamPage<StreamItem<S>>, void, void>;
export type StreamFunctions = { [S in ScanStream]?: StreamFunction<S> };

/**
 * Lists the parts of a stream for these settings, components and this tenant; asked on connecting, on enabling and once a day. A part that is
 * no longer named is no longer read. An empty list: the stream is off.
 */
export type StreamParts = (context: Context) => Promise<readonly StreamPart[]>;
