import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { GraphQLError } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { tables } from "#db/client.ts";
import { endSession, sessionIdOf } from "#src/access/sessions.ts";
import { revokeApiToken } from "#src/access/tokens.ts";
import { systemViewer } from "#src/access/viewer.ts";
import { startTestServer, type TestServer, until } from "./fixture.ts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  server = await startTestServer({
    streamLimits: { initMs: 300, pingMs: 200, slowMs: 600, operationsPerSocket: 5, streamsPerViewer: 40 },
  });
  ({ secret } = await server.token());
});
afterAll(() => server.close());

interface Raw {
  socket: WebSocket;
  send(message: unknown): void;
  /** The next message, parsed. */
  next(): Promise<Record<string, unknown>>;
  closed: Promise<{ code: number; reason: string }>;
}

function open(options: { protocol?: string; headers?: Record<string, string>; on?: TestServer } = {}): Raw {
  const { protocol = "graphql-transport-ws", headers, on = server } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${on.port}/graphql`, protocol ? [protocol] : [], { headers });
  const messages: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    const taker = waiting.shift();
    if (taker) taker(message);
    else messages.push(message);
  });
  const ready = once(socket, "open");
  return {
    socket,
    async send(message) {
      await ready;
      socket.send(typeof message === "string" ? message : JSON.stringify(message));
    },
    next: () => {
      const message = messages.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
    },
    closed: once(socket, "close").then(([code, reason]) => ({ code: code as number, reason: String(reason) })),
  };
}

async function acknowledged(token = secret, on = server): Promise<Raw> {
  const raw = open({ on });
  raw.send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
  expect(await raw.next()).toEqual({ type: "connection_ack" });
  return raw;
}

const subscribe = (id: string, query: string, variables?: object) => ({
  type: "subscribe",
  id,
  payload: { query, variables },
});

test("queries, mutations and subscriptions run, and complete", async () => {
  const raw = await acknowledged();
  raw.send(subscribe("a", "{ viewer { transport } }"));
  expect(await raw.next()).toEqual({
    id: "a",
    type: "next",
    payload: { data: { viewer: { transport: "websocket" } } },
  });
  expect(await raw.next()).toEqual({ id: "a", type: "complete" });
  raw.send(subscribe("b", "subscription ($to: Int!) { count(to: $to) }", { to: 3 }));
  for (const count of [1, 2, 3])
    expect(await raw.next()).toEqual({ id: "b", type: "next", payload: { data: { count } } });
  expect(await raw.next()).toEqual({ id: "b", type: "complete" });
  raw.send({ type: "ping", payload: { a: 1 } });
  expect(await raw.next()).toEqual({ type: "pong", payload: { a: 1 } });
  raw.socket.close();
});

test("the close codes are the protocol's", async () => {
  const cases: [string, number, (raw: Raw) => void, { protocol?: string }?][] = [
    ["garbage", 4400, (raw) => raw.send("no json")],
    ["unknown type", 4400, (raw) => raw.send({ type: "start" })],
    ["an operation before the ack", 4401, (raw) => raw.send(subscribe("a", "{ hello }"))],
    ["no token", 4403, (raw) => raw.send({ type: "connection_init" })],
    ["a bad token", 4403, (raw) => raw.send({ type: "connection_init", payload: { authorization: "Bearer x" } })],
    ["a malformed token", 4403, (raw) => raw.send({ type: "connection_init", payload: { token: 7 } })],
    ["no init", 4408, () => {}],
    ["another sub-protocol", 4406, () => {}, { protocol: "" }],
  ];
  for (const [what, code, act, options] of cases) {
    const raw = open(options);
    act(raw);
    const closed = await raw.closed;
    expect([what, closed.code]).toEqual([what, code]);
  }
  const twice = await acknowledged();
  twice.send({ type: "connection_init", payload: { authorization: `Bearer ${secret}` } });
  expect((await twice.closed).code).toBe(4429);
  const sameId = await acknowledged();
  sameId.send(subscribe("a", "subscription { forever }"));
  sameId.send(subscribe("a", "subscription { forever }"));
  expect((await sameId.closed).code).toBe(4409);
  const large = await acknowledged();
  large.send(subscribe("a", `{ hello(name: "${"x".repeat(110_000)}") }`));
  expect((await large.closed).code).toBe(1009);
});

test("the cookie signs in from our own page only, and is closed at sign-out", async () => {
  const cookie = await server.cookie();
  for (const headers of [{ cookie }, { cookie, origin: "https://evil.example" }, { cookie, origin: "null" }]) {
    const raw = open({ headers: headers as Record<string, string> });
    raw.send({ type: "connection_init" });
    expect((await raw.closed).code).toBe(4403);
  }
  const raw = open({ headers: { cookie, origin: server.url } });
  raw.send({ type: "connection_init", payload: {} });
  expect(await raw.next()).toEqual({ type: "connection_ack" });
  await endSession(server.database.db, sessionIdOf(cookie.split("=")[1]!));
  expect(await raw.closed).toEqual({ code: 4403, reason: "Forbidden" });
});

test("invalid and too complex operations are errors of the operation, not of the socket", async () => {
  const raw = await acknowledged();
  raw.send(subscribe("a", "subscription { nope }"));
  expect(await raw.next()).toMatchObject({
    id: "a",
    type: "error",
    payload: [{ extensions: { code: "BAD_USER_INPUT" } }],
  });
  raw.send(
    subscribe(
      "b",
      "{ users(first: 200) { edges { node { groups(first: 200) { edges { node { members(first: 200) { edges { node { id } } } } } } } } } }",
    ),
  );
  const refused = await raw.next();
  expect(refused).toMatchObject({
    id: "b",
    type: "error",
    payload: [{ extensions: { code: "QUERY_TOO_COMPLEX", limit: "cost" } }],
  });
  expect(JSON.stringify(refused)).not.toContain("http");
  raw.send(subscribe("c", "{ broken }"));
  const masked = await raw.next();
  expect(masked).toMatchObject({
    id: "c",
    type: "next",
    payload: { errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] },
  });
  expect(JSON.stringify(masked)).not.toContain("canary");
  raw.socket.close();
});

test("an error in mid-stream has its code and facts, or is masked", async () => {
  const raw = await acknowledged();
  raw.send(subscribe("a", "subscription { expired }"));
  expect(await raw.next()).toMatchObject({ type: "next" });
  expect(await raw.next()).toMatchObject({
    id: "a",
    type: "error",
    payload: [{ extensions: { code: "CURSOR_EXPIRED", oldest: "cursor-7" } }],
  });
  raw.socket.close();
  const other = await acknowledged();
  other.send(subscribe("b", "subscription { fails }"));
  await other.next();
  const masked = await other.next();
  expect(masked).toMatchObject({ type: "error", payload: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] });
  expect(JSON.stringify(masked)).not.toContain("canary");
  other.socket.close();
});

test("complete stops the source at once, even when it waits", async () => {
  const raw = await acknowledged();
  raw.send(subscribe("a", "subscription { forever }"));
  await raw.next();
  expect(server.probe.open).toBe(1);
  raw.send({ id: "a", type: "complete" });
  await until(() => server.probe.open === 0);
  raw.send(subscribe("a", "{ hello }"));
  expect(await raw.next()).toMatchObject({ id: "a", type: "next" });
  raw.socket.close();
});

test("500 abrupt ends leave no source, operation or socket behind", async () => {
  const own = await startTestServer({ streamLimits: { streamsPerViewer: 1000 } });
  const { secret: token } = await own.token();
  for (let round = 0; round < 10; round += 1) {
    const raws = await Promise.all(Array.from({ length: 50 }, () => acknowledged(token, own)));
    for (const raw of raws) {
      raw.send(subscribe("a", "subscription { forever }"));
      raw.send(subscribe("b", "subscription { count(to: 100000, everyMs: 1) }"));
    }
    await sleep(Math.random() * 30);
    for (const raw of raws) raw.socket.terminate();
  }
  // The last sockets may end before their sources begin: then there is no source, and still a socket, for a moment.
  const gauge = own.metrics.getSingleMetric("gatehouse_open_streams")!;
  await until(async () => (await gauge.get()).values.every(({ value }) => value === 0), 10_000);
  await until(() => own.probe.open === 0, 10_000);
  expect(own.logged.filter((line) => Number(line.level) >= 50)).toEqual([]);
  await own.close();
});

test("at most so many operations on a socket, and sockets of a viewer", async () => {
  const raw = await acknowledged();
  for (const id of ["1", "2", "3", "4", "5", "6"]) raw.send(subscribe(id, "subscription { forever }"));
  const answers = await Promise.all(Array.from({ length: 6 }, () => raw.next()));
  expect(answers.filter((answer) => answer.type === "error")).toMatchObject([
    { id: "6", payload: [{ extensions: { code: "RATE_LIMITED" } }] },
  ]);
  raw.socket.close();
  const own = await server.token();
  const many = await Promise.all(Array.from({ length: 40 }, () => acknowledged(own.secret)));
  const more = open();
  more.send({ type: "connection_init", payload: { token: own.secret } });
  expect(await more.closed).toEqual({ code: 1013, reason: "Too many connections" });
  many[0]!.socket.close();
  await many[0]!.closed;
  const again = await acknowledged(own.secret);
  for (const one of [...many, again]) one.socket.terminate();
});

test("open streams end with 4403 within five seconds of a revoked token, a lower role or fewer instances", async () => {
  const changes = [
    (id: number) => revokeApiToken(server.database.db, systemViewer, id),
    (id: number) =>
      server.database.db.update(tables.apiTokens).set({ role: "VIEWER" }).where(eq(tables.apiTokens.id, id)),
    (id: number) =>
      server.database.db
        .update(tables.apiTokens)
        .set({ instanceIds: [1] })
        .where(eq(tables.apiTokens.id, id)),
    (id: number) => server.database.db.delete(tables.apiTokens).where(eq(tables.apiTokens.id, id)),
  ];
  const streams = await Promise.all(
    changes.map(async (change) => {
      const { token, secret: own } = await server.token();
      const raws = await Promise.all(Array.from({ length: 5 }, () => acknowledged(own)));
      for (const raw of raws) raw.send(subscribe("a", "subscription { count(to: 100000, everyMs: 20) }"));
      await Promise.all(raws.map((raw) => raw.next()));
      return { raws, change: () => change(token.id) };
    }),
  );
  const keeper = await acknowledged();
  const startedAt = Date.now();
  await Promise.all(streams.map(({ change }) => change()));
  const closes = await Promise.all(streams.flatMap(({ raws }) => raws.map((raw) => raw.closed)));
  expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([4403]));
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  await until(() => server.probe.open === 0);
  keeper.send(subscribe("a", "{ hello }"));
  expect(await keeper.next()).toMatchObject({ type: "next" });
  keeper.socket.close();
});

test("a reader that takes nothing is closed with 4508, and nothing is collected for it meanwhile", async () => {
  const stuck = await acknowledged();
  const quick = await acknowledged();
  const closed = server.metrics.getSingleMetric("gatehouse_websocket_closes_total")!;
  stuck.send(subscribe("a", "subscription { ticks(bytes: 50000) { n padding } }"));
  await stuck.next();
  // As TCP has it: a reader that does not read.
  (stuck.socket as unknown as { _socket: { pause(): void } })._socket.pause();
  const producedBefore = server.probe.produced;
  await sleep(300);
  const produced = server.probe.produced - producedBefore;
  await sleep(200);
  // Only as many as the kernel's buffers take, then no more.
  expect(server.probe.produced - producedBefore).toBe(produced);
  quick.send(subscribe("b", "subscription { count(to: 200) }"));
  for (let n = 0; n < 200; n += 1) await quick.next();
  await until(() => server.probe.open === 0);
  await until(async () =>
    (await closed.get()).values.some(({ labels }) => ["4508", "1006"].includes(String(labels.code))),
  );
  expect(server.logged.some((line) => line.msg === "a slow WebSocket is closed")).toBe(true);
  quick.socket.close();
  stuck.socket.terminate();
});

test("a socket that died without a word is noticed by its pings", async () => {
  const raw = await acknowledged();
  raw.send(subscribe("a", "subscription { forever }"));
  await raw.next();
  (raw.socket as unknown as { _socket: { pause(): void } })._socket.pause();
  await until(() => server.probe.open === 0);
  raw.socket.terminate();
});

test("a result shared by many subscribers is serialised once, and masked in it", async () => {
  let serialised = 0;
  const data = { count: { toJSON: () => ++serialised } };
  const result = { data, errors: [new GraphQLError("x", { path: ["count"], originalError: new Error("canary") })] };
  const own = await startTestServer({
    subscribe: async () =>
      (async function* () {
        yield result;
      })(),
  });
  const { secret: token } = await own.token();
  const raws = await Promise.all(Array.from({ length: 20 }, () => acknowledged(token, own)));
  for (const [index, raw] of raws.entries()) raw.send(subscribe(`"shared:${index}`, "subscription { forever }"));
  const got = await Promise.all(raws.map((raw) => raw.next()));
  expect(serialised).toBe(1);
  expect(got.map(({ id }) => id)).toEqual(raws.map((_, index) => `"shared:${index}`));
  for (const { payload } of got)
    expect(payload).toMatchObject({ data: { count: 1 }, errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] });
  expect(JSON.stringify(got)).not.toContain("canary");
  await own.close();
});

