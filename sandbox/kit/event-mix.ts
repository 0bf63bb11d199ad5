import { pickWeighted, runningTotals } from "../generator.ts";

/** Kinds of events, of which some are more frequent than others: what a generated log is filled with. */
export class EventMix<Kind> {
  readonly #kinds: readonly Kind[];
  readonly #totals: readonly number[];

  /**
   * `weightOf`: how frequent a kind is, relative to the others, in tenths or whole numbers; one of weight 0 happens only when it is asked
   * for. Throws when none is left.
   */
  constructor(kinds: readonly Kind[], weightOf: (kind: Kind) => number) {
    this.#kinds = kinds.filter((kind) => weightOf(kind) > 0);
    if (this.#kinds.length === 0) throw new Error("A log needs at least one kind of event with a weight.");
    const weights = this.#kinds.map(weightOf);
    // Whole numbers stay what they are: the same kinds with the same weights make the same log.
    const scale = weights.every(Number.isInteger) ? 1 : 10;
    this.#totals = runningTotals(weights.map((weight) => Math.max(1, Math.round(weight * scale))));
  }

  /** The kind for a random number: `mix(seed, number, salt)` makes the one of the event with this number. */
  pick(random: number): Kind {
    return pickWeighted(this.#kinds, this.#totals, random);
  }
}
