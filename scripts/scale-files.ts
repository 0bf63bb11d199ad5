// How one worker copes with a large drive: `node scripts/scale-files.ts [--files 100000] [--folders 1000]`.
// The app is made up: the drive of the sandbox kit, whose files are computed, behind a connector that exists here only and lists 1,000 items a
// page. PostgreSQL, the queue and the worker are the product's. Prints a line every ten seconds, then the totals that docs/scaling.md quotes:
// the first listing, a second one of the same files, and pages of lists.
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Sql } from "postgres";
import { type Db, openDatabase, tables } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { createApp } from "#src/app.ts";
import { loadConfig } from "#src/config.ts";
import { defineApp } from "#src/connector-kit/app.ts";
import { type Connector, defineConnector } from "#src/connector-kit/connector.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { startInstance } from "#src/instances/start.ts";
import type { FileFilter } from "#src/inventory/files/filter.ts";
import { type FileOrder, fileList } from "#src/inventory/files/list.ts";
import { createLog } from "#src/platform/log.ts";
import { openEmbedded } from "#src/platform/postgres/index.ts";
import { rootPage } from "#src/query/keyset.ts";
import { Drive, type Item } from "../sandbox/kit/drive.ts";
import type { Share } from "../sandbox/kit/drive-layout.ts";

const { values } = parseArgs({
  options: { files: { type: "string", default: "100000" }, folders: { type: "string" } },
});
const files = Number(values.files);
const folders = Number(values.folders ?? Math.ceil(files / 100));
/** The root as well. */
const items = files + folders + 1;
const pageSize = 1000;
const database = process.env.SCALE_DATABASE;
if (database) await work(database);
else await measure();

/** In the worker process: connects the drive and reads it. */
async function work(databaseUrl: string): Promise<void> {
  const config = loadConfig({ GATEHOUSE_SECRET_KEYS: randomBytes(32).toString("base64"), LOG_LEVEL: "warn" }, tmpdir());
  const { core } = await createApp({
    config,
    databaseUrl,
    secretKeys: config.secretKeys,
    log: createLog("warn"),
    parts: { gateway: false, workers: true },
  });
  const connector = driveConnector();
  core.connectors = [defineApp({ manifest: connector.manifest, load: async () => connector })];
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const [row] = await tx
      .insert(tables.instances)
      .values({ connectorSlug: "drive", name: "acme", status: "CONNECTING", settings: {}, components: [] })
      .returning();
    const test = { ...(await connector.testConnection(undefined as never)), parts: new Map() };
    await startInstance(tx, core, connector, row!.id, { settings: {}, components: [], test });
  });
}

function driveConnector(): Connector {
  const drive = new Drive({ seed: 1, createdAt: Date.now(), files, folders }, 500);
  return defineConnector({
    manifest: {
      slug: "drive",
      name: "Drive",
      description: "A drive that exists in a script.",
      docs: "https://drive.example/docs",
      lifecycle: "AVAILABLE",
      authorization: "API_TOKEN",
      prerequisites: "",
      settings: {},
      hosts: ["api.drive.example"],
      streams: { FILES: { everySeconds: 43_200, scopes: [] } },
    },
    baseUrl: () => "https://api.drive.example",
    authorization: { interactive: () => false, sign: () => ({}) },
    testConnection: async () => ({
      externalAccountId: "1",
      accountName: "Acme",
      missingScopes: [],
      domains: ["acme.example"],
    }),
    streams: {
      FILES: async function* (_, cursor) {
        for (let start = Number(cursor ?? 0); start < drive.count; start += pageSize) {
          const next = start + pageSize;
          const page = Array.from({ length: Math.min(pageSize, drive.count - start) }, (_, n) => drive.at(start + n));
          yield {
            items: page.flatMap((item) => (item ? itemsOf(drive, item) : [])),
            cursor: next < drive.count ? String(next) : null,
            total: drive.count,
          };
        }
      },
    },
    actions: {},
  });
}

