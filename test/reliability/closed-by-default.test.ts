/** Promise: what an installation shows and leaves on the disk without being asked is nobody else's. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { numberOf } from "../e2e/support.ts";
import { freePort } from "../support/gatehouse.ts";
import { startNode, type TestProcess } from "../support/process.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let data: string;
const umask = process.umask(0);

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "gatehouse-umask-"));
  mkdirSync(join(data, "own"), { mode: 0o711 });
  stage = await openStage({ env: { GATEHOUSE_DATA: join(data, "own"), NODE_COMPILE_CACHE: undefined } });
}, 120_000);
afterAll(async () => {
  process.umask(umask);
  await stage?.close();
  rmSync(data, { recursive: true, force: true });
});

/** Another server on the same database. */
async function restart(env: Record<string, string> = {}): Promise<{ url: string; process: TestProcess }> {
  const port = await freePort();
  const child = startNode("src/main.ts", ["serve"], {
    env: {
      NODE_ENV: undefined,
      DATABASE_URL: stage.gatehouse.databaseUrl,
      GATEHOUSE_DATA: join(data, "own"),
      GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 7).toString("base64"),
      PROVIDER_SANDBOX_URL: stage.proxy.url,
      HOST: "127.0.0.1",
      PORT: String(port),
      ...env,
    },
  });
  await child.waitFor(/Gatehouse is ready in \d+ ms/, 60_000);
  return { url: `http://127.0.0.1:${port}`, process: child };
}

const withToken = () => ({ headers: { authorization: `Bearer ${stage.gatehouse.token}` } });

test("under a umask of 000 nobody else may write to, or read, what a start leaves", () => {
  const open: string[] = [];
  const look = (path: string) => {
    const { mode } = lstatSync(path);
    if ((mode & 0o022) !== 0) open.push(path);
    if (lstatSync(path).isDirectory() && (mode & 0o077) !== 0o011)
      for (const name of readdirSync(path)) if ((mode & 0o005) !== 0) open.push(join(path, name));
  };
  look(join(data, "own"));
  for (const name of readdirSync(join(data, "own"))) look(join(data, "own", name));
  expect(readdirSync(join(data, "own"))).toContain("compiled");
  expect(open).toEqual([]);
});

test("metrics need an ADMIN wherever a proxy may stand before the gateway", async () => {
  const local = await fetch(`${stage.gatehouse.url}/metrics`);
  expect(local.status).toBe(200);
  const published = await restart({ PUBLIC_URL: "https://gatehouse.example.com" });
  // As a proxy on this machine asks that adds no header of its own.
  expect((await fetch(`${published.url}/metrics`)).status).toBe(401);
  expect((await fetch(`${published.url}/metrics`, withToken())).status).toBe(200);
  await published.process.kill("SIGTERM");
});

test("a sign-in link is printed while nothing is connected, and never again", async () => {
  expect(stage.gatehouse.process.stdout()).toMatch(/Sign in once, within ten minutes/);
  const tenant = await stage.sandbox.createTenant({ provider: "github", name: "acme", users: 4, events: 5 });
  const { org, personalAccessToken } = tenant.credentials;
  await stage.api.connected("github", "Acme", { mode: "pat", org, token: personalAccessToken });
  const again = await restart();
  expect(again.process.output()).not.toMatch(/Sign in once|\/signin\?token=/);
  await again.process.kill("SIGTERM");
});

test("the path of a webhook is sealed, also one that an older version kept in clear", async () => {
  const { gatehouse } = stage;
  const target = "https://siem.example.com/services/T0PSECRET/B0T";
  const { createDestination } = await gatehouse.graphql<{ createDestination: { destination: { id: string } } }>(
    "mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { destination { id } } }",
    { input: { kind: "WEBHOOK", name: "SIEM", target, enabled: false } },
  );
  const id = numberOf(createDestination.destination.id);
  const kept = async () => (await gatehouse.sql`select target from destinations where id = ${id}`)[0]!.target as string;
  const shown = async () =>
    (await gatehouse.graphql<{ destinations: { target: string }[] }>("{ destinations { target } }")).destinations[0]!
      .target;
  expect(await kept()).toMatch(/^v1\./);
  expect(await shown()).toBe(target);
  await gatehouse.sql`update destinations set target = ${target} where id = ${id}`;
  const again = await restart();
  expect(await kept()).toMatch(/^v1\./);
  expect(await shown()).toBe(target);
  await again.process.kill("SIGTERM");
});
