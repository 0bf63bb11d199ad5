import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { seedInstance } from "../support/seed.ts";
import {
  countBy,
  headOf,
  memoryMiB,
  newToken,
  peakMemory,
  rawConnection,
  report,
  settled,
  whileOthers,
} from "./pressure.ts";

const MIB = 1024 * 1024;
const part = Buffer.alloc(Math.round(4.75 * MIB), "x");
/** Of all that strangers together may make the process hold. */
const allowedGrowth = 250;

let gatehouse: Gatehouse;
let viewer: string;
let instanceId: number;
let spender: string;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  [viewer, spender] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
  const database = openDatabase(gatehouse.databaseUrl, { max: 1 });
  const core = { db: database.db, secrets: createKeyRing([Buffer.alloc(32, 7)]) } as Core;
  instanceId = await seedInstance(core, "okta", "acme", { activities: 0 });
  await database.close();
});
afterAll(() => gatehouse.stop());

const ask = async () => (await gatehouse.ask("{ viewer { name } }", {}, viewer)).errors.length === 0;

/** So many connections that each send the head of a request and a part of its body, until so many are answered. */
async function holdOpen(count: number, head: string, body: Buffer, expected = count) {
  const connections = Array.from({ length: count }, () => rawConnection(gatehouse.url));
  let isOver = false;
  const others = whileOthers(ask, () => isOver);
  let statuses: (number | null)[] = [];
  const { before, peak } = await peakMemory(gatehouse.process.pid, async () => {
    for (const { socket } of connections) {
      socket.write(head);
      socket.write(body);
      await sleep(2);
    }
    let answered = 0;
    for (const { status } of connections) void status.then(() => (answered += 1));
    for (const deadline = Date.now() + 20_000; answered < expected && Date.now() < deadline; ) await sleep(20);
    await sleep(200);
    statuses = await settled(
      connections.map(({ status }) => status),
      10,
    );
  });
  isOver = true;
  const waits = await others;
  for (const { socket } of connections) socket.destroy();
  return { statuses: countBy(statuses), growth: Math.round(peak - before), others: waits };
}

test("bodies for a webhook that does not exist are not read", async () => {
  const head = headOf("POST", "/webhooks/okta/999", { "content-length": 5 * MIB });
  const { statuses, growth, others } = await holdOpen(300, head, part);
  report("300 unfinished bodies to no webhook", { statuses, growth, others });
  expect(statuses).toEqual({ 404: 300 });
  expect(growth).toBeLessThan(allowedGrowth);
  expect(others.failed).toBe(0);
});

test("bodies for a webhook that exists have a budget, and its deliveries go on", async () => {
  const head = headOf("POST", `/webhooks/okta/${instanceId}`, { "content-length": 5 * MIB });
  const { statuses, growth, others } = await holdOpen(300, head, part, 291);
  report("300 unfinished bodies to a webhook", { statuses, growth, others });
  expect(statuses["429"]).toBeGreaterThan(290);
  expect(growth).toBeLessThan(allowedGrowth);
  expect(others.failed).toBe(0);
  // The room is free again: a whole body is read, and refused for what it lacks.
  await expect
    .poll(
      async () => (await fetch(`${gatehouse.url}/webhooks/okta/${instanceId}`, { method: "POST", body: part })).status,
    )
    .toBe(401);
});

test("bodies without a length are treated alike", async () => {
  const head = headOf("POST", `/webhooks/okta/${instanceId}`, { "transfer-encoding": "chunked" });
  const chunk = Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);
  const { statuses, growth } = await holdOpen(100, head, chunk, 91);
  expect(statuses["429"]).toBeGreaterThan(90);
  expect(growth).toBeLessThan(allowedGrowth);
});

test("bodies of a viewer have a budget of the viewer's own: others send theirs meanwhile", async () => {
  const head = headOf("POST", "/graphql", {
    "content-type": "application/json",
    authorization: `Bearer ${spender}`,
    "content-length": MIB,
  });
  const { statuses, growth, others } = await holdOpen(100, head, part.subarray(0, MIB - 10), 86);
  report("100 unfinished operations", { statuses, growth, others });
  expect(statuses["429"]).toBeGreaterThan(85);
  expect(growth).toBeLessThan(allowedGrowth);
  expect(others.failed).toBe(0);
});

