import type { Address, Network } from "./address.ts";

interface Entry<T> {
  network: Network;
  value: T;
}

/** Finds the entry of an address: the longest network that holds it. */
export class NetworkMap<T> {
  readonly #families: Record<4 | 6, { bits: number; byFirst: Map<bigint, T> }[]>;

  constructor(entries: Iterable<Entry<T>>) {
    const byBits = { 4: new Map<number, Map<bigint, T>>(), 6: new Map<number, Map<bigint, T>>() };
    for (const { network, value } of entries) {
      const of = byBits[network.family];
      const byFirst = of.get(network.bits) ?? new Map<bigint, T>();
      byFirst.set(network.first, value);
      of.set(network.bits, byFirst);
    }
    const longestFirst = (of: Map<number, Map<bigint, T>>) =>
      [...of].map(([bits, byFirst]) => ({ bits, byFirst })).sort((a, b) => b.bits - a.bits);
    this.#families = { 4: longestFirst(byBits[4]), 6: longestFirst(byBits[6]) };
  }

  get(address: Address): T | null {
    const width = address.family === 4 ? 32 : 128;
    for (const { bits, byFirst } of this.#families[address.family]) {
      const rest = BigInt(width - bits);
      const found = byFirst.get((address.value >> rest) << rest);
      if (found !== undefined) return found;
    }
    return null;
  }
}