function itemsOf(drive: Drive, item: Item): FileItem[] {
  const externalId = `item-${item.number}`;
  const path = `/${[...drive.pathOf(item.number), item].map(({ name }) => name).join("/")}`;
  const shares = drive.effectiveSharesOf(item.number, Date.now());
  const isPublic = shares.some(({ kind }) => kind === "anyone");
  return [
    {
      kind: "file",
      externalId,
      container: "acme",
      parentId: item.parent === null ? null : `item-${item.parent}`,
      path,
      name: item.name === "" ? "acme" : item.name,
      isFolder: item.isFolder,
      mimeType: item.mimeType,
      size: item.isFolder ? null : 1000 + ((item.number * 7919) % 5_000_000),
      owner: { externalId: `u${item.owner}`, name: `Person ${item.owner}` },
      sharing: "PRIVATE",
      link: isPublic ? { audience: "PUBLIC", password: false } : null,
      labels: item.number % 50 === 0 ? ["Confidential"] : [],
      createdAt: new Date(item.createdAt),
      modifiedAt: new Date(item.modifiedAt),
      modifiedBy: { externalId: `u${item.modifiedBy}` },
      version: String(item.version),
      raw: {
        ...item,
        path,
        shares,
        kind: "drive#file",
        links: { self: `https://api.drive.example/items/${item.number}` },
      },
    },
    ...shares.map((share) => collaborator(externalId, share)),
  ];
}

