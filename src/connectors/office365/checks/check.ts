import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";

export type About = Pick<
  Check,
  "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints" | "benchmark"
>;

/** `benchmark`: the numbers of a check in the CIS Microsoft 365 Foundations Benchmark and in CISA's SCuBA baselines. */
export function named({ cis, scuba }: { cis?: string; scuba?: string }): { benchmark: string } {
  const parts = [cis && `CIS Microsoft 365 Foundations 6.0.0: ${cis}`, scuba && `CISA SCuBA: ${scuba}`];
  return { benchmark: parts.filter(Boolean).join("; ") };
}

interface SettingCheck extends About {
  /** Key of the posture stream. */
  key: string;
  /** Path of the value in it: `defaultUserRolePermissions.allowedToCreateApps`. */
  field: string;
  passes: (value: unknown) => boolean;
  /** Values that pass and that fail. */
  examples: { pass: unknown; fail: unknown };
}

/** A check of one value. A value that Microsoft does not show proves nothing. */
export function settingCheck({ key, field, passes, examples, ...about }: SettingCheck): Check {
  return {
    ...about,
    needs: [key],
    evaluate(snapshot) {
      const value = valueAt(snapshot.get(key), field);
      if (value === undefined || value === null) return unknown(`Microsoft does not show ${field} of this tenant.`);
      return verdict(passes(value), { [field]: value });
    },
    examples: { pass: { [key]: nested(field, examples.pass) }, fail: { [key]: nested(field, examples.fail) } },
  };
}

function nested(field: string, value: unknown): unknown {
  return field.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

interface FoundCheck extends About {
  key: string;
  /** What is found in the value of the key that should not be there. */
  found: (value: Record<string, unknown>) => readonly unknown[];
  examples: { pass: unknown; fail: unknown };
}

/** A check that passes when nothing is found; what is found is the evidence. */
export function noneFound({ key, found, examples, ...about }: FoundCheck): Check {
  return {
    ...about,
    needs: [key],
    evaluate(snapshot) {
      const all = found(objectOf(snapshot.get(key)));
      return verdict(all.length === 0, { count: all.length, found: some(all) });
    },
    examples: { pass: { [key]: examples.pass }, fail: { [key]: examples.fail } },
  };
}

export function verdict(isGood: boolean, evidence: unknown): CheckResult {
  return { result: isGood ? "pass" : "fail", evidence };
}

export function unknown(because: string): CheckResult {
  return { result: "unknown", because };
}

/** So many names are kept as evidence. */
export const enoughNames = 50;

export function some<T>(all: readonly T[]): T[] {
  return all.slice(0, enoughNames);
}

export function recordsOf(snapshot: PostureSnapshot, key: string): Record<string, unknown>[] {
  return listOf(snapshot.get(key)).map(objectOf);
}

export const isTrue = (value: unknown): boolean => value === true;
export const isFalse = (value: unknown): boolean => value === false;
