import { readFile } from "node:fs/promises";
import { defaultCageOptions } from "../src/inspection/cage/index.ts";
import { residentBytes } from "../src/inspection/cage/memory.ts";
import { CageWorker } from "../src/inspection/cage/worker.ts";
import { builtInDetectors } from "../src/inspection/detectors/index.ts";
import { docx, pdf, xlsx } from "../test/inspection/files.ts";
import type { Table } from "./report.ts";

export interface FilesResult {
  kind: string;
  /** Bytes of one file, and characters of its text. */
  bytes: number;
  characters: number;
  matches: number;
  /** Seconds a file: of the processor where the system reports them, so that other work on the machine does not count; else of the clock. */
  seconds: number;
  /** The most that the process held while it read these files. */
  peakBytes: number;
}

/** Inspects files of several kinds in one process of the cage, with all built-in detectors: one core. */
export async function measureFiles({
  rounds,
  say,
}: {
  rounds: number;
  say: (line: string) => void;
}): Promise<FilesResult[]> {
  const results: FilesResult[] = [];
  for (const [kind, content] of Object.entries(corpus())) {
    const worker = new CageWorker(defaultCageOptions);
    await worker.ready();
    await worker.configure("bench", { builtIn: null, custom: [] });
    let peakBytes = 0;
    let characters = 0;
    let matches = 0;
    const watch = setInterval(async () => {
      peakBytes = Math.max(peakBytes, (await residentBytes(worker.pid!)) ?? 0);
    }, 20);
    // The first ones warm up.
    let startedAt = 0;
    for (let round = 0; round < rounds + 2; round++) {
      if (round === 2) startedAt = await secondsOf(worker.pid!);
      await worker.begin({ name: "", limits: defaultCageOptions.limits });
      await worker.data(content);
      const inspection = await worker.finish();
      if (inspection.outcome !== "INSPECTED") throw new Error(`${kind}: ${inspection.outcome} ${inspection.reason}`);
      characters = inspection.characters;
      matches = inspection.matches.length;
    }
    const seconds = ((await secondsOf(worker.pid!)) - startedAt) / rounds;
    clearInterval(watch);
    await worker.end();
    results.push({ kind, bytes: content.length, characters, matches, seconds, peakBytes });
    say(`${kind} inspected`);
  }
  return results;
}

async function secondsOf(pid: number): Promise<number> {
  if (process.platform !== "linux") return performance.now() / 1000;
  // Fields 14 and 15, in hundredths: of the program and of the system for it. The name of the program may contain spaces.
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Words of business letters, the same in every run; few of them are context words, as in most files. */
const vocabulary =
  "the quarterly report shows that sales in the northern region grew by while costs of transport fell please find attached minutes of our meeting on Tuesday regarding delivery dates prices and terms".split(
    " ",
  );
function words(count: number): string {
  let seed = 7;
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const pick = (seed >>> 8) % (vocabulary.length + 2);
    return vocabulary[pick] ?? String((seed >>> 4) % 100_000);
  }).join(" ");
}

function corpus(): Record<string, Buffer> {
  const paragraphs = (count: number) => Array.from({ length: count }, () => words(80));
  const people = Array.from({ length: 4_000 }, (_, at) => [
    `Person ${at}`,
    `person${at}@acme.example`,
    `+49 30 ${5_550_000 + at}`,
    "Card 4539 1488 0343 6467",
    at * 17,
  ]);
  return {
    "text, 1 KB": Buffer.from(words(180)),
    "text, 900 KB": Buffer.from(words(160_000)),
    "CSV of 4,000 people": Buffer.from(people.map((row) => row.join(";")).join("\n")),
    "docx, 20 pages": docx(paragraphs(100)),
    "xlsx of 4,000 people": xlsx(people),
    "PDF, 20 pages": pdf(Array.from({ length: 20 }, () => Array.from({ length: 40 }, () => words(12)).join("\n"))),
    "source code, 250 KB": Buffer.from(
      Array.from(
        { length: 3_000 },
        (_, at) => `export function sum${at}(a, b) {\n  const total = a + b + ${at};\n  return total;\n}\n`,
      ).join(""),
    ),
  };
}

export function tablesOfFiles(results: FilesResult[]): Table[] {
  return [
    {
      title: `Content inspection with ${builtInDetectors.length} detectors, one process (one core)`,
      head: ["file", "KB", "KB of text", "ms a file", "files/s", "MB/s of text", "matches", "peak RSS, MB"],
      rows: results.map(({ kind, bytes, characters, seconds, matches, peakBytes }) => [
        kind,
        (bytes / 1000).toFixed(0),
        (characters / 1000).toFixed(0),
        (seconds * 1000).toFixed(1),
        (1 / seconds).toFixed(0),
        (characters / 1e6 / seconds).toFixed(1),
        String(matches),
        (peakBytes / 1e6).toFixed(0),
      ]),
    },
  ];
}
