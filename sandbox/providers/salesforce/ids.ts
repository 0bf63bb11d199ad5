import { mix } from "../../generator.ts";
import type { Ids } from "../../kit/ids.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The three characters that make an id independent of capitals. */
function suffixOf(id: string): string {
  return [0, 5, 10]
    .map((start) => {
      const bits = [...id.slice(start, start + 5)].map((one, place) => (/[A-Z]/.test(one) ? 2 ** place : 0));
      return letters[bits.reduce((sum, bit) => sum + bit, 0)];
    })
    .join("");
}

/** Ids of 18 characters: what they are of, five that differ from org to org, and the index. */
export function salesforceIds(prefix: string, seed: number): Ids {
  const noise = Array.from({ length: 5 }, (_, place) => digits[mix(seed, place, 401) % 62]).join("");
  const idOf = (index: number): string => {
    const short = prefix + noise + index.toString(36).padStart(7, "0");
    return short + suffixOf(short);
  };
  return {
    idOf,
    indexOfId: (id) => {
      const index = Number.parseInt(id.slice(8, 15), 36);
      return index >= 0 && (idOf(index) === id || idOf(index).slice(0, 15) === id) ? index : undefined;
    },
  };
}
