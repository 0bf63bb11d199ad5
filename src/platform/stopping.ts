import type { Log } from "./log.ts";

/** Something of a process that has to come to its end. */
export interface Part {
  /** For the log: what is waited for. */
  name: string;
  stop(): Promise<void>;
}

/** What the process is to be over with, all deadlines together. */
export const longestStopMs = 10_000;

/**
 * Ends all parts side by side and waits for them, but never longer than `ms`; what has not ended by then is named in the log and goes on by
 * itself, so what it uses may be closed under it. Never throws: a part that fails is logged. True when all have ended.
 */
export async function endWithin(parts: readonly Part[], ms: number, log: Pick<Log, "warn">): Promise<boolean> {
  const waitingFor = new Set<string>();
  const ends = parts.map(async ({ name, stop }) => {
    waitingFor.add(name);
    try {
      await stop();
    } catch (error) {
      log.warn({ err: error, part: name }, "a part did not stop cleanly");
    } finally {
      waitingFor.delete(name);
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(ends), late]);
  clearTimeout(timer);
  if (waitingFor.size === 0) return true;
  log.warn({ waitingFor: [...waitingFor], ms }, "stopping without what has not ended in time");
  return false;
}
