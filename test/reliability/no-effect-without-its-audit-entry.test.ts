import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { apiOf, until } from "../e2e/support.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let other: SandboxTenant;
let gatehouse: Gatehouse;
let id: string;
let user: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  gatehouse = await startGatehouse({ sandboxUrl: sandbox.url });
  const api = apiOf(gatehouse);
  [tenant, other] = await Promise.all(
    ["acme", "other"].map((name) =>
      sandbox.createTenant({ provider: "okta", name, users: 5, groups: 1, events: 5, unlimited: true }),
    ) as [Promise<SandboxTenant>, Promise<SandboxTenant>],
  );
  id = await api.connected("okta", "Acme", settingsOf(tenant));
  await api.scanned(id);
  const { users } = await gatehouse.graphql<{ users: { nodes: { id: string }[] } }>(
    "{ users(first: 1) { nodes { id } } }",
  );
  user = users.nodes[0]!.id;
  await gatehouse.sql`
    create function refuse_entry() returns trigger language plpgsql as $$ begin raise exception 'the disk of the audit log is full'; end $$`;
});
afterAll(async () => {
  await gatehouse?.stop();
  await sandbox?.stop();
});
afterEach(() => gatehouse.sql`drop trigger if exists refuse_entry on audit_log`);

const settingsOf = ({ credentials: { domain, apiToken } }: SandboxTenant) => ({
  mode: "token",
  domain,
  token: apiToken,
});

/** From now on no entry can be written, or none of one kind. */
async function breakAuditLog(action = ""): Promise<void> {
  await gatehouse.sql.unsafe(
    `create trigger refuse_entry before insert on audit_log for each row ${action && `when (new.action = '${action}')`} execute function refuse_entry()`,
  );
}

/** Calls that a person's request makes: not those of scans. */
const callsTo = async (of: SandboxTenant, pattern: RegExp) =>
  Object.entries(await of.calls()).reduce((sum, [call, count]) => sum + (pattern.test(call) ? count : 0), 0);
const orgCalls = (of: SandboxTenant) => callsTo(of, /^GET \/api\/v1\/org$/);
const signOuts = () => callsTo(tenant, /^DELETE .*\/sessions$/);