test("an upgrade elsewhere is 404", async () => {
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    "GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  const [data] = await once(socket, "data");
  expect(String(data)).toContain("404");
  socket.destroy();
});

test("stopping says Going away to sockets, ends event streams, and lets requests finish", async () => {
  const own = await startTestServer();
  const { secret: token } = await own.token();
  const raw = await acknowledged(token, own);
  raw.send(subscribe("a", "subscription { forever }"));
  await raw.next();
  const stream = await fetch(`${own.url}/graphql?query=subscription{forever}`, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${token}` },
  });
  const slow = own.ask("{ slow(ms: 500) }", { secret: token });
  await sleep(100);
  const stopped = own.server.close();
  expect(await raw.closed).toEqual({ code: 1001, reason: "Going away" });
  expect(await stream.text()).toContain("event: complete");
  expect((await slow).body.data).toEqual({ slow: "done" });
  await stopped;
  expect(own.probe.open).toBe(0);
  await expect(fetch(`${own.url}/healthz`)).rejects.toThrow();
  await own.close();
});

test("an operation that is refused leaves the other operations of the connection alone", async () => {
  const raw = await acknowledged();
  const logged = server.logged.length;
  raw.send(subscribe("0", "subscription { count(to: 1000, everyMs: 20) }"));
  expect(await raw.next()).toMatchObject({ id: "0", type: "next" });
  const deep = "[".repeat(6_000) + "]".repeat(6_000);
  const withFragment =
    "subscription ($b: Boolean!) { ...F } fragment F on Subscription { ... @skip(if: $b) { forever } }";
  const refused: [string, string][] = [
    [JSON.stringify(subscribe("1", "subscription ($b: Boolean!) { forever @include(if: $b) }", { b: true })), "root"],
    [JSON.stringify(subscribe("1", "subscription { forever @skip(if: false) }")), "root"],
    [JSON.stringify(subscribe("1", withFragment, { b: true })), "root"],
    [
      `{"type":"subscribe","id":"1","payload":{"query":"query ($n: String) { hello(name: $n) }","variables":{"n":${deep}}}}`,
      "nest",
    ],
  ];
  for (const [message, reason] of refused) {
    raw.send(message);
    let answer = await raw.next();
    while (answer.id === "0") answer = await raw.next();
    expect(answer).toMatchObject({ id: "1", type: "error", payload: [{ message: expect.stringContaining(reason) }] });
  }
  raw.send(`\ufeff${JSON.stringify(subscribe("2", "query ($n: String) { hello(name: $n) }", { n: "\\u0000" }))}`);
  let answer = await raw.next();
  while (answer.id === "0") answer = await raw.next();
  expect(answer).toEqual({ id: "2", type: "next", payload: { data: { hello: "Hello \\u0000" } } });
  expect(server.logged.slice(logged).filter(({ level }) => level === 50)).toEqual([]);
  raw.socket.close();
});
