import { regexSearch, searchAll } from "#src/platform/regex/search.ts";
import type { Confidence } from "./detector.ts";
import { type ExactData, exactDataFinder } from "./exact-data.ts";
import type { Finder } from "./finder.ts";
import { isWholeWord, Words } from "./words.ts";

interface Shared {
  slug: string;
  confidence: Confidence;
  /** Null or absent: a match needs no context word. */
  contextWords?: readonly string[] | undefined;
  /** Default: 60 characters. */
  contextWithin?: number | undefined;
  /** Default: 1. */
  minCount?: number | undefined;
}

/** A detector that an admin defined. */
export type CustomDetector = Shared &
  (
    | {
        kind: "EXPRESSION";
        expression: string;
        /** A match in which this is found too is none. */
        exclude?: string | undefined;
        ignoreCase: boolean;
      }
    | { kind: "KEYWORDS"; keywords: readonly string[]; wholeWords: boolean }
    | ({ kind: "EXACT_DATA" } & ExactData)
  );

export const customLimits = {
  keywords: 5_000,
  keywordCharacters: 50_000,
  matchLength: 256,
  exactValues: 100_000,
} as const;

/** Throws UnsupportedExpression. */
export function customFinder(detector: CustomDetector): { finders: Finder[]; reasons: string[] } {
  if (detector.kind === "EXPRESSION")
    return { finders: [expressionFinder(detector)], reasons: ["The expression matches."] };
  if (detector.kind === "KEYWORDS")
    return { finders: [keywordFinder(detector)], reasons: ["The text is one of the keywords."] };
  return { finders: [exactDataFinder(detector)], reasons: ["The keyed hash of the value is in the data set."] };
}

function expressionFinder(detector: Extract<CustomDetector, { kind: "EXPRESSION" }>): Finder {
  const flags = { ignoreCase: detector.ignoreCase, multiline: true, dotAll: false };
  const search = regexSearch(detector.expression, flags, customLimits.matchLength);
  const exclude = detector.exclude ? regexSearch(detector.exclude, flags, customLimits.matchLength) : null;
  return function* (text) {
    for (const { start, end } of searchAll(search, text))
      if (!exclude?.next(text.slice(start, end), 0)) yield { start, end };
  };
}

function keywordFinder({ keywords, wholeWords }: Extract<CustomDetector, { kind: "KEYWORDS" }>): Finder {
  const words = new Words(keywords);
  return (text) => {
    const places: { start: number; end: number }[] = [];
    words.find(text, ({ start, end }) => {
      if (!wholeWords || isWholeWord(text, start, end)) places.push({ start, end });
    });
    return places;
  };
}
