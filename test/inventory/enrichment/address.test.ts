import { BlockList, isIPv6 } from "node:net";
import { expect, test } from "vitest";
import {
  canonicalAddress,
  overlap,
  parseAddress,
  parseNetwork,
  printAddress,
  printNetwork,
} from "#src/inventory/enrichment/address.ts";
import { NetworkMap } from "#src/inventory/enrichment/network-map.ts";
import { random } from "../../support/random.ts";

const seed = 20_261_121;

test("every way to write an address is the same address", () => {
  const same = (...texts: string[]) => {
    const [first, ...others] = texts.map((text) => parseAddress(text));
    expect(first).not.toBeNull();
    for (const other of others) expect(other).toEqual(first);
    expect(printAddress(first!)).toBe(texts[0]);
    expect(texts.map(canonicalAddress)).toEqual(texts.map(() => texts[0]));
  };
  same("192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1");
  same("2001:db8::1", "2001:0DB8:0:0:0:0:0:1", "2001:db8:0::0:1");
  same("::1", "0:0:0:0:0:0:0:1", "::0.0.0.1");
  same("::");
  for (const text of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "fe80::1%eth0", "12345::", "10.0.0.0/8", " 10.0.0.1"])
    expect(parseAddress(text), text).toBeNull();
  expect(canonicalAddress(" FE80:0::1%eth0 ")).toBe("fe80::1%eth0");
  for (const text of ["", "1.2.3", "256.1.1.1", "10.0.0.0/8", "Workday Internal"])
    expect(canonicalAddress(text), text).toBeNull();
});

test("what a network holds is what Node's own block list holds, and its text is read back", () => {
  const by = random(seed);
  const address = () =>
    by.chance(0.5)
      ? [0, 0, 0, 0].map(() => by.pick([0, 1, 127, 128, 192, 255, by.whole(256)])).join(".")
      : Array.from({ length: 8 }, () => by.pick([0, 0, 0xffff, 0x2001, by.whole(65_536)]).toString(16)).join(":");
  let inside = 0;
  for (let n = 0; n < 3000; n++) {
    const text = address();
    const parsed = parseAddress(text)!;
    expect(parseAddress(printAddress(parsed))).toEqual(parsed);
    const bits = by.whole(parsed.family === 4 ? 33 : 129);
    const list = new BlockList();
    list.addSubnet(printAddress(parsed), bits, parsed.family === 4 ? "ipv4" : "ipv6");
    const width = BigInt((parsed.family === 4 ? 32 : 128) - bits);
    const network = parseNetwork(`${printAddress({ ...parsed, value: (parsed.value >> width) << width })}/${bits}`);
    expect(parseNetwork(printNetwork(network))).toEqual(network);
    const map = new NetworkMap([{ network, value: "in" }]);
    for (const other of [printAddress(parsed), address(), address()].filter(
      (one) => printAddress(parseAddress(one)!) === one,
    )) {
      // Node says that ::/0 holds every IPv4 address too; to us the families are apart.
      if (isIPv6(other) !== (network.family === 6)) continue;
      const expected = list.check(other, isIPv6(other) ? "ipv6" : "ipv4");
      expect(map.get(parseAddress(other)!) === "in", `${other} in ${printNetwork(network)}`).toBe(expected);
      if (expected) inside++;
    }
  }
  expect(inside).toBeGreaterThan(2000);
});

test("bits after the prefix are refused, naming the network that may have been meant", () => {
  expect(() => parseNetwork("10.1.2.3/8")).toThrow("The network is 10.0.0.0/8; the address alone is 10.1.2.3/32.");
  expect(() => parseNetwork("2001:db8::1/32")).toThrow("The network is 2001:db8::/32;");
  for (const [text, why] of [
    ["10.0.0.0/33", "no prefix length between 0 and 32"],
    ["2001:db8::/129", "no prefix length between 0 and 128"],
    ["10.0.0.0/", "no prefix length"],
    ["10.0.0.0/-1", "no prefix length"],
    ["10.0.0.0/8/9", "is not an address or a network"],
    ["office", "is not an address or a network"],
    ["::ffff:10.0.0.0/95", "no prefix length"],
  ] as const)
    expect(() => parseNetwork(text), text).toThrow(why);
  expect(printNetwork(parseNetwork("192.0.2.7"))).toBe("192.0.2.7/32");
  expect(printNetwork(parseNetwork("::ffff:10.0.0.0/104"))).toBe("10.0.0.0/8");
});

test("networks overlap when one holds the other", () => {
  const overlaps = (one: string, other: string) => overlap(parseNetwork(one), parseNetwork(other));
  expect(overlaps("10.0.0.0/8", "10.255.255.255")).toBe(true);
  expect(overlaps("10.255.255.255", "10.0.0.0/8")).toBe(true);
  expect(overlaps("10.0.0.0/9", "10.128.0.0/9")).toBe(false);
  expect(overlaps("0.0.0.0/0", "::/0")).toBe(false);
});

test("of networks in each other the longest is found", () => {
  const map = new NetworkMap(
    ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"].map((cidr) => ({
      network: parseNetwork(cidr),
      value: cidr,
    })),
  );
  const found = (text: string) => map.get(parseAddress(text)!);
  expect([found("10.1.2.3"), found("10.1.2.4"), found("10.2.0.1"), found("11.0.0.1"), found("::1")]).toEqual([
    "10.1.2.3",
    "10.1.0.0/16",
    "10.0.0.0/8",
    "0.0.0.0/0",
    null,
  ]);
});
