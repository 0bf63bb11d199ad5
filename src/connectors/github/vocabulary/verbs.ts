import type { Lexicon } from "#src/connector-kit/event-names.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";

/** Verbs that read better than the past tense of their name. */
const verbs = new Map(
  Object.entries({
    delist: "removed from sale",
    reject: "declined",
    update: "changed",
    updated: "changed",
    viewed: "looked at",
  }),
);

export const lexicon: Lexicon = { pasts: Object.fromEntries(verbs) };

export function pastOf(verb: string): string | null {
  return verbs.get(verb) ?? pastTense(verb);
}
