import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What test/run.ts prints at the end. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  /** The files that took longest, the slowest first. */
  slowest: { file: string; seconds: number }[];
}

const slowestCount = 10;

/** Keeps the totals in a file while the tests run, so that an interrupted run has them too. */
export default class TotalsReporter implements Reporter {
  private readonly totals: Totals = { passed: 0, failed: 0, skipped: 0, slowest: [] };

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state !== "pending") this.totals[state] += 1;
    this.write();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    // A file that does not load, a failing hook around a suite and an error outside any test have no test to carry them.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const suites = modules.flatMap((module) => [...module.children.allSuites()]);
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0).length;
    this.totals.failed += broken + brokenSuites + unhandledErrors.length;
    this.totals.slowest = modules
      .map((module) => ({ file: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, slowestCount);
    this.write();
  }

  private write(): void {
    const file = process.env.GATEHOUSE_TEST_TOTALS;
    if (file) writeFileSync(file, JSON.stringify(this.totals));
  }
}
