import { ownerOf, type Viewer } from "#src/access/viewer.ts";
import { RateLimitedError } from "#src/errors.ts";

export interface FollowedLimits {
  /** Different subscriptions of one viewer, by document, variables and rights: what is the same is made once for all. */
  different: number;
  /** Among them those that every item has to be tried against, or looked up in the database for. */
  slow: number;
}

/** What viewers subscribe to. */
export interface Followed {
  /** Counts a subscription until the returned function is called, once. Throws RateLimitedError. */
  enter(viewer: Viewer, subscription: { key: string; isSlow: boolean }): () => void;
}

interface Own {
  counts: Map<string, { count: number; isSlow: boolean }>;
  slow: number;
}

export function createFollowed(limits: FollowedLimits): Followed {
  const owners = new Map<string, Own>();

  function leave(owner: string, key: string): void {
    const own = owners.get(owner)!;
    const same = own.counts.get(key)!;
    same.count -= 1;
    if (same.count > 0) return;
    own.counts.delete(key);
    if (same.isSlow) own.slow -= 1;
    if (own.counts.size === 0) owners.delete(owner);
  }

  return {
    enter(viewer, { key, isSlow }) {
      const owner = ownerOf(viewer);
      const own = owners.get(owner) ?? { counts: new Map(), slow: 0 };
      const same = own.counts.get(key);
      if (!same) {
        if (own.counts.size >= limits.different)
          throw new RateLimitedError(
            `At most ${limits.different} different subscriptions may be open at once. The same document with the same variables counts once.`,
            10,
          );
        if (isSlow && own.slow >= limits.slow)
          throw new RateLimitedError(
            `At most ${limits.slow} different subscriptions may be open at once whose filters name no values to look for (such as accounts, event types or instances), or name groups or e-mail domains.`,
            10,
          );
        owners.set(owner, own);
        own.counts.set(key, { count: 0, isSlow });
        if (isSlow) own.slow += 1;
      }
      own.counts.get(key)!.count += 1;
      return () => leave(owner, key);
    },
  };
}
