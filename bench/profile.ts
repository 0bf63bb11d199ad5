// `node bench/profile.ts [Q1 Q2 …]`: where the gateway's time goes, a CPU profile for each query under load. Prints the functions with the
// most time of their own, and the same by package; the profiles stay in bench/results/ for a browser's developer tools.
import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { openEmbedded } from "../src/platform/postgres/index.ts";
import type { LoadResult } from "./load.ts";
import { repository, spawnedAll, startHelper } from "./processes.ts";
import { bodiesOf, chooseAsked, type QueryName, queryNames } from "./queries.ts";
import { printTable } from "./report.ts";
import { seededDatabase } from "./seed.ts";
import { startGateway } from "./servers/index.ts";

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const loadSeconds = 10;
const lookedAtSeconds = 8;
const activities = Number(process.env.BENCH_ACTIVITIES ?? 1_000_000);
const wanted = process.argv.slice(2) as QueryName[];
const folder = fileURLToPath(new URL(".", import.meta.url));
const cluster = await openEmbedded({ dataDirectory: `${folder}.data`, log: console.log });
try {
  const url = await seededDatabase(
    cluster.url,
    `bench_${activities}`,
    { activities, users: 20_000, instances: 25 },
    console.log,
  );
  const sql = postgres(url, { max: 1 });
  const asked = await chooseAsked(sql);
  await sql.end();
  const load = startHelper("load.ts");
  for (const query of wanted.length > 0 ? wanted : queryNames) {
    const place = `${folder}results/profile-${query}`;
    mkdirSync(place, { recursive: true });
    const gateway = await startGateway(url, { nodeArguments: ["--cpu-prof", `--cpu-prof-dir=${place}`] });
    const asking = {
      port: gateway.port,
      headers: gateway.headers,
      path: "/graphql",
      bodies: bodiesOf("Gatehouse", query, asked),
      connections: 32,
      seconds: loadSeconds,
    };
    const { requests, seconds } = await load.ask<LoadResult>("load", asking);
    await gateway.stop();
    const file = readdirSync(place).find((name) => name.startsWith("CPU.")) as string;
    renameSync(`${place}/${file}`, `${place}/${query}.cpuprofile`);
    show(query, JSON.parse(readFileSync(`${place}/${query}.cpuprofile`, "utf8")), requests / seconds);
  }
} finally {
  await spawnedAll.stop();
  await cluster.stop();
}

function show(query: string, profile: Profile, perSecond: number): void {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let total = 0;
  // Starting up and warming up is not what is asked about.
  let left = profile.timeDeltas.reduce((sum, micros) => sum + micros, 0);
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id);
    const micros = profile.timeDeltas[index] ?? 0;
    left -= micros;
    if (left > lookedAtSeconds * 1e6 || !frame || /^\((idle|root)\)$/.test(frame.functionName)) continue;
    total += micros;
    const where = frame.url
      .replace(/^file:\/\//, "")
      .replace(repository, "")
      .replace(/^.*node_modules\//, "");
    add(functions, `${frame.functionName || "(anonymous)"} ${where}${where ? `:${frame.lineNumber + 1}` : ""}`, micros);
    add(packages, packageOf(frame), micros);
  }
  const rows = (times: Map<string, number>, count: number) =>
    [...times]
      .sort((a, b) => b[1] - a[1])
      .slice(0, count)
      .map(([name, micros]) => [((micros / total) * 100).toFixed(1), name]);
  const title = `${query} at ${Math.round(perSecond)} requests/s under the profiler`;
  console.log(`\n${printTable({ title, head: ["% of busy time", "package"], rows: rows(packages, 15) })}`);
  console.log(`\n${printTable({ title: "", head: ["% self", "function"], rows: rows(functions, 30) })}`);
}

function packageOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === "(garbage collector)") return "garbage collector";
  if (functionName === "(program)") return "(program)";
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage) return inPackage;
  if (url.startsWith("node:")) return url.split("/").slice(0, 2).join("/");
  return url
    ? `Gatehouse ${url
        .replace(/^file:\/\//, "")
        .replace(repository, "")
        .split("/")
        .slice(0, 2)
        .join("/")}`
    : "engine, native";
}

function add(times: Map<string, number>, name: string, micros: number): void {
  times.set(name, (times.get(name) ?? 0) + micros);
}
