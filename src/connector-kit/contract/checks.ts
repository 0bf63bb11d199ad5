import type { Severity } from "./kinds.ts";

export interface CheckResult {
  result: "pass" | "fail" | "unknown";
  /** 0..1 of the points; default 1 for pass, 0 otherwise. */
  share?: number;
  /** Figures and names that prove it. */
  evidence?: unknown;
  /** Why unknown. */
  because?: string;
}
/** What checks see: stored settings of the tenant, and counts over stored records. */
export interface PostureSnapshot {
  get: (key: string) => unknown;
  unreadable: (key: string) => string | null;
}
export interface Check {
  slug: string;
  title: string;
  description: string;
  /** Markdown steps. */
  remediation: string;
  severity: Severity;
  maxPoints: number;
  /** `CIS CRM Benchmark 1.2.0: 1.3.5`. */
  benchmark?: string;
  /** Keys of the posture stream it reads; one unreadable makes the answer unknown before `evaluate` runs. */
  needs: readonly string[];
  evaluate: (snapshot: PostureSnapshot) => CheckResult;
  /** Beside the rule: a snapshot each that passes and fails; one test runs them all. */
  examples: { pass: Record<string, unknown>; fail: Record<string, unknown> };
}
