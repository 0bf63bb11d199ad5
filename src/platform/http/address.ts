/** Which network addresses may be called, and a DNS lookup that answers with those only. */
import { lookup } from "node:dns/promises";
import { BlockList, isIPv4, isIPv6, type LookupFunction } from "node:net";
import { OutboundRefusedError } from "./refused.ts";

export interface ResolvedAddress {
  address: string;
  family: number;
}
/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

const refusedV4 = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // A large cloud's host agent answers every virtual machine here, on an address that looks public.
  ["168.63.129.16", 32],
] as const)
  refusedV4.addSubnet(network, bits, "ipv4");

// Only 2000::/3 is public, less what IANA keeps for tunnels, documentation and protocols.
const globalV6 = new BlockList();
globalV6.addSubnet("2000::", 3, "ipv6");
const refusedV6 = new BlockList();
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  refusedV6.addSubnet(network, bits, "ipv6");
}
const nat64 = new BlockList();
nat64.addSubnet("64:ff9b::", 96, "ipv6");

/**
 * True for an address on the public internet. Private, loopback, link-local, unique-local, multicast, reserved,
 * IPv4-mapped, tunnelled and anything unreadable are false.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refusedV4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  // Networks with IPv6 only reach IPv4 hosts through this prefix: the address inside decides.
  if (nat64.check(address, "ipv6")) return isPublicAddress(lastFourBytes(address));
  return globalV6.check(address, "ipv6") && !refusedV6.check(address, "ipv6");
}

function lastFourBytes(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":");
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group || "0", 16));
  return [high! >> 8, high! & 255, low! >> 8, low! & 255].join(".");
}

export const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true });

/** Which addresses may be called besides the public ones: those of the networks (CIDR), which the operator of Gatehouse has allowed. */
export function reachable(networks: readonly string[]): (address: string) => boolean {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    allowed.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return (address) => isPublicAddress(address) || allowed.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

/**
 * For `net.connect`: the socket goes to exactly the addresses checked here, so a name that answers differently
 * the next time gains nothing. One address inside is enough to refuse the name.
 */
export function guardedLookup(
  resolve: Resolve,
  mayReach: (address: string) => boolean = isPublicAddress,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined)
          return callback(Object.assign(new Error("The host name has no address."), { code: "ENOTFOUND" }), "");
        if (!addresses.every(({ address }) => mayReach(address))) {
          return callback(new OutboundRefusedError(`The address of ${hostname} is not on the public internet.`), "");
        }
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };
}
