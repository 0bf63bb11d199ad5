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

/** Closed until an instant, which only ever moves later, and open to so many calls a minute. */
export class Gate {
  /** By the share of a window that a call leaves to others: what is closed to the patient may be open to a person's call. */
  readonly #openAtMs = new Map<number, number>();
  readonly #reasons = new Map<number, string | null>();
  /** When the calls of the last minute went out, oldest first. */
  #sentAtMs: number[] = [];

  /** For calls that leave at least `reserve` of the window to others; 0 closes it to all. `reason`: why, where it is not the provider's refusal. */
  closeUntil(atMs: number, reserve = 0, reason: string | null = null): void {
    if (atMs <= (this.#openAtMs.get(reserve) ?? 0)) return;
    this.#openAtMs.set(reserve, atMs);
    this.#reasons.set(reserve, reason);
  }

  /** Why it is closed the longest; null: the provider asked for it, or it is open. */
  closedBecause(nowMs: number, reserve = 0): string | null {
    const openAtMs = nowMs + this.closedForMs(nowMs, reserve);
    const share = [...this.#openAtMs].find(([one, atMs]) => one <= reserve && atMs === openAtMs)?.[0];
    return (share === undefined ? null : this.#reasons.get(share)) ?? null;
  }

  closedForMs(nowMs: number, reserve = 0): number {
    let openAtMs = nowMs;
    for (const [share, atMs] of this.#openAtMs) if (share <= reserve) openAtMs = Math.max(openAtMs, atMs);
    return openAtMs - nowMs;
  }

  /** 0: go, and it is counted. Otherwise how long until a call of `perMinute` in any 60 seconds is free. */
  admitMs(nowMs: number, perMinute: number): number {
    const startMs = nowMs - minuteMs;
    const past = this.#sentAtMs.findIndex((atMs) => atMs > startMs);
    if (past !== 0) this.#sentAtMs.splice(0, past < 0 ? this.#sentAtMs.length : past);
    if (this.#sentAtMs.length >= perMinute)
      return this.#sentAtMs[this.#sentAtMs.length - perMinute]! + minuteMs - nowMs;
    this.#sentAtMs.push(nowMs);
    return 0;
  }

  /** It would let any call through, and has nothing to count. */
  isIdle(nowMs: number): boolean {
    return (
      [...this.#openAtMs.values()].every((atMs) => atMs <= nowMs) && (this.#sentAtMs.at(-1) ?? 0) <= nowMs - minuteMs
    );
  }
}

const minuteMs = 60_000;

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
