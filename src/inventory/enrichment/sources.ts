import { type AddressList, readLists } from "./lists.ts";
import { type AddressDatabase, tryMmdb } from "./mmdb.ts";
import { Places } from "./places.ts";
import { Providers } from "./providers.ts";

/** Files an admin named in place of, or beside, those that come with npm. */
export interface AddressFiles {
  /** GEOIP_CITY_FILE. */
  cityFile: string | null;
  /** GEOIP_ASN_FILE. */
  asnFile: string | null;
  /** IP_LISTS, a folder. */
  listsFolder: string | null;
}

/** What a process knows of addresses. */
export interface AddressSources {
  places: Places;
  providers: Providers;
  lists: readonly AddressList[];
}

/** The admin's own files as they were opened, for doctor. */
export interface OpenedFiles {
  city: AddressDatabase | null;
  asn: AddressDatabase | null;
  lists: readonly AddressList[];
  problems: { variable: string; message: string }[];
}

/** Opens the admin's files, all of them, and reports what is wrong with each. */
export function openAddressFiles({ cityFile, asnFile, listsFolder }: AddressFiles): OpenedFiles {
  const problems: OpenedFiles["problems"] = [];
  const open = (variable: string, file: string | null, kind: "city" | "asn") => {
    if (file === null) return null;
    const opened = tryMmdb(file, kind);
    if ("database" in opened) return opened.database;
    problems.push({ variable, message: `${file}: ${opened.problem}.` });
    return null;
  };
  const city = open("GEOIP_CITY_FILE", cityFile, "city");
  const asn = open("GEOIP_ASN_FILE", asnFile, "asn");
  const read = listsFolder === null ? { lists: [], problems: [] } : readLists(listsFolder);
  for (const message of read.problems) problems.push({ variable: "IP_LISTS", message });
  return { city, asn, lists: read.lists, problems };
}

// One for each process: the files are large, and everybody in it means the same ones.
let current: AddressSources = { places: new Places(null), providers: new Providers(null), lists: [] };

export function addressSources(): AddressSources {
  return current;
}

/** At the start of a process, before its first look. */
export function setAddressFiles({ city, asn, lists }: OpenedFiles): void {
  current = { places: new Places(city), providers: new Providers(asn), lists };
}
