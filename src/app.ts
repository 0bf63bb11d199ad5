import { EventEmitter } from "node:events";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { PgBoss } from "pg-boss";
import { Registry } from "prom-client";
import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { createQueues, startWorkers } from "#jobs/index.ts";
import { applyRetention } from "#jobs/retention.ts";
import { createContext } from "#schema/context.ts";
import { printedSchema, schema } from "#schema/index.ts";
import { createAuthenticator } from "#src/access/authenticate.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import { connectors } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { openCage } from "#src/inspection/cage/index.ts";
import { completeAuthorization } from "#src/instances/authorization.ts";
import { leaveSandbox } from "#src/instances/sandbox.ts";
import { checkSealingKeys } from "#src/instances/secrets.ts";
import { createTailer } from "#src/realtime/tailer.ts";
import { builtInPolicies } from "./detection/anomalies/built-in.ts";
import { filesAtOnce } from "./detection/inspection/run.ts";
import { seedBuiltInPolicies } from "./detection/policies/built-in.ts";
import type { OverloadLimits } from "./detection/policies/overload.ts";
import { receiveWebhook } from "./ingest/webhooks/receive.ts";
import { createOutbound } from "./platform/http/outbound.ts";
import type { Log } from "./platform/log.ts";
import { defaultSender } from "./platform/mail/send.ts";
import { createKeyRing } from "./platform/secrets.ts";
import { escapeHtml, listeningUrl } from "./platform/text.ts";
import { registerConsumer, runConsumer } from "./realtime/consumer.ts";
import { instanceChannel, logChannel } from "./realtime/publish.ts";
import { runDestinations } from "./response/destinations/run.ts";
import { sealWebhookTargets } from "./response/destinations/sealed-target.ts";
import { policyConsumer } from "./response/evaluation/consumer.ts";
import { filePolicyConsumer } from "./response/evaluation/files.ts";
import { observeDatabase } from "./server/database-metrics.ts";
import { createServer, renderPage } from "./server/server.ts";

export interface App {
  core: Core;
  /** Where the gateway listens; null for a process that only works. */
  port: number | null;
  publicUrl: string | null;
  /** Stops taking work and requests, lets what runs come to an end, closes everything. */
  stop(): Promise<void>;
}

export interface AppOptions {
  config: Config;
  databaseUrl: string;
  secretKeys: Buffer[];
  log: Log;
  /** `gateway`: HTTP and subscriptions. `workers`: jobs. */
  parts: { gateway: boolean; workers: boolean };
  /** When a policy is switched off because it matches too often. */
  overloadLimits?: OverloadLimits;
}

