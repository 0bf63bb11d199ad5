import { type ChildProcess, fork, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url));

export interface Started {
  pid: number;
  output(): string;
  /** Waits for a line it writes; fails when it ends first. */
  waitFor(line: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) signalGroup(child, "SIGKILL");
});

/** Every process of the bench. */
export const spawnedAll = {
  async stop(): Promise<void> {
    await Promise.all(
      [...children].map((child) => end(child, new Promise((resolve) => child.once("exit", () => resolve())))),
    );
  },
};

/** A process of the bench: ends with it, whatever happens. */
export function start(command: string, args: string[], env: Record<string, string | undefined> = {}): Started {
  const child = spawn(command, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C reaches the bench alone, which then stops everything in order.
    detached: true,
  });
  let text = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-100_000);
      for (const look of watchers) look();
    });
  const ended = track(child);
  void ended.then(() => {
    for (const look of watchers) look();
  });
  return {
    pid: child.pid as number,
    output: () => text,
    stop: () => end(child, ended),
    waitFor: (line, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = line.exec(text);
          if (!match && isRunning(child)) return;
          finish(match ? () => resolve(match) : () => reject(new Error(`It ended before ${line}:\n${text}`)));
        };
        const timer = setTimeout(
          () => finish(() => reject(new Error(`No ${line} within ${timeoutMs} ms:\n${text}`))),
          timeoutMs,
        );
        const finish = (then: () => void) => {
          clearTimeout(timer);
          watchers.delete(look);
          then();
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Runs to its end and gives what it wrote to standard output. */
export async function run(
  command: string,
  args: string[],
  env: Record<string, string | undefined> = {},
  cwd = repository,
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let out = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
    all += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    all += chunk;
  });
  await track(child);
  if (child.exitCode !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${all}`);
  return out;
}

/** A script of the bench that is asked questions, one at a time of each kind, and answers them: see `answer`. */
export interface Helper {
  pid: number;
  ask<T>(question: string, options?: object): Promise<T>;
  /** Hears what it says unasked, until the returned function is called. */
  onTold(listener: () => void): () => void;
  stop(): Promise<void>;
}

export function startHelper(script: string, args: string[] = [], env: Record<string, string | undefined> = {}): Helper {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    env: { ...process.env, ...env },
    detached: true,
    serialization: "advanced",
  });
  const ended = track(child);
  let number = 0;
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const listeners = new Set<() => void>();
  child.on("message", (message: { number?: number; result?: unknown; error?: string; told?: string }) => {
    if (message.told !== undefined) {
      for (const listener of listeners) listener();
      return;
    }
    const asked = waiting.get(message.number as number);
    waiting.delete(message.number as number);
    if (message.error === undefined) asked?.resolve(message.result as never);
    else asked?.reject(new Error(`${script}: ${message.error}`));
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended early.`));
  });
  return {
    pid: child.pid as number,
    ask: (question, options = {}) =>
      new Promise((resolve, reject) => {
        number += 1;
        waiting.set(number, { resolve, reject });
        child.send({ number, question, options });
      }),
    onTold: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => end(child, ended),
  };
}

/** The other side of `startHelper`: each question has a function. */
export function answer(functions: Record<string, (options: never) => unknown>): void {
  process.on("message", async (message: { number: number; question: string; options: never }) => {
    const { number, question, options } = message;
    try {
      const result = await functions[question]?.(options);
      process.send?.({ number, result });
    } catch (error) {
      process.send?.({ number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once("disconnect", () => process.exit());
}

/** Says something unasked. */
export function tell(told: string): void {
  process.send?.({ told });
}

function track(child: ChildProcess): Promise<void> {
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      children.delete(child);
      resolve();
    });
  });
}

/** Ends a child with all it has started (npm does not pass signals on to what its shell runs). */
async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), 15_000);
  if (isRunning(child)) await ended;
  while (signalGroup(child, 0)) await sleep(10);
  clearTimeout(timer);
}

/** False when nobody of the group is left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

const tickMs = 10;

/** User and system time a process has used, in ms; NaN where there is no /proc. */
export function cpuOf(pid: number): number {
  const stat = readStat(pid);
  return stat ? (stat.user + stat.system) * tickMs : Number.NaN;
}

/** The same for a whole PostgreSQL: the postmaster, its backends, and those that have ended. */
export function cpuOfPostgres(postmaster: number): number {
  const own = readStat(postmaster);
  if (!own) return Number.NaN;
  let ticks = own.user + own.system + own.endedChildren;
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat?.parent === postmaster) ticks += stat.user + stat.system;
  }
  return ticks * tickMs;
}

function readStat(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const field = (number: number) => Number(fields[number - 3]);
    return { parent: field(4), user: field(14), system: field(15), endedChildren: field(16) + field(17) };
  } catch {
    return null;
  }
}

/** Resident memory in KiB; NaN where there is no /proc. */
export function rssOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}
