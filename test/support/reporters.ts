const totals = "--reporter=./test/support/totals-reporter.ts";

/**
 * Arguments of vitest, given those of `npm test`. Reporters on the command line replace those of the configuration, so the one that
 * counts is added to whatever reporter was asked for; the default one otherwise.
 */
export function withTotals(asked: readonly string[]): string[] {
  const named = asked.some((argument) => argument === "--reporter" || argument.startsWith("--reporter="));
  return [...asked, ...(named ? [] : ["--reporter=default"]), totals];
}
