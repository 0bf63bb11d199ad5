import { readFileSync } from "node:fs";
import { Reader, type Response } from "maxmind";
import { type Address, printAddress } from "./address.ts";

/** A database of addresses in MaxMind's format, held in memory. */
export interface AddressDatabase {
  builtAt: Date;
  /** What it calls itself: `GeoLite2-City`. */
  type: string;
  /** Null also for a family it does not have. */
  get(address: Address): Record<string, unknown> | null;
}

/** Throws an error whose message explains to an admin what is wrong with the file. */
export function openMmdb(file: string): AddressDatabase {
  const bytes = readFileSync(file);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new Error("it is compressed: unpack it first (gunzip)");
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(bytes);
  } catch (cause) {
    throw new Error("it is not a MaxMind database (.mmdb)", { cause });
  }
  const { searchTreeSize, ipVersion, buildEpoch, databaseType } = reader.metadata;
  // Its description is at the end: a file whose beginning is lost has one too.
  if (!(searchTreeSize > 0 && searchTreeSize < bytes.length))
    throw new Error("it is not a whole MaxMind database (.mmdb)");
  // The tree of IPv4 alone answers for the first bits of any IPv6 address.
  const read = (address: Address) =>
    ipVersion === 4 && address.family === 6
      ? null
      : (reader.get(printAddress(address)) as Record<string, unknown> | null);
  try {
    for (let first = 1n; first < 224n; first++) read({ family: 4, value: (first << 24n) + 0x010101n });
  } catch (cause) {
    throw new Error("it is damaged", { cause });
  }
  return {
    builtAt: buildEpoch,
    type: String(databaseType),
    get(address) {
      try {
        return read(address);
      } catch {
        // Damage that the samples above did not meet: nothing is known, and the page of activities goes on.
        return null;
      }
    },
  };
}

/** Opens a file an admin named; what is wrong with it, in words, when it cannot be used. */
export function tryMmdb(file: string, kind: "city" | "asn"): { database: AddressDatabase } | { problem: string } {
  try {
    const database = openMmdb(file);
    const isAsn = /asn|isp/i.test(database.type);
    if (isAsn !== (kind === "asn"))
      return { problem: `holds "${database.type}"; ${kind === "asn" ? "an ASN" : "a city"} database is needed here` };
    return { database };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { problem: "there is no such file" };
    if (code === "EISDIR") return { problem: "it is a folder" };
    if (code === "EACCES") return { problem: "this user may not read it" };
    return { problem: message };
  }
}
