import { createHash } from "node:crypto";
import { ProviderResponseError } from "#src/errors.ts";

/** What is kept of a trail between runs: one position, how many pages ago it was, and when the next one replaces it. */
export interface KeptTrail {
  mark: string;
  steps: number;
  power: number;
}

/**
 * Notices that pages go round in a circle, of one page or of many.
 * Within a run every position is remembered, so a circle ends at its first repeat. Across runs the kept mark finds it, however often the
 * reading is interrupted: after powers of two of pages the mark moves to the position just reached, so some mark lies on the circle and
 * the circle comes back to it (Brent's algorithm).
 */
export class PageTrail {
  readonly #whose: string;
  readonly #place: string;
  readonly #seen = new Set<string>();
  #kept: KeptTrail | null;

  /** `whose` pages, as the error names them; `place`: where in an answer the position stands. */
  constructor(whose: string, place: string, kept: KeptTrail | null = null) {
    this.#whose = whose;
    this.#place = place;
    this.#kept = kept;
    if (kept) this.#seen.add(kept.mark);
  }

  /** A position that was read without having been followed: the first one, or where a page really lay. */
  start(position: string): void {
    const mark = markOf(position);
    this.#seen.add(mark);
    this.#kept ??= { mark, steps: 0, power: 1 };
  }

  /** Notes the next position. Throws ProviderResponseError when it was read before. */
  follow(position: string): void {
    const mark = markOf(position);
    if (this.#seen.has(mark))
      throw new ProviderResponseError(`The pages of ${this.#whose} go round in a circle.`, this.#place);
    this.#seen.add(mark);
    const { steps, power } = this.#kept ?? { steps: 0, power: 0 };
    this.#kept =
      this.#kept === null || steps + 1 >= power
        ? { mark, steps: 0, power: Math.max(1, power * 2) }
        : { ...this.#kept, steps: steps + 1 };
  }

  /** What to keep with the position for the next run; null before the first page. */
  get kept(): KeptTrail | null {
    return this.#kept;
  }
}

/** Positions may be long and may hold what is no business of a cursor: 96 bits of their hash identify them. */
function markOf(position: string): string {
  return createHash("sha256").update(position).digest("base64url").slice(0, 16);
}
