import { randomBytes } from "node:crypto";
import type { DetectorDefinition, StoredDetector } from "#db/tables/detectors.ts";
import { InvalidInputError } from "#src/errors.ts";
import { type CustomDetector, customLimits } from "#src/inspection/custom.ts";
import { detect } from "#src/inspection/detect.ts";
import type { Confidence } from "#src/inspection/detector.ts";
import { compileDetectors } from "#src/inspection/detector-set.ts";
import { exactLengths, hashOfValue, normalisedValue } from "#src/inspection/exact-data.ts";
import { UnsupportedExpression } from "#src/platform/regex/parse.ts";
import { cleanText } from "#src/platform/text.ts";
import { customDetector } from "./detectors.ts";

export const detectorKinds = ["EXPRESSION", "KEYWORDS", "EXACT_DATA"] as const;

export interface DetectorInput {
  name: string;
  description?: string | null;
  kind: (typeof detectorKinds)[number];
  expression?: string | null;
  exclude?: string | null;
  ignoreCase?: boolean | null;
  keywords?: readonly string[] | null;
  wholeWords?: boolean | null;
  values?: readonly string[] | null;
  confidence?: Confidence | null;
  contextWords?: readonly string[] | null;
  minCount?: number | null;
  matchExamples?: readonly string[] | null;
  noneExamples?: readonly string[] | null;
}

export type DetectorDraft = Pick<
  StoredDetector,
  "name" | "description" | "definition" | "confidence" | "contextWords" | "minCount" | "matchExamples" | "noneExamples"
> & {
  /** EXACT_DATA: base64url, to be sealed. */
  key: string | null;
};

const maxExamples = 20;
const maxExampleLength = 2_000;
const maxContextWords = 50;

/** Checks a definition as a whole and runs its examples. Throws InvalidInputError with the field. */
export function draftOf(input: DetectorInput): DetectorDraft {
  const name = cleanText(input.name.trim(), 200);
  if (name === null) throw invalid("A detector needs a name.", "name");
  const { definition, key } = definitionOf(input);
  const draft: DetectorDraft = {
    name,
    description: cleanText(input.description, 2_000) ?? "",
    definition,
    key,
    confidence: input.confidence ?? "MEDIUM",
    contextWords: wordsOf(input.contextWords ?? [], "contextWords", maxContextWords),
    minCount: countOf(input.minCount ?? 1),
    matchExamples: examplesOf(input.matchExamples ?? [], "matchExamples"),
    noneExamples: examplesOf(input.noneExamples ?? [], "noneExamples"),
  };
  checkExamples(draft);
  return draft;
}

function definitionOf(input: DetectorInput): { definition: DetectorDefinition; key: string | null } {
  if (input.kind === "EXPRESSION") {
    if (!input.expression) throw invalid("A detector of the kind EXPRESSION needs an expression.", "expression");
    const { expression, ignoreCase, exclude } = input;
    return {
      definition: { kind: "EXPRESSION", expression, exclude: exclude || null, ignoreCase: ignoreCase ?? false },
      key: null,
    };
  }
  if (input.kind === "KEYWORDS") {
    const keywords = wordsOf(input.keywords ?? [], "keywords", customLimits.keywords);
    if (keywords.length === 0) throw invalid("A detector of the kind KEYWORDS needs keywords.", "keywords");
    if (keywords.join("").length > customLimits.keywordCharacters)
      throw invalid(`Keywords have at most ${customLimits.keywordCharacters} characters altogether.`, "keywords");
    return { definition: { kind: "KEYWORDS", keywords, wholeWords: input.wholeWords ?? true }, key: null };
  }
  return exactData(input.values ?? []);
}

/** The values themselves are forgotten with the request. */
function exactData(values: readonly string[]): { definition: DetectorDefinition; key: string } {
  const normalised = [...new Set(values.map(normalisedValue))];
  if (normalised.length === 0) throw invalid("A detector of the kind EXACT_DATA needs values.", "values");
  if (normalised.length > customLimits.exactValues)
    throw invalid(`A detector has at most ${customLimits.exactValues} values.`, "values");
  const { min, max } = exactLengths;
  if (normalised.some(({ length }) => length < min || length > max))
    throw invalid(`A value has ${min} to ${max} letters and digits, spaces and punctuation aside.`, "values");
  const key = randomBytes(32);
  return {
    definition: {
      kind: "EXACT_DATA",
      hashes: normalised.map((value) => hashOfValue(key, value)).sort(),
      lengths: [...new Set(normalised.map(({ length }) => length))].sort((one, other) => one - other),
    },
    key: key.toString("base64url"),
  };
}

function checkExamples(draft: DetectorDraft): void {
  const { definition, matchExamples, noneExamples } = draft;
  if (definition.kind === "EXACT_DATA") {
    if (matchExamples.length + noneExamples.length > 0)
      throw invalid("Exact data has no examples: they would be stored in clear text.", "matchExamples");
    return;
  }
  if (matchExamples.length === 0) throw invalid("Give at least one text in which something is found.", "matchExamples");
  const set = compiled(customDetector({ ...draft, slug: "draft" }, null));
  for (const [examples, field, isFound] of [
    [matchExamples, "matchExamples", true],
    [noneExamples, "noneExamples", false],
  ] as const)
    for (const [index, example] of examples.entries())
      if (detect(example, set).length > 0 !== isFound)
        throw invalid(`The detector finds ${isFound ? "nothing" : "something"} in this example.`, field, String(index));
}

function compiled(detector: CustomDetector) {
  try {
    return compileDetectors([], [detector]);
  } catch (error) {
    if (error instanceof UnsupportedExpression) throw invalid(`Not supported: ${error.message}.`, "expression");
    throw error;
  }
}

function wordsOf(words: readonly string[], field: string, max: number): string[] {
  const cleaned = [...new Set(words.flatMap((word) => cleanText(word.trim(), 200) ?? []))];
  if (cleaned.length > max) throw invalid(`At most ${max} are allowed.`, field);
  return cleaned;
}

function countOf(count: number): number {
  if (count < 1 || count > 10_000) throw invalid("The minimum count is between 1 and 10,000.", "minCount");
  return count;
}

function examplesOf(examples: readonly string[], field: string): string[] {
  if (examples.length > maxExamples) throw invalid(`At most ${maxExamples} examples are allowed.`, field);
  return examples.map((example, index) => {
    const text = cleanText(example, maxExampleLength);
    if (text !== example) throw invalid(`An example has 1 to ${maxExampleLength} characters.`, field, String(index));
    return text;
  });
}

const invalid = (message: string, ...field: string[]) => new InvalidInputError(message, ["input", ...field]);
