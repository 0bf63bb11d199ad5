import { expect, test } from "vitest";
import { withTotals } from "./reporters.ts";

const totals = "--reporter=./test/support/totals-reporter.ts";

test.each([
  [[], ["--reporter=default", totals]],
  [["test/some.test.ts"], ["test/some.test.ts", "--reporter=default", totals]],
  [["--reporter=verbose"], ["--reporter=verbose", totals]],
  [
    ["--reporter", "dot", "-t", "name"],
    ["--reporter", "dot", "-t", "name", totals],
  ],
])("the totals are counted beside the reporters of %j", (asked, given) => {
  expect(withTotals(asked)).toEqual(given);
});
