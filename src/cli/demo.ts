import { eq, inArray, like } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import { createSignInLink } from "#src/access/sessions.ts";
import { endDemoAccess } from "#src/access/tokens.ts";
import { type Config, ConfigError } from "#src/config.ts";
import type { Core } from "#src/core.ts";
import { purgeInstance } from "#src/ingest/purge.ts";
import { type Ask, asker } from "./demo/ask.ts";
import { attackedApp, attackNowAndThen } from "./demo/attack.ts";
import { giveConsent } from "./demo/consent.ts";
import { demoMark } from "./demo/mark.ts";
import { watch } from "./demo/policies.ts";
import { type SandboxProcess, startSandbox } from "./demo/sandbox.ts";
import { type DemoApp, demoApps, tenantOf, tenantPath } from "./demo/tenants.ts";
import { start } from "./serve.ts";
import { untilAskedToStop } from "./signals.ts";
import { issueToken } from "./token.ts";

const names = new Intl.ListFormat("en-GB");

/** `gatehouse demo`: the product with simulated providers, connected through the real OAuth and API code, with events that keep coming. `apps`: as `--apps` has it; null for the default. */
export async function demo(config: Config, apps: string | null): Promise<void> {
  if (config.production)
    throw new ConfigError([
      {
        variable: "NODE_ENV",
        message: "the demo sends provider calls to a sandbox; it does not run with NODE_ENV=production.",
      },
    ]);
  const begun = performance.now();
  const shown = await demoApps(apps);
  const attacked = attackedApp(shown);
  const asked = untilAskedToStop();
  const sandbox = await startSandbox();
  try {
    console.log(`Provider sandbox: ${names.format(shown.map(({ name }) => name))} at ${sandbox.url}`);
    const url = config.publicUrl ?? `http://127.0.0.1:${config.port}`;
    const running = await start(
      {
        ...config,
        logLevel: config.logLevel === "info" ? "warn" : config.logLevel,
        providerSandboxUrl: sandbox.url,
        publicUrl: url,
      },
      { gateway: true, workers: true },
      (line) => console.log(line),
      (db) => refuseRealInstallation(db, config),
    );
    const { core } = running.app;
    try {
      await endDemoAccess(core.db);
      await removeEarlierDemo(core);
      const expiresAt = new Date(Date.now() + 24 * 60 * 60_000);
      const access = { role: "ADMIN", instanceIds: null, expiresAt, demo: true } as const;
      const { id: tokenId, secret: token } = await issueToken(core.db, { ...access, name: "demo" });
      const link = await createSignInLink(core.db, { name: "demo admin", role: "ADMIN", tokenId });
      console.log(`Gatehouse is ready in ${Math.round(performance.now() - begun)} ms: ${url}`);
      console.log(`\nOpen the console (this link signs you in once, within ten minutes):\n  ${url}${link}\n`);
      console.log(
        `Or ask from here:\n  curl -s ${url}/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer ${token}' \\\n    -d '{"query":"{ instances { nodes { name status userCount lastActivityAt } } }"}'\n`,
      );
      const ask = asker(url, token);
      await Promise.race([connectAll(ask, sandbox, shown), asked]);
      await Promise.race([watch(ask, shown, attacked), asked]);
      const endAttacks = attacked ? attackNowAndThen(sandbox, attacked) : () => {};
      console.log("\nNew activities keep coming. Ctrl-C stops everything.");
      await asked.finally(endAttacks);
      console.log("Stopping: waiting for running work to finish.");
    } finally {
      // What this demo printed opens nothing that is served from this data afterwards.
      await endDemoAccess(core.db).finally(() => running.stop());
    }
  } finally {
    await sandbox.stop();
  }
}

/** Invented data must not come to lie beside that of real apps. */
async function refuseRealInstallation(db: Db, config: Config): Promise<void> {
  const count = await db.$count(tables.instances, eq(tables.instances.viaSandbox, false));
  if (count === 0) return;
  throw new ConfigError([
    {
      variable: config.databaseUrl === null ? "GATEHOUSE_DATA" : "DATABASE_URL",
      message: `holds a real installation (${count} instance${count === 1 ? "" : "s"} not connected through a sandbox). The demo needs data of its own: unset it, or name another.`,
    },
  ]);
}

/** Connects the apps of the demo side by side; one that fails reports it and leaves the others alone. */
async function connectAll(ask: Ask, sandbox: SandboxProcess, apps: readonly DemoApp[]): Promise<void> {
  await Promise.all(
    apps.map(async (one) => {
      try {
        await connect(ask, sandbox, one);
        console.log(`Connected ${one.title}`);
      } catch (error) {
        console.error(`${one.title} could not be connected: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}

async function connect(ask: Ask, sandbox: SandboxProcess, one: DemoApp): Promise<void> {
  const { credentials } = (await sandbox.control("POST", "/tenants", tenantOf(one))) as {
    credentials: Record<string, string>;
  };
  // Makes what Gatehouse generates itself; nothing for most apps.
  await ask("mutation ($slug: String!) { prepareConnection(connectorSlug: $slug) { userErrors { message } } }", {
    slug: one.connectorSlug,
  });
  const { connectInstance } = await ask(
    "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { authorizationUrl userErrors { message } } }",
    {
      input: {
        connectorSlug: one.connectorSlug,
        name: `${one.title}${demoMark}`,
        settings: one.settings(credentials),
      },
    },
  );
  const authorizationUrl = connectInstance?.authorizationUrl;
  if (typeof authorizationUrl === "string") await giveConsent(authorizationUrl);
  await sandbox.control("PUT", `${tenantPath(one)}/live`, {
    eventsPerSecond: one.eventsPerSecond,
  });
}

/** The sandbox starts afresh each time, with other history: what an earlier demo collected from it no longer fits. */
async function removeEarlierDemo(core: Core): Promise<void> {
  await core.db.delete(tables.policies).where(like(tables.policies.name, `%${demoMark}`));
  const earlier = (
    await core.db.select({ id: tables.instances.id, name: tables.instances.name }).from(tables.instances)
  ).filter((row) => row.name.endsWith(demoMark));
  if (earlier.length === 0) return;
  const ids = earlier.map((row) => row.id);
  await core.db.update(tables.instances).set({ status: "DISCONNECTED" }).where(inArray(tables.instances.id, ids));
  for (const id of ids) {
    await purgeInstance(core, id, new AbortController().signal);
    await core.db.delete(tables.instances).where(eq(tables.instances.id, id));
  }
}
