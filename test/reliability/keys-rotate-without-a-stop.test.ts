import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf, until } from "../e2e/support.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

const older = Buffer.alloc(32, 1).toString("base64");
const newer = Buffer.alloc(32, 2).toString("base64");

let sandbox: Sandbox;
let tenants: SandboxTenant[];
let gatehouse: Gatehouse;
let ids: string[];
const folder = mkdtempSync(join(tmpdir(), "gatehouse-rotation-"));
let oldId = "";
/** Everything the installation must never show, as it was typed in. */
let planted: string[];

beforeAll(async () => {
  sandbox = await startSandbox();
  gatehouse = await startGatehouse({
    sandboxUrl: sandbox.url,
    env: { GATEHOUSE_SECRET_KEYS: older, DESTINATION_NETWORKS: "127.0.0.0/8" },
  });
  const api = apiOf(gatehouse);
  const create = (provider: string, name: string) =>
    sandbox.createTenant({ provider, name, users: 3, groups: 1, events: 20, unlimited: true });
  tenants = await Promise.all([create("okta", "acme"), create("okta", "globex"), create("github", "initech")]);
  const [acme, globex, initech] = tenants as [SandboxTenant, SandboxTenant, SandboxTenant];
  const okta = ({ credentials: { domain, apiToken } }: SandboxTenant) => ({ mode: "token", domain, token: apiToken });
  const token = initech.credentials.personalAccessToken!;
  ids = [
    await api.connected("okta", "Acme", okta(acme)),
    await api.connected("okta", "Globex", okta(globex)),
    await api.connected("github", "Initech", { mode: "pat", org: "initech", token }),
  ];
  // A consent under way keeps a verifier and settings.
  const { clientId, clientSecret } = initech.credentials;
  await api.connect("github", "Waiting", { mode: "oauth", org: "other", clientId, clientSecret });
  const { createDestination } = await gatehouse.graphql<{
    createDestination: { secret: string | null; userErrors: unknown[] };
  }>(
    "mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { secret userErrors { message } } }",
    { input: { kind: "WEBHOOK", name: "SIEM", target: "https://siem.example.com/gatehouse", alerts: true } },
  );
  expect(createDestination.userErrors).toEqual([]);
  for (const id of ids) await api.scanned(id);
  planted = [acme.credentials.apiToken!, globex.credentials.apiToken!, token, clientSecret!, createDestination.secret!];
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await gatehouse?.stop();
  await sandbox?.stop();
});

const withKeys = (...keys: string[]) => ({ env: { GATEHOUSE_SECRET_KEYS: keys.join(",") } });

/** How many secrets need each key. */
async function byKey(): Promise<Record<string, number>> {
  const rows = await gatehouse.sql<{ key: string; count: number }[]>`
    select split_part(sealed, '.', 2) as key, count(*)::int as count from (
      select unnest(array[secret_settings, credential, webhook_secret, webhook_registration]) as sealed from instances
      union all select unnest(array[secret, target]) from destinations
      union all select unnest(array[code_verifier, pending, authorization_url]) from oauth_states) s where sealed is not null group by 1`;
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}

test("a new key takes over while scans run, interrupted or not; then the old one can go", {
  timeout: 300_000,
}, async () => {
  const { command } = gatehouse;
  const before = await byKey();
  [oldId = ""] = Object.keys(before);
  expect(Object.keys(before)).toHaveLength(1);
  for (const tenant of tenants) await tenant.setLive(5);

  // Only the new key: nothing starts, and the one that is missing is named.
  const without = [["worker"], ["keys", "reseal"]].map((args) => command(args, withKeys(newer)));
  for (const { code, stderr } of await Promise.all(without))
    expect([code, stderr]).toEqual([1, expect.stringContaining(`The key ${oldId} is needed`)]);

  // The process of the gateway learns the new key behind the old one, as every process must before anything is sealed with it.
  await gatehouse.restart(withKeys(older, newer).env);
  await gatehouse.sql`
    create function stop_here() returns trigger language plpgsql as $$ begin if new.id = 2 then raise exception 'killed'; end if; return new; end $$`;
  await gatehouse.sql`create trigger stop_here before update of credential, secret_settings on instances for each row execute function stop_here()`;
  const interrupted = await command(["keys", "reseal"], withKeys(newer, older));
  expect(interrupted.code).toBe(1);
  await gatehouse.sql`drop trigger stop_here on instances`;
  expect(Object.keys(await byKey())).toHaveLength(2);
  const half = await command(["doctor"], withKeys(newer, older));
  expect(half.stdout).toMatch(
    /sealed secrets: .* with an older key, which must stay .* until `npx gatehouse keys reseal` has run/,
  );

  const done = await command(["keys", "reseal"], withKeys(newer, older));
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining("No secret needs another key")]);
  const after = await byKey();
  expect(Object.keys(after)).toHaveLength(1);
  expect(after[oldId]).toBeUndefined();
  expect(Object.values(after)).toEqual(Object.values(before));
  const doctor = await command(["doctor"], withKeys(newer, older));
  expect(doctor.stdout).toMatch(/sealed secrets: .* the others can be removed from GATEHOUSE_SECRET_KEYS/);

  // Scans went on meanwhile, and do with the new key alone.
  await gatehouse.restart(withKeys(newer).env);
  const api = apiOf(gatehouse);
  for (const [n, id] of ids.entries()) {
    expect(await api.testConnection(id)).toMatchObject({ ok: true, userErrors: [] });
    await tenants[n]!.setLive(0);
    const { total } = await tenants[n]!.events();
    await api.startScan(id, ["ACTIVITIES"]);
    await until(
      async () => (await api.activities(id)).length,
      (count) => count === total,
    );
  }
});

test("a whole backup shows none of the secrets, in clear or encoded", { timeout: 120_000 }, async () => {
  const file = join(folder, "all.backup");
  expect(await gatehouse.command(["backup", "--file", file], withKeys(newer))).toMatchObject({ code: 0 });
  const dump = gunzipSync(readFileSync(file)).toString("latin1");
  expect(dump).toContain("Globex");
  // Nothing but seals of the audit log that were made before needs the old key.
  const tables = dump.split(/^(?=\{"table")/m).filter((table) => table.includes(`v1.${oldId}.`));
  expect(tables.map((table) => JSON.parse(table.split("\n", 1)[0]!).table[1])).toEqual(["audit_seals"]);
  for (const secret of [...planted, gatehouse.token])
    for (const form of [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("hex"),
    ])
      expect(dump.includes(form), form.slice(0, 8)).toBe(false);
});
