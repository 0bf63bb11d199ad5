import { RateLimitedError } from "#src/errors.ts";

/** Bytes that are held in memory for others: in all, and for each of those who cause them. */
export interface ByteBudget {
  /** Counts bytes for an owner until `give`. Throws RateLimitedError, and counts nothing, when there is no room for them. */
  take(owner: string, bytes: number): void;
  give(owner: string, bytes: number): void;
  readonly used: number;
}

/**
 * An owner may hold no more than `each`, and no more than is free: one takes half of all at most, two a third each, and there is always
 * room for another. `what` completes the sentence "There is no more room for …".
 */
export function createByteBudget({ total, each, what }: { total: number; each: number; what: string }): ByteBudget {
  const held = new Map<string, number>();
  let used = 0;
  return {
    take(owner, bytes) {
      const own = held.get(owner) ?? 0;
      if (own + bytes > Math.min(each, total - used))
        throw new RateLimitedError(
          `There is no more room for ${what}: ${inMiB(each)} are allowed at once. Send them one after the other.`,
          5,
        );
      held.set(owner, own + bytes);
      used += bytes;
    },
    give(owner, bytes) {
      const left = (held.get(owner) ?? 0) - bytes;
      used -= bytes;
      if (left > 0) held.set(owner, left);
      else held.delete(owner);
    },
    get used() {
      return used;
    },
  };
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MiB`;
}
