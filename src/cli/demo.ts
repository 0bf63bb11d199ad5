import { eq, inArray } from "drizzle-orm";
import { tables } from "#db/client.ts";
import { createSignInLink } from "#src/access/sessions.ts";
import { type Config, ConfigError } from "#src/config.ts";
import type { Core } from "#src/core.ts";
import { purgeInstance } from "#src/instances/purge.ts";
import { giveConsent } from "./demo/consent.ts";
import { startSandbox } from "./demo/sandbox.ts";
import { type DemoTenant, demoTenants } from "./demo/tenants.ts";
import { start } from "./serve.ts";
import { untilAskedToStop } from "./signals.ts";
import { issueToken } from "./token.ts";

/** Marks instances as the demo's own, so that the next demo may replace them. */
const demoMark = " (demo)";

/** `gatehouse demo`: the product with pretend providers, connected through the real OAuth and API code, with events that keep coming. */
export async function demo(config: Config): Promise<void> {
  if (config.production)
    throw new ConfigError([
      {
        variable: "NODE_ENV",
        message: "the demo sends provider calls to a sandbox; it does not run with NODE_ENV=production.",
      },
    ]);
  const begun = performance.now();
  const asked = untilAskedToStop();
  const sandbox = await startSandbox();
  try {
    console.log(`Provider sandbox: GitHub, Okta, Workday and Workplace at ${sandbox.url}`);
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
    );
    try {
      const { core } = running.app;
      await removeEarlierDemo(core);
      const expiresAt = new Date(Date.now() + 24 * 60 * 60_000);
      const token = await issueToken(core.db, { name: "demo", role: "ADMIN", instanceIds: null, expiresAt });
      const link = await createSignInLink(core.db, { name: "demo admin", role: "ADMIN", next: "/graphiql" });
      console.log(`Gatehouse is ready in ${Math.round(performance.now() - begun)} ms: ${url}`);
      console.log(`\nOpen GraphiQL (this link signs you in once, within ten minutes):\n  ${url}${link}\n`);
      console.log(
        `Or ask from here:\n  curl -s ${url}/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer ${token}' \\\n    -d '{"query":"{ instances { nodes { name status userCount lastActivityAt } } }"}'\n`,
      );
      await Promise.race([connectAll(url, token, sandbox), asked]);
      console.log("\nNew activities keep coming. Ctrl-C stops everything.");
      await asked;
      console.log("Stopping: running work is brought to an end.");
    } finally {
      await running.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** Connects the demo's tenants side by side; one that fails says so and leaves the others alone. */
async function connectAll(url: string, token: string, sandbox: Sandbox): Promise<void> {
  await Promise.all(
    demoTenants.map(async (one) => {
      try {
        await connect(url, token, sandbox, one);
        console.log(`Connected ${one.title}`);
      } catch (error) {
        console.error(`${one.title} could not be connected: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}

async function connect(url: string, token: string, sandbox: Sandbox, one: DemoTenant): Promise<void> {
  const { credentials } = (await sandbox.control("POST", "/tenants", one.tenant)) as {
    credentials: Record<string, string>;
  };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query:
        "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { authorizationUrl userErrors { message } } }",
      variables: {
        input: {
          connectorSlug: one.connectorSlug,
          name: `${one.title}${demoMark}`,
          settings: one.settings(credentials),
        },
      },
    }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { connectInstance: { authorizationUrl: string | null; userErrors: { message: string }[] } };
    errors?: { message: string }[];
  };
  const problem = errors?.[0] ?? data?.connectInstance.userErrors[0];
  if (problem) throw new Error(problem.message);
  if (data?.connectInstance.authorizationUrl) await giveConsent(data.connectInstance.authorizationUrl);
  await sandbox.control("PUT", `/tenants/${one.tenant.provider}/${one.tenant.name}/live`, {
    eventsPerSecond: one.eventsPerSecond,
  });
}

/** The sandbox starts anew each time, with other history: what an earlier demo collected from it no longer fits. */
async function removeEarlierDemo(core: Core): Promise<void> {
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
