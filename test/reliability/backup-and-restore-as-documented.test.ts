import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../e2e/support.ts";
import { freePort } from "../support/gatehouse.ts";
import { endProcessesOf } from "../support/leftovers.ts";
import { repository, runNode, start, startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

/** Somebody's folder, with the embedded PostgreSQL in `.gatehouse` as the documentation has it. */
const folder = mkdtempSync(join(tmpdir(), "gatehouse-operations-"));
chmodSync(folder, 0o711);
let sandbox: Sandbox;
let tenant: SandboxTenant;
let server: TestProcess;
let env: Record<string, string | undefined>;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  const port = await freePort();
  const unset = {
    NODE_ENV: undefined,
    DATABASE_URL: undefined,
    GATEHOUSE_DATA: undefined,
    GATEHOUSE_SECRET_KEYS: undefined,
    PUBLIC_URL: undefined,
  };
  env = {
    ...unset,
    PORT: String(port),
    PROVIDER_SANDBOX_URL: sandbox.url,
    LOG_LEVEL: "info",
    PATH: `${folder}:${process.env.PATH}`,
  };
  tenant = await sandbox.createTenant({
    provider: "okta",
    name: "acme",
    users: 10,
    groups: 2,
    events: 100,
    unlimited: true,
  });
  writeFileSync(join(folder, "npx"), `#!/bin/sh\nshift\nexec ${process.execPath} ${repository}/src/main.ts "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(async () => {
  await server?.kill("SIGTERM");
  await endProcessesOf(folder);
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

const main = join(repository, "src/main.ts");
const command = (args: string[], as = env) => runNode(main, args, { cwd: folder, env: as });

/** The commands of a section of docs/operations.md, as they stand there. */
function commandsOf(section: string): string {
  const text = readFileSync(join(repository, "docs/operations.md"), "utf8");
  const [, body] = new RegExp(`\\n## ${section}\\n([\\s\\S]*?)\\n## `).exec(text)!;
  return /```sh\n([\s\S]*?)```/.exec(body!)![1]!;
}

async function run(commands: string): Promise<string> {
  const shell = start("/bin/sh", ["-e", "-c", commands], {
    cwd: folder,
    env,
  });
  const { code } = await shell.ended;
  expect([code, shell.stderr()], shell.output()).toEqual([0, expect.anything()]);
  return shell.stdout();
}

async function serve(): Promise<void> {
  server = startNode(main, ["serve"], { cwd: folder, env });
  await server.waitFor(/Gatehouse is ready in \d+ ms/, 90_000);
}

async function ask<T>(query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${env.PORT}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const stored = async () =>
  (
    await ask<{ activities: { nodes: { externalId: string }[] } }>(
      "{ activities(first: 200) { nodes { externalId } } }",
    )
  ).activities.nodes.map(({ externalId }) => externalId);
const happened = async () => (await tenant.events()).events.map(({ id }) => id!);

test("the documented steps bring everything back, and what happened since the backup is read again", {
  timeout: 300_000,
}, async () => {
  await serve();
  const made = await command(["token", "create", "--name", "t", "--role", "admin"]);
  token = made.stdout.trim();
  const { domain, apiToken } = tenant.credentials;
  const { connectInstance } = await ask<{ connectInstance: { instance: { id: string } } }>(
    `mutation ($settings: JSON!) { connectInstance(input: { connectorSlug: "okta", name: "Acme", settings: $settings }) { instance { id } } }`,
    { settings: { mode: "token", domain, token: apiToken } },
  );
  const { id } = connectInstance.instance;
  const scan = () =>
    ask("mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }", { id });
  const caughtUp = async () => until(stored, (ids) => new Set(ids).size === new Set(ids.concat(all)).size);
  let all = await happened();
  await caughtUp();

  await run(commandsOf("Back up"));

  await tenant.emit({ count: 40 });
  all = await happened();
  await scan();
  await caughtUp();
  await server.kill("SIGTERM", 30_000);

  const printed = await run(commandsOf("Restore"));
  expect(printed).toMatch(/Restored \d+ rows, as of \d{4}-/);
  expect(printed).not.toContain("GATEHOUSE_SECRET_KEYS");
  const doctor = await command(["doctor"]);
  expect(doctor.stdout).not.toMatch(/^problem/m);

  await serve();
  await scan();
  await caughtUp();
  expect(new Set(await stored())).toEqual(new Set(all));
  expect(await ask("mutation ($id: ID!) { testConnection(instanceId: $id) { ok } }", { id })).toEqual({
    testConnection: { ok: true },
  });
  const verified = await command(["audit", "verify"]);
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("unchanged")]);
  // Into what is in use already nothing is restored, and what is cut off changes nothing.
  const again = await command(["restore", "--file", "backups/gatehouse.backup"]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("holds an installation already")]);
});

test("a backup that is cut off or is none is refused, and an empty database stays empty", {
  timeout: 180_000,
}, async () => {
  const whole = readFileSync(join(folder, "backups/gatehouse.backup"));
  writeFileSync(join(folder, "half.backup"), whole.subarray(0, whole.length / 2));
  writeFileSync(join(folder, "none.backup"), "hello");
  const elsewhere = { ...env, GATEHOUSE_DATA: join(folder, "elsewhere") };
  for (const [file, reason] of [
    ["half.backup", /damaged or cut off|not whole/],
    ["none.backup", /damaged or cut off/],
    ["missing.backup", /There is no file/],
  ] as const) {
    const refused = await command(["restore", "--file", file], elsewhere);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(reason)]);
  }
  const restored = await command(["restore", "--file", "backups/gatehouse.backup"], elsewhere);
  expect([restored.code, restored.stdout]).toEqual([
    0,
    expect.stringMatching(/The secrets in it need the keys [0-9a-f]{8}/),
  ]);
});
