import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { type ExampleTenant, example } from "./example.ts";

let sandbox: Sandbox;
let acme: ExampleTenant;
let globex: ExampleTenant;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, providers: [example()] });
  const make = (name: string) =>
    sandbox.world.createTenant({ provider: "example", name, users: 3, events: 0 }) as ExampleTenant;
  [acme, globex] = [make("acme"), make("globex")];
});
afterAll(() => sandbox.close());

const ask = (path: string, init: RequestInit = {}) => fetch(`${sandbox.origin}/shared.api.example${path}`, init);

async function tokenOf(tenant: ExampleTenant): Promise<string> {
  const { clientId, clientSecret } = tenant.credentials();
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const answer = await ask("/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials" }),
    headers: { authorization: `Basic ${basic}` },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

test("a host that all tenants share finds the tenant by its app, and then by the token", async () => {
  for (const tenant of [acme, globex]) {
    const authorization = `Bearer ${await tokenOf(tenant)}`;
    const users = (await (await ask("/users?size=3", { headers: { authorization } })).json()) as { users: string[] };
    expect(users.users).toEqual(tenant.userIds(0, 3));
  }
  expect((await ask(`/authorize?client_id=${globex.credentials().clientId}`)).status).toBe(200);
  expect(await (await ask(`/authorize?client_id=${globex.credentials().clientId}`)).text()).toContain("globex");
});

test("a token that names another tenant than the one that sealed it is refused", async () => {
  const [, seal] = (await tokenOf(acme)).split(".");
  const [claims = ""] = (await tokenOf(globex)).split(".");
  expect((await ask("/users", { headers: { authorization: `Bearer ${claims}.${seal}` } })).status).toBe(401);
});

test("without a token or an app there is no tenant", async () => {
  expect((await ask("/users")).status).toBe(404);
  expect((await ask("/users", { headers: { authorization: "Bearer nonsense" } })).status).toBe(404);
  expect((await ask("/authorize?client_id=nobody")).status).toBe(404);
});
