import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, openEmbedded } from "#src/platform/postgres/index.ts";
import { freePort } from "../support/gatehouse.ts";
import { timeUntil } from "../support/installation.ts";
import { startNode, type TestProcess } from "../support/process.ts";

const count = process.env.SOAK ? 20 : 3;

let folder: string;
const servers: EmbeddedPostgres[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-together-"));
  chmodSync(folder, 0o711);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function openPostgres(name: string, connections: number): Promise<string> {
  const server = await openEmbedded({
    dataDirectory: join(folder, name),
    log: () => {},
    settings: { fsync: "off", synchronous_commit: "off", shared_buffers: "32MB", max_connections: connections },
  });
  servers.push(server);
  return server.url;
}

async function startServer(url: string): Promise<TestProcess> {
  return startNode("src/main.ts", ["serve"], {
    env: {
      DATABASE_URL: url,
      GATEHOUSE_DATA: join(folder, "data"),
      GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 3).toString("base64"),
      HOST: "127.0.0.1",
      PORT: String(await freePort()),
      LOG_LEVEL: "warn",
    },
  });
}

test("servers that start at the same moment on an empty database migrate it once, and all become ready", async () => {
  const url = await openPostgres("empty", count * 30 + 20);
  const children = await Promise.all(Array.from({ length: count }, () => startServer(url)));
  await Promise.all(children.map((child) => child.waitFor(/Gatehouse is ready in/, 110_000)));
  const applied = children.map((child) => /Migrations: (\d+) applied/.exec(child.output())?.[1]).filter(Boolean);
  const journal = JSON.parse(readFileSync("db/migrations/meta/_journal.json", "utf8")) as { entries: unknown[] };
  expect(applied).toEqual([String(journal.entries.length)]);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const [row] = await sql`
    select count(*)::int as count from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  console.log(`${count} servers have ${row!.count} connections, ${(row!.count / count).toFixed(1)} each`);
  await sql.end();
  const ends = await Promise.all(children.map((child) => child.kill("SIGTERM", 20_000)));
  expect(ends).toEqual(children.map(() => ({ code: 0, signal: null })));
  for (const child of children) expect(child.output()).not.toMatch(/"level":[56]0|unhandled/);
}, 150_000);

test("a server for which the database has too few connections ends soon, with what is missing and what to do", async () => {
  const url = await openPostgres("small", 23);
  const first = await startServer(url);
  await first.waitFor(/Gatehouse is ready in/, 60_000);
  const second = await startServer(url);
  const began = performance.now();
  const ended = await second.ended;
  console.log(`ended after ${Math.round(performance.now() - began)} ms: ${second.stderr().trim()}`);
  expect(ended).toEqual({ code: 1, signal: null });
  expect(performance.now() - began).toBeLessThan(45_000);
  expect(second.stderr()).toMatch(
    /^PostgreSQL allows 20 connections, and \d+ are in use: \d+ are left\. This process needs \d+ to start and has up to \d+ when it is busy\. Raise max_connections of PostgreSQL, or run fewer processes\.\s*$/,
  );
  // Those that were there first go on.
  await timeUntil(() => /Gatehouse is ready/.test(first.output()), 1000);
  expect(await first.kill("SIGTERM", 20_000)).toEqual({ code: 0, signal: null });
}, 120_000);
