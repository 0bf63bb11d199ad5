import { policyCount } from "./evaluation.ts";
import type { IngestOptions, IngestTimed } from "./ingest-worker.ts";
import { startHelper } from "./processes.ts";
import { median, type Table } from "./report.ts";

export interface PoliciesResult {
  /** Of activities a second with policies to those without. */
  ratio: number;
  rowsPerSecond: number;
  aloneRowsPerSecond: number;
  /** CPU microseconds an activity that evaluating adds. */
  cpu: { own: number; postgres: number };
}

/** One worker that takes in pages of activities over two connections: alone, and while it evaluates policies as well. */
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
    const measured: { alone: IngestTimed; both: IngestTimed }[] = [];
    for (let round = -1; round < rounds; round++) {
      const one = {
        alone: await worker.ask<IngestTimed>("pipeline", options),
        both: await worker.ask<IngestTimed>("pipeline", { ...options, policies: true }),
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
      cpu: { own: added("cpuMs"), postgres: added("postgresCpuMs") },
    };
    say(
      `Policies: ${result.ratio.toFixed(2)} (${Math.round(result.rowsPerSecond)} rows/s of ${Math.round(result.aloneRowsPerSecond)})`,
    );
    return result;
  } finally {
    await worker.stop();
  }
}

export function tablesOfPolicies({ ratio, rowsPerSecond, aloneRowsPerSecond, cpu }: PoliciesResult): Table[] {
  return [
    {
      title: `Policies: activities a second through ingest, ${policyCount} policies and the built-in detections in one process, as a ratio to ingest alone`,
      head: ["ratio", "activities/s", "ingest alone", "CPU µs an activity added: ours + PostgreSQL"],
      rows: [
        [
          ratio.toFixed(2),
          Math.round(rowsPerSecond).toLocaleString("en"),
          Math.round(aloneRowsPerSecond).toLocaleString("en"),
          `${cpu.own.toFixed(0)} + ${cpu.postgres.toFixed(0)}`,
        ],
      ],
    },
  ];
}