describe("while the audit log cannot be written", () => {
  const attempts = [
    {
      what: "connecting an app",
      query: `mutation ($input: JSON!) { connectInstance(input: { connectorSlug: "okta", name: "Other", settings: $input }) { instance { id } } }`,
      variables: () => ({ input: settingsOf(other) }),
      calls: () => callsTo(other, /./),
    },
    {
      what: "testing a connection",
      query: "mutation ($id: ID!) { testConnection(instanceId: $id) { ok } }",
      variables: () => ({ id }),
      calls: () => orgCalls(tenant),
    },
    {
      what: "enabling an app with new settings",
      query: `mutation ($id: ID!, $settings: JSON) { enableInstance(instanceId: $id, settings: $settings) { instance { id } } }`,
      variables: () => ({ id, settings: settingsOf(tenant) }),
      calls: () => orgCalls(tenant),
    },
    {
      what: "requesting an action",
      query: `mutation ($id: ID!, $user: ID!) { requestGovernanceActions(inputs: [{ kind: REQUIRE_SIGN_IN_AGAIN, instanceId: $id, userId: $user }]) {
        governanceActions { id } } }`,
      variables: () => ({ id, user }),
      calls: signOuts,
    },
  ];

  test.each(attempts)("$what fails, and the app is not called", async ({ query, variables, calls }) => {
    const before = await calls();
    await breakAuditLog();
    const { errors } = await gatehouse.ask(query, variables());
    expect(errors).toMatchObject([{ extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect(errors[0]!.message).not.toContain("disk");
    expect(await calls()).toBe(before);
  });

  test("nobody signs in, and a sign-in link is not used up", { timeout: 120_000 }, async () => {
    const { stdout } = await gatehouse.command(["signin"]);
    await breakAuditLog();
    const form = { method: "POST", redirect: "manual", headers: { origin: gatehouse.url } } as const;
    const byToken = await fetch(`${gatehouse.url}/signin`, {
      ...form,
      body: new URLSearchParams({ token: gatehouse.token }),
    });
    const byLink = await fetch(stdout.trim(), { redirect: "manual" });
    for (const answer of [byToken, byLink])
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([500, null]);
    expect(await gatehouse.sql`select 1 from sessions`).toEqual([]);
    await gatehouse.sql`drop trigger refuse_entry on audit_log`;
    expect((await fetch(stdout.trim(), { redirect: "manual" })).status).toBe(303);
  });

  test("an action that is due waits, and is carried out once when entries can be written again", async () => {
    const before = await signOuts();
    await breakAuditLog("governance.run");
    await gatehouse.graphql(attempts[3]!.query, { id, user });
    // It is tried, and tried again.
    await until(
      async () =>
        (await gatehouse.sql`select 1 from pgboss.job where name = 'governance.run' and retry_count > 0`).length,
      (count) => count > 0,
    );
    expect(await signOuts()).toBe(before);
    await gatehouse.sql`drop trigger refuse_entry on audit_log`;
    await until(signOuts, (count) => count > before);
    await until(
      async () => (await apiOf(gatehouse).audit(["governance.run"])).map(({ result }) => result).slice(0, 2),
      (results) => results.join() === "ok,started",
    );
    expect(await signOuts()).toBe(before + 1);
  });
});

describe("the audit log", () => {
  const verify = () => gatehouse.command(["audit", "verify"]);

  test("is changed by nobody through the database", async () => {
    for (const [table, column] of [
      ["audit_log", "action"],
      ["audit_chain", "hash"],
      ["audit_seals", "sealed"],
    ])
      for (const statement of [`update ${table} set ${column} = 'x'`, `delete from ${table}`, `truncate ${table}`])
        await expect(gatehouse.sql.unsafe(statement), statement).rejects.toThrow("append-only");
  });

  test("betrays whoever switches that off", { timeout: 240_000 }, async () => {
    const clean = await verify();
    expect([clean.code, clean.stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+ entries, unchanged; .*\nThe chain ends with [0-9a-f]{64}\n$/),
    ]);
    const [first, second] = await gatehouse.sql<{ id: string }[]>`select id from audit_log order by id limit 2`;
    const tamper = (run: string) =>
      gatehouse.sql.unsafe(`begin; alter table audit_log disable trigger user; alter table audit_chain disable trigger user; ${run};
        alter table audit_log enable trigger user; alter table audit_chain enable trigger user; commit`);

    await tamper(`update audit_log set actor = 'nobody' where id = ${first!.id}`);
    await tamper(`delete from audit_log where id = ${second!.id}`);
    await tamper("insert into audit_log (actor, action, result) values ('me', 'instance.connect', 'ok')");
    const found = await verify();
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`Entry ${first!.id} was changed`);
    expect(found.stdout).toContain(`Entry ${second!.id} was deleted`);
    expect(found.stdout).toMatch(/Entry \d+ was inserted past the chain/);
    const doctor = await gatehouse.command(["doctor"]);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/problem +audit log: /)]);

    // A superuser may compute all hashes anew, but has no key to seal them with.
    await tamper(`delete from audit_log a where not exists (select from audit_chain c where c.entry_id = a.id);
      delete from audit_chain c where not exists (select from audit_log a where a.id = c.entry_id);
      do $$ declare e record; p text := ''; n bigint := 0; begin
        for e in select c.sequence, a from audit_chain c join audit_log a on a.id = c.entry_id order by c.sequence loop
          n := n + 1; p := audit_entry_hash(p, e.a); update audit_chain set sequence = n, hash = p where sequence = e.sequence; end loop; end $$`);
    const anew = await verify();
    expect([anew.code, anew.stdout]).toEqual([
      1,
      expect.stringMatching(/its seal differs|The end of the log is missing/),
    ]);
  });
});
