import type { CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

/** Identifiers of the DISA STIG "Okta as a Service" V1R2. */
export const stig = (...ids: string[]) => `DISA STIG Okta IDaaS V1R2: ${ids.join(", ")}`;

export const list = (snapshot: PostureSnapshot, key: string): Json[] => listOf(snapshot.get(key)).map(objectOf);

export const active = (items: readonly Json[]): Json[] =>
  items.filter(({ status }) => status === undefined || status === "ACTIVE");

export const within = (value: unknown, low: number, high: number): boolean =>
  typeof value === "number" && value >= low && value <= high;

/** For evidence: at most 50. */
export const some = (items: readonly Json[], field: string): unknown[] => items.slice(0, 50).map((item) => item[field]);

/** How many of several are good, and which are not. Nothing to look at proves nothing. */
export function judge(all: readonly unknown[], bad: readonly unknown[], evidence: unknown, none: string): CheckResult {
  if (all.length === 0) return unknown(none);
  return { result: bad.length === 0 ? "pass" : "fail", share: 1 - bad.length / all.length, evidence };
}

export const verdict = (good: boolean, evidence: unknown): CheckResult => ({
  result: good ? "pass" : "fail",
  evidence,
});

export const unknown = (because: string): CheckResult => ({ result: "unknown", because });
