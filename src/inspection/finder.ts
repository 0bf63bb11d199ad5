import type { Hidden } from "./mask.ts";

/** Places of a kind of data in a text, in no particular order. */
export type Finder = (text: string) => Iterable<Hidden>;
