import { createHash } from "node:crypto";
import type { FileAbout, Inspection } from "../inspect.ts";
import { defaultLimits, type Limits } from "../status.ts";
import { residentBytes } from "./memory.ts";
import type { DetectorsMessage } from "./messages.ts";
import { CageWorker, type WorkerLimits } from "./worker.ts";

/** Which detectors run, and their version: the same version is not sent to a process twice. */
export interface DetectorChoice extends DetectorsMessage {
  version: string;
}

export interface CageOptions extends WorkerLimits {
  /** Processes, and so files at once. */
  workers: number;
  limits: Limits;
  /** A download that brings nothing for so long is given up. */
  stallMilliseconds: number;
}

export const defaultCageOptions: CageOptions = {
  workers: 1,
  limits: defaultLimits,
  heapMegabytes: 320,
  memoryBytes: 700 * 1024 * 1024,
  deadlineMilliseconds: 60_000,
  stallMilliseconds: 60_000,
};

export interface InspectedFile extends Inspection {
  /** Bytes that arrived. */
  bytes: number;
  /** SHA-256 of the content in hexadecimal; null if it did not arrive as a whole. */
  sha256: string | null;
}

export interface Cage {
  /**
   * Streams a file into the cage. What becomes of the file is the outcome; only what the content itself throws (a failing download) is
   * thrown, and an abort.
   */
  inspect(
    content: AsyncIterable<Uint8Array>,
    about: FileAbout,
    detectors: DetectorChoice,
    signal?: AbortSignal,
  ): Promise<InspectedFile>;
  /** Ends all processes. Files under way are FAILED. */
  close(): Promise<void>;
}

/** Processes start with the first file, and are replaced when they end or hold more memory than half of what they may. */
export function openCage(given: Partial<CageOptions> = {}): Cage {
  const options = { ...defaultCageOptions, ...given };
  const idle: CageWorker[] = [];
  const all = new Set<CageWorker>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let isClosed = false;

  async function take(): Promise<CageWorker> {
    while (busy >= options.workers) await new Promise<void>((go) => waiting.push(go));
    if (isClosed) throw new Error("The cage is closed.");
    busy++;
    const known = idle.pop();
    if (known?.isAlive) return known;
    const worker = new CageWorker(options);
    all.add(worker);
    await worker.ready();
    return worker;
  }

  async function giveBack(worker: CageWorker): Promise<void> {
    if (worker.isAlive && !(await holdsTooMuch(worker, options.memoryBytes))) idle.push(worker);
    else {
      all.delete(worker);
      await worker.end();
    }
    busy--;
    waiting.shift()?.();
  }

  return {
    async inspect(content, about, detectors, signal) {
      const worker = await take();
      const stop = () => void worker.end();
      signal?.addEventListener("abort", stop);
      try {
        return await inspectWith(worker, content, about, detectors, options, signal);
      } finally {
        signal?.removeEventListener("abort", stop);
        await giveBack(worker);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...all].map((worker) => worker.end()));
      for (const go of waiting.splice(0)) go();
    },
  };
}

async function inspectWith(
  worker: CageWorker,
  content: AsyncIterable<Uint8Array>,
  about: FileAbout,
  { version, builtIn, custom }: DetectorChoice,
  { limits, stallMilliseconds }: CageOptions,
  signal: AbortSignal | undefined,
): Promise<InspectedFile> {
  await worker.configure(version, { builtIn, custom });
  await worker.begin({ name: about.name, mimeType: about.mimeType, limits });
  const hash = createHash("sha256");
  let bytes = 0;
  const outcomeOf = (outcome: Inspection["outcome"], reason: string): InspectedFile => {
    return { outcome, reason, matches: [], characters: 0, bytes, sha256: null };
  };
  try {
    for await (const piece of withoutStalls(content, stallMilliseconds)) {
      signal?.throwIfAborted();
      bytes += piece.length;
      if (bytes > limits.bytes) {
        await worker.abandon();
        return outcomeOf("TOO_LARGE", `It is larger than ${Math.round(limits.bytes / 1024 / 1024)} MB.`);
      }
      hash.update(piece);
      await worker.data(piece);
    }
  } catch (error) {
    await worker.abandon();
    if (error instanceof Stalled) return outcomeOf("TIMED_OUT", error.message);
    throw error;
  }
  const inspection = await worker.finish();
  signal?.throwIfAborted();
  return { ...inspection, bytes, sha256: hash.digest("hex") };
}

class Stalled extends Error {}

/** Ends the content's iterator when it is left early, so that the download stops. Throws Stalled. */
async function* withoutStalls(content: AsyncIterable<Uint8Array>, milliseconds: number): AsyncGenerator<Uint8Array> {
  const iterator = content[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Stalled(`The download brought nothing for ${milliseconds / 1000} s.`)),
          milliseconds,
        );
      });
      const next = await Promise.race([iterator.next(), stalled]);
      clearTimeout(timer);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: an iterator that hangs would not end either.
    iterator.return?.()?.catch(() => {});
  }
}

async function holdsTooMuch(worker: CageWorker, memoryBytes: number): Promise<boolean> {
  const bytes = worker.pid === undefined ? null : await residentBytes(worker.pid);
  return bytes === null || bytes > memoryBytes / 2;
}
