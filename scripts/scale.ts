// How one worker copes with a large tenant: `node scripts/scale.ts --connector <slug> [--users 100000] [--events 1000000]`. The app is
// one that is connected without a consent in the browser.
// Everything is real and its own: an embedded PostgreSQL with the product's settings, the provider sandbox, one `gatehouse worker`.
// Prints a line every ten seconds, then the totals that docs/scaling.md quotes.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Sql } from "postgres";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { createApp } from "#src/app.ts";
import { loadConfig } from "#src/config.ts";
import { loadConnector } from "#src/connectors/index.ts";
import { connectInstance } from "#src/instances/connect.ts";
import { createLog } from "#src/platform/log.ts";
import { openEmbedded } from "#src/platform/postgres/index.ts";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    connector: { type: "string" },
    users: { type: "string", default: "100000" },
    events: { type: "string", default: "1000000" },
    /** Node's own options for the worker: `--cpu-prof`. */
    node: { type: "string", default: "" },
  },
});
const users = Number(values.users);
const events = Number(values.events);
const connectorSlug = values.connector ?? "";
const demo = (await loadConnector(connectorSlug))?.demo;
if (!demo) throw new Error("--connector is missing, or names an app that the sandbox does not know.");

const folder = mkdtempSync(join(tmpdir(), "gatehouse-scale-"));
chmodSync(folder, 0o711);
const children: ChildProcess[] = [];
const postgres = await openEmbedded({ dataDirectory: folder, log: console.log });
try {
  await migrate(postgres.url);
  const { url } = await start("sandbox/main.ts", ["--port", "0"], /listening on (?<url>http:\S+)/, {});
  const environment = {
    DATABASE_URL: postgres.url,
    GATEHOUSE_SECRET_KEYS: randomBytes(32).toString("base64"),
    PROVIDER_SANDBOX_URL: url as string,
    LOG_LEVEL: "warn",
  };
  await connect(environment, demo.settings(await createTenant(url as string)));
  const worker = await start(
    "src/main.ts",
    ["worker"],
    /worker is ready/,
    environment,
    values.node.split(" ").filter(Boolean),
  );
  const database = openDatabase(postgres.url, { max: 1 });
  try {
    await watch(database.sql, worker.pid as number);
  } finally {
    await database.close();
  }
} finally {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(
    children.map((child) =>
      child.exitCode === null && child.signalCode === null ? new Promise((ended) => child.once("close", ended)) : null,
    ),
  );
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function createTenant(url: string): Promise<Record<string, string>> {
  const tenant = { provider: connectorSlug, name: "acme", users, groups: 20, events, historyDays: 6, unlimited: true };
  const answer = await fetch(`${url}/_sandbox/tenants`, { method: "POST", body: JSON.stringify(tenant) });
  return ((await answer.json()) as { credentials: Record<string, string> }).credentials;
}

/** Connects the tenant, as `connectInstance` does behind the API; no process works on it yet. */
async function connect(
  environment: Record<string, string>,
  settings: Record<string, string | undefined>,
): Promise<void> {
  const config = loadConfig(environment, folder);
  const app = await createApp({
    config,
    databaseUrl: postgres.url,
    secretKeys: config.secretKeys,
    log: createLog("warn"),
    parts: { gateway: false, workers: false },
  });
  await connectInstance(app.core, systemViewer, {
    connectorSlug,
    name: "acme",
    settings,
  });
  await app.stop();
}

async function watch(sql: Sql, pid: number): Promise<void> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const samples: { share: number; rss: number }[] = [];
  const done: Record<string, number> = {};
  let toldAt = 0;
  for (;;) {
    const rows = await sql<
      { stream: string; status: string; items: number; seconds: number | null; error: string | null }[]
    >`
      select distinct on (stream) stream, status, items_seen as items, extract(epoch from finished_at - started_at)::float8 as seconds, error
      from scans order by stream, (status = 'SUCCEEDED') desc, id desc`;
    const rss = residentBytes(pid);
    const stored = rows.find((row) => row.stream === "ACTIVITIES")?.items ?? 0;
    samples.push({ share: stored / events, rss });
    for (const row of rows)
      if (row.status === "SUCCEEDED" && done[row.stream] === undefined) done[row.stream] = row.seconds ?? 0;
    if (rows.some((row) => row.status === "FAILED")) throw new Error(`A scan failed: ${JSON.stringify(rows)}`);
    const ended = done.USERS !== undefined && done.ACTIVITIES !== undefined && stored >= events;
    if (ended || seconds() - toldAt >= 10) {
      toldAt = seconds();
      console.log(
        `${toldAt.toFixed(0).padStart(5)} s  ${megabytes(rss)}  ${rows.map((row) => `${row.stream} ${row.items} ${row.status}`).join(", ")}`,
      );
    }
    if (ended) break;
    await sleep(500);
  }
  const total = seconds();
  const [rows] = await sql<{ users: number; activities: number }[]>`
    select (select count(*)::int from users where listed) as users, (select count(*)::int from activities) as activities`;
  if (rows?.users !== users || rows.activities !== events) throw new Error(`Stored were ${JSON.stringify(rows)}.`);
  const [size] = await sql<{ size: string }[]>`select pg_size_pretty(pg_database_size(current_database())) as size`;
  console.log(
    `CPU: worker ${cpuSeconds(pid).toFixed(0)} s, PostgreSQL ${postgresCpuSeconds().toFixed(0)} s, sandbox ${cpuSeconds(children[0]?.pid as number).toFixed(0)} s`,
  );
  const quarter = (share: number) => samples.find((sample) => sample.share >= share)?.rss ?? 0;
  const all = samples.map((sample) => sample.rss);
  console.log(
    `\n${users} users and ${events} activities in ${total.toFixed(1)} s; the database is ${size?.size} large.`,
  );
  for (const [stream, took] of Object.entries(done)) console.log(`${stream}: ${took.toFixed(1)} s`);
  console.log(`Activities a second, while they were read: ${Math.round(events / (done.ACTIVITIES as number))}`);
  console.log(
    `Worker memory (RSS): start ${megabytes(all[0] as number)}, quarter ${megabytes(quarter(0.25))}, half ${megabytes(quarter(0.5))}, three quarters ${megabytes(quarter(0.75))}, end ${megabytes(all.at(-1) as number)}; most ${megabytes(Math.max(...all))}`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** User and system time of a process, and of its children that have ended. NaN where there is no /proc. */
function cpuSeconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

function postgresCpuSeconds(): number {
  const postmaster = Number(readFileSync(join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
  const backends =
    process.platform === "linux"
      ? readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8").trim().split(" ").map(Number)
      : [];
  return [postmaster, ...backends].reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

function residentBytes(pid: number): number {
  if (process.platform !== "linux")
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** A child of ours, once it has said that it is ready. */
async function start(
  script: string,
  args: string[],
  ready: RegExp,
  environment: Record<string, string | undefined>,
  nodeArguments: string[] = [],
) {
  const child = spawn(process.execPath, [...nodeArguments, join(root, script), ...args], {
    cwd: nodeArguments.length > 0 ? process.cwd() : root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let output = "";
  const groups = await new Promise<Record<string, string | undefined>>((found, fail) => {
    child.once("exit", (code) => fail(new Error(`${script} ended (${code}):\n${output}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const match = ready.exec(output);
      if (match) found(match.groups ?? {});
    });
  });
  return { pid: child.pid, url: groups.url };
}
