import type { ExecutionResult } from "graphql";
import type { Authenticator } from "#src/access/authenticate.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Log } from "#src/platform/log.ts";

/** A stream of results that ends at once when it is asked to, whatever its source is waiting for. */
export interface Guarded extends AsyncGenerator<ExecutionResult, void, void> {
  stop(): void;
}

/**
 * Ends with `signal`. An async generator answers return() only after its pending next(): a subscription that waits for an event
 * would outlive its socket. Here return() answers at once, and the source is ended in its own time.
 */
export function guardStream(source: AsyncIterable<ExecutionResult>, abort: AbortController, log: Log): Guarded {
  const iterator = source[Symbol.asyncIterator]();
  const end = { done: true, value: undefined } as const;
  let wake: ((result: IteratorResult<ExecutionResult, void>) => void) | null = null;
  let ended = false;

  function stop(): void {
    if (ended) return;
    ended = true;
    wake?.(end);
    abort.abort();
    void Promise.resolve(iterator.return?.()).catch((err: unknown) =>
      log.warn({ err }, "a subscription's source failed to stop"),
    );
  }
  abort.signal.addEventListener("abort", stop, { once: true });
  if (abort.signal.aborted) stop();

  return {
    stop,
    next() {
      if (ended) return Promise.resolve(end);
      return new Promise((resolve, reject) => {
        wake = resolve;
        iterator.next().then(
          (result) => {
            wake = null;
            if (result.done) stop();
            resolve(ended ? end : result);
          },
          (error) => {
            wake = null;
            const wasEnded = ended;
            stop();
            if (wasEnded) resolve(end);
            else reject(error);
          },
        );
      });
    },
    return() {
      stop();
      return Promise.resolve(end);
    },
    throw(error) {
      stop();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      stop();
    },
  };
}

/** Why a stream's viewer lost it. */
export type Lost = "ended" | "changed";

/** Asks once a second whether the viewers of open streams still hold; all of them in one round trip. */
export interface RightsWatch {
  /** Returns how to leave. `onLost` is called once; the viewer's rights are over, or others than those the stream began with. */
  add(viewer: Viewer, onLost: (why: Lost) => void): () => void;
  close(): void;
}

export function watchRights(authenticator: Pick<Authenticator, "revalidate">, log: Log, everyMs = 1_000): RightsWatch {
  const watched = new Set<{ viewer: Viewer; onLost: (why: Lost) => void }>();
  let isAsking = false;

  async function ask(): Promise<void> {
    if (isAsking || watched.size === 0) return;
    isAsking = true;
    try {
      await Promise.all(
        [...watched].map(async (entry) => {
          const standing = await authenticator.revalidate(entry.viewer);
          if (standing !== "ok" && watched.delete(entry)) entry.onLost(standing === "ended" ? "ended" : "changed");
        }),
      );
    } catch (err) {
      // Without a database nothing new flows either; the streams go on when it is back, or end then.
      log.warn({ err }, "the rights of open streams could not be checked; trying again");
    } finally {
      isAsking = false;
    }
  }

  const timer = setInterval(ask, everyMs);
  timer.unref();
  return {
    add(viewer, onLost) {
      const entry = { viewer, onLost };
      watched.add(entry);
      return () => void watched.delete(entry);
    },
    close() {
      clearInterval(timer);
      watched.clear();
    },
  };
}
