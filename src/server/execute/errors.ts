import type { GraphQLError } from "graphql";

/** A place in the answer, as graphql-js describes it: linked from the leaf to the root. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/**
 * The errors of one execution. What fails below a place that is null already is left out, as graphql-js does: places are distinguished
 * by identity, so a place that others may stand below has one Path and no copies.
 */
export class FieldErrors {
  readonly errors: GraphQLError[] = [];
  readonly #places = new Set<Path | undefined>();

  /** Without a place: the whole answer is null. */
  add(error: GraphQLError, place: Path | undefined): void {
    if (this.errors.length > 0 && this.#isNull(place)) return;
    this.#places.add(place);
    this.errors.push(error);
  }

  #isNull(place: Path | undefined): boolean {
    for (let at = place; at !== undefined; at = at.prev) if (this.#places.has(at)) return true;
    return this.#places.has(undefined);
  }
}
