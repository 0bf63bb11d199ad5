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
  /** Where the log was before anything was read: what comes after it may be missing from what was. */
  readonly position: number;
  readonly load: Loaders;
  /** Looks at the viewer's proof of identity again, takes over changed rights, and clears the loaders. Throws UnauthenticatedError when it ended. */
  refresh(): Promise<Viewer>;
}

export interface ContextParts {
  core: Core;
  tailer: Tailer;
  revalidate: (viewer: Viewer) => Promise<Viewer | null>;
}

/** A class, since it is made for every request: an object with accessors and functions of its own costs more than a small query. */
class RequestContext implements Context {
  readonly core: Core;
  readonly tailer: Tailer;
  viewer: Viewer;
  position: number;
  readonly #revalidate: ContextParts["revalidate"];
  #load: Loaders | null = null;

  constructor({ core, tailer, revalidate }: ContextParts, viewer: Viewer) {
    this.core = core;
    this.tailer = tailer;
    this.viewer = viewer;
    this.#revalidate = revalidate;
    this.position = tailer.position();
  }

  get load(): Loaders {
    this.#load ??= createLoaders(this.core, this.viewer);
    return this.#load;
  }

  async refresh(): Promise<Viewer> {
    const current = await this.#revalidate(this.viewer);
    if (!current) throw new UnauthenticatedError("Your token or session has ended.");
    this.viewer = current;
    this.position = this.tailer.position();
    this.#load = null;
    return current;
  }
}

export function createContext(parts: ContextParts, viewer: Viewer): Context {
  return new RequestContext(parts, viewer);
}
