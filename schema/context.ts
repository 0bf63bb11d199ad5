import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { UnauthenticatedError } from "#src/errors.ts";
import type { Tailer } from "#src/realtime/tailer.ts";
import { createLoaders, type Loaders } from "./load.ts";

/** What resolvers get. One for each request, and one for each subscription, whose loaders are cleared before every event. */
export interface Context {
  core: Core;
  viewer: Viewer;
  tailer: Tailer;
  load: Loaders;
  /** Looks at the viewer's proof of identity again, takes over changed rights, and clears the loaders. Throws UnauthenticatedError when it ended. */
  refresh(): Promise<Viewer>;
}

export interface ContextParts {
  core: Core;
  tailer: Tailer;
  revalidate: (viewer: Viewer) => Promise<Viewer | null>;
}

export function createContext(parts: ContextParts, viewer: Viewer): Context {
  const context: Context = {
    core: parts.core,
    tailer: parts.tailer,
    viewer,
    load: createLoaders(parts.core.db, viewer, parts.core.now),
    async refresh() {
      const current = await parts.revalidate(context.viewer);
      if (!current) throw new UnauthenticatedError("Your token or session has ended.");
      context.viewer = current;
      context.load = createLoaders(parts.core.db, current, parts.core.now);
      return current;
    },
  };
  return context;
}
