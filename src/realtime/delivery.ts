import type { Standing } from "#src/access/authenticate.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { LogEntry } from "./tailer.ts";

/** One entry on its way to those who want it, and what they share for it. */
export interface Delivery {
  entry: LogEntry;
  /** One context, with its caches, for all with the same rights. */
  context<Context>(rights: string, create: () => Context): Context;
  /** Whether the viewer still has the rights it came with: asked once an entry. */
  holds(viewer: Viewer): Promise<boolean>;
}

export function createDelivery(entry: LogEntry, revalidate: (viewer: Viewer) => Promise<Standing>): Delivery {
  const contexts = new Map<string, unknown>();
  const standings = new Map<string, Promise<boolean>>();
  return {
    entry,
    context<Context>(rights: string, create: () => Context): Context {
      let context = contexts.get(rights) as Context | undefined;
      if (context === undefined) {
        context = create();
        contexts.set(rights, context);
      }
      return context;
    },
    holds(viewer) {
      const key = proofOf(viewer);
      let standing = standings.get(key);
      if (!standing) {
        standing = revalidate(viewer).then((found) => found === "ok");
        standing.catch(() => standings.delete(key));
        standings.set(key, standing);
      }
      return standing;
    },
  };
}

/** The same for viewers whose rights come from one proof of identity, and end together. */
export function proofOf({ id, sessionId, role, instanceIds, expiresAt }: Viewer): string {
  return `${sessionId ?? id}/${role}/${instanceIds ?? "*"}/${expiresAt?.getTime() ?? ""}`;
}
