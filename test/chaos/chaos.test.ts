import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type EmbeddedPostgres, openEmbedded } from "#src/platform/postgres/index.ts";
import { endProcessesOf } from "../support/leftovers.ts";
import { runNode, startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// CHAOS_EVENTS=200000 is the size that is promised; every run has the same kills, and the same restart of the database.
const size = Number(process.env.CHAOS_EVENTS ?? 30_000);
const kills = Number(process.env.CHAOS_KILLS ?? 20);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const random = randomOf(seed);

/**
 * A job whose worker died is run again within two heartbeats of ten seconds on a free machine. Here the next worker may be killed while it
 * is picked up, and the machine is busy: this bound only tells slow from stuck.
 */
const longestStallMs = 90_000;

/** Ended while it still connects, a socket reports an error to nobody; here that is no news. */
class QuietWebSocket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    this.on("error", () => {});
  }
}

let folder: string;
let database: EmbeddedPostgres;
let sandbox: Sandbox;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-chaos-"));
  chmodSync(folder, 0o711);
  database = await openDatabase();
  sandbox = await startSandbox();
  environment = {
    DATABASE_URL: database.url,
    GATEHOUSE_DATA: join(folder, "data"),
    GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 5).toString("base64"),
    PROVIDER_SANDBOX_URL: sandbox.url,
    LOG_LEVEL: "warn",
    HOST: "127.0.0.1",
  };
});
afterAll(async () => {
  await sandbox?.stop();
  await database?.stop();
  await endProcessesOf(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

function openDatabase(): Promise<EmbeddedPostgres> {
  // A crash of the machine is not what is tried here, so nothing has to reach the disk; a commit is a commit all the same.
  return openEmbedded({ dataDirectory: join(folder, "cluster"), log: () => {}, settings: { fsync: "off" } });
}

/** Stops PostgreSQL as a crash does, and starts it again where it was. */
async function restartDatabase(): Promise<void> {
  const pid = Number(readFileSync(join(folder, "cluster/postgres/postmaster.pid"), "utf8").split("\n")[0]);
  process.kill(pid, "SIGQUIT");
  await database.stop();
  const { url } = database;
  database = await openDatabase();
  expect(database.url).toBe(url);
}

/** A process that is started again whenever it ends, as an operator's supervisor does. */
class Kept {
  readonly name: string;
  readonly arguments_: string[];
  readonly env: Record<string, string>;
  child!: TestProcess;
  /** It has said that it is ready, and has not been ended since. */
  isReady = false;
  /** Ends that nobody asked for. */
  readonly surprises: string[] = [];
  /** What all its lives have written. */
  output = "";
  #ending = false;

  constructor(name: string, arguments_: string[], env: Record<string, string>) {
    this.name = name;
    this.arguments_ = arguments_;
    this.env = env;
  }

  async start(): Promise<void> {
    this.#ending = false;
    const child = startNode("src/main.ts", this.arguments_, { env: this.env });
    this.child = child;
    void child.ended.then(({ code, signal }) => {
      this.output += child.output();
      if (!this.#ending)
        this.surprises.push(`${this.name} ended by itself (${signal ?? code}): ${child.output().slice(-2000)}`);
    });
    await child.waitFor(/is ready in/, 120_000);
    this.isReady = true;
  }

  async end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.#ending = true;
    this.isReady = false;
    return this.child.kill(signal, 20_000);
  }
}

interface Event {
  cursor: string;
  activity: { externalId: string };
}

/** Follows the activities through whichever gateway answers, and resumes where it was. */
class Subscriber {
  readonly ids: string[] = [];
  cursor: string;
  connections = 0;
  readonly errors: { at: number; text: string }[] = [];
  #stopped = false;
  #running: Promise<void>;

  constructor(urls: string[], token: string, after: string) {
    this.cursor = after;
    this.#running = this.#follow(urls, token);
  }

  async #follow(urls: string[], token: string): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const client = createClient({
        url: (urls[n % urls.length] as string).replace("http", "ws"),
        webSocketImpl: QuietWebSocket,
        connectionParams: { Authorization: `Bearer ${token}` },
        retryAttempts: 0,
        keepAlive: 5_000,
      });
      client.on("connected", () => void this.connections++);
      let over = false;
      const ended = new Promise<void>((resolve) => {
        client.subscribe<{ activitiesAdded: Event[] }>(
          {
            query:
              "subscription ($after: String) { activitiesAdded(after: $after, maxBatch: 500) { cursor activity { externalId } } }",
            variables: { after: this.cursor },
          },
          {
            next: ({ data, errors }) => {
              if (errors) this.errors.push({ at: performance.now(), text: JSON.stringify(errors) });
              // What a dead socket still had is asked for again.
              if (over || !data) return;
              for (const { cursor, activity } of data.activitiesAdded) {
                this.ids.push(activity.externalId);
                this.cursor = cursor;
              }
            },
            error: (error) => {
              if (Array.isArray(error)) this.errors.push({ at: performance.now(), text: JSON.stringify(error) });
              resolve();
            },
            complete: resolve,
          },
        );
        // And now and then it goes by itself, in the middle of things.
        void sleep(2_000 + random() * 6_000).then(() => resolve());
      });
      await ended;
      over = true;
      client.terminate();
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

test(
  "nothing is lost, doubled or stuck while gateways and workers are killed and the database restarts",
  async () => {
    console.log(`SEED=${seed} CHAOS_EVENTS=${size}`);
    const began = performance.now();
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
    const tenant = await sandbox.createTenant({
      provider: "okta",
      name: "acme",
      users: 500,
      groups: 8,
      events: size,
      historyDays: 6,
      unlimited: true,
    });
    const migrated = await runNode("src/main.ts", ["migrate"], { env: environment });
    expect(migrated.code).toBe(0);
    const created = await runNode("src/main.ts", ["token", "create", "--name", "chaos", "--role", "admin"], {
      env: environment,
    });
    const token = created.stdout.trim();

    const ports = [await freePort(), await freePort()];
    const urls = ports.map((port) => `http://127.0.0.1:${port}/graphql`);
    const kept = [
      ...ports.map((port, n) => new Kept(`gateway ${n}`, ["serve"], { ...environment, PORT: String(port) })),
      ...[0, 1].map((n) => new Kept(`worker ${n}`, ["worker"], environment)),
    ];
    await Promise.all(kept.map((one) => one.start()));

    const ask = async <T>(query: string, variables: object = {}): Promise<T> => {
      for (let attempt = 0; ; attempt++) {
        try {
          const response = await fetch(urls[attempt % urls.length] as string, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
            body: JSON.stringify({ query, variables }),
            signal: AbortSignal.timeout(10_000),
          });
          const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
          if (errors || !data) throw new Error(JSON.stringify(errors));
          return data;
        } catch (error) {
          if (attempt > 100) throw error;
          await sleep(100);
        }
      }
    };

    const { streamPosition } = await ask<{ streamPosition: { newest: string } }>("{ streamPosition { newest } }");
    const subscribers = [
      new Subscriber(urls, token, streamPosition.newest),
      new Subscriber(urls.toReversed(), token, streamPosition.newest),
    ];
    const { domain, clientId, keyId, privateKey } = tenant.credentials;
    const { connectInstance } = await ask<{ connectInstance: { instance: { id: string }; userErrors: unknown[] } }>(
      "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { instance { id } userErrors { message } } }",
      { input: { connectorSlug: "okta", name: "Acme", settings: { domain, clientId, keyId, privateKey } } },
    );
    expect(connectInstance.userErrors).toEqual([]);
    const instanceId = connectInstance.instance.id;

    // Slow enough that there is always a scan to be killed, and new events while it goes on.
    await tenant.setFaults({ slowMs: Math.max(1, Math.min(400, (kills * 1_200) / (size / 1000))) });
    await tenant.setLive(20);
    const watch = watchDatabase();

    let restarted = false;
    const outage = { from: 0, to: 0 };
    let starting: Promise<void>[] = [];
    for (let killed = 0; killed < kills; killed++) {
      await sleep(300 + random() * 1_200);
      if (killed === Math.floor(kills / 2)) {
        await Promise.all(starting);
        starting = [];
        const before = kept.map((one) => one.child.pid);
        watch.pause();
        outage.from = performance.now();
        await restartDatabase();
        await sleep(3_000);
        watch.resume();
        outage.to = performance.now();
        restarted = true;
        // They live through it, and listen again.
        expect(kept.flatMap((one) => one.surprises)).toEqual([]);
        expect(kept.map((one) => one.child.pid)).toEqual(before);
        expect(await watch.listeners()).toBeGreaterThanOrEqual(kept.length);
        await ask("{ viewer { name } }");
      }
      // Of those at work; half of them may be starting again.
      while (kept.filter((one) => one.isReady).length <= kept.length / 2) await sleep(20);
      const ready = kept.filter((one) => one.isReady);
      const victim = ready[Math.floor(random() * ready.length)] as Kept;
      await victim.end("SIGKILL");
      starting.push(victim.start());
      if (killed % 5 === 0)
        await ask(
          "mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }",
          { id: instanceId },
        );
    }
    await Promise.all(starting);
    expect(restarted).toBe(true);
    console.log(`${seconds()} s: ${kills} killed, ${await watch.count()} of ${size} stored`);

    await tenant.setLive(0);
    await tenant.setFaults({});
    const oracle = await allEvents(tenant);
    expect(oracle.length).toBeGreaterThan(size);
    const patience = Date.now() + 60_000 + size;
    while ((await watch.count()) < oracle.length || (await watch.unsettled()) > 0) {
      if (Date.now() > patience)
        throw new Error(`stuck at ${await watch.count()} of ${oracle.length}: ${await watch.state()}`);
      await ask(
        "mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }",
        { id: instanceId },
      );
      for (let n = 0; n < 20 && ((await watch.count()) < oracle.length || (await watch.unsettled()) > 0); n++)
        await sleep(150);
    }
    console.log(`${seconds()} s: all ${oracle.length} stored`);

    // Every event of the provider exactly once.
    const { sql } = watch;
    const stored = await sql<{ external_id: string }[]>`select external_id from activities`;
    const storedIds = stored.map((row) => row.external_id);
    expect(storedIds.length).toBe(new Set(storedIds).size);
    expect(difference(oracle, storedIds)).toEqual([]);
    expect(difference(storedIds, oracle)).toEqual([]);

    // Every one told exactly once, in the order of the log.
    const log = (
      await sql<{ id: string }[]>`
    select id from activity_log, unnest(external_ids) with ordinality as t(id, n) where topic = 'activities' order by position, n`
    ).map((row) => row.id);
    expect(log.length).toBe(oracle.length);
    for (const subscriber of subscribers) {
      const deadline = Date.now() + 30_000;
      while (subscriber.ids.length < log.length && Date.now() < deadline) await sleep(50);
      await subscriber.stop();
      // Who asks while there is no database is told that it failed, and asks again.
      expect(subscriber.errors.filter(({ at }) => at < outage.from || at > outage.to)).toEqual([]);
      expect(firstDifference(subscriber.ids, log)).toBeNull();
      expect(subscriber.connections).toBeGreaterThan(3);
    }

    // Accounts and groups complete, and nobody taken for gone.
    const { ids } = await tenant.userIds(0, 10_000);
    const users = await sql<
      { external_id: string; status: string }[]
    >`select external_id, status from users where listed`;
    expect(
      difference(
        ids,
        users.map((row) => row.external_id),
      ),
    ).toEqual([]);
    const members = await sql<{ member: string }[]>`select group_id || '/' || user_id as member from group_members`;
    const expected = await groupMembers(tenant);
    expect(expected.length).toBeGreaterThan(500);
    expect(members.map((row) => row.member).toSorted()).toEqual(expected);
    const succeeded = await sql<
      { stream: string }[]
    >`select distinct stream from scans where status = 'SUCCEEDED' order by stream`;
    expect(succeeded.map((row) => row.stream)).toEqual([
      "ACTIVITIES",
      "GROUPS",
      "OAUTH_APPS",
      "POSTURE",
      "PRIVILEGES",
      "USERS",
    ]);
    expect(await sql`select stream, error from scans where status = 'FAILED'`).toEqual([]);

    // Nothing stuck on the way or at the end.
    console.log(`${seconds()} s: longest time that a running scan stood still ${watch.longestStall()} ms`);
    expect(watch.longestStall()).toBeLessThan(longestStallMs);
    expect(
      await sql`select name, state, heartbeat_on from pgboss.job where state = 'active' and heartbeat_on < now() - interval '20 seconds'`,
    ).toEqual([]);
    expect(await sql`select name, data from pgboss.job where state = 'failed'`).toEqual([]);
    await watch.stop();

    const ends = await Promise.all(kept.map((one) => one.end("SIGTERM")));
    expect(ends).toEqual(kept.map(() => ({ code: 0, signal: null })));
    expect(kept.flatMap((one) => one.surprises)).toEqual([]);
    for (const { name, output } of kept)
      expect([name, /unhandled|uncaught|TypeError/i.exec(output)?.input ?? ""]).toEqual([name, ""]);
    console.log(`${seconds()} s: done`);
  },
  240_000 + size * 2,
);

/** Looks at the database all the while, and measures how long a scan that is RUNNING shows no sign of life. */
function watchDatabase() {
  const sql = postgres(database.url, { max: 1, onnotice: () => {}, connection: { application_name: "chaos" } });
  const seen = new Map<string, { sign: string; at: number }>();
  let longest = 0;
  let paused = false;
  let stopped = false;
  const look = async () => {
    const rows = await sql<{ id: string; sign: string }[]>`
      select c.id::text as id, s.version || '/' || c.version || '/' || c.items_seen as sign from scans c
      join streams s on s.instance_id = c.instance_id and s.stream = c.stream where c.status = 'RUNNING'`;
    const now = performance.now();
    for (const id of seen.keys()) if (!rows.some((row) => row.id === id)) seen.delete(id);
    for (const { id, sign } of rows) {
      const before = seen.get(id);
      if (before?.sign === sign) longest = Math.max(longest, now - before.at);
      else seen.set(id, { sign, at: now });
    }
  };
  const looking = (async () => {
    while (!stopped) {
      await sleep(200);
      if (paused) seen.clear();
      else await look().catch(() => {});
    }
  })();
  return {
    sql,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    longestStall: () => Math.round(longest),
    count: async () => ((await sql`select count(*)::int as count from activities`)[0] as { count: number }).count,
    /** Scans and jobs that are not over. */
    unsettled: async () =>
      (
        (
          await sql`
          select (select count(*) from scans where status in ('QUEUED', 'RUNNING', 'THROTTLED'))
            + (select count(*) from pgboss.job where name = 'scan.stream' and state < 'completed')
            + (select count(*) from streams where first_scan_completed_at is null) as count`
        )[0] as { count: string }
      ).count as unknown as number,
    /** Connections that listen: each process has one, for all channels, and its last statement is of listening. */
    listeners: async () => (await sql`select 1 from pg_stat_activity where query ~ '^(un)?listen "gatehouse'`).length,
    state: async () =>
      JSON.stringify({
        scans: await sql`select id, stream, status, items_seen, error from scans order by id desc limit 12`,
        streams:
          await sql`select stream, version, next_run_at, requested_at, consecutive_failures, disabled_reason from streams`,
        jobs: await sql`select data, state, retry_count, start_after, heartbeat_on from pgboss.job where name = 'scan.stream' and state < 'completed'`,
      }),
    stop: async () => {
      stopped = true;
      await looking;
      await sql.end();
    },
  };
}

async function allEvents(tenant: SandboxTenant): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { total, events } = await tenant.events(ids.length, 20_000);
    for (const event of events) ids.push(event.id as string);
    if (ids.length >= total) return ids;
  }
}