function collaborator(fileId: string, { kind, who, role, inherited }: Share & { inherited: boolean }): FileItem {
  const access = { kind: "collaborator", fileId, role: role.toUpperCase() as "READ", inherited } as const;
  if (kind === "anyone") return { ...access, principal: "ANYONE" };
  if (kind === "company") return { ...access, principal: "DOMAIN", domain: "acme.example" };
  return { ...access, principal: "USER", email: who ?? null };
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-scale-"));
  chmodSync(folder, 0o711);
  const postgres = await openEmbedded({ dataDirectory: folder, log: console.log });
  let worker: ChildProcess | undefined;
  try {
    await migrate(postgres.url);
    worker = fork(import.meta.filename, process.argv.slice(2), {
      env: { ...process.env, SCALE_DATABASE: postgres.url },
    });
    const pid = worker.pid as number;
    const { sql, close } = openDatabase(postgres.url, { max: 1 });
    try {
      await listing(sql, pid, "First listing");
      await sql`update streams set next_run_at = now(), requested_at = now()`;
      await listing(sql, pid, "The same again");
      await sizes(sql);
      await sql`vacuum analyze files, file_collaborators`;
      await pages(sql);
    } finally {
      await close();
    }
  } finally {
    if (worker) await end(worker);
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function end(worker: ChildProcess): Promise<void> {
  worker.kill("SIGTERM");
  if (worker.exitCode === null && worker.signalCode === null) await new Promise((ended) => worker.once("close", ended));
}

interface Progress {
  id: string;
  status: string;
  seen: number;
  written: number;
  error: string | null;
}

/** Waits for the newest scan to end; memory at the quarters of its way. */
async function listing(sql: Sql, pid: number, title: string): Promise<void> {
  const [last] = await sql<
    { id: string }[]
  >`select coalesce(max(id), 0) as id from scans where finished_at is not null`;
  const wal = async () =>
    Number((await sql<{ at: string }[]>`select pg_current_wal_lsn() - '0/0'::pg_lsn as at`)[0]!.at);
  const walBefore = await wal();
  const cpuBefore = cpuSeconds(pid);
  const samples: { seen: number; rss: number }[] = [];
  const started = performance.now();
  let toldAt = 0;
  for (;;) {
    await sleep(200);
    const [scan] = await sql<Progress[]>`
      select id, status, items_seen as seen, items_written as written, error from scans where id > ${last!.id} order by id desc limit 1`;
    if (!scan) continue;
    if (scan.status === "FAILED") throw new Error(`The scan failed: ${scan.error}`);
    samples.push({ seen: scan.seen, rss: residentBytes(pid) });
    const seconds = (performance.now() - started) / 1000;
    if (seconds - toldAt >= 10) {
      toldAt = seconds;
      console.log(`${seconds.toFixed(0).padStart(5)} s  ${megabytes(residentBytes(pid))}  ${scan.seen} items`);
    }
    if (scan.status !== "SUCCEEDED") continue;
    const rss = samples.map((sample) => sample.rss);
    const at = (share: number) => samples.find(({ seen }) => seen >= share * scan.seen)!.rss;
    console.log(
      `\n${title}: ${items} files and folders, ${scan.seen} items with their collaborators, ${scan.written} files written, in ${seconds.toFixed(1)} s: ${Math.round(items / seconds)} files a second.`,
    );
    console.log(
      `CPU of the worker, drive included: ${(cpuSeconds(pid) - cpuBefore).toFixed(0)} s. WAL: ${megabytes((await wal()) - walBefore)}.`,
    );
    console.log(
      `Worker memory (RSS): start ${megabytes(rss[0]!)}, quarter ${megabytes(at(0.25))}, half ${megabytes(at(0.5))}, three quarters ${megabytes(at(0.75))}, end ${megabytes(rss.at(-1)!)}; most ${megabytes(Math.max(...rss))}`,
    );
    return;
  }
}

async function sizes(sql: Sql): Promise<void> {
  const [stored] = await sql<{ files: number; removed: number }[]>`
    select count(*)::int as files, count(removed_at)::int as removed from files`;
  if (stored?.files !== items || stored.removed !== 0) throw new Error(`Stored were ${JSON.stringify(stored)}.`);
  const rows = await sql<{ name: string; table: string; indexes: string }[]>`
    select relname as name, pg_size_pretty(pg_table_size(oid)) as table, pg_size_pretty(pg_indexes_size(oid)) as indexes
    from pg_class where relname in ('files', 'file_collaborators') order by relname`;
  for (const { name, table, indexes } of rows) console.log(`${name}: ${table}, indexes ${indexes}`);
  const levels = await sql<{ sharing: string; count: number }[]>`
    select sharing, count(*)::int as count from files group by 1 order by 1`;
  console.log(levels.map(({ sharing, count }) => `${sharing} ${count}`).join(", "));
}

/** Median of pages of 50, as statements over one connection. */
async function pages(sql: Sql): Promise<void> {
  const [instance] = await sql<{ id: number }[]>`select id from instances`;
  const instanceIds = [instance!.id];
  const lists: [string, FileFilter | null, FileOrder | null][] = [
    ["none", null, null],
    ["one instance", { instanceIds }, null],
    ["by name", null, { field: "NAME" }],
    ["by size, one instance", { instanceIds }, { field: "SIZE" }],
    ["PUBLIC", { sharing: ["PUBLIC"] }, null],
    ["EXTERNAL", { sharing: ["EXTERNAL"] }, null],
    ["EXTERNAL and PUBLIC, one instance", { sharing: ["EXTERNAL", "PUBLIC"], instanceIds }, null],
    ["one owner", { ownerIds: [{ instanceId: instance!.id, externalId: "u7" }] }, null],
    ["label", { labels: ["Confidential"] }, null],
    ["extension", { extensions: ["csv"] }, null],
    ["domain of a collaborator", { collaboratorDomains: ["outside.example"] }, null],
    ["text found nowhere", { search: "not in any name" }, null],
  ];
  for (const [name, filter, order] of lists) {
    const times: number[] = [];
    let rows = 0;
    for (let n = 0; n < 15; n++) {
      const started = performance.now();
      rows = (await rootPage(sql, fileList(systemViewer, filter, { order }), { first: 50 })).rows.length;
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    console.log(`${name}: ${times[7]!.toFixed(2)} ms, ${rows} rows`);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

function cpuSeconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/** NaN where there is no /proc. */
function residentBytes(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}
