import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createOutbound } from "#src/platform/http/outbound.ts";
import { OutboundRefusedError } from "#src/platform/http/refused.ts";
import { certificate, privateKey } from "../../response/destinations/certificate.ts";

async function open(destinationNetworks: string[], address: string) {
  let connections = 0;
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => response.end());
  server.on("connection", () => void connections++);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const family = address.includes(":") ? 6 : 4;
  const outbound = createOutbound({
    log: { debug: () => {} },
    destinationNetworks,
    resolve: async () => [{ address, family }],
  });
  onTestFinished(async () => {
    await outbound.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const post = (host: string, scheme = "https") =>
    outbound.post({ url: `${scheme}://${host}:${port}/hook`, headers: {}, body: "{}", timeoutMs: 3000 });
  return { post, connections: () => connections };
}

test.each(["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1"])(
  "a name at %s is refused and no connection is made",
  async (address) => {
    const { post, connections } = await open([], address);
    await expect(post("siem.example")).rejects.toBeInstanceOf(OutboundRefusedError);
    expect(connections()).toBe(0);
  },
);

test("so is an address itself, plain http, and one outside the networks that are allowed", async () => {
  const { post, connections } = await open(["10.0.0.0/8"], "127.0.0.1");
  await expect(post("127.0.0.1")).rejects.toBeInstanceOf(OutboundRefusedError);
  await expect(post("siem.example")).rejects.toBeInstanceOf(OutboundRefusedError);
  await expect(post("siem.example", "http")).rejects.toBeInstanceOf(OutboundRefusedError);
  expect(connections()).toBe(0);
});

test("inside an allowed network it is called, and must prove who it is like anybody else", async () => {
  const { post, connections } = await open(["127.0.0.0/8"], "127.0.0.1");
  await expect(post("localhost")).rejects.toThrow("SELF_SIGNED");
  expect(connections()).toBe(1);
});
