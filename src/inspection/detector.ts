/** What kind of data a detector finds. */
export const detectorCategories = [
  ...(["FINANCIAL", "NATIONAL_ID", "TAX", "TRAVEL_DOCUMENT", "DRIVING_LICENCE", "HEALTH", "CONTACT"] as const),
  ...(["CREDENTIALS", "SOURCE_CODE", "CUSTOM"] as const),
] as const;
export type DetectorCategory = (typeof detectorCategories)[number];

/** How sure a match is, weakest first. */
export const confidences = ["LOW", "MEDIUM", "HIGH"] as const;
export type Confidence = (typeof confidences)[number];

export const isAtLeast = (one: Confidence, least: Confidence): boolean =>
  confidences.indexOf(one) >= confidences.indexOf(least);

/** A kind of sensitive data, as data: what it looks like, what proves it, and examples that one test runs. */
export interface Detector {
  /** Stable: policies and stored matches name it. */
  slug: string;
  name: string;
  description: string;
  category: DetectorCategory;
  /** ISO 3166-1 alpha-2. Empty: not of a country. */
  countries: readonly string[];
  /** Expressions for `regexSearch`; lines end at line breaks, so ^ and $ hold at each line. */
  patterns: readonly string[];
  /** Default: false. */
  ignoreCase?: boolean;
  /** Without one of these in the text, in any case, the patterns are not searched for. Default: always search. */
  hints?: readonly string[];
  /** The sensitive part of a match; what stands around it stays readable in samples. Default: the whole match. */
  value?: (match: string) => string;
  /** Proves the value: a checksum, a date, the entropy. What fails is no match. */
  check?: { name: string; passes: (value: string) => boolean };
  /** Words near a match that make it more certain, in any case, as whole words. */
  context?: { words: readonly string[]; within?: number };
  confidence: {
    /** Pattern and check alone; null: no match without a context word. */
    alone: Confidence | null;
    /** With a context word nearby. Default: as `alone`. */
    withContext?: Confidence;
  };
  /** Fewer different values than this in a file are no match. Default: 1. */
  minCount?: number;
  /** Gives way to any other detector that claims the same place. Default: false. */
  generic?: boolean;
  examples: { match: readonly string[]; none: readonly string[] };
}

/** Characters between a match and a context word, unless the detector sets another distance. */
export const contextWithin = 60;
