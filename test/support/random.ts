/** A generator of random choices that gives the same ones for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number from 0 up to `below`. */
  whole(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** One to `most` different ones; with `orNone` also none. */
  some<T>(from: readonly T[], most: number, orNone?: boolean): T[];
}

/** `TEST_SEED` replays a failure: tests print the seed they used. */
export function random(seed = Number(process.env.TEST_SEED ?? 20_261_118)): Random {
  let state = seed >>> 0;
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(next() * below);
  const pick = <T>(from: readonly T[]): T => from[whole(from.length)] as T;
  return {
    next,
    whole,
    pick,
    chance: (probability) => next() < probability,
    some(from, most, orNone = false) {
      const count = orNone ? whole(most + 1) : 1 + whole(most);
      return [...new Set(Array.from({ length: count }, () => pick(from)))];
    },
  };
}
