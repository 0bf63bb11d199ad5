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
  let lines = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines++;
  const column = (): Uint32Array | bigint[] => (family === 4 ? new Uint32Array(lines + 1) : new Array(lines + 1));
  const numberAt = family === 4 ? Number : BigInt;
  const firsts = column() as (number | bigint)[];
  const lasts = column() as (number | bigint)[];
  const owners = new Uint32Array(lines + 1);
  const providers: Provider[] = [];
  const known = new Map<number, number>();
  let size = 0;
  for (let at = 0; at < bytes.length; size++) {
    const firstEnd = bytes.indexOf(comma, at);
    const lastEnd = bytes.indexOf(comma, firstEnd + 1);
    const asnEnd = bytes.indexOf(comma, lastEnd + 1);
    const newlineAt = bytes.indexOf(newline, asnEnd + 1);
    const end = newlineAt === -1 ? bytes.length : newlineAt;
    firsts[size] = numberAt(bytes.toString("latin1", at, firstEnd));
    lasts[size] = numberAt(bytes.toString("latin1", firstEnd + 1, lastEnd));
    const asn = Number(bytes.toString("latin1", lastEnd + 1, asnEnd));
    let owner = known.get(asn);
    if (owner === undefined) {
      owner = providers.push({ asn, isp: nameIn(bytes, asnEnd + 1, end) }) - 1;
      known.set(asn, owner);
    }
    owners[size] = owner;
    at = end + 1;
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

function nameIn(bytes: Buffer, start: number, end: number): string | null {
  const text = bytes.toString("utf8", start, end).trim();
  return (bytes[start] === quote ? text.slice(1, -1).replaceAll('""', '"') : text) || null;
}