test("the sign-in form, forms of several parts and paths that are none keep nothing of a body", async () => {
  for (const [path, headers] of [
    ["/signin", { origin: gatehouse.url, "content-length": 20_000 }],
    ["/graphql", { "content-type": "multipart/form-data; boundary=x", "content-length": 5 * MIB }],
    ["/import", { "content-length": 5 * MIB }],
    ["/oauth/callback", { "content-length": 5 * MIB }],
  ] as [string, Record<string, string | number>][]) {
    const { growth, others } = await holdOpen(
      100,
      headOf("POST", path, headers),
      part.subarray(0, 19_000),
      path === "/signin" ? 0 : 100,
    );
    expect(growth, path).toBeLessThan(100);
    expect(others.failed, path).toBe(0);
  }
});

test("sockets that send before they sign in are cut", async () => {
  const head = headOf("GET", "/graphql", {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": 13,
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "graphql-transport-ws",
  });
  // The head of a masked text frame of 100 KiB, and most of it.
  const frame = Buffer.alloc(100_000);
  frame.set([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x90, 0]);
  const connections = Array.from({ length: 300 }, () => rawConnection(gatehouse.url));
  const before = memoryMiB(gatehouse.process.pid);
  for (const { socket } of connections) socket.write(head);
  await settled(
    connections.map(({ status }) => status),
    5_000,
  );
  const startedAt = performance.now();
  for (const { socket } of connections) socket.write(frame);
  const cut = await settled(
    connections.map(({ closed }) => closed.then(() => "cut")),
    2_000,
  );
  expect(countBy(cut)).toEqual({ cut: 300 });
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  expect(memoryMiB(gatehouse.process.pid) - before).toBeLessThan(100);
});

test("idle connections give way to newcomers, and those of signed-in people stay", async () => {
  const kept = rawConnection(gatehouse.url);
  const authorized = { authorization: `Bearer ${viewer}` };
  kept.socket.write(headOf("GET", "/graphql?query=%7B__typename%7D", authorized));
  expect(await kept.status).toBe(200);
  const idle = Array.from({ length: 1_200 }, () => rawConnection(gatehouse.url));
  const cut = countBy(
    await settled(
      idle.map(({ closed }) => closed.then(() => "cut")),
      2_000,
    ),
  );
  expect(cut.cut).toBeGreaterThanOrEqual(200);
  expect(await ask()).toBe(true);
  expect(kept.socket.destroyed).toBe(false);
  for (const { socket } of [...idle, kept]) socket.destroy();
});

test.runIf(process.env.SOAK)(
  "five minutes of unfinished bodies and of large documents stay below 400 MiB",
  async () => {
    const minutes = Number(process.env.SOAK_MINUTES ?? 5);
    const until = Date.now() + minutes * 60_000;
    const isOver = () => Date.now() > until;
    const others = whileOthers(ask, isOver, 20);
    const { before, peak } = await peakMemory(gatehouse.process.pid, async () => {
      const bodies = async () => {
        while (!isOver()) {
          const connections = Array.from({ length: 300 }, () => rawConnection(gatehouse.url));
          for (const [n, { socket }] of connections.entries()) {
            const id = n % 2 ? instanceId : 999;
            socket.write(headOf("POST", `/webhooks/okta/${id}`, { "content-length": 5 * MIB }));
            socket.write(part);
          }
          await sleep(5_000);
          for (const { socket } of connections) socket.destroy();
        }
      };
      const documents = async () => {
        // Some 4,000 tokens each, as many as there may be.
        const ones = `[${"1 ".repeat(990)}]`;
        const list = (name: string) => `${name}: nodes(ids: ${ones}) { id }`;
        for (let n = 0; !isOver(); n += 1)
          await gatehouse.ask(`{ ${["a", "b", "c"].map(list).join(" ")} n${n}: __typename }`, {}, viewer);
      };
      await Promise.all([bodies(), documents(), documents()]);
    });
    const waits = await others;
    report("soak", { minutes, before, peak, others: waits });
    expect(peak - before).toBeLessThan(400);
    expect(waits.failed).toBe(0);
  },
  900_000,
);
