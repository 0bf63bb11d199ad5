import { createHash } from "node:crypto";
import { regexSearch } from "#src/platform/regex/search.ts";
import { type CustomDetector, customFinder } from "./custom.ts";
import { type Confidence, contextWithin, type Detector } from "./detector.ts";
import type { Finder } from "./finder.ts";
import { Words } from "./words.ts";

/** Raised when the engine finds other things in the same text with the same detectors: everything is inspected again. */
const engineVersion = 1;

export interface CompiledDetector {
  slug: string;
  /** Indexes of words of the set, one of which has to be in the text; empty: always search. */
  hints: readonly number[];
  context: readonly { word: number; text: string; length: number }[];
  within: number;
  confidence: { alone: Confidence | null; withContext?: Confidence };
  minCount: number;
  generic: boolean;
  /** Why a place counts as found, without its context. */
  reasons: readonly string[];
  finders: readonly Finder[];
}

/** Detectors ready to run, with one index of all the words that any of them looks for. */
export interface DetectorSet {
  detectors: readonly CompiledDetector[];
  words: Words;
  /** By word: whether it is a context word of some detector, and so has to be whole. */
  isContextWord: readonly boolean[];
}

/** Throws UnsupportedExpression. */
export function compileDetectors(builtIn: readonly Detector[], custom: readonly CustomDetector[] = []): DetectorSet {
  const texts: string[] = [];
  const isContextWord: boolean[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (text: string, isContext: boolean): number => {
    // A hint need not be a whole word: the two uses of a text are kept apart.
    const key = `${isContext}${text.toLowerCase()}`;
    let index = indexes.get(key);
    if (index === undefined) {
      index = texts.push(text) - 1;
      isContextWord.push(isContext);
      indexes.set(key, index);
    }
    return index;
  };
  const shared = (words: readonly string[] | undefined, within: number | undefined) => ({
    context: (words ?? []).map((text) => ({ word: indexOf(text, true), text, length: text.length })),
    within: within ?? contextWithin,
  });
  const detectors = [
    ...builtIn.map(
      (detector): CompiledDetector => ({
        slug: detector.slug,
        hints: (detector.hints ?? []).map((hint) => indexOf(hint, false)),
        ...shared(detector.context?.words, detector.context?.within),
        confidence: detector.confidence,
        minCount: detector.minCount ?? 1,
        generic: detector.generic ?? false,
        reasons: [
          "The pattern matches.",
          ...(detector.check ? [`The value passes the check: ${detector.check.name}.`] : []),
        ],
        finders: [patternFinder(detector)],
      }),
    ),
    ...custom.map(
      (detector): CompiledDetector => ({
        slug: detector.slug,
        hints: [],
        ...shared(detector.contextWords, detector.contextWithin),
        confidence: detector.contextWords?.length
          ? { alone: null, withContext: detector.confidence }
          : { alone: detector.confidence },
        minCount: detector.minCount ?? 1,
        generic: false,
        ...customFinder(detector),
      }),
    ),
  ];
  return { detectors, words: new Words(texts), isContextWord };
}

/** What a candidate fails to prove may still begin with one that does: the search goes on one character later. */
function patternFinder(detector: Detector): Finder {
  // All patterns at once cost the same as one.
  const pattern = detector.patterns.map((one) => `(?:${one})`).join("|");
  const search = regexSearch(pattern, { ignoreCase: detector.ignoreCase ?? false, multiline: true, dotAll: false });
  return function* (text) {
    for (let from = 0; from <= text.length; ) {
      const found = search.next(text, from);
      if (!found) return;
      const match = text.slice(found.start, found.end);
      const value = detector.value?.(match) ?? match;
      const offset = match.lastIndexOf(value);
      if (value !== "" && offset >= 0 && (detector.check?.passes(value) ?? true)) {
        yield { start: found.start + offset, end: found.start + offset + value.length };
        from = found.end;
      } else from = found.start + 1;
    }
  };
}

/** Names these detectors and this engine: content that was inspected with the same version need not be inspected again. */
export function versionOf(builtIn: readonly Detector[], custom: readonly { slug: string; revision: number }[]): string {
  // Functions are left out by JSON; a changed one raises engineVersion.
  const parts = [engineVersion, builtIn, custom.map(({ slug, revision }) => [slug, revision])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}
