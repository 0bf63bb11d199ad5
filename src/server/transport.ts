import type { GraphQLError } from "graphql";
import type { Authenticator } from "#src/access/authenticate.ts";
import { ownerOf, type Viewer } from "#src/access/viewer.ts";
import type { Log } from "#src/platform/log.ts";
import type { Admission } from "./admission.ts";
import type { Engine } from "./engine.ts";
import { createFollowed } from "./followed.ts";
import type { Live, LiveSubscription } from "./live.ts";
import type { ServerMetrics } from "./metrics.ts";
import type { CreateContext } from "./operation-context.ts";
import type { RightsWatch } from "./streams.ts";

export interface StreamLimits {
  /** Sockets and event streams of one viewer. */
  streamsPerViewer: number;
  operationsPerSocket: number;
  /** Different subscriptions of one viewer, and among them those whose filters no index leads to. */
  subscriptionsPerViewer: number;
  slowSubscriptionsPerViewer: number;
  /** Of one WebSocket message. */
  messageBytes: number;
  /** connection_init must come within. */
  initMs: number;
  /** More than this before it cuts the socket. */
  initBytes: number;
  pingMs: number;
  /** A connection that takes nothing for so long is closed. */
  slowMs: number;
  /** … and so is one with more than this waiting all the while. */
  slowBytes: number;
  /** With more than this waiting a subscription keeps its place in the log, and goes on when the socket has taken all. */
  liveBytes: number;
}

export const defaultStreamLimits: StreamLimits = {
  streamsPerViewer: 1_000,
  operationsPerSocket: 100,
  subscriptionsPerViewer: 500,
  slowSubscriptionsPerViewer: 100,
  messageBytes: 100 * 1024,
  initMs: 3_000,
  initBytes: 32 * 1024,
  pingMs: 12_000,
  slowMs: 30_000,
  slowBytes: 1024 * 1024,
  liveBytes: 256 * 1024,
};

/** What the transports of GraphQL share. */
export interface Transports {
  engine: Engine;
  context: CreateContext;
  authenticator: Authenticator;
  publicUrl: string;
  /** Of every answer: name, value, name, value. */
  headers(): readonly string[];
  log: Log;
  metrics: ServerMetrics;
  admission: Admission;
  rights: RightsWatch;
  /** Subscriptions that share one execution; null without a log to follow. */
  live: Live | null;
  limits: StreamLimits;
  /** Counts open streams by viewer; false when there are too many. */
  streams: StreamCount;
  /** Counts a subscription, one that runs by itself as null, until the returned function is called. Throws RateLimitedError. */
  follow(viewer: Viewer, asked: LiveSubscription | null): () => void;
}

export interface StreamCount {
  enter(viewer: Viewer): boolean;
  leave(viewer: Viewer): void;
}

export function countStreams(most: number): StreamCount {
  const counts = new Map<string, number>();
  return {
    enter(viewer) {
      const owner = ownerOf(viewer);
      const count = counts.get(owner) ?? 0;
      if (count >= most) return false;
      counts.set(owner, count + 1);
      return true;
    },
    leave(viewer) {
      const owner = ownerOf(viewer);
      const count = (counts.get(owner) ?? 1) - 1;
      if (count === 0) counts.delete(owner);
      else counts.set(owner, count);
    },
  };
}

export function countSubscriptions({
  subscriptionsPerViewer,
  slowSubscriptionsPerViewer,
}: StreamLimits): Transports["follow"] {
  const followed = createFollowed({ different: subscriptionsPerViewer, slow: slowSubscriptionsPerViewer });
  let alone = 0;
  return (viewer, asked) => {
    // What runs by itself is like no other.
    if (!asked) alone += 1;
    return followed.enter(
      viewer,
      asked ? { key: asked.operation.key, isSlow: asked.isSlow } : { key: `alone ${alone}`, isSlow: true },
    );
  };
}

/** The HTTP status for an error that stands for the whole answer. */
export function statusOf(error: GraphQLError): number {
  const statuses: Record<string, number> = {
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    RATE_LIMITED: 429,
    INTERNAL_SERVER_ERROR: 500,
  };
  return statuses[String(error.extensions.code)] ?? 400;
}
