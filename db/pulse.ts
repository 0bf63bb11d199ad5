import type { Sql } from "postgres";
import type { Log } from "#src/platform/log.ts";

const everyMs = 1000;
/** A machine's clock that is as close as this to the database's is used as it is. */
const tolerableSkewMs = 2000;

/** Asks the database every second for the time: for a clock that no wrong setting of this machine moves, and to notice when it does not answer. */
export interface Pulse {
  /** This machine's clock, or the database's where the two are more than two seconds apart. */
  now(): Date;
  /** Milliseconds since the database last answered. */
  silentForMs(): number;
  stop(): Promise<void>;
}

/** Throws when the database does not answer at the start. `sql` has a connection that nothing slow runs on. */
export async function startPulse(sql: Sql, log: Pick<Log, "warn">): Promise<Pulse> {
  /** The database's time at one instant of the steady clock of this process. */
  let known = { ms: 0, at: 0 };
  let isOff = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let asking = Promise.resolve();

  const steady = () => known.ms + performance.now() - known.at;
  const skewMs = () => Date.now() - steady();

  async function ask(): Promise<void> {
    const askedAt = performance.now();
    const [row] = await sql<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    const at = performance.now();
    known = { ms: row!.ms + (at - askedAt) / 2, at };
    const skew = skewMs();
    if (Math.abs(skew) > tolerableSkewMs !== isOff) {
      isOff = !isOff;
      log.warn(
        { skewSeconds: Math.round(skew / 1000) },
        isOff
          ? "the clock of this machine is not that of the database, whose time is used: set the clocks (NTP)"
          : "the clocks of this machine and the database agree again",
      );
    }
  }

  function next(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      asking = ask()
        .catch((error: unknown) => {
          if (!stopped)
            log.warn({ err: error, silentForMs: Math.round(silentForMs()) }, "the database does not answer");
        })
        .finally(next);
    }, everyMs);
    timer.unref();
  }
  const silentForMs = () => performance.now() - known.at;

  await ask();
  next();
  return {
    now: () => new Date(Math.abs(skewMs()) < tolerableSkewMs ? Date.now() : steady()),
    silentForMs,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await asking;
    },
  };
}
