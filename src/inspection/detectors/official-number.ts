import type { Detector, DetectorCategory } from "../detector.ts";

/** A number that an authority issues, checked by a module of the package stdnum. */
interface OfficialNumber {
  slug: string;
  name: string;
  category: DetectorCategory;
  countries: readonly string[];
  pattern: string;
  number: { validate: (value: string) => { isValid: boolean } };
  confidence: Detector["confidence"];
  words: readonly string[];
  examples: Detector["examples"];
}

export function officialNumber({ pattern, number, words, ...rest }: OfficialNumber): Detector {
  return {
    ...rest,
    description: `${rest.name}${rest.confidence.alone ? "" : `, near a word such as "${words[0]}"`}. Numbers whose check digits or date are wrong do not match.`,
    patterns: [pattern],
    check: { name: "check digits", passes: (value) => number.validate(value.replaceAll(".", "")).isValid },
    context: { words },
  };
}
