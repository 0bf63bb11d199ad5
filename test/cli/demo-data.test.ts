import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { expect, onTestFinished, test, vi } from "vitest";
import { demoApps } from "#src/cli/demo/tenants.ts";
import { until } from "../e2e/support.ts";
import { createTestDatabase } from "../support/database.ts";
import { freePort } from "../support/gatehouse.ts";
import { gatehouse, startGatehouse, temporaryFolder } from "./support.ts";

vi.setConfig({ testTimeout: 240_000 });

const shown = await demoApps(null);

const folder = temporaryFolder();

const asker = (url: string, token: string) => async (query: string, variables?: object) => {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as { data: never }) } as {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
    data: any;
  };
};

test("served without its sandbox, what a demo connected calls no host and says why, and what the demo printed opens nothing", async () => {
  const port = await freePort();
  const env = { GATEHOUSE_DATA: join(folder.path, "demo"), PORT: String(port), LOG_LEVEL: "warn" };
  const demo = startGatehouse(["demo"], { env });
  const [, demoToken] = await demo.waitFor(/Bearer ([\w-]+)'/, 120_000);
  const [, link] = await demo.waitFor(/(http:\S+\/signin\?token=\S+)/);
  await demo.waitFor(/New activities keep coming/, 90_000);
  const signedIn = await fetch(link as string, { redirect: "manual" });
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] as string;
  const ofDemo = asker(`http://127.0.0.1:${port}`, demoToken as string);
  expect((await ofDemo("{ viewer { role } }")).data).toEqual({ viewer: { role: "ADMIN" } });
  // Killed: it could not clean up.
  await demo.kill("SIGKILL");

  const server = startGatehouse(["serve"], {
    env,
    nodeArguments: ["--import", join(import.meta.dirname, "outbound-trap.ts")],
  });
  const [, url] = await server.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 90_000);
  await server.waitFor(
    new RegExp(
      `${shown.length} instances were connected through a provider sandbox\\. Without PROVIDER_SANDBOX_URL nothing is sent to their apps`,
    ),
  );
  expect((await asker(url as string, demoToken as string)("{ viewer { name } }")).status).toBe(401);
  const home = await fetch(`${url}/graphiql`, { headers: { cookie }, redirect: "manual" });
  expect([home.status, home.headers.get("location")]).toEqual([303, "/signin?next=/graphiql"]);

  const made = await gatehouse(["token", "create", "--name", "mine", "--role", "ADMIN"], { env });
  const ask = asker(url as string, made.stdout.trim());
  const { data } = await ask("{ instances { nodes { id name status statusReason } } }");
  const { nodes } = data.instances as { nodes: { id: string; name: string; status: string; statusReason: string }[] };
  expect(nodes.map(({ status }) => status)).toEqual(shown.map(() => "ERROR"));
  for (const { id, statusReason } of nodes) {
    expect(statusReason).toMatch(/connected through a provider sandbox.*Disconnect it and connect the app itself/);
    const answer = await ask(
      `mutation ($id: ID!) {
        testConnection(instanceId: $id) { ok userErrors { message } }
        enableInstance(instanceId: $id) { userErrors { message } }
        startScan(instanceId: $id) { userErrors { message } }
        disconnectInstance(instanceId: $id) { instance { status } userErrors { message } } }`,
      { id },
    );
    expect(answer).not.toHaveProperty("errors");
    expect(answer.data.testConnection.userErrors[0].message).toContain("PROVIDER_SANDBOX_URL is not set");
    expect(answer.data.enableInstance.userErrors[0].message).toContain("PROVIDER_SANDBOX_URL is not set");
    expect(answer.data.startScan.userErrors).toHaveLength(1);
    if (id === nodes[0]?.id) {
      const doctor = await gatehouse(["doctor"], { env });
      expect(doctor.stdout).toMatch(/^problem +instances: .*connected through a provider sandbox/m);
      expect(doctor.code).toBe(1);
    }
  }
  // Whatever waited in the queue has run by now.
  await until(
    async () => (await ask("{ instances { nodes { status } } }")).data.instances.nodes as { status: string }[],
    (found) => found.every(({ status }) => status === "DISCONNECTED"),
  );
  await sleep(5_000);
  expect((await server.kill("SIGTERM", 30_000)).code).toBe(0);
  expect(server.output()).not.toContain("OUTBOUND");
});

test("the demo keeps its data apart, and refuses that of a real installation", async () => {
  expect((await gatehouse(["demo", "--help"])).stdout).toContain(".gatehouse-demo");
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end());
  await sql`insert into instances (connector_slug, name, status) values ('okta', 'Acme', 'CONNECTED')`;
  const env = { DATABASE_URL: database.url, GATEHOUSE_DATA: folder.path, PORT: String(await freePort()) };
  const { code, stdout, stderr } = await gatehouse(["demo"], { env });
  expect(code).toBe(1);
  expect(stdout).not.toContain("Bearer");
  expect(stderr).toMatch(/DATABASE_URL: holds a real installation \(1 instance not connected through a sandbox\)/);
  expect(await sql`select count(*)::int as count from api_tokens`).toEqual([{ count: 0 }]);
});
