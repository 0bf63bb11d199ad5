import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answers, fixedHeader, hmacHeader, type Subscription, Webhooks } from "../../../sandbox/kit/webhooks.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { type ExampleTenant, example } from "./example.ts";

let sandbox: Sandbox;
let tenant: ExampleTenant;
let receiver: Server;
let url: string;
let number = 0;
let failures = 0;
const received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, providers: [example()] });
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    received.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    if (failures-- > 0) return void response.writeHead(503).end();
    // Echoes the challenge wherever it stands.
    const challenge = request.headers["x-challenge"] ?? new URL(request.url ?? "", "http://x").searchParams.get("c");
    response.end(JSON.stringify({ challenge }));
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  receiver.close();
  await sandbox.close();
});
beforeEach(() => {
  received.length = 0;
  failures = 0;
  tenant = sandbox.world.createTenant({
    provider: "example",
    name: `t${++number}`,
    users: 3,
    events: 0,
  }) as ExampleTenant;
});

const subscription = (more: Partial<Subscription> = {}): Subscription =>
  tenant.hooks.add({ id: "s1", url, active: true, sign: fixedHeader("x-secret", "s"), ...more });

describe("signing", () => {
  const hmac = (text: string, encoding: "hex" | "base64") => createHmac("sha256", "key").update(text).digest(encoding);

  test("is a fixed header, an HMAC of the body, or one of time and body", () => {
    const message = { body: '{"a":1}', at: 1_767_225_600_500 };
    expect(fixedHeader("authorization", "secret")(message)).toEqual({ authorization: "secret" });
    expect(hmacHeader({ header: "x-hub-signature-256", secret: "key", prefix: "sha256=" })(message)).toEqual({
      "x-hub-signature-256": `sha256=${hmac('{"a":1}', "hex")}`,
    });
    const slack = {
      header: "x-slack-signature",
      secret: "key",
      prefix: "v0=",
      timestamp: {
        header: "x-slack-request-timestamp",
        unit: "seconds" as const,
        text: (time: string, body: string) => `v0:${time}:${body}`,
      },
    };
    expect(hmacHeader(slack)(message)).toEqual({
      "x-slack-signature": `v0=${hmac('v0:1767225600:{"a":1}', "hex")}`,
      "x-slack-request-timestamp": "1767225600",
    });
    const box = {
      header: "box-signature-primary",
      secret: "key",
      encoding: "base64" as const,
      timestamp: {
        header: "box-delivery-timestamp",
        unit: "iso" as const,
        text: (time: string, body: string) => body + time,
      },
    };
    expect(hmacHeader(box)(message)).toEqual({
      "box-signature-primary": hmac('{"a":1}2026-01-01T00:00:00.500Z', "base64"),
      "box-delivery-timestamp": "2026-01-01T00:00:00.500Z",
    });
  });
});

describe("a new event", () => {
  test("goes out signed, as JSON, and again after a 5xx", async () => {
    subscription();
    failures = 1;
    tenant.emit({ type: "shared" });
    await expect.poll(() => received.length).toBe(2);
    for (const { method, headers, body } of received) {
      expect([method, headers["content-type"], headers["x-secret"]]).toEqual(["POST", "application/json", "s"]);
      expect(JSON.parse(body)).toMatchObject({ event: { type: "shared" } });
    }
    await expect
      .poll(() => sandbox.world.webhooks.records.at(-1)?.attempts.map(({ status }) => status))
      .toEqual([503, 200]);
  });

  test("travels with those that happen close to it, where the provider gathers them", async () => {
    tenant.hooks.all.clear();
    const hooks = new Webhooks(tenant, tenant.kit, {
      body: (_, event) => (event % 2 === 0 ? event : undefined),
      batch: { withinMs: 20, max: 3, join: (_, bodies) => ({ bodies }) },
    });
    const one = hooks.add({ id: "s1", url, active: true, sign: fixedHeader("x-secret", "s") });
    for (let event = 0; event < 10; event++) tenant.emit();
    await expect
      .poll(() => received.map(({ body }) => JSON.parse(body).bodies))
      .toEqual([
        [0, 2, 4],
        [6, 8],
      ]);
    tenant.emit();
    hooks.all.delete(one.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received).toHaveLength(2);
  });

  test("does not go to a subscription that is off, has expired or was removed", async () => {
    subscription({ id: "off", active: false });
    subscription({ id: "old", expiresAt: Date.now() - 1 });
    subscription({ id: "removed" });
    tenant.hooks.all.delete("removed");
    subscription({ id: "live", expiresAt: Date.now() + 60_000 });
    tenant.emit();
    await expect.poll(() => received.length).toBe(1);
    expect(sandbox.world.webhooks.records.filter(({ name }) => name === tenant.options.name)).toHaveLength(1);
  });
});

test("a challenge is sent by header or in the address, and only its own answer passes", async () => {
  const one = subscription();
  const asks = { headers: { "x-challenge": "abc" } };
  expect(await tenant.hooks.challenge(one, asks, answers("challenge", "abc"))).toBe(true);
  expect(received[0]).toMatchObject({ method: "GET", headers: { "x-challenge": "abc", "x-secret": "s" } });
  expect(await tenant.hooks.challenge(one, asks, answers("challenge", "other"))).toBe(false);
  const inAddress = { url: `${url}?c=xyz`, method: "POST" };
  expect(await tenant.hooks.challenge(one, inAddress, answers("challenge", "xyz"))).toBe(true);
  failures = 1;
  expect(await tenant.hooks.challenge(one, asks, answers("challenge", "abc"))).toBe(false);
  expect(answers("challenge", "x")("not JSON")).toBe(false);
});
