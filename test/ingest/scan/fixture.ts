import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { pino } from "pino";
import { type Database, type Db, openDatabase, tables } from "#db/client.ts";
import { createQueues } from "#jobs/index.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import type { Core } from "#src/core.ts";
import { runScan } from "#src/ingest/scan/run.ts";
import { openCage } from "#src/inspection/cage/index.ts";
import { contextWith } from "#src/instances/connection.ts";
import { proveConnection } from "#src/instances/parts.ts";
import { startInstance } from "#src/instances/start.ts";
import { createOutbound } from "#src/platform/http/outbound.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { createTestDatabase } from "../../support/database.ts";
import { MadeUpApp, type MadeUpFacts, madeUpConnector } from "../../support/made-up-app.ts";
import { appOf, bareManifest } from "../../support/made-up-connector.ts";

export const admin = systemViewer;

/** A provider with hardly a wire: a list of accounts and a log in the order of storing, read page by page. */
export class FakeApp {
  users: string[] = [];
  events: ActivityRecord[] = [];
  pageSize = 10;
  /** Pages handed out so far, by stream. */
  pages: Record<string, number> = {};
  /** Runs before a page is handed out (counted from 1 in each run); what it throws, the provider answers. */
  beforePage: (stream: ScanStream, page: number) => Promise<void> | void = () => {};
  /** Cursors it still knows. */
  accepts: (cursor: string) => boolean = () => true;
  /** What testConnection throws. */
  refusal: Error | null = null;

  /** Makes events with ids `e<number>`, a second apart. */
  emit(count: number, first = new Date("2026-11-20T08:00:00Z")): void {
    const { length } = this.events;
    for (let n = length; n < length + count; n++)
      this.events.push(activity(`e${n}`, new Date(first.getTime() + n * 1000)));
  }
}

export function activity(externalId: string, occurredAt: Date): ActivityRecord {
  return {
    externalId,
    occurredAt,
    category: "USER",
    eventType: "thing.done",
    description: "Somebody did a thing",
    actor: { externalId: "u1", login: "u1@acme.example", name: "Ada" },
    outcome: "SUCCESS",
    targets: [],
    raw: { id: externalId },
  };
}

function fakeConnector(appOf: (account: string) => FakeApp, errors: { cursor: () => Error }): Connector {
  async function* pages<T>(
    context: StreamContext,
    stream: ScanStream,
    all: (app: FakeApp) => T[],
    cursor: string | null,
  ): AsyncGenerator<StreamPage<T>, void, void> {
    const app = appOf(context.settings.account as string);
    if (cursor !== null && !app.accepts(cursor)) throw errors.cursor();
    let offset = cursor === null ? 0 : Number(cursor.split(":")[1]);
    for (let page = 1; ; page++) {
      app.pages[stream] = (app.pages[stream] ?? 0) + 1;
      await app.beforePage(stream, page);
      const items = all(app).slice(offset, offset + app.pageSize);
      offset += items.length;
      const more = offset < all(app).length;
      // A log goes on for ever; a listing has a last page.
      if (stream === "ACTIVITIES" || more) yield { items, cursor: `at:${offset}` };
      else yield { items, cursor: null };
      if (!more) return;
    }
  }
  const inSpan = (context: StreamContext) => (app: FakeApp) =>
    app.events.filter(
      ({ occurredAt }) => occurredAt >= context.from && (context.to === null || occurredAt < context.to),
    );
  return {
    manifest: {
      ...bareManifest,
      slug: "fake",
      name: "Fake",
      hosts: [],
      streams: {
        USERS: { everySeconds: 3600, scopes: [] },
        ACTIVITIES: { everySeconds: 60, scopes: ["log"], retroactivePeriod: "P7D" },
      },
    },
    baseUrl: () => "https://fake.example",
    authorization: { interactive: () => false, sign: () => ({}) },
    testConnection: async (context) => {
      const { refusal } = appOf(context.settings.account as string);
      if (refusal) throw refusal;
      return { externalAccountId: "1", accountName: "Acme", missingScopes: [] };
    },
    streams: {
      USERS: (context, cursor) =>
        pages(
          context,
          "USERS",
          (app) =>
            app.users.map(
              (id): UserRecord => ({ externalId: id, login: `${id}@acme.example`, status: "ACTIVE", raw: { id } }),
            ),
          cursor,
        ),
      ACTIVITIES: (context, cursor) => pages(context, "ACTIVITIES", inSpan(context), cursor),
    },
    actions: {},
    checks: [],
  };
}

