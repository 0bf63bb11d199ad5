import type { Viewer } from "#src/access/viewer.ts";

/** What the context of an operation may need to know about its request. */
export interface RequestFacts {
  transport: "http" | "sse" | "websocket";
  ipAddress: string | null;
  /** Aborted when the operation is over: answered, completed, or its connection closed. */
  signal: AbortSignal;
}

/** Made for every operation; a subscription keeps its own for as long as it lasts. */
export type CreateContext = (viewer: Viewer, facts: RequestFacts) => object;
