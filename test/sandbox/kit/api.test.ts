import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { type ExampleTenant, example } from "./example.ts";

let sandbox: Sandbox;
let tenant: ExampleTenant;
let authorization: string;
let number = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, providers: [example()] });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  tenant = sandbox.world.createTenant({
    provider: "example",
    name: `t${++number}`,
    users: 7,
    events: 5,
  }) as ExampleTenant;
  const { clientId = "", clientSecret = "" } = tenant.credentials();
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const answer = await call("/token", { method: "POST", body: new URLSearchParams(form) });
  authorization = `Bearer ${answer.body.access_token}`;
});

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(`${sandbox.origin}/${tenant.options.name}.api.example${path}`, {
    ...init,
    headers: { ...(authorization && { authorization }), ...init.headers },
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

describe("a call", () => {
  test("is counted by its pattern, limited, and answered with the headers of every step", async () => {
    const answer = await call("/users");
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get("x-served-by")).toBe("example");
    expect(answer.headers.get("x-remaining")).toBe("19");
    expect(Object.fromEntries(tenant.calls)).toEqual({ "POST /token": 1, "GET /users": 1 });
  });

  test("meets faults before authentication, and authentication before routes and scopes", async () => {
    tenant.faults = {
      serverErrors: { remaining: 1, status: 502 },
      rateLimited: { remaining: 1, retryAfterSeconds: 7 },
    };
    authorization = "Bearer wrong";
    expect(await call("/users")).toMatchObject({ status: 502 });
    const limited = await call("/users");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await call("/users")).toMatchObject({ status: 401 });
    expect(await call("/nothing")).toMatchObject({ status: 401 });
  });

  test("is refused for want of a scope, or because there is no such route", async () => {
    tenant.faults = { missingScopes: ["users.read"] };
    expect(await call("/users")).toMatchObject({ status: 403, body: { error: "needs users.read" } });
    expect(await call("/nothing")).toMatchObject({ status: 404, body: { error: "no such call" } });
    expect(tenant.calls.get("GET unknown")).toBe(1);
  });

  test("is refused once the caller's minute is used up", async () => {
    for (let calls = 0; calls < 20; calls++) expect((await call("/me")).status).toBe(200);
    expect(await call("/me")).toMatchObject({ status: 429, body: { error: "used up" } });
  });

  test("for a tenant that is not there is answered by the provider", async () => {
    const response = await fetch(`${sandbox.origin}/nobody.api.example/users`);
    expect(response.status).toBe(404);
  });

  test("carries JSON or a form", async () => {
    const json = { method: "POST", body: '{"a":"1"}', headers: { "content-type": "application/json" } };
    expect((await call("/echo", json)).body).toEqual({ a: "1" });
    expect((await call("/echo", { method: "POST", body: new URLSearchParams({ a: "1" }) })).body).toEqual({ a: "1" });
    expect((await call("/echo", { method: "POST" })).body).toEqual({});
    const broken = await fetch(`${sandbox.origin}/${tenant.options.name}.api.example/echo`, {
      method: "POST",
      body: "[1",
      headers: { authorization },
    });
    expect(await broken.text()).toBe("unreadable");
  });
});

test("pages by token are walked to the end, and a deletion between two pages shifts nothing", async () => {
  const ids = tenant.userIds(0, 10);
  const first = await call("/users?size=3");
  expect(first.body.users).toEqual(ids.slice(0, 3));
  tenant.people.remove(0, Date.now());
  const second = await call(`/users?size=3&pageToken=${first.body.nextPageToken}`);
  expect(second.body.users).toEqual(ids.slice(3, 6));
  const last = await call(`/users?size=3&pageToken=${second.body.nextPageToken}`);
  expect(last.body).toEqual({ users: ids.slice(6) });
  expect(await call("/users?pageToken=made-up")).toMatchObject({ status: 400 });
});

describe("the tenant", () => {
  test("has its history and what is emitted, and lets listeners know of each new event", () => {
    const heard: number[] = [];
    tenant.onAppend((event) => heard.push(event));
    expect(tenant.eventCount()).toBe(5);
    expect(tenant.emit({ type: "shared", actor: "mira" })).toMatchObject({ id: "e5", type: "shared", actor: "mira" });
    expect(tenant.emit()).toMatchObject({ id: "e6", type: "viewed" });
    expect(heard).toEqual([5, 6]);
    expect(tenant.events(4, 10).map(({ id }) => id)).toEqual(["e4", "e5", "e6"]);
  });

  test("makes the changes it knows by name, and no others", () => {
    const [id] = tenant.userIds(2, 1);
    expect(tenant.change("suspend-user", { user: id })).toMatchObject({ type: "suspended" });
    expect(tenant.people.status(2)).toBe("suspended");
    expect(() => tenant.change("suspend-user", { user: "nobody" })).toThrow("no such user: nobody");
    expect(() => tenant.change("toString", {})).toThrow('example has no change "toString"');
  });
});
