import { policyCount } from "./evaluation.ts";
import type { IngestOptions, IngestTimed } from "./ingest-worker.ts";
import { startHelper } from "./processes.ts";
import { median, type Table } from "./report.ts";

export interface PoliciesResult {
  /** Of activities a second with policies to those without. */
  ratio: number;
  rowsPerSecond: number;
  aloneRowsPerSecond: number;
  /** Of activities a second that are evaluated when they are all there, to those taken in alone. */
  evaluationRatio: number;
  evaluationRowsPerSecond: number;
  /** CPU microseconds an activity that evaluating adds. */
  cpu: { own: number; postgres: number };
}

/** One worker that takes in pages of activities over two connections: alone, while it evaluates policies as well, and before it does. */
export async function measurePolicies({
  url,
  postmaster,
  rounds,
  rows,
  say,
}: {
  url: string;
  postmaster: number;
  rounds: number;
  rows: number;
  say: (line: string) => void;
}): Promise<PoliciesResult> {
  const worker = startHelper("ingest-worker.ts");
  try {
    const connections = 2;
    const pageRows = 1000;
    const options: IngestOptions = { url, connections, pageRows, pages: rows / pageRows / connections, postmaster };
    const measured: { alone: IngestTimed; both: IngestTimed; after: IngestTimed }[] = [];
    for (let round = -1; round < rounds; round++) {
      const one = {
        alone: await worker.ask<IngestTimed>("pipeline", options),
        both: await worker.ask<IngestTimed>("pipeline", { ...options, policies: "meanwhile" }),
        after: await worker.ask<IngestTimed>("pipeline", { ...options, policies: "after" }),
      };
      if (round >= 0) measured.push(one);
    }
    const speed = ({ rows, seconds }: IngestTimed) => rows / seconds;
    const added = (cpu: "cpuMs" | "postgresCpuMs") =>
      median(measured.map(({ alone, both }) => ((both[cpu] - alone[cpu]) * 1000) / both.rows));
    const result = {
      ratio: median(measured.map(({ alone, both }) => speed(both) / speed(alone))),
      rowsPerSecond: median(measured.map(({ both }) => speed(both))),
      aloneRowsPerSecond: median(measured.map(({ alone }) => speed(alone))),
      evaluationRatio: median(measured.map(({ alone, after }) => speed(after) / speed(alone))),
      evaluationRowsPerSecond: median(measured.map(({ after }) => speed(after))),
      cpu: { own: added("cpuMs"), postgres: added("postgresCpuMs") },
    };
    say(
      `Policies: ${result.ratio.toFixed(2)} (${Math.round(result.rowsPerSecond)} rows/s of ${Math.round(result.aloneRowsPerSecond)}); evaluation by itself ${result.evaluationRatio.toFixed(2)}`,
    );
    return result;
  } finally {
    await worker.stop();
  }
}

export function tablesOfPolicies(result: PoliciesResult): Table[] {
  const count = (value: number) => Math.round(value).toLocaleString("en");
  return [
    {
      title: `Policies: activities a second through ${policyCount} policies and the built-in detections, in the process that takes them in, as a ratio to taking them in alone`,
      head: ["", "ratio", "activities/s", "CPU µs an activity added: ours + PostgreSQL"],
      rows: [
        ["taken in alone", "1.00", count(result.aloneRowsPerSecond), ""],
        [
          "evaluated meanwhile",
          result.ratio.toFixed(2),
          count(result.rowsPerSecond),
          `${result.cpu.own.toFixed(0)} + ${result.cpu.postgres.toFixed(0)}`,
        ],
        ["evaluated afterwards", result.evaluationRatio.toFixed(2), count(result.evaluationRowsPerSecond), ""],
      ],
    },
  ];
}
