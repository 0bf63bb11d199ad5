import { EventEmitter } from "node:events";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { PgBoss } from "pg-boss";
import { Registry } from "prom-client";
import { type Database, openDatabase } from "#db/client.ts";
import { startPulse } from "#db/pulse.ts";
import { createQueues, startWorkers } from "#jobs/index.ts";
import { applyRetention } from "#jobs/retention.ts";
import { sealAuditChain } from "#src/access/audit-chain.ts";
import type { Config } from "#src/config.ts";
import { connectors } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { openCage } from "#src/inspection/cage/index.ts";
import { leaveSandbox } from "#src/instances/sandbox.ts";
import { checkSealingKeys } from "#src/instances/secrets.ts";
import { builtInPolicies } from "./detection/anomalies/built-in.ts";
import { filesAtOnce } from "./detection/inspection/run.ts";
import { seedBuiltInPolicies } from "./detection/policies/built-in.ts";
import type { OverloadLimits } from "./detection/policies/overload.ts";
import { createOutbound } from "./platform/http/outbound.ts";
import type { Log } from "./platform/log.ts";
import { defaultSender } from "./platform/mail/send.ts";
import { createKeyRing } from "./platform/secrets.ts";
import { endWithin, longestStopMs, type Part } from "./platform/stopping.ts";
import { listeningUrl } from "./platform/text.ts";
import { registerConsumer, runConsumer } from "./realtime/consumer.ts";
import { instanceChannel, logChannel } from "./realtime/publish.ts";
import { runDestinations } from "./response/destinations/run.ts";
import { sealWebhookTargets } from "./response/destinations/sealed-target.ts";
import { policyConsumer } from "./response/evaluation/consumer.ts";
import { filePolicyConsumer } from "./response/evaluation/files.ts";
import { lookForRestore, noticeRestore } from "./response/restore/notice.ts";
import { observeDatabase } from "./server/database-metrics.ts";

export interface App {
  core: Core;
  /** Where the gateway listens; null for a process that only works. */
  port: number | null;
  publicUrl: string | null;
  /**
   * Stops taking work and requests, lets what runs come to an end, closes everything. Takes ten seconds at the longest: what has not ended by
   * then loses its connections, so it is rolled back and taken up again by the next process, and the log names it.
   */
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

/** Wires the parts of one process; the only place that does. The database must be there and migrated. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log, parts } = options;
  const running: Running = { work: [], links: [], pools: [] };
  let cut = async () => {};
  const stop = () => stopAll(running, () => cut(), log);
  try {
    const database = openDatabase(options.databaseUrl, { max: 10 });
    running.pools.push({ name: "the database connections of the work", stop: database.close });
    // A connection of its own, on which nothing is slow: when it is silent, the database or the way to it is broken.
    const asking = openDatabase(options.databaseUrl, { max: 1, statementTimeoutMs: 3000 });
    running.pools.push({ name: "the connection that watches the database", stop: asking.close });
    const pulse = await startPulse(asking.sql, log);
    running.links.push({ name: "the watch over the database", stop: pulse.stop });
    const secrets = createKeyRing(options.secretKeys);
    await checkSealingKeys(database.db, secrets);
    const boss = createQueue(options.databaseUrl, log, parts.workers);
    running.links.push({ name: "the job queue", stop: () => boss.stop({ graceful: false }) });
    await boss.start();
    await createQueues(boss);
    const outbound = createOutbound({
      sandboxUrl: config.providerSandboxUrl,
      destinationNetworks: config.destinationNetworks,
      log,
    });
    cut = outbound.close;
    const cage = openCage({ workers: filesAtOnce });
    running.links.push({ name: "the cage of content inspection", stop: () => cage.close() });
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
      now: pulse.now,
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
    await noticeRestore(core);
    if (parts.workers) await work(core, database, options, running.work);
    if (!parts.gateway) return { core, port: null, publicUrl: null, stop };
    // Connections of its own: scans cannot keep queries waiting, and a query that would scan for minutes ends.
    const queries = openDatabase(options.databaseUrl, {
      max: queryConnections,
      statementTimeoutMs: queryTimeoutMs,
      lockTimeoutMs: queryLockTimeoutMs,
    });
    running.pools.push({ name: "the database connections of the queries", stop: queries.close });
    // A process that only works needs neither the schema nor what serves it.
    const { serve } = await import("./gateway.ts");
    await serve({
      ...{ core: { ...core, db: queries.db }, config, port, queries, listener: database.sql, pulse },
      ...{ registry, running },
    });
    return { core, port, publicUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What has to end when the process stops, in this order: what works, what it is woken by, what it works with. */
interface Running {
  work: Part[];
  links: Part[];
  pools: Part[];
}

/** Of `longestStopMs`: for work and requests to end, for the calls to providers that nothing else ends, for the rest. */
const stopMs = { work: longestStopMs - 3000, calls: 4000, links: 1500, pools: 1500 };

async function stopAll({ work, links, pools }: Running, cutCalls: () => Promise<void>, log: Log): Promise<void> {
  const cut = () => void cutCalls().catch((error: unknown) => log.warn({ err: error }, "outbound calls were not cut"));
  const timer = setTimeout(cut, stopMs.calls);
  await endWithin(work.splice(0), stopMs.work, log);
  clearTimeout(timer);
  cut();
  await endWithin(links.splice(0), stopMs.links, log);
  await endWithin(pools.splice(0), stopMs.pools, log);
}

/** A client's query may take so long in the database. */
const queryTimeoutMs = 15_000;
/** And wait so long for what another transaction holds; shorter, so that the two can be distinguished. */
const queryLockTimeoutMs = 12_000;

/** Connections for queries. */
const queryConnections = 10;

function createQueue(url: string, log: Log, supervise: boolean): PgBoss {
  // Passed on to pg. Nothing the queue asks takes long: a connection on which an answer is missing is given up.
  const limits = { query_timeout: 15_000, statement_timeout: 14_000, idle_in_transaction_session_timeout: 10_000 };
  const boss = new PgBoss({
    ...limits,
    connectionString: url,
    connectionTimeoutMillis: 5000,
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
  begun: Part[],
): Promise<void> {
  await applyRetention(core);
  await sealAuditChain(core.db, core.secrets);
  await seedBuiltInPolicies(core.db, builtInPolicies, core.now());
  const consumers = [policyConsumer(core, overloadLimits), filePolicyConsumer(core, overloadLimits)];
  for (const { name } of consumers) await registerConsumer(core.db, name);
  const running = consumers.map((consumer) => runConsumer(core, consumer));
  begun.push(...running.map(({ stop }, n) => ({ name: `the consumer ${consumers[n]?.name}`, stop })));
  const destinations = runDestinations(core);
  begun.push({ name: "destinations", stop: destinations.stop });
  const wake = () => [...running, destinations].forEach((one) => void one.wake());
  let connections = 0;
  await database.sql.listen(logChannel, wake, () => {
    if (connections++ > 0) lookForRestore(core);
    wake();
  });
  await database.sql.listen(instanceChannel, (id) => void abandonUnlessConnected(core, Number(id)));
  begun.push({ name: "jobs", stop: await startWorkers(core) });
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
