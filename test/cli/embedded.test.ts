import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { gatehouse, startGatehouse, temporaryFolder } from "./support.ts";

// Several processes each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();

const githubEvent = (n: number) => ({
  "@timestamp": Date.now() - n * 1000,
  _document_id: `e${n}`,
  action: "repo.create",
  actor: "mira-ops",
  actor_id: 4411,
  org: "acme",
  repo: `acme/site-${n}`,
});

test("commands find the embedded database of a running serve, and what is imported is there at once", async () => {
  const GATEHOUSE_DATA = join(folder.path, "data with space");
  const env = { GATEHOUSE_DATA, PORT: "0", LOG_LEVEL: "warn", NODE_COMPILE_CACHE: undefined };
  const server = startGatehouse(["serve"], { env });
  const [, url] = await server.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 60_000);
  const made = await gatehouse(["token", "create", "--name", "t", "--role", "ADMIN"], { env });
  const ask = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${made.stdout.trim()}` },
      body: JSON.stringify({ query }),
    });
    return ((await response.json()) as { data: never }).data as Record<string, never>;
  };

  const doctor = await gatehouse(["doctor"], { env: { ...env, PORT: new URL(url as string).port } });
  expect(doctor.stdout).toMatch(/^ok +database: PostgreSQL 18\S* \(embedded\)$/m);
  expect(doctor.stdout).toMatch(/^ok +port: Gatehouse runs on/m);
  expect(doctor.code).toBe(0);

  // An instance whose consent nobody gave: an archive needs no connection.
  await ask(`mutation { connectInstance(input: { connectorSlug: "github", name: "Acme",
    settings: { mode: "oauth", org: "acme", clientId: "Iv1.aaaaaaaaaaaaaaaa", clientSecret: "s" } }) { instance { id } userErrors { message } } }`);
  const { instances } = await ask("{ instances { edges { node { id status } } } }");
  const [{ node }] = (instances as { edges: [{ node: { id: string; status: string } }] }).edges;
  expect(node.status).toBe("AWAITING_AUTHORIZATION");

  const events = Array.from({ length: 3 }, (_, n) => JSON.stringify(githubEvent(n))).join("\n");
  const imported = await gatehouse(["import", "--instance", node.id, "--file", "-"], { env, input: events });
  expect(imported).toMatchObject({ code: 0, stderr: "3 events, 3 activities, 3 new, 0 unmapped, 0 errors\n" });
  const { activities } = await ask("{ activities(first: 10) { edges { node { description } } } }");
  expect(
    (activities as { edges: { node: { description: string } }[] }).edges.map((edge) => edge.node.description),
  ).toEqual([
    "mira-ops created the repository acme/site-0",
    "mira-ops created the repository acme/site-1",
    "mira-ops created the repository acme/site-2",
  ]);
  expect(await ask("{ viewer { name } }")).toEqual({ viewer: { name: "t" } });

  expect((await server.kill("SIGTERM", 30_000)).code).toBe(0);
  // What was compiled is kept for the next start, and written by nobody else.
  const [compiled] = readdirSync(join(GATEHOUSE_DATA, "compiled"), { withFileTypes: true });
  expect(compiled?.isDirectory()).toBe(true);
  expect(statSync(join(GATEHOUSE_DATA, "compiled")).mode & 0o022).toBe(0);
  const stopped = await gatehouse(["doctor"], { env });
  expect(stopped.stdout).toMatch(/^ok +database: embedded PostgreSQL, not running/m);
  expect(stopped.code).toBe(0);
  // Not running: the command starts it, and stops it again.
  const again = await gatehouse(["import", "--instance", node.id, "--file", "-"], { env, input: events });
  expect(again).toMatchObject({ code: 0, stderr: "3 events, 3 activities, 0 new, 0 unmapped, 0 errors\n" });
  expect((await gatehouse(["doctor"], { env })).stdout).toMatch(/^ok +database: embedded PostgreSQL, not running/m);
});

test("a command that fails stops the database it started", async () => {
  const env = { GATEHOUSE_DATA: join(folder.path, "interrupted") };
  const child = startGatehouse(["import", "--instance", "1", "--file", "-"], { env, input: "" });
  await child.waitFor(/There is no instance 1/, 60_000);
  await child.ended;
  expect((await gatehouse(["doctor"], { env })).stdout).toMatch(/^ok +database: embedded PostgreSQL, not running/m);
});

test("whoever ends last stops the database, in whatever order they came", async () => {
  const env = { GATEHOUSE_DATA: join(folder.path, "shared"), PORT: "0", LOG_LEVEL: "warn" };
  const running = async () => /^ok +database: PostgreSQL/m.test((await gatehouse(["doctor"], { env })).stdout);
  const first = startGatehouse(["worker"], { env });
  await first.waitFor(/worker is ready/, 60_000);
  const second = startGatehouse(["serve"], { env });
  const [, url] = await second.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 60_000);
  expect((await first.kill("SIGTERM", 30_000)).code).toBe(0);
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ ok: true });
  expect(await running()).toBe(true);
  expect((await second.kill("SIGTERM", 30_000)).code).toBe(0);
  expect(await running()).toBe(false);
});

test("Ctrl-C that reaches the process twice, from the terminal and passed on by npm, still stops the database", async () => {
  const env = { GATEHOUSE_DATA: join(folder.path, "twice"), PORT: "0", LOG_LEVEL: "warn" };
  const server = startGatehouse(["serve"], { env, group: true });
  await server.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 60_000);
  server.signalGroup("SIGINT");
  await server.waitFor(/Stopping/);
  server.signalGroup("SIGINT");
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect((await gatehouse(["doctor"], { env })).stdout).toMatch(/^ok +database: embedded PostgreSQL, not running/m);
});
