import { readFileSync } from "node:fs";
import type { Address } from "./address.ts";
import type { AddressDatabase } from "./mmdb.ts";
import { packagedFile } from "./packaged.ts";

/** The network an address is announced from. */
export interface Provider {
  asn: number;
  /** The organisation's name. */
  isp: string | null;
}

/** Whose addresses are: the admin's database, or the lists of the npm package. Read at the first look, one family at a time. */
export class Providers {
  readonly #own: AddressDatabase | null;
  readonly #packaged = new Map<4 | 6, RangeTable | null>();

  constructor(own: AddressDatabase | null) {
    this.#own = own;
  }

  of(address: Address): Provider | null {
    return this.#own
      ? providerIn(this.#own.get(address))
      : (this.#packagedOf(address.family)?.find(address.value) ?? null);
  }

  #packagedOf(family: 4 | 6): RangeTable | null {
    let table = this.#packaged.get(family);
    if (table === undefined) {
      const file = packagedFile(asnFiles[family]);
      table = file === null ? null : readTable(file, family);
      this.#packaged.set(family, table);
    }
    return table;
  }
}

export const asnFiles = { 4: "@ip-location-db/asn/asn-ipv4-num.csv", 6: "@ip-location-db/asn/asn-ipv6-num.csv" };

function providerIn(record: Record<string, unknown> | null): Provider | null {
  const asn = record?.autonomous_system_number;
  const name = record?.isp ?? record?.autonomous_system_organization;
  return typeof asn === "number" ? { asn, isp: typeof name === "string" && name !== "" ? name : null } : null;
}

interface RangeTable {
  find(address: bigint): Provider | null;
}

const [newline, comma, quote] = [10, 44, 34];

/**
 * Lines `first,last,AS number,name`, sorted, addresses as decimal numbers. Kept as columns, and each provider once: the
 * 400,000 lines of IPv4 would otherwise be as many objects.
 */
function readTable(file: string, family: 4 | 6): RangeTable {
  const bytes = readFileSync(file);
  const lines = countOf(bytes, newline) + 1;
  const column = (): Uint32Array | bigint[] => (family === 4 ? new Uint32Array(lines) : new Array(lines));
  const firsts = column() as (number | bigint)[];
  const lasts = column() as (number | bigint)[];
  const owners = new Uint32Array(lines);
  const providers: Provider[] = [];
  const known = new Map<number, number>();
  let size = 0;
  let at = 0;
  /** The number up to the next comma. Digit by digit: a text for each of a million of them would take several times as long. */
  const number = (): number => {
    let value = 0;
    for (let byte = bytes[at++]; byte !== comma && byte !== undefined; byte = bytes[at++])
      value = value * 10 + byte - 48;
    return value;
  };
  const large = (): bigint => {
    const start = at;
    at = bytes.indexOf(comma, at) + 1;
    return BigInt(bytes.toString("latin1", start, at - 1));
  };
  const address = family === 4 ? number : large;
  for (; at < bytes.length; size++) {
    firsts[size] = address();
    lasts[size] = address();
    const asn = number();
    const start = at;
    while (at < bytes.length && bytes[at] !== newline) at++;
    let owner = known.get(asn);
    if (owner === undefined) {
      owner = providers.push({ asn, isp: nameIn(bytes, start, at) }) - 1;
      known.set(asn, owner);
    }
    owners[size] = owner;
    at++;
  }
  return {
    find(address) {
      let [low, high] = [0, size];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (lasts[middle]! < address) low = middle + 1;
        else high = middle;
      }
      return low < size && firsts[low]! <= address ? providers[owners[low]!]! : null;
    },
  };
}

function countOf(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === byte) count++;
  return count;
}

function nameIn(bytes: Buffer, start: number, end: number): string | null {
  const text = bytes.toString("utf8", start, end).trim();
  return (bytes[start] === quote ? text.slice(1, -1).replaceAll('""', '"') : text) || null;
}
