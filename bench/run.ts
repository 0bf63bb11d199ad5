// `npm run bench [-- --quick] [--only q,fanout,latency,ingest,policies,start,flat,files] [--full] [--activities N]`: see docs/performance.md.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Table } from "./report.ts";

const sections = ["q", "fanout", "latency", "ingest", "policies", "flat", "files", "start"] as const;
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    only: { type: "string" },
    activities: { type: "string", default: "1000000" },
  },
});
const chosen = options.only?.split(",") ?? [...sections];
const unknown = chosen.filter((name) => !(sections as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`--only takes ${sections.join(", ")}; not ${unknown.join(", ")}.`);
  process.exit(1);
}

const folder = fileURLToPath(new URL(".", import.meta.url));
if (!existsSync(`${folder}node_modules`)) {
  console.log("Installing what Gatehouse is measured against, in bench/");
  execFileSync("npm", ["ci"], { cwd: folder, stdio: "inherit" });
}

const { default: postgres } = await import("postgres");
const { openEmbedded } = await import("../src/platform/postgres/index.ts");
const { seededDatabase } = await import("./seed.ts");
const { printTable } = await import("./report.ts");
const { spawnedAll } = await import("./processes.ts");

const startedAt = performance.now();
const say = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
const cluster = await openEmbedded({ dataDirectory: `${folder}.data`, log: say });
let isStopping = false;
async function stopAll(): Promise<void> {
  isStopping = true;
  await spawnedAll.stop();
  await cluster.stop();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    console.log("Stopping.");
    void stopAll().finally(() => process.exit(130));
  });

try {
  await measure();
} catch (error) {
  // Whatever was under way when the bench was stopped has failed; that is no news.
  if (!isStopping) {
    console.error(error);
    process.exitCode = 1;
  }
} finally {
  if (!isStopping) await stopAll();
}

async function measure(): Promise<void> {
  const { quick } = options;
  const size = { activities: Number(options.activities), users: 20_000, instances: 25 };
  const results: Record<string, unknown> = {};
  const tables: Table[] = [];
  const admin = postgres(cluster.url, { max: 1, onnotice: () => {} });
  const [row] = await admin`select version() as version`;
  const postmaster = Number(readFileSync(`${folder}.data/postgres/postmaster.pid`, "utf8").split("\n", 1)[0]);
  await admin.end();
  const database = (activities: number) =>
    seededDatabase(cluster.url, `bench_${activities}`, { ...size, activities }, say);
  /** A small one, made anew: what is measured on it writes. */
  const scratch = () => seededDatabase(cluster.url, "bench_scratch", { ...size, activities: 20_000 }, say, true);

  /** One part that fails does not take the figures of the others with it. */
  const attempt = async (name: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (isStopping) throw error;
      console.error(error);
      process.exitCode = 1;
      tables.push({
        title: `FAILED: ${name}`,
        head: ["why"],
        rows: [[String(error).split("\n")[0]?.slice(0, 300) ?? ""]],
      });
    }
  };
  for (const name of chosen) await attempt(name, () => section(name));

  async function section(name: string): Promise<void> {
    if (name === "q") {
      const { measureReads, tablesOfReads } = await import("./reads.ts");
      const url = await database(size.activities);
      const sql = postgres(url, { max: 1 });
      const rounds = quick ? { rounds: 3, seconds: 2 } : { rounds: 5, seconds: 6 };
      const reads = await measureReads(sql, { url, postmaster, say, ...rounds });
      await sql.end();
      results.reads = reads;
      tables.push(...tablesOfReads(reads));
    } else if (name === "fanout") {
      const { measureFanout, tablesOfFanout } = await import("./fanout.ts");
      const rounds = quick ? { rounds: 1, seconds: 2 } : { rounds: 3, seconds: 5 };
      const fanout = await measureFanout({ url: await scratch(), say, quick, ...rounds });
      Object.assign(results, fanout);
      tables.push(...tablesOfFanout(fanout));
    } else if (name === "latency") {
      const { measureLatency, tablesOfLatency } = await import("./latency.ts");
      const rounds = quick ? { rounds: 1, seconds: 5 } : { rounds: 3, seconds: 15 };
      const latency = await measureLatency({ url: await scratch(), say, ...rounds });
      results.latency = latency;
      tables.push(...tablesOfLatency(latency));
    } else if (name === "ingest") {
      const { measureIngest, tablesOfIngest } = await import("./ingest.ts");
      const rounds = quick ? { rounds: 2, rows: 12_000 } : { rounds: 5, rows: 40_000 };
      const ingest = await measureIngest({ url: await scratch(), postmaster, say, ...rounds });
      results.ingest = ingest;
      tables.push(...tablesOfIngest(ingest));
    } else if (name === "policies") {
      const { measurePolicies, tablesOfPolicies } = await import("./policies.ts");
      const rounds = quick ? { rounds: 2, rows: 20_000 } : { rounds: 5, rows: 60_000 };
      const policies = await measurePolicies({ url: await scratch(), postmaster, say, ...rounds });
      results.policies = policies;
      tables.push(...tablesOfPolicies(policies));
    } else if (name === "flat") {
      const { measureFlat, tablesOfFlat } = await import("./flat.ts");
      const counts = [
        ...new Set([size.activities / 10, size.activities, ...(options.full ? [size.activities * 10] : [])]),
      ];
      const sizes = [];
      for (const activities of counts) {
        const url = await database(activities);
        sizes.push({ activities, url, sql: postgres(url, { max: 1 }) });
      }
      const flat = await measureFlat(sizes, { quick, say });
      for (const { sql } of sizes) await sql.end();
      results.flat = flat;
      tables.push(...tablesOfFlat(flat));
    } else if (name === "files") {
      const { measureFiles, tablesOfFiles } = await import("./files.ts");
      const files = await measureFiles({ rounds: quick ? 5 : 30, say });
      results.files = files;
      tables.push(...tablesOfFiles(files));
      const { measureFilePolicies, tablesOfFilePolicies } = await import("./file-policies.ts");
      const filePolicies = await measureFilePolicies({ url: await scratch(), files: quick ? 10_000 : 50_000 });
      results.filePolicies = filePolicies;
      tables.push(...tablesOfFilePolicies(filePolicies));
      const { measureFileAlerts, tablesOfFileAlerts } = await import("./file-alerts.ts");
      const fileAlerts = await measureFileAlerts({ url: await scratch(), rounds: quick ? 20 : 100, say });
      results.fileAlerts = fileAlerts;
      tables.push(...tablesOfFileAlerts(fileAlerts));
    } else {
      const { measureStart, tablesOfStart } = await import("./start.ts");
      const start = await measureStart({ rounds: quick ? 2 : 5, say });
      results.start = start;
      tables.push(...tablesOfStart(start));
    }
  }

  const machine = {
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: row?.version,
  };
  const told = { at: new Date().toISOString(), quick, activities: size.activities, machine, ...results };
  mkdirSync(`${folder}results`, { recursive: true });
  writeFileSync(`${folder}results/latest.json`, `${JSON.stringify(told, null, 2)}\n`);
  console.log(`\n${tables.map(printTable).join("\n\n")}\n`);
  console.log(
    `${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${process.version}. Everything in bench/results/latest.json.`,
  );
}
