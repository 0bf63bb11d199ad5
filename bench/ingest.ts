import type { IngestOptions, IngestTimed } from "./ingest-worker.ts";
import { startHelper } from "./processes.ts";
import { median, type Table } from "./report.ts";

export interface IngestResult {
  connections: number;
  pageRows: number;
  ratio: number;
  rowsPerSecond: number;
  copyRowsPerSecond: number;
  /** CPU microseconds a row. */
  cpu: { own: number; postgres: number; copyOwn: number; copyPostgres: number };
}

/** The whole pipeline beside COPY of the very rows it made, into the same table with the same indexes, one commit a page. */
export async function measureIngest({
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
}): Promise<IngestResult[]> {
  const worker = startHelper("ingest-worker.ts");
  const results: IngestResult[] = [];
  try {
    for (const connections of [1, 4]) {
      for (const pageRows of [500, 1000]) {
        const pages = Math.round(rows / pageRows / connections);
        const options: IngestOptions = { url, connections, pageRows, pages, postmaster };
        const measured: { pipeline: IngestTimed; copy: IngestTimed }[] = [];
        for (let round = -1; round < rounds; round++) {
          const one = {
            pipeline: await worker.ask<IngestTimed>("pipeline", options),
            copy: await worker.ask<IngestTimed>("copy", options),
          };
          if (round >= 0) measured.push(one);
        }
        const speed = ({ rows, seconds }: IngestTimed) => rows / seconds;
        const result = {
          connections,
          pageRows,
          ratio: median(measured.map((one) => speed(one.pipeline) / speed(one.copy))),
          rowsPerSecond: median(measured.map((one) => speed(one.pipeline))),
          copyRowsPerSecond: median(measured.map((one) => speed(one.copy))),
          cpu: {
            own: median(measured.map(({ pipeline }) => (pipeline.cpuMs * 1000) / pipeline.rows)),
            postgres: median(measured.map(({ pipeline }) => (pipeline.postgresCpuMs * 1000) / pipeline.rows)),
            copyOwn: median(measured.map(({ copy }) => (copy.cpuMs * 1000) / copy.rows)),
            copyPostgres: median(measured.map(({ copy }) => (copy.postgresCpuMs * 1000) / copy.rows)),
          },
        };
        results.push(result);
        say(
          `Ingest, ${connections} × pages of ${pageRows}: ${result.ratio.toFixed(2)} (${Math.round(result.rowsPerSecond)} rows/s of ${Math.round(result.copyRowsPerSecond)})`,
        );
      }
    }
    return results;
  } finally {
    await worker.stop();
  }
}

export function tablesOfIngest(results: IngestResult[]): Table[] {
  return [
    {
      title:
        "Ingest: rows a second through the whole pipeline, as a ratio to COPY of the same rows into the same table",
      head: ["connections × page", "ratio", "rows/s", "COPY rows/s", "CPU µs a row: ours + PostgreSQL", "of COPY"],
      rows: results.map((one) => [
        `${one.connections} × ${one.pageRows}`,
        one.ratio.toFixed(2),
        Math.round(one.rowsPerSecond).toLocaleString("en"),
        Math.round(one.copyRowsPerSecond).toLocaleString("en"),
        `${one.cpu.own.toFixed(0)} + ${one.cpu.postgres.toFixed(0)}`,
        `${one.cpu.copyOwn.toFixed(0)} + ${one.cpu.copyPostgres.toFixed(0)}`,
      ]),
    },
  ];
}