export interface ScanBench<App = FakeApp> {
  core: Core;
  connector: Connector;
  database: Database;
  url: string;
  /** The clock of the core. */
  clock: { now: Date };
  log: { lines: Record<string, unknown>[] };
  /** A connected tenant of its own and what is behind it. */
  connect(prepare?: (app: App) => void, components?: readonly string[]): Promise<{ id: number; app: App }>;
  /** One run of a stream, as its job does it. */
  run(id: number, stream: ScanStream, signal?: AbortSignal, part?: string): Promise<void>;
  stream(id: number, stream: ScanStream, part?: string): Promise<typeof tables.streams.$inferSelect>;
  scans(id: number, stream?: ScanStream): Promise<(typeof tables.scans.$inferSelect)[]>;
  /** External ids of the stored activities, in order of their names. */
  stored(id: number): Promise<string[]>;
  /** External ids as the log told them, in its order. */
  told(id: number): Promise<string[]>;
  users(id: number): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** The scan engine on a database of its own, with a provider that a test holds in its hand. */
export function openScanBench(cursorError: () => Error): Promise<ScanBench> {
  return openBench(
    (appOf) => fakeConnector(appOf, { cursor: cursorError }),
    () => new FakeApp(),
  );
}

/** The same with a connector of these facts, and apps whose every answer the test makes up. */
export function openMadeUpBench(facts: MadeUpFacts): Promise<ScanBench<MadeUpApp>> {
  return openBench(
    (appOf) => madeUpConnector(appOf, facts),
    () => new MadeUpApp(),
  );
}

async function openBench<App>(
  connectorOf: (appOf: (account: string) => App) => Connector,
  makeApp: () => App,
): Promise<ScanBench<App>> {
  const test = await createTestDatabase();
  const database = openDatabase(test.url, { max: 8 });
  const boss = new PgBoss({ connectionString: test.url, max: 2, migrate: false, supervise: false, schedule: false });
  boss.on("error", () => {});
  await boss.start();
  await createQueues(boss);
  const apps = new Map<string, App>();
  const connector = connectorOf((account) => apps.get(account) as App);
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const clock = { now: new Date("2026-11-21T08:00:00Z") };
  const outbound = createOutbound({ log });
  const core: Core = {
    db: database.db,
    boss,
    secrets: createKeyRing([randomBytes(32)]),
    outbound,
    connectors: [appOf(connector)],
    log,
    cancels: new EventEmitter().setMaxListeners(0),
    cage: openCage(),
    now: () => new Date(clock.now),
    publicUrl: "http://127.0.0.1:4000",
    acceptsWebhooks: false,
    sandboxUrl: null,
    mail: null,
    retentionDays: 180,
  };
  const { sql } = database;
  return {
    core,
    database,
    url: test.url,
    clock,
    log: { lines },
    connector,
    async connect(prepare = () => {}, components = []) {
      const account = `a${apps.size + 1}`;
      const app = makeApp();
      prepare(app);
      apps.set(account, app);
      const settings = { account };
      const target = { name: `fake/${account}`, settings, components, viaSandbox: false };
      const proof = await proveConnection(connector, contextWith(core, connector, { accessToken: "x" }, target));
      const id = await database.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        const [row] = await tx
          .insert(tables.instances)
          .values({ connectorSlug: "fake", name: account, status: "CONNECTING", settings, components: [...components] })
          .returning();
        const test = { ...proof, externalAccountId: account };
        await startInstance(tx, core, connector, row!.id, { settings, components, test });
        return row!.id;
      });
      return { id, app };
    },
    run: (id, stream, signal = new AbortController().signal, part = "") =>
      runScan(core, { instanceId: id, stream, part, backfillScanId: null }, signal),
    stream: async (id, stream, part = "") =>
      (await database.db.query.streams.findFirst({
        where: (t, { and, eq }) => and(eq(t.instanceId, id), eq(t.stream, stream), eq(t.part, part)),
      }))!,
    scans: (id, stream) =>
      database.db.query.scans.findMany({
        where: (t, { and, eq }) => and(eq(t.instanceId, id), stream ? eq(t.stream, stream) : undefined),
        orderBy: (t, { asc }) => asc(t.id),
      }),
    stored: async (id) =>
      (
        await sql<{ external_id: string }[]>`
          select external_id from activities where instance_id = ${id} order by length(external_id), external_id`
      ).map((row) => row.external_id),
    told: async (id) =>
      (
        await sql<{ external_ids: string[] }[]>`
          select external_ids from activity_log where instance_id = ${id} and topic = 'activities' order by position`
      ).flatMap((row) => row.external_ids),
    users: async (id) =>
      Object.fromEntries(
        (
          await sql<{ external_id: string; status: string }[]>`
            select external_id, status from users where instance_id = ${id} and listed`
        ).map((row) => [row.external_id, row.status]),
      ),
    async close() {
      await boss.stop({ graceful: false });
      await outbound.close();
      await database.close();
      await test.drop();
    },
  };
}

/** `e0`, `e1`, ... */
export function eventIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `e${n}`);
}

/** A door that opens once: what waits for it goes on then. */
export function gate(): { wait: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: promise, open: resolve };
}

export async function until(check: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${ms} ms: ${check}`);
    await sleep(20);
  }
}
