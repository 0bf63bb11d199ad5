import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { memoryMiB, newToken, rawConnection, report } from "./pressure.ts";

/** In all, some at a time. */
const closes = process.env.SOAK ? 10_000 : 800;
const atOnce = 50;

let gatehouse: Gatehouse;
let viewer: string;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  viewer = await newToken(gatehouse, "viewer");
});
afterAll(() => gatehouse?.stop());

const subscription = "subscription { activityAdded { activity { id } } }";
const alone = "subscription { ...S } fragment S on Subscription { activityAdded { activity { id } } }";

const openStream = (query: string, signal: AbortSignal) =>
  fetch(`${gatehouse.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${viewer}` },
    body: JSON.stringify({ query }),
    signal,
  });

/** Each ends at another moment: before the handshake, before and after signing in, while it subscribes, while it follows. */
async function openAndCut(n: number): Promise<void> {
  if (n % 5 === 0) {
    const { socket } = rawConnection(gatehouse.url);
    socket.write("GET /graphql HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgr");
    await new Promise((resolve) => setTimeout(resolve, n % 7));
    return void socket.destroy();
  }
  if (n % 5 === 1) {
    const abort = new AbortController();
    expect((await openStream(n % 2 ? subscription : alone, abort.signal)).status).toBe(200);
    return abort.abort();
  }
  const socket = new WebSocket(`${gatehouse.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${viewer}` } }));
  if (n % 5 === 2) return socket.terminate();
  await new Promise((resolve) => socket.once("message", resolve));
  for (let id = 0; id < 3; id += 1)
    socket.send(
      JSON.stringify({ id: String(id), type: "subscribe", payload: { query: id % 2 ? alone : subscription } }),
    );
  if (n % 5 === 3) return socket.terminate();
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.terminate();
}

async function streams(): Promise<number> {
  const text = await (await fetch(`${gatehouse.url}/metrics`)).text();
  const counts = [...text.matchAll(/^gatehouse_open_streams\{[^}]*\} (\d+)$/gm)].map(([, count]) => Number(count));
  if (counts.length === 0) throw new Error(`no count of streams in the metrics:\n${text.slice(0, 2_000)}`);
  return counts.reduce((sum, count) => sum + count, 0);
}

const connections = async () =>
  Number(
    (await gatehouse.sql`select count(*) as count from pg_stat_activity where datname = current_database()`)[0]!.count,
  );

test("after hundreds of abrupt closes no stream, connection or memory is left, and the viewer's budget is free", async () => {
  const round = async (count: number) => {
    for (let n = 0; n < count; n += atOnce)
      await Promise.all(Array.from({ length: atOnce }, (_, k) => openAndCut(n + k)));
  };
  await round(200);
  await expect.poll(streams, { timeout: 10_000 }).toBe(0);
  const before = { connections: await connections(), memory: memoryMiB(gatehouse.process.pid) };
  await round(closes);
  await expect.poll(streams, { timeout: 10_000 }).toBe(0);
  const after = { connections: await connections(), memory: memoryMiB(gatehouse.process.pid) };
  report(`${closes} abrupt closes`, { before, after });
  expect(after.connections).toBeLessThanOrEqual(before.connections + 2);
  expect(after.memory - before.memory).toBeLessThan(80);
  // Each that ran by itself counted against the hundred slow ones of the viewer, until it was over.
  const abort = new AbortController();
  const { body } = await openStream(alone, abort.signal);
  const first = await body!.pipeThrough(new TextDecoderStream()).getReader().read();
  expect(first.value).toBe(":\n\n");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await streams()).toBe(1);
  abort.abort();
});
