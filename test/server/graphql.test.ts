import { afterAll, beforeAll, expect, test } from "vitest";
import { revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { startTestServer, type TestServer, until } from "./fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const post = (body: string, headers: Record<string, string>) =>
  fetch(`${server.url}/graphql`, { method: "POST", headers, body });

test("answers a signed-in query with its cost", async () => {
  const { status, body } = await server.ask(
    "{ hello viewer { role transport } users(first: 5) { edges { node { id } } } }",
  );
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ hello: "Hello world", viewer: { role: "ADMIN", transport: "http" } });
  expect(body.extensions).toEqual({ cost: 7 });
});

test("errors made on purpose keep their code, message and field", async () => {
  const { body, status } = await server.ask('{ missing wrong(field: "x") hello }');
  expect(status).toBe(200);
  expect(body.data).toEqual({ missing: null, wrong: null, hello: "Hello world" });
  expect(body.errors).toEqual([
    expect.objectContaining({
      message: "The thing was not found.",
      path: ["missing"],
      extensions: { code: "NOT_FOUND", field: ["id"] },
    }),
    expect.objectContaining({
      message: "Not like this.",
      extensions: { code: "BAD_USER_INPUT", field: ["input", "field"] },
    }),
  ]);
  const { secret } = await server.token("ANALYST");
  const forbidden = await server.ask("{ secret }", { secret });
  expect(forbidden.body.errors[0].extensions).toEqual({ code: "FORBIDDEN" });
});

test("an unexpected error is masked, given an incident id, and logged whole", async () => {
  const { body } = await server.ask("{ broken hello }");
  const text = JSON.stringify(body);
  for (const inside of ["canary", "db.internal", "relation", "stack", ".ts"]) expect(text).not.toContain(inside);
  const { code, incident } = body.errors[0].extensions;
  expect(code).toBe("INTERNAL_SERVER_ERROR");
  expect(body.errors[0].message).toContain(incident);
  const line = server.logged.find((entry) => entry.incident === incident);
  expect(line).toMatchObject({ path: "broken", err: { stack: expect.stringContaining("db.internal") } });
  expect(server.logged.filter((entry) => entry.incident === incident)).toHaveLength(1);
});

test("what is wrong with the request itself is BAD_USER_INPUT", async () => {
  for (const query of ["{ nope }", "{ hello", "query A { hello } query B { hello }", "{ hello(name: 7) }"]) {
    const { body } = await server.ask(query, { headers: { accept: "application/graphql-response+json" } });
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  }
  const variable = await server.ask("query ($ms: Int!) { slow(ms: $ms) }", { variables: { ms: "soon" } });
  expect(variable.body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  expect(variable.body.errors[0].message).toContain("$ms");
  const broken = await post("{", {
    "content-type": "application/json",
    authorization: `Bearer ${(await server.token()).secret}`,
  });
  expect(broken.status).toBe(400);
  expect(JSON.stringify(await broken.json())).not.toContain("position");
});

test("a body over 1 MiB, said or not, is refused; batches are refused", async () => {
  const { secret } = await server.token();
  const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
  const large = JSON.stringify({ query: `{ hello(name: "${"x".repeat(1024 * 1024)}") }` });
  expect((await post(large, headers)).status).toBe(413);
  const chunked = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers,
    body: new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(" ".repeat(100_000))),
    }),
    duplex: "half",
  } as RequestInit).then(
    (response) => response.status,
    () => 413, // the connection was cut while we still sent
  );
  expect(chunked).toBe(413);
  const batch = await post('[{"query":"{ hello }"},{"query":"{ hello }"}]', headers);
  expect(batch.status).toBe(400);
});

test("a form, text or multipart body is refused, and a mutation by GET", async () => {
  const { secret } = await server.token();
  const before = server.probe.calls;
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
  ]) {
    const response = await post('{"query":"mutation { touch }"}', {
      "content-type": type,
      authorization: `Bearer ${secret}`,
    });
    expect(response.status).toBe(415);
  }
  for (const accept of ["application/json", "text/event-stream", "text/event-stream, application/json"]) {
    const byGet = await fetch(`${server.url}/graphql?query=mutation{touch}`, {
      headers: { authorization: `Bearer ${secret}`, accept },
    });
    expect(await byGet.text()).not.toContain('"touch"');
  }
  expect(server.probe.calls).toBe(before);
});

test("a bad token is 401, and too many of them 429 with Retry-After, while good ones go on", async () => {
  const own = await startTestServer();
  const { secret } = await own.token();
  expect((await own.ask("{ hello }", { secret })).status).toBe(200);
  for (let n = 0; n < 20; n += 1) expect((await own.ask("{ hello }", { secret: `ght_${n}` })).status).toBe(401);
  const refused = await own.ask("{ hello }", { secret: "ght_x" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.body.errors[0].extensions).toMatchObject({
    code: "RATE_LIMITED",
    retryAfterSeconds: expect.any(Number),
  });
  expect((await own.ask("{ hello }", { secret })).status).toBe(200);
  await own.close();
});

test("a revoked token stops working within five seconds", async () => {
  const { token, secret } = await server.token();
  expect((await server.ask("{ hello }", { secret })).status).toBe(200);
  await revokeApiToken(server.database.db, systemViewer, token.id);
  await until(async () => (await server.ask("{ hello }", { secret })).status === 401, 5_000);
});

test("signed in by cookie, a request must come from our own page", async () => {
  const cookie = await server.cookie();
  const before = server.probe.calls;
  const tryPost = (headers: Record<string, string>) =>
    post('{"query":"mutation { touch }"}', { cookie, "content-type": "application/json", ...headers }).then(
      (r) => r.status,
    );
  expect(await tryPost({ origin: "https://evil.example" })).toBe(403);
  expect(await tryPost({ origin: "null" })).toBe(403);
  expect(await tryPost({ origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
  expect(await tryPost({ origin: "https://evil.example", "x-gatehouse-csrf": "1" })).toBe(403);
  expect(await tryPost({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await tryPost({ "sec-fetch-site": "same-site" })).toBe(403);
  expect(await tryPost({})).toBe(403);
  expect(server.probe.calls).toBe(before);
  expect(await tryPost({ origin: server.url })).toBe(200);
  expect(await tryPost({ "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await tryPost({ "x-gatehouse-csrf": "1" })).toBe(200);
  const tryGet = (headers: Record<string, string>) =>
    fetch(`${server.url}/graphql?query={hello}`, { headers: { cookie, ...headers } }).then((r) => r.status);
  expect(await tryGet({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await tryGet({})).toBe(403);
  expect(await tryGet({ "graphql-preflight": "1" })).toBe(200);
});

test("pages elsewhere may use a token, but never the cookie", async () => {
  const preflight = await fetch(`${server.url}/graphql`, {
    method: "OPTIONS",
    headers: { origin: "https://app.example" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-headers")).not.toContain("csrf");
  expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  const { headers } = await server.ask("{ hello }", { headers: { origin: "https://app.example" } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
});

test("a subscription over plain HTTP is told how to subscribe", async () => {
  const { status, body } = await server.ask("subscription { forever }", {
    headers: { accept: "application/graphql-response+json" },
  });
  expect(status).toBe(406);
  expect(body.errors[0].message).toContain("WebSocket");
  expect(server.probe.open).toBe(0);
});

test("urql's list of media types gets plain JSON for a query", async () => {
  const accept =
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed";
  const { headers, body } = await server.ask("{ hello }", { headers: { accept } });
  expect(headers.get("content-type")).toContain("application/graphql-response+json");
  expect(body.data.hello).toBe("Hello world");
});
