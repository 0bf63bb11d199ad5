import { RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import { remember } from "./remembered.ts";

/** Counts failed attempts to authenticate, by address and by credential. */
export interface FailureLimit {
  /**
   * Runs an attempt. Behind an address with too many failures attempts run one at a time: one with a good credential passes, one with a bad
   * credential throws RateLimitedError instead of UnauthenticatedError, and so does one that finds too many waiting. A credential
   * that failed too often is not looked at again within the minute.
   */
  guard<T>(by: { address: string | null; credential?: string }, run: () => Promise<T>): Promise<T>;
}

const failuresAMinute = 20;
/** As many as there may be connections of strangers: one with a good credential is not turned away by the others. */
const maxWaiting = 4_000;

interface Count {
  failures: number;
  until: number;
}

export function createFailureLimit(now: () => Date): FailureLimit {
  const addresses = new Map<string, Count>();
  const credentials = new Map<string, Count>();
  /** Attempts of addresses with too many failures, the last of each. */
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();

  function secondsLeft(counts: Map<string, Count>, key: string): number {
    const count = counts.get(key);
    const leftMs = (count?.until ?? 0) - now().getTime();
    return count && leftMs > 0 && count.failures >= failuresAMinute ? Math.ceil(leftMs / 1000) : 0;
  }

  function add(counts: Map<string, Count>, key: string): void {
    const time = now().getTime();
    const count = counts.get(key);
    if (count && count.until > time) count.failures += 1;
    else remember(counts, key, { failures: 1, until: time + 60_000 });
  }

  async function inLine<T>(address: string, run: () => Promise<T>): Promise<T> {
    const line = lines.get(address) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= maxWaiting) throw tooMany("from this address", secondsLeft(addresses, address));
    lines.set(address, line);
    line.waiting += 1;
    const mine = line.last.then(run);
    line.last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) lines.delete(address);
    }
  }

  return {
    async guard({ address: given, credential }, run) {
      const address = given ?? "unknown";
      const blocked = credential === undefined ? 0 : secondsLeft(credentials, credential);
      if (blocked > 0) throw tooMany("with this credential", blocked);
      const limited = secondsLeft(addresses, address);
      try {
        return await (limited > 0 ? inLine(address, run) : run());
      } catch (error) {
        if (!(error instanceof UnauthenticatedError)) throw error;
        add(addresses, address);
        if (credential !== undefined) add(credentials, credential);
        if (limited > 0) throw tooMany("from this address", limited);
        throw error;
      }
    },
  };
}

function tooMany(where: string, seconds: number): RateLimitedError {
  return new RateLimitedError(`Too many failed attempts ${where}. Try again in ${seconds} s.`, Math.max(1, seconds));
}
