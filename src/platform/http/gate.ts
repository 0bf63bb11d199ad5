/** Who may send now: a number of calls at once, and never before the instant the provider named. */

/** At most `limit` calls at once for one key; the rest queue, first come first served. */
export class Slots {
  readonly #lines = new Map<string, { active: number; waiting: (() => void)[] }>();

  /** Resolves with the function that gives the slot back. Rejects with the signal's reason. */
  async take(key: string, limit: number, signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    const line = this.#lines.get(key) ?? { active: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.active >= limit) await this.#queue(line.waiting, signal);
    else line.active++;
    return () => {
      // Handed on, the slot stays counted.
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.active === 0) this.#lines.delete(key);
    };
  }

  #queue(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const mine = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(mine), 1);
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      waiting.push(mine);
    });
  }
}

/** Closed until an instant; only ever moved later. */
export class Gate {
  #openAtMs = 0;

  closeUntil(atMs: number): void {
    this.#openAtMs = Math.max(this.#openAtMs, atMs);
  }

  closedForMs(nowMs: number): number {
    return Math.max(0, this.#openAtMs - nowMs);
  }
}

/** One refresh for all calls that were refused with the same credential. */
export class SharedRefresh {
  readonly #refresh: () => Promise<boolean>;
  #running: Promise<boolean> | null = null;
  #renewed = false;
  /** Taken when a call is signed: distinguishes its credential from a newer one. */
  epoch = 0;

  constructor(refresh: () => Promise<boolean>) {
    this.#refresh = refresh;
  }

  /** True when the call refused with the credential of `signedIn` should be repeated. Rejects as the refresh does. */
  renewedSince(signedIn: number): Promise<boolean> {
    if (signedIn < this.epoch) return Promise.resolve(this.#renewed);
    this.#running ??= this.#refresh()
      .then((renewed) => {
        this.epoch++;
        this.#renewed = renewed;
        return renewed;
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }
}