/** Wires the parts of one process; the only place that does. The database must be there and migrated (see prepareDatabase). */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log, parts } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse())
      await step().catch((error: unknown) => log.warn({ err: error }, "a part did not stop cleanly"));
  };
  try {
    const database = openDatabase(options.databaseUrl, { max: 10 });
    stops.push(database.close);
    const secrets = createKeyRing(options.secretKeys);
    await checkSealingKeys(database.db, secrets);
    const boss = createQueue(options.databaseUrl, log, parts.workers);
    stops.push(() => boss.stop({ graceful: false }));
    await boss.start();
    await createQueues(boss);
    const outbound = createOutbound({
      sandboxUrl: config.providerSandboxUrl,
      destinationNetworks: config.destinationNetworks,
      log,
    });
    stops.push(() => outbound.close());
    const cage = openCage({ workers: filesAtOnce });
    stops.push(() => cage.close());
    const port = config.port === 0 && parts.gateway ? await freePort(config.host) : config.port;
    const publicUrl = config.publicUrl ?? listeningUrl({ host: config.host, port });
    const core: Core = {
      db: database.db,
      boss,
      secrets,
      outbound,
      connectors,
      log,
      cancels: new EventEmitter().setMaxListeners(0),
      cage,
      now: () => new Date(),
      publicUrl,
      acceptsWebhooks: config.publicUrl !== null,
      sandboxUrl: config.providerSandboxUrl,
      mail: config.smtpUrl === null ? null : { url: config.smtpUrl, from: config.mailFrom ?? defaultSender(publicUrl) },
      retentionDays: config.retentionDays,
    };
    const registry = new Registry();
    observeDatabase(registry, database.sql);
    await leaveSandbox(core);
    await sealWebhookTargets(core);
    if (parts.workers) stops.push(await work(core, database, options));
    if (!parts.gateway) return { core, port: null, publicUrl: null, stop };
    // Connections of its own: scans cannot keep queries waiting, and a query that would scan for minutes ends.
    const queries = openDatabase(options.databaseUrl, { max: 10, statementTimeoutMs: queryTimeoutMs });
    stops.push(queries.close);
    await serve(options, { ...core, db: queries.db }, queries, registry, port, stops);
    return { core, port, publicUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A client's query may take so long in the database. */
const queryTimeoutMs = 15_000;

/** Waits for nothing: the database must answer. Returns how many migrations were applied. */
export async function prepareDatabase(url: string): Promise<{ applied: number }> {
  return migrate(url);
}

function createQueue(url: string, log: Log, supervise: boolean): PgBoss {
  const boss = new PgBoss({
    connectionString: url,
    max: supervise ? 6 : 2,
    application_name: "gatehouse queue",
    migrate: false,
    supervise,
    schedule: supervise,
    // Dead workers are noticed within a heartbeat and these few seconds.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    useListenNotify: supervise,
  });
  // The message alone: the error drags its whole connection along.
  boss.on("error", (error) => log.warn({ error: error.message }, "the job queue reported an error"));
  boss.on("warning", (warning) => log.debug({ warning }, "the job queue warned"));
  return boss;
}

async function work(
  core: Core,
  database: Database,
  { overloadLimits }: Pick<AppOptions, "overloadLimits">,
): Promise<() => Promise<void>> {
  await applyRetention(core);
  await seedBuiltInPolicies(core.db, builtInPolicies, core.now());
  const consumers = [policyConsumer(core, overloadLimits), filePolicyConsumer(core, overloadLimits)];
  for (const { name } of consumers) await registerConsumer(core.db, name);
  const running = consumers.map((consumer) => runConsumer(core, consumer));
  const destinations = runDestinations(core);
  const wake = () => [...running, destinations].forEach((one) => void one.wake());
  const following = await database.sql.listen(logChannel, wake, wake);
  const listening = await database.sql.listen(instanceChannel, (id) => void abandonUnlessConnected(core, Number(id)));
  const stopWorkers = await startWorkers(core);
  return async () => {
    await Promise.all([stopWorkers(), destinations.stop()]);
    await following.unlisten();
    await Promise.all(running.map((consumer) => consumer.stop()));
    await listening.unlisten();
  };
}

/** Runs of an instance that is no longer CONNECTED end now, not at their next page. */
async function abandonUnlessConnected(core: Core, id: number): Promise<void> {
  try {
    const row = await core.db.query.instances.findFirst({
      columns: { status: true },
      where: (t, { eq }) => eq(t.id, id),
    });
    if (row?.status !== "CONNECTED") core.cancels.emit(String(id));
  } catch (error) {
    core.log.warn(
      { err: error, instance: id },
      "could not look at a changed instance; its runs end at their next page",
    );
  }
}

async function serve(
  options: AppOptions,
  core: Core,
  database: Database,
  registry: Registry,
  port: number,
  stops: (() => Promise<void>)[],
): Promise<void> {
  const { config, log } = options;
  const authenticator = createAuthenticator({ db: core.db, config: { publicUrl: core.publicUrl, oidc: config.oidc } });
  const tailer = createTailer({ sql: database.sql, log });
  await tailer.start();
  stops.push(() => tailer.stop());
  const revalidate = async (viewer: Viewer): Promise<Viewer | null> => {
    const standing = await authenticator.revalidate(viewer);
    return standing === "ok" ? viewer : standing === "ended" ? null : standing.changed;
  };
  const server = createServer({
    schema,
    context: (viewer) => createContext({ core, tailer, revalidate }, viewer),
    follow: { tailer, sql: database.sql },
    authenticator,
    db: core.db,
    config: { host: config.host, port, publicUrl: core.publicUrl },
    log,
    metrics: registry,
    sdl: printedSchema,
    handlers: {
      oauthCallback: async (query, viewer, sessionId, ipAddress) => {
        const visitor = viewer ?? {
          ...systemViewer,
          id: "browser",
          name: "browser",
          role: "VIEWER" as const,
          instanceIds: [],
          sessionId,
          ipAddress,
        };
        const answer = await completeAuthorization(core, visitor, Object.fromEntries(query));
        return {
          status: answer.ok ? 200 : 400,
          html: renderPage(
            answer.title,
            `<h1>${escapeHtml(answer.title)}</h1>\n<p>${escapeHtml(answer.message)}</p>\n<p><a href="/">Back to Gatehouse</a></p>`,
          ),
        };
      },
      webhook: (slug, instanceId, request) =>
        /^\d{1,9}$/.test(instanceId)
          ? receiveWebhook(
              core,
              slug,
              Number(instanceId),
              { ...request, query: Object.fromEntries(request.query) },
              request.ipAddress,
            )
          : Promise.resolve({ status: 404, body: "no such webhook" }),
      ready: async () => {
        try {
          await database.sql`select 1`;
          return { ok: true, problems: [] };
        } catch (error) {
          log.warn({ err: error }, "not ready: the database does not answer");
          return { ok: false, problems: ["the database does not answer"] };
        }
      },
    },
  });
  await server.listen();
  stops.push(() => server.close());
}

/** PORT=0: one that is free now. Needed before listening, since links are made from it. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
