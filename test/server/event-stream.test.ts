import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-sse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { startTestServer, type TestServer, until } from "./fixture.ts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  server = await startTestServer({ streamLimits: { slowMs: 500, pingMs: 200, streamsPerViewer: 5 } });
  ({ secret } = await server.token());
});
afterAll(() => server.close());

const stream = (query: string, options: { token?: string; signal?: AbortSignal } = {}) =>
  fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${options.token ?? secret}` },
    signal: options.signal,
  });

test("the graphql-sse client subscribes, queries and is told what is wrong", async () => {
  const client = createClient({
    url: `${server.url}/graphql`,
    headers: { authorization: `Bearer ${secret}` },
    retryAttempts: 0,
  });
  const got: unknown[] = [];
  for await (const result of client.iterate({
    query: "subscription ($to: Int!) { count(to: $to) }",
    variables: { to: 3 },
  }))
    got.push(result);
  expect(got).toEqual([1, 2, 3].map((count) => ({ data: { count } })));
  for await (const result of client.iterate({ query: "{ viewer { transport } }" }))
    expect(result).toEqual({ data: { viewer: { transport: "sse" } } });
  for await (const result of client.iterate({ query: "subscription { nope }" }))
    expect(result.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  client.dispose();
});

test("an EventSource's GET gets a stream of next events and complete", async () => {
  const response = await stream("subscription { count(to: 2) }");
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(response.headers.get("cache-control")).toContain("no-cache");
  expect((await response.text()).replace(/^:\n\n/gm, "")).toBe(
    'event: next\ndata: {"data":{"count":1}}\n\nevent: next\ndata: {"data":{"count":2}}\n\nevent: complete\ndata:\n\n',
  );
});

test("errors in mid-stream keep their code, or are masked, and limits hold here too", async () => {
  const expired = await (await stream("subscription { expired }")).text();
  expect(expired).toContain('"code":"CURSOR_EXPIRED","oldest":"cursor-7"');
  expect(expired.trimEnd().endsWith("event: complete\ndata:")).toBe(true);
  const masked = await (await stream("subscription { fails }")).text();
  expect(masked).toContain("INTERNAL_SERVER_ERROR");
  expect(masked).not.toContain("canary");
  const before = server.probe.calls;
  const large =
    "{ users(first: 200) { edges { node { groups(first: 200) { edges { node { members(first: 200) { edges { node { id } } } } } } } } } }";
  expect(await (await stream(large)).text()).toContain("QUERY_TOO_COMPLEX");
  expect(server.probe.calls).toBe(before);
});

test("urql's list of media types gets a stream for a subscription", async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
      "content-type": "application/json",
      authorization: `Bearer ${secret}`,
    },
    body: JSON.stringify({ query: "subscription { count(to: 1) }" }),
  });
  expect(await response.text()).toContain('{"data":{"count":1}}');
});

test("quiet streams are kept alive with comments, and leaving stops the source at once", async () => {
  const abort = new AbortController();
  const response = await stream("subscription { forever }", { signal: abort.signal });
  const reader = response.body!.getReader();
  let text = "";
  while (text.split(":\n\n").length < 4) text += new TextDecoder().decode((await reader.read()).value);
  expect(server.probe.open).toBe(1);
  abort.abort();
  await until(() => server.probe.open === 0);
});

test("a revoked token ends the stream within five seconds, and says so", async () => {
  const { token, secret: own } = await server.token();
  const response = await stream("subscription { count(to: 100000, everyMs: 20) }", { token: own });
  await revokeApiToken(server.database.db, systemViewer, token.id);
  const startedAt = Date.now();
  const text = await response.text();
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(text).toMatch(/"code":"UNAUTHENTICATED"[^\n]*\n\nevent: complete\ndata:\n\n$/);
  await until(() => server.probe.open === 0);
});

test("a viewer may open so many streams", async () => {
  const { secret: own } = await server.token();
  const abort = new AbortController();
  const streams = await Promise.all(
    Array.from({ length: 5 }, () => stream("subscription { forever }", { token: own, signal: abort.signal })),
  );
  expect(streams.every((response) => response.ok)).toBe(true);
  expect(await (await stream("subscription { forever }", { token: own })).text()).toContain("RATE_LIMITED");
  abort.abort();
  await until(() => server.probe.open === 0);
});

test("a reader that takes nothing is dropped, and nothing is collected for it meanwhile", async () => {
  const socket = connect(server.port, "127.0.0.1");
  const query = encodeURIComponent("subscription { ticks(bytes: 50000) { n padding } }");
  socket.write(
    `GET /graphql?query=${query} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${secret}\r\n\r\n`,
  );
  await once(socket, "data");
  socket.pause();
  await sleep(200);
  const produced = server.probe.produced;
  await sleep(200);
  expect(server.probe.produced).toBe(produced);
  await until(() => server.probe.open === 0);
  socket.destroy();
});
