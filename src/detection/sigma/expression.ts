import { type RegexFlags, UnsupportedExpression } from "#src/platform/regex/parse.ts";
import { regexTest } from "#src/platform/regex/test.ts";
import { UnsupportedRule } from "./errors.ts";
import type { TextTest } from "./pattern.ts";

/** The test of a `re` modifier. Throws UnsupportedRule. */
export function expressionTest(source: string, flags: RegexFlags): TextTest {
  try {
    return regexTest(source, flags);
  } catch (error) {
    if (error instanceof UnsupportedExpression) throw new UnsupportedRule(error.message, { cause: error });
    throw error;
  }
}
