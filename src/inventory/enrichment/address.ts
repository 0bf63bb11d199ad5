import { isIPv4, isIPv6 } from "node:net";
import { InvalidInputError } from "#src/errors.ts";

/** An IP address as a number. An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

/** All addresses with the same first bits. */
export interface Network {
  family: 4 | 6;
  first: bigint;
  last: bigint;
  bits: number;
}

const mapped = 0xffffn << 32n;

/** Null for what is no address; a zone (`fe80::1%eth0`) belongs to one machine, so it is none either. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { family: 4, value: BigInt(numberOfV4(text)) };
  if (!isIPv6(text) || text.includes("%")) return null;
  const value = numberOfV6(text);
  return value >> 32n === mapped >> 32n ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/**
 * A network as an admin writes it: `203.0.113.0/24`, `2001:db8::/32`, or one address. Throws InvalidInputError, also when
 * the address has bits after the prefix: the author of `10.1.2.3/8` may have meant something else.
 */
export function parseNetwork(text: string): Network {
  const [start = "", length, ...more] = text.split("/");
  const address = parseAddress(start);
  if (!address || more.length > 0)
    throw new InvalidInputError(`"${text.slice(0, 60)}" is not an address or a network like 203.0.113.0/24.`);
  const width = address.family === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length))
    throw new InvalidInputError(`"${text.slice(0, 60)}" has no prefix length between 0 and ${width}.`);
  const inV6 = address.family === 4 && start.includes(":");
  const bits = length === undefined ? width : Number(length) - (inV6 ? 96 : 0);
  if (bits < 0 || bits > width)
    throw new InvalidInputError(`"${text.slice(0, 60)}" has no prefix length between 0 and ${width}.`);
  const hostMask = (1n << BigInt(width - bits)) - 1n;
  const network: Network = {
    family: address.family,
    first: address.value & ~hostMask,
    last: address.value | hostMask,
    bits,
  };
  if (network.first !== address.value)
    throw new InvalidInputError(
      `"${text}" is an address inside a network. The network is ${printNetwork(network)}; the address alone is ${printAddress(address)}/${width}.`,
    );
  return network;
}

export function overlap(one: Network, other: Network): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

export function printNetwork({ family, first, bits }: Network): string {
  return `${printAddress({ family, value: first })}/${bits}`;
}

export function printAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname.slice(1, -1);
}

/**
 * The one spelling of an address, by which addresses are stored and compared: RFC 5952 for IPv6, and the IPv4 address for one inside IPv6.
 * A zone stays. Null for what is no address. IPv4 has one spelling only, and nearly all addresses are IPv4.
 */
export function canonicalAddress(text: string): string | null {
  const trimmed = text.trim();
  if (isIPv4(trimmed)) return trimmed;
  if (!isIPv6(trimmed)) return null;
  const at = trimmed.indexOf("%");
  const [bare, zone] = at < 0 ? [trimmed, ""] : [trimmed.slice(0, at), trimmed.slice(at)];
  const printed = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  if (!printed.startsWith("::ffff:")) return printed + zone;
  const address = parseAddress(bare);
  return address?.family === 4 ? printAddress(address) : printed + zone;
}

/** Addresses of a filter in their one spelling, each once. Throws InvalidInputError naming one that is none. */
export function addressesOf(texts: readonly string[], field: string[]): string[] {
  const found = texts.map((text) => {
    const address = canonicalAddress(text);
    if (address !== null) return address;
    throw new InvalidInputError(`"${text.slice(0, 60)}" is not an IP address like 203.0.113.7 or 2001:db8::7.`, field);
  });
  return [...new Set(found)];
}

function numberOfV4(text: string): number {
  const [a, b, c, d] = text.split(".") as [string, string, string, string];
  return Number(a) * 0x1000000 + Number(b) * 0x10000 + Number(c) * 0x100 + Number(d);
}

function numberOfV6(text: string): bigint {
  const lastColon = text.lastIndexOf(":");
  // The last two groups may be written as an IPv4 address.
  const tail = text.includes(".") ? numberOfV4(text.slice(lastColon + 1)) : null;
  const groups =
    tail === null ? text : `${text.slice(0, lastColon)}:${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  const [before = "", after] = groups.split("::") as [string, string?];
  const head = before === "" ? [] : before.split(":");
  const end = after === undefined || after === "" ? [] : after.split(":");
  const all = [...head, ...Array.from({ length: 8 - head.length - end.length }, () => "0"), ...end];
  return BigInt(`0x${all.map((group) => group.padStart(4, "0")).join("")}`);
}
