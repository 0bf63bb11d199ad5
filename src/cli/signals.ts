import type { Log } from "#src/platform/log.ts";

/** npm and the launcher pass on a signal that the whole process group has received already. */
const sameSignalMs = 1_000;

/** Resolves at the first SIGINT or SIGTERM. A second one that comes more than a second later ends the process at once: the person is in a hurry. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked: number | null = null;
    const stop = (signal: "SIGINT" | "SIGTERM") => {
      if (asked === null) {
        asked = performance.now();
        resolve();
      } else if (performance.now() - asked > sameSignalMs) process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

/** After everything was stopped a process ends by itself at once, unless something was left open. Exits then, and names it. */
export function leaveSoon(log: Pick<Log, "warn">, ms = 1000): void {
  setTimeout(() => {
    log.warn(
      { open: process.getActiveResourcesInfo() },
      "everything was stopped, and something is still open: leaving",
    );
    process.exit();
  }, ms).unref();
}
