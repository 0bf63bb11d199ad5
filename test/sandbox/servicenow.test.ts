import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "servicenow",
    name: "tern",
    users: 30,
    groups: 4,
    events: 40,
    files: 8,
  });
});
afterAll(() => sandbox?.stop());

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const { host, username, password } = tenant.credentials as Record<string, string>;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return await sandbox.ask(`https://${host}${path}`, { ...init, headers: { authorization } });
}

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
const resultOf = async (path: string): Promise<any> => ((await (await ask(path)).json()) as any).result;

const people = (query: string, more = "") =>
  resultOf(`/api/now/table/sys_user?sysparm_fields=sys_id,user_name&sysparm_query=${encodeURIComponent(query)}${more}`);

test("an encoded query is read as ServiceNow reads it", async () => {
  const all = await people("ORDERBYuser_name");
  const [first, second, third] = all.map((one: { user_name: string }) => one.user_name);
  expect(all).toHaveLength(30);
  expect(await people(`user_nameIN${first},${second}^ORDERBYDESCuser_name`)).toMatchObject([
    { user_name: second },
    { user_name: first },
  ]);
  expect(await people(`active=true^user_name=${first}^ORuser_name=${third}`)).toHaveLength(2);
  expect(await people(`user_nameSTARTSWITH${first.slice(0, 4)}^emailLIKE@tern.example`)).not.toEqual([]);
  expect(await people("user_name=a^^ORb")).toEqual([]);
  expect(await people("sys_id=javascript:gs.getUserID()")).toMatchObject([{ user_name: tenant.credentials.username }]);
});

test("a page names the next one and the number of all records", async () => {
  const answer = await ask("/api/now/table/sys_user?sysparm_limit=20&sysparm_fields=sys_id");
  expect(answer.headers.get("x-total-count")).toBe("30");
  expect(answer.headers.get("link")).toContain('sysparm_offset=20>;rel="next"');
  const last = await ask("/api/now/table/sys_user?sysparm_limit=20&sysparm_offset=20");
  expect(last.headers.get("link")).not.toContain('rel="next"');
});

test("references are links unless they are left out", async () => {
  const path = "/api/now/table/sys_user_grmember?sysparm_limit=1&sysparm_fields=user";
  expect(await resultOf(path)).toEqual([
    { user: { link: expect.stringMatching(/^https:/), value: expect.any(String) } },
  ]);
  expect(await resultOf(`${path}&sysparm_exclude_reference_link=true`)).toEqual([{ user: expect.any(String) }]);
});

test("refusals have the provider's words", async () => {
  const token = (form: Record<string, string>) =>
    sandbox.ask(`https://${tenant.credentials.host}/oauth_token.do`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
  expect((await ask("/api/now/table/no_such_table")).status).toBe(400);
  expect((await ask("/api/now/table/sys_user/0")).status).toBe(404);
  const { clientId = "", clientSecret = "" } = tenant.credentials;
  const client = { client_id: clientId, client_secret: clientSecret };
  const refused = await token({ ...client, grant_type: "refresh_token", refresh_token: "x" });
  expect([refused.status, await refused.json()]).toEqual([
    401,
    { error: "server_error", error_description: "access_denied" },
  ]);
  expect((await token({ ...client, client_secret: "x", grant_type: "client_credentials" })).status).toBe(401);
  expect((await token({ ...client, grant_type: "password" })).status).toBe(400);
  await tenant.setFaults({ missingScopes: ["read sys_user", "user_admin"] });
  const [user] = (await tenant.userIds(3, 1)).ids;
  expect((await ask("/api/now/table/sys_user")).status).toBe(403);
  expect((await ask(`/api/now/table/sys_user/${user}`, { method: "PATCH", body: "{}" })).status).toBe(403);
  await tenant.setFaults({});
});
