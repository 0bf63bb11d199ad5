import { type AddressInfo, createServer } from "node:net";
import { buildConnector } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { isPublicAddress, type ResolvedAddress } from "#src/platform/http/address.ts";
import { OutboundRefusedError } from "#src/platform/http/outbound.ts";
import { failure, makeClient } from "./provider.ts";

describe("addresses", () => {
  test.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::1",
    "64:ff9b:1::808:808",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "",
    "localhost",
    "2130706433",
    "0x7f.1",
    "127.1",
  ])("%s is not public", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450:4001:829::200e",
    "64:ff9b::808:808",
  ])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("names that resolve to addresses inside", () => {
  /** Real sockets, but to a local port that counts them. */
  async function counted(resolve: (hostname: string) => Promise<ResolvedAddress[]>, guarded = true) {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const port = String((server.address() as AddressInfo).port);
    const { client } = makeClient(
      null,
      {},
      {
        resolve,
        limits: { attempts: 1 },
        dial: ({ lookup, ...options }) => {
          const connect = buildConnector({
            ...options,
            lookup: guarded
              ? lookup!
              : (_, { all }, callback) =>
                  all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4),
          });
          return (target, callback) => connect({ ...target, port }, callback);
        },
      },
    );
    return { client, connections: () => connections };
  }

  test.each([
    ["127.0.0.1", 4],
    ["169.254.169.254", 4],
    ["::1", 6],
    ["::ffff:127.0.0.1", 6],
    ["fd00::1", 6],
  ])("a name at %s is refused and no connection is made", async (address, family) => {
    const { client, connections } = await counted(async () => [{ address: String(address), family: Number(family) }]);
    const error = await failure(client.get("/x"));
    expect(error).toBeInstanceOf(OutboundRefusedError);
    expect(error.message).not.toContain(String(address));
    expect(connections()).toBe(0);
  });

  test("one address inside among public ones is enough to refuse", async () => {
    const { client, connections } = await counted(async () => [
      { address: "8.8.8.8", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ]);
    await expect(client.get("/x")).rejects.toBeInstanceOf(OutboundRefusedError);
    expect(connections()).toBe(0);
  });

  test("without the guard the same call does connect, so the counter counts", async () => {
    const { client, connections } = await counted(async () => [], false);
    await expect(client.get("/x")).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    expect(connections()).toBe(1);
  });

  test("the socket goes to the address that was checked, and a name that re-resolves to the inside is refused", async () => {
    const answers = ["93.184.215.14", "127.0.0.1"];
    const dialled: unknown[] = [];
    let resolved = 0;
    const { client } = makeClient(
      null,
      {},
      {
        resolve: async () => [{ address: answers[resolved++] ?? "127.0.0.1", family: 4 }],
        dial: (options) => (target, callback) => {
          options.lookup!(target.hostname, { all: true }, (error, addresses) => {
            if (error) return callback(error, null);
            dialled.push(addresses);
            callback(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }), null);
          });
        },
      },
    );
    await expect(client.get("/x")).rejects.toBeInstanceOf(OutboundRefusedError);
    expect(dialled).toEqual([[{ address: "93.184.215.14", family: 4 }]]);
    expect(resolved).toBe(2);
  });

  test("a name that cannot be resolved is an outage, not a refusal", async () => {
    const { client } = makeClient(
      null,
      {},
      {
        resolve: async () => {
          throw Object.assign(new Error("no"), { code: "EAI_AGAIN" });
        },
      },
    );
    await expect(client.get("/x")).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
  });
});