/** `group/user` of every membership, as Okta itself tells it. */
async function groupMembers(tenant: SandboxTenant): Promise<string[]> {
  const get = async (path: string) => {
    const found: { id: string }[] = [];
    for (let url: string | undefined = `${sandbox.url}/${tenant.credentials.domain}/api/v1/${path}`; url; ) {
      const response: Response = await fetch(url, {
        headers: { authorization: `SSWS ${tenant.credentials.apiToken}` },
      });
      found.push(...((await response.json()) as { id: string }[]));
      url = /<([^>]+)>; rel="next"/
        .exec(response.headers.get("link") ?? "")?.[1]
        ?.replace(/^https:\/(?=\/)/, sandbox.url);
    }
    return found;
  };
  const members: string[] = [];
  for (const group of await get("groups"))
    for (const user of await get(`groups/${group.id}/users`)) members.push(`${group.id}/${user.id}`);
  return members.toSorted();
}

function difference(all: readonly string[], without: readonly string[]): string[] {
  const set = new Set(without);
  return all.filter((one) => !set.has(one)).slice(0, 10);
}

function firstDifference(got: readonly string[], wanted: readonly string[]): object | null {
  const index = wanted.findIndex((id, n) => got[n] !== id);
  if (index === -1 && got.length === wanted.length) return null;
  return {
    index,
    got: got.slice(index, index + 3),
    wanted: wanted.slice(index, index + 3),
    lengths: [got.length, wanted.length],
  };
}

/** Mulberry32: the same seed, the same numbers. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
