import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import { objectOf } from "#src/connector-kit/record.ts";

export type Category = "security" | "contentAndSharing" | "userSettings";

interface SettingCheck extends Omit<Check, "needs" | "evaluate" | "examples"> {
  category: Category;
  /** Names of the settings, as Box calls them. */
  settings: readonly string[];
  /** Gets their values in the same order; null: it cannot be judged. */
  passes: (...values: unknown[]) => boolean | null;
  /** Values that pass and that fail. */
  examples: { pass: readonly unknown[]; fail: readonly unknown[] };
}

/** A check of settings of one category. A setting that the enterprise does not use, or that Box does not show, proves nothing. */
export function settingCheck({ category, settings, passes, examples, ...facts }: SettingCheck): Check {
  const named = (values: readonly unknown[]) =>
    Object.fromEntries(settings.map((name, index) => [name, values[index]]));
  return {
    ...facts,
    needs: [category],
    evaluate(snapshot): CheckResult {
      const found = objectOf(snapshot.get(category));
      const values = settings.map((name) => found[name] ?? null);
      const passed = values.includes(null) ? null : passes(...values);
      if (passed === null)
        return { result: "unknown", because: `Box does not show these settings: ${settings.join(", ")}.` };
      return { result: passed ? "pass" : "fail", evidence: named(values) };
    },
    examples: { pass: { [category]: named(examples.pass) }, fail: { [category]: named(examples.fail) } },
  };
}

export const isTrue = (value: unknown): boolean => value === true;

export const atLeast = (figure: number) => (value: unknown) => typeof value === "number" && value >= figure;
