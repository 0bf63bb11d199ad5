import { defaultCageOptions } from "../src/inspection/cage/index.ts";
import { residentBytes } from "../src/inspection/cage/memory.ts";
import { CageWorker } from "../src/inspection/cage/worker.ts";
import { builtInDetectors } from "../src/inspection/detectors/index.ts";
import { docx, pdf, xlsx } from "../test/inspection/files.ts";
import { median, type Table } from "./report.ts";

export interface FilesResult {
  kind: string;
  /** Bytes of one file, and characters of its text. */
  bytes: number;
  characters: number;
  matches: number;
  /** Seconds a file. */
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
    const times: number[] = [];
    let peakBytes = 0;
    let characters = 0;
    let matches = 0;
    const watch = setInterval(async () => {
      peakBytes = Math.max(peakBytes, (await residentBytes(worker.pid!)) ?? 0);
    }, 20);
    // The first ones warm up.
    for (let round = 0; round < rounds + 2; round++) {
      const startedAt = performance.now();
      await worker.begin({ name: "", limits: defaultCageOptions.limits });
      await worker.data(content);
      const inspection = await worker.finish();
      if (inspection.outcome !== "INSPECTED") throw new Error(`${kind}: ${inspection.outcome} ${inspection.reason}`);
      characters = inspection.characters;
      matches = inspection.matches.length;
      if (round >= 2) times.push((performance.now() - startedAt) / 1000);
    }
    clearInterval(watch);
    await worker.end();
    results.push({ kind, bytes: content.length, characters, matches, seconds: median(times), peakBytes });
    say(`${kind} inspected`);
  }
  return results;
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
    "PDF, 20 pages": pdf(Array.from({ length: 20 }, () => words(350))),
    "source code, 300 KB": Buffer.from(
      'import fs from "node:fs";\nconst total = 1;\nexport function sum(a, b) {\n'.repeat(3_500),
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
