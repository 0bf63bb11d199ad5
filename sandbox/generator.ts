import type { Agent, Place } from "./words.ts";
import { agents, firstNames, lastNames, places } from "./words.ts";

/**
 * Records computed from a seed and an index: nothing is remembered, so a tenant of any size costs nothing
 * and any page can be read at random.
 */

/** A well spread 32-bit number for (seed, index, salt); different salts give independent numbers. */
export function mix(seed: number, index: number, salt = 0): number {
  let h =
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(index + 0x7f4a7c15, 0xc2b2ae35) ^
    Math.imul(salt + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T;
}

/** Chooses by weight: `weights` are running totals, the last one being the sum. */
export function pickWeighted<T>(list: readonly T[], runningTotals: readonly number[], number: number): T {
  const wanted = number % (runningTotals[runningTotals.length - 1] as number);
  let low = 0;
  let high = runningTotals.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runningTotals[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return list[low] as T;
}

export function runningTotals(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** True for about `percent` of all numbers. */
export function chance(number: number, percent: number): boolean {
  return number % 10_000 < percent * 100;
}

export interface Person {
  index: number;
  first: string;
  last: string;
  /** `mira.holt`, unique in a tenant. */
  handle: string;
  name: string;
}

const combinations = firstNames.length * lastNames.length;
/** Prime, so stepping by it visits every combination of first and last name once before any repeats. */
const step = 7919;

/** The person with this number; handles are unique. */
export function personAt(seed: number, index: number): Person {
  const combination = ((index % combinations) * step + (mix(seed, 0, 11) % combinations)) % combinations;
  const first = firstNames[combination % firstNames.length] as string;
  const last = lastNames[Math.floor(combination / firstNames.length)] as string;
  const round = Math.floor(index / combinations);
  const handle = `${first}.${last}`.toLowerCase().replaceAll(" ", "") + (round === 0 ? "" : String(round + 1));
  return { index, first, last, handle, name: `${first} ${last}` };
}

const inverseStep = (() => {
  let inverse = 1;
  while ((inverse * step) % combinations !== 1) inverse++;
  return inverse;
})();

/** The number of the person with this handle; undefined when nobody can have it. The way back of `personAt`. */
export function indexOfHandle(seed: number, handle: string): number | undefined {
  const [, first = "", last = "", round = "1"] = /^([a-z]+)\.([a-z]+)(\d+)?$/.exec(handle) ?? [];
  const firstIndex = firstNames.findIndex((name) => name.toLowerCase() === first);
  const lastIndex = lastNames.findIndex((name) => name.toLowerCase() === last);
  if (firstIndex < 0 || lastIndex < 0) return undefined;
  const shifted = lastIndex * firstNames.length + firstIndex - (mix(seed, 0, 11) % combinations) + combinations;
  return (((shifted % combinations) * inverseStep) % combinations) + (Number(round) - 1) * combinations;
}

/** Where a person usually is. */
export function homeOf(seed: number, person: number): Place {
  return pickWeighted(places, placeTotals, mix(seed, person, 21));
}

const placeTotals = runningTotals(places.map((place) => place.weight));

export interface Origin {
  ip: string;
  place: Place;
  agent: Agent;
}

/** Where event `index` of this person comes from: mostly one of few addresses at home, sometimes from elsewhere. */
export function originAt(seed: number, person: number, index: number): Origin {
  const number = mix(seed, index, 31);
  const away = chance(number, 6);
  const place = away ? pick(places, mix(seed, index, 32)) : homeOf(seed, person);
  const host = away ? mix(seed, index, 33) : mix(seed, person * 3 + (number % 3), 34);
  return {
    ip: addressIn(place, host),
    place,
    agent: agents[mix(seed, person, 35 + (number % 2)) % agents.length] as Agent,
  };
}

/** An address of the place's network. */
export function addressIn(place: Place, number: number): string {
  const range = 2 ** (32 - place.bits);
  const address = place.network + (number % range);
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${((address & 255) % 254) + 1}`;
}

/** The place an address belongs to, for events made by hand with an `ip`. */
export function placeOf(ip: string): Place {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return (
    places.find((place) => address >= place.network && address < place.network + 2 ** (32 - place.bits)) ??
    (places[0] as Place)
  );
}

export function hex(number: number): string {
  return (number + 0x1_0000_0000).toString(16).slice(1);
}

/** A UUID that is unique per (seed, salt, index): the index is its last eight digits. */
export function uuidAt(seed: number, index: number, salt = 0): string {
  const a = hex(mix(seed, index, 41 + salt));
  const b = hex(mix(seed, index, 42 + salt));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5, 8)}-a${hex(mix(seed, salt, 43)).slice(0, 3)}-${b.slice(1, 5)}${hex(index)}`;
}

/** An id like `00u7kq2w81d7`: the prefix, eight digits of noise, then the index, so it can be read back. */
export function idAt(prefix: string, seed: number, index: number, length: number): string {
  const noise = mix(seed, index, 51).toString(36).padStart(7, "k");
  return prefix + noise + index.toString(36).padStart(length - prefix.length - 7, "0");
}

/** The index in an id made by `idAt`; undefined for any other text. */
export function indexOfId(id: string, prefix: string, seed: number, length: number): number | undefined {
  if (id.length !== length || !id.startsWith(prefix)) return undefined;
  const index = Number.parseInt(id.slice(prefix.length + 7), 36);
  return Number.isSafeInteger(index) && idAt(prefix, seed, index, length) === id ? index : undefined;
}
