import { rawSql } from "#db/client.ts";
import { giveConsent } from "#src/cli/demo/consent.ts";
import { demoApps } from "#src/cli/demo/tenants.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { type PostgresProxy, startPostgresProxy } from "../support/postgres-proxy.ts";
import { startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";
import { numberOf, until } from "./support.ts";

/** Settings beside those of the demo, where an app suspends nobody without them. */
const more: Record<string, (credentials: Record<string, string>) => Record<string, string | undefined>> = {
  workday: () => ({ accountActions: "on" }),
  github: ({ enterprise, personalAccessToken, org }) => ({
    ...{ mode: "pat", org, enterprise, token: personalAccessToken, clientId: undefined, clientSecret: undefined },
  }),
};

export interface PersonStage {
  app: TestApp;
  sandbox: Sandbox;
  proxy: PostgresProxy;
  /** By slug. */
  tenants: Map<string, SandboxTenant>;
  instances: Map<string, string>;
  /** A process that may be killed. */
  startWorker(): void;
  /** Ends it with SIGKILL; the next one need not wait until the queue misses its heartbeat. */
  killWorker(): Promise<void>;
  /** Works until it is so, in this process and unharmed. */
  work<T>(ask: () => Promise<T>, test: (answer: T) => boolean, timeoutMs?: number): Promise<T>;
  stop(): Promise<void>;
}

/** A gateway that works on nothing, a worker process that may be killed, and one organisation in several apps. Their people are known. */
export async function openPersonStage(slugs: readonly string[]): Promise<PersonStage> {
  const sandbox = await startSandbox();
  const app = await startApp({ sandboxUrl: sandbox.url });
  const proxy = await startPostgresProxy(app.databaseUrl);
  const tenants = new Map<string, SandboxTenant>();
  const instances = new Map<string, string>();
  const sql = rawSql(app.core.db);
  let worker: TestProcess | undefined;
  const size = { users: 12, groups: 2, events: 5, historyDays: 1, files: 3, unlimited: true };
  for (const { connectorSlug: slug, settings } of await demoApps(slugs.join(","))) {
    const tenant = await sandbox.createTenant({ provider: slug, name: "acme", ...size });
    tenants.set(slug, tenant);
    await app.data("mutation ($slug: String!) { prepareConnection(connectorSlug: $slug) { userErrors { message } } }", {
      slug,
    });
    const { connectInstance } = await app.data(
      `mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) {
        instance { id } authorizationUrl userErrors { message } } }`,
      {
        input: {
          ...{ connectorSlug: slug, name: slug },
          settings: { ...settings(tenant.credentials), ...more[slug]?.(tenant.credentials) },
        },
      },
    );
    if (connectInstance.userErrors.length > 0)
      throw new Error(`${slug}: ${JSON.stringify(connectInstance.userErrors)}`);
    if (connectInstance.authorizationUrl) await giveConsent(connectInstance.authorizationUrl);
    instances.set(slug, connectInstance.instance.id);
  }
  // Nothing but who is there.
  await sql`update streams set next_run_at = now() + interval '1 day' where stream not in ('USERS', 'OAUTH_APPS')`;
  const stage: PersonStage = {
    ...{ app, sandbox, proxy, tenants, instances },
    startWorker() {
      worker = startNode("src/main.ts", ["worker"], {
        env: {
          NODE_ENV: undefined,
          DATABASE_URL: proxy.url,
          GATEHOUSE_SECRET_KEYS: app.secretKeys,
          PROVIDER_SANDBOX_URL: sandbox.url,
          LOG_LEVEL: "warn",
        },
      });
    },
    async killWorker() {
      await worker?.kill("SIGKILL");
      await sql`update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`;
    },
    async work(ask, test, timeoutMs = 90_000) {
      const helper = await startApp({ sandboxUrl: sandbox.url, sharedWith: app, workers: true });
      try {
        return await until(ask, test, timeoutMs);
      } finally {
        await helper.stop();
      }
    },
    async stop() {
      await worker?.kill("SIGKILL");
      await proxy.stop();
    },
  };
  await stage.work(
    () => sql`select instance_id, stream from streams where stream in ('USERS', 'OAUTH_APPS') and disabled_reason is null
      and first_scan_completed_at is null`,
    (unread) => unread.length === 0,
  );
  return stage;
}

export const containmentFields = `status accounts { instance { id name } user { id externalId status } status
  steps { goal kind gap revertible action { id kind status changed error } reversal { id kind status changed error } } }`;

/** Calls of an app that change something, since these were counted. */
export async function callsSince(
  tenant: SandboxTenant,
  before: Record<string, number>,
): Promise<Record<string, number>> {
  const now = await tenant.calls();
  return Object.fromEntries(
    Object.entries(now).flatMap(([call, count]) => {
      const more = count - (before[call] ?? 0);
      return more > 0 && !call.startsWith("GET ") && !/token|oauth/i.test(call) ? [[call, more]] : [];
    }),
  );
}

export { numberOf, until };
