import { idAt, indexOfId, uuidAt } from "../generator.ts";

/** Ids of one kind of record, computed from the index and read back; what `People` and a group's `find` take. */
export interface Ids {
  idOf(index: number): string;
  /** The way back of `idOf`; undefined for any other text. */
  indexOfId(id: string): number | undefined;
}

/** Ids like `00u7kq2w81d7`: a prefix and noise that differs from tenant to tenant, `length` characters in all. */
export function ids(prefix: string, seed: number, length: number): Ids {
  return {
    idOf: (index) => idAt(prefix, seed, index, length),
    indexOfId: (id) => indexOfId(id, prefix, seed, length),
  };
}

/** Numbers that count up from the first one. */
export function numericIds(first: number): Ids {
  return {
    idOf: (index) => String(first + index),
    indexOfId: (id) => (/^\d{1,15}$/.test(id) && Number(id) >= first ? Number(id) - first : undefined),
  };
}

/** UUIDs, with or without dashes. Kinds of records with different salts have different ids. */
export function uuids(seed: number, salt: number, { dashes = true } = {}): Ids {
  const idOf = (index: number) => (dashes ? uuidAt(seed, index, salt) : uuidAt(seed, index, salt).replaceAll("-", ""));
  return {
    idOf,
    // The index is the last eight digits.
    indexOfId: (id) => {
      const index = Number.parseInt(id.slice(-8), 16);
      return index >= 0 && idOf(index) === id ? index : undefined;
    },
  };
}
