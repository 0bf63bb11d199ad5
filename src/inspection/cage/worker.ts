import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Inspection } from "../inspect.ts";
import { type Frame, FrameReader, frameKinds, frameOf, jsonFrame } from "./frames.ts";
import { residentBytes } from "./memory.ts";
import { type BeginMessage, type DetectorsMessage, inspectionMessage } from "./messages.ts";

export interface WorkerLimits {
  /** Of V8's heap. */
  heapMegabytes: number;
  /** Of all memory, which buffers outside the heap count against too. */
  memoryBytes: number;
  /** From the last byte of a file to its result. */
  deadlineMilliseconds: number;
}

/** Seconds of processor time after which the system ends a process whose gateway died and left it spinning. */
const maxCpuSeconds = 600;
const memoryEveryMs = 50;
const maxResultBytes = 1024 * 1024;
const startWithinMs = 60_000;

const root = resolve(import.meta.dirname, "../../..");

/** One process in the cage. It serves one file at a time and is thrown away when it misbehaves. */
export class CageWorker {
  readonly #child: ChildProcess;
  readonly #limits: WorkerLimits;
  readonly #frames = new FrameReader(maxResultBytes);
  readonly #ended: Promise<Inspection>;
  #deliver: ((frame: Frame) => void) | null = null;
  #whyKilled: Inspection | null = null;
  #detectorVersion: string | null = null;
  /** False once it has ended, or was killed. */
  isAlive = true;

  constructor(limits: WorkerLimits) {
    this.#limits = limits;
    this.#child = start(limits);
    this.#ended = new Promise((settle) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.isAlive = false;
        settle(this.#whyKilled ?? outcomeOfExit(code, signal, limits));
      };
      this.#child.once("exit", end);
      this.#child.once("error", () => end(null, null));
    });
    // What is written to a process that just ended is lost with it; its end is what counts.
    this.#child.stdin!.on("error", () => {});
    this.#child.stdout!.on("data", (chunk: Buffer) => {
      try {
        for (const frame of this.#frames.read(chunk)) this.#deliver?.(frame);
      } catch {
        this.kill(failed("The reader of files answered with something that is no result."));
      }
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves once its code is loaded; false if it ended before. */
  async ready(): Promise<boolean> {
    const timer = setTimeout(() => this.kill(failed("The reader of files did not start.")), startWithinMs);
    const frame = await Promise.race([this.#next(), this.#ended]);
    clearTimeout(timer);
    return "kind" in frame && frame.kind === frameKinds.ready;
  }

  async configure(version: string, detectors: DetectorsMessage): Promise<void> {
    if (this.#detectorVersion === version) return;
    this.#detectorVersion = version;
    await this.#write(jsonFrame(frameKinds.detectors, detectors));
  }

  async begin(about: BeginMessage): Promise<void> {
    await this.#write(jsonFrame(frameKinds.begin, about));
  }

  async data(piece: Uint8Array): Promise<void> {
    await this.#write(frameOf(frameKinds.data, piece));
  }

  /** The bytes so far are forgotten; the next file can come. */
  async abandon(): Promise<void> {
    await this.#write(frameOf(frameKinds.abandon));
  }

  /** The file is complete: its result, or what became of the process. Never rejects. */
  async finish(): Promise<Inspection> {
    const { deadlineMilliseconds, memoryBytes } = this.#limits;
    const deadline = setTimeout(
      () => this.kill(notInspected("TIMED_OUT", `Inspecting it took longer than ${deadlineMilliseconds / 1000} s.`)),
      deadlineMilliseconds,
    );
    const memory = setInterval(async () => {
      const bytes = this.pid === undefined ? null : await residentBytes(this.pid);
      if (bytes !== null && bytes > memoryBytes) this.kill(outOfMemory(memoryBytes));
    }, memoryEveryMs);
    try {
      const answer = this.#next();
      await this.#write(frameOf(frameKinds.end));
      const frame = await Promise.race([answer, this.#ended]);
      return "kind" in frame ? this.#read(frame) : frame;
    } finally {
      clearTimeout(deadline);
      clearInterval(memory);
    }
  }

  kill(why: Inspection): void {
    this.#whyKilled ??= why;
    this.isAlive = false;
    this.#child.kill("SIGKILL");
  }

  /** Resolves when the process has ended. */
  async end(): Promise<void> {
    this.kill(failed("The gateway is stopping."));
    await this.#ended;
  }

  #next(): Promise<Frame> {
    return new Promise((settle) => {
      this.#deliver = settle;
    });
  }

  #read({ kind, content }: Frame): Inspection {
    const parsed = kind === frameKinds.result ? inspectionMessage.safeParse(parsedJson(content)) : null;
    if (parsed?.success) return parsed.data;
    const why = failed("The reader of files answered with something that is no result.");
    this.kill(why);
    return why;
  }

  /** Waits while the process does not read, or until it ends. */
  async #write(parts: Buffer[]): Promise<void> {
    const stdin = this.#child.stdin!;
    let hasRoom = true;
    for (const part of parts) hasRoom = stdin.write(part);
    if (!hasRoom && this.isAlive) {
      const waiting = new AbortController();
      await Promise.race([once(stdin, "drain", { signal: waiting.signal }).catch(() => {}), this.#ended]);
      waiting.abort();
    }
  }
}

/** No secret in its environment, no file but its own code, no file to write, no process, no thread. */
function start({ heapMegabytes }: WorkerLimits): ChildProcess {
  const readable = [join(root, "src/"), join(root, "node_modules/"), join(root, "package.json")];
  const options = [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${heapMegabytes}`,
    "--disallow-code-generation-from-strings",
    "--no-warnings",
  ];
  const command = [process.execPath, ...options, join(import.meta.dirname, "child.ts")];
  const limited = existsSync("/bin/sh")
    ? ["/bin/sh", "-c", `ulimit -t ${maxCpuSeconds}; exec "$0" "$@"`, ...command]
    : command;
  // Its standard error could contain text of files: it is not read.
  return spawn(limited[0]!, limited.slice(1), { cwd: root, env: {}, stdio: ["pipe", "pipe", "ignore"] });
}

function outcomeOfExit(code: number | null, signal: NodeJS.Signals | null, limits: WorkerLimits): Inspection {
  // V8 aborts when its heap is full.
  if (signal === "SIGABRT" || signal === "SIGTRAP" || signal === "SIGILL" || code === 134)
    return outOfMemory(limits.heapMegabytes * 1024 * 1024);
  if (signal === "SIGXCPU") return notInspected("TIMED_OUT", "Inspecting it took too much processor time.");
  return failed("The reader of files ended unexpectedly.");
}

function notInspected(outcome: Inspection["outcome"], reason: string): Inspection {
  return { outcome, reason, matches: [], characters: 0 };
}
const failed = (reason: string) => notInspected("FAILED", reason);
const outOfMemory = (bytes: number) =>
  notInspected("TOO_LARGE", `Reading it needs more than ${Math.round(bytes / 1024 / 1024)} MB of memory.`);

function parsedJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return null;
  }
}
