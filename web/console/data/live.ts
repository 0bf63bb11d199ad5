import { createClient } from "graphql-ws";

/** Where the live connection stands. `idle`: nothing on the page is followed. */
export type LiveState = "idle" | "connecting" | "live" | "waiting" | "offline";

export interface Sink {
  next(result: { data?: unknown; errors?: readonly unknown[] }): void;
  error(error: unknown): void;
  complete(): void;
}

export interface Live {
  /** Follows a subscription. After an interruption it continues behind the last cursor that arrived. Returns how to end it. */
  follow(operation: { query: string; variables?: Record<string, unknown> }, sink: Sink): () => void;
  state(): LiveState;
  /** Calls back at each change of the state; returns how to stop that. */
  watch(onChange: () => void): () => void;
  /** Connects again now, instead of after the pause. */
  retryNow(): void;
}

const maxPauseMs = 15_000;

/** One WebSocket for all subscriptions of the page, signed in by the session's cookie. `onSignedOut`: the session has ended. */
export function createLive(url: string, onSignedOut: () => void): Live {
  let state: LiveState = "idle";
  const watchers = new Set<() => void>();
  let wake = () => {};
  const set = (next: LiveState) => {
    if (state === next) return;
    state = next;
    for (const watcher of watchers) watcher();
  };
  const client = createClient({
    url,
    lazyCloseTimeout: 3_000,
    keepAlive: 20_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (attempt) => {
      set(navigator.onLine ? "waiting" : "offline");
      const pause = Math.min(maxPauseMs, 500 * 2 ** attempt) * (0.75 + Math.random() / 2);
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    on: {
      connecting: () => set("connecting"),
      connected: () => set("live"),
      closed: (event) => {
        const { code, wasClean } = event as CloseEvent;
        if (code === 4403) return onSignedOut();
        set(wasClean && code === 1000 ? "idle" : navigator.onLine ? "waiting" : "offline");
      },
    },
  });
  addEventListener("online", () => wake());
  addEventListener("offline", () => state !== "idle" && set("offline"));

  return {
    follow({ query, variables }, sink) {
      // graphql-ws sends this very object again after an interruption, with the cursor that is in it by then.
      const payload = { query, variables: { ...variables } };
      return client.subscribe(payload, {
        next(result) {
          const cursor = newestCursor(result.data);
          if (cursor) payload.variables.after = cursor;
          sink.next(result as { data?: unknown });
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
    state: () => state,
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    retryNow: () => wake(),
  };
}

/** The cursor behind which to resume: of the event, of the last event of a batch, or of the state that changed. */
export function newestCursor(data: unknown): string | null {
  const [field] = Object.values((data as Record<string, unknown> | null) ?? {});
  const item = (Array.isArray(field) ? field.at(-1) : field) as { cursor?: string; changeCursor?: string } | null;
  return item?.cursor ?? item?.changeCursor ?? null;
}
