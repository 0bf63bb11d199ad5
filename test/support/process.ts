import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterAll } from "vitest";

export interface StartOptions {
  /** Added to this process's environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  /** Default: the repository. */
  cwd?: string;
  /** Written to its standard input, which is then closed. */
  input?: string | Buffer;
  /** Node's own options, before the script: `["--max-old-space-size=200"]`. */
  nodeArguments?: string[];
  /** A process group of its own, as a terminal gives one: `signalGroup` then does what Ctrl-C does. */
  group?: boolean;
  /** Runs it as somebody else, which only root may. */
  account?: { uid: number; gid: number };
  /** Another Node than this one. */
  node?: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface TestProcess {
  pid: number;
  /** Everything it has written so far, standard output and standard error as they came. */
  output(): string;
  stdout(): string;
  stderr(): string;
  /** Waits for a line, also one that came already; fails when the process ends first or after `timeoutMs` (30 s). */
  waitFor(line: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal (default SIGTERM) and waits for its end; SIGKILL follows after `timeoutMs` (10 s). */
  kill(signal?: NodeJS.Signals, timeoutMs?: number): Promise<Ended>;
  /** Sends a signal to its whole process group and does not wait. */
  signalGroup(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

export const repository = resolve(import.meta.dirname, "../..");

const running = new Set<TestProcess>();
afterAll(() => Promise.all([...running].map((child) => child.kill("SIGKILL"))));
process.once("exit", () => {
  for (const child of running) process.kill(child.pid, "SIGKILL");
});

/** Starts a Node script: `startNode("src/main.ts", ["serve"])`. Whatever happens it does not outlive the test file. */
export function startNode(script: string, args: string[] = [], options: StartOptions = {}): TestProcess {
  return start(options.node ?? process.execPath, [...(options.nodeArguments ?? []), script, ...args], options);
}

/** Starts a Node script and waits for its end. */
export async function runNode(
  script: string,
  args: string[] = [],
  options: StartOptions = {},
): Promise<Ended & { stdout: string; stderr: string }> {
  const child = startNode(script, args, options);
  const ended = await child.ended;
  return { ...ended, stdout: child.stdout(), stderr: child.stderr() };
}

/** Starts any program; `startNode` is the usual door. */
export function start(command: string, args: string[], options: StartOptions = {}): TestProcess {
  const { env = {}, cwd = repository, input, group = false, account = {} } = options;
  const environment = { ...process.env, ...env };
  const child = spawn(command, args, { cwd, env: environment, detached: group, stdio: "pipe", ...account });
  const chunks = { stdout: "", stderr: "", both: "" };
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const look of waiting) look();
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      chunks[name] += text;
      chunks.both += text;
      tell();
    });
  }
  // A child that ends early breaks its pipe; its exit says so better than an error of ours.
  child.stdin.on("error", () => {});
  child.stdin.end(input);

  let end: Ended | undefined;
  const ended = new Promise<Ended>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      end = { code, signal };
      running.delete(started);
      done(end);
      tell();
    });
  });

  const started: TestProcess = {
    pid: child.pid ?? -1,
    output: () => chunks.both,
    stdout: () => chunks.stdout,
    stderr: () => chunks.stderr,
    ended,
    waitFor: (line, timeoutMs = 30_000) =>
      new Promise((found, fail) => {
        const give = (reason: string) => fail(new Error(`${reason} before ${line}. Its output:\n${chunks.both}`));
        const timer = setTimeout(() => stop(() => give(`${timeoutMs} ms passed`)), timeoutMs);
        const stop = (then: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          then();
        };
        const look = () => {
          const match = line.exec(chunks.both);
          if (match) stop(() => found(match));
          else if (end) stop(() => give(`The process ended (${end?.signal ?? end?.code})`));
        };
        waiting.add(look);
        look();
      }),
    async kill(signal = "SIGTERM", timeoutMs = 10_000) {
      if (!end) child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      return ended.finally(() => clearTimeout(timer));
    },
    signalGroup: (signal) => process.kill(-started.pid, signal),
  };
  if (child.pid) running.add(started);
  return started;
}
