import { isPublicAddress } from "#src/platform/http/address.ts";
import { type Address, parseAddress, printAddress } from "./address.ts";
import { networkTags } from "./networks.ts";
import type { Place } from "./places.ts";
import { type AddressSources, addressSources } from "./sources.ts";

/** What is known of a public address without asking anybody. */
export interface Location extends Place {
  /** Who announces it: the organisation's name. */
  isp: string | null;
  asn: number | null;
}

export interface BuiltInFacts {
  location: Location | null;
  /** From lists and from the AS number, in alphabetical order. */
  tags: readonly string[];
}

/**
 * Country, city, coordinates and provider of an address; null for what is no public address, and when nothing is known.
 * The first look of a process reads the files (some 0.3 s for each family), later ones take microseconds.
 */
export function locate(address: string): Location | null {
  return builtInFacts(address).location;
}

const nothing: BuiltInFacts = { location: null, tags: [] };

/**
 * Addresses looked at lately: events of a tenant come from few. When the recent ones are many they become the older ones, and
 * the older ones are forgotten, unless they were asked for again.
 */
let recent = new Map<string, BuiltInFacts>();
let older = new Map<string, BuiltInFacts>();
const maxRecent = 10_000;
let knownFrom: AddressSources | null = null;

export function builtInFacts(text: string): BuiltInFacts {
  const sources = addressSources();
  if (knownFrom !== sources) {
    recent = new Map();
    older = new Map();
    knownFrom = sources;
  }
  let facts = recent.get(text);
  if (facts) return facts;
  facts = older.get(text);
  if (!facts) {
    const address = parseAddress(text);
    if (!address) return nothing;
    facts = lookUp(sources, address);
  }
  if (recent.size >= maxRecent) {
    older = recent;
    recent = new Map();
  }
  recent.set(text, facts);
  return facts;
}

function lookUp({ places, providers, lists }: AddressSources, address: Address): BuiltInFacts {
  const isPublic = isPublicAddress(printAddress(address));
  const place = isPublic ? places.of(address) : null;
  const provider = isPublic ? providers.of(address) : null;
  const listed = lists.filter(({ networks }) => networks.get(address)).map(({ tag }) => tag);
  const tags = [...new Set([...listed, ...(provider ? networkTags(provider.asn) : [])])].sort();
  if (!place && !provider) return { location: null, tags };
  const nowhere = { country: null, city: null, latitude: null, longitude: null };
  return { location: { ...(place ?? nowhere), isp: provider?.isp ?? null, asn: provider?.asn ?? null }, tags };
}
