import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Facts, Found } from "../streams/posture.ts";

interface Judged<K extends keyof Facts>
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  passes: (facts: Facts[K]) => boolean;
  evidence: (facts: Facts[K]) => unknown;
  examples: { pass: Facts[K]; fail: Facts[K] };
}

/** A check of what the posture stream keeps under one key. */
export function checkOf<K extends keyof Facts>(key: K, { passes, evidence, examples, ...about }: Judged<K>): Check {
  return {
    ...about,
    needs: [key],
    evaluate: (snapshot): CheckResult => {
      const facts = snapshot.get(key) as Facts[K];
      return { result: passes(facts) ? "pass" : "fail", evidence: evidence(facts) };
    },
    examples: { pass: { [key]: examples.pass }, fail: { [key]: examples.fail } },
  };
}

/** For examples. */
export const found = (...names: string[]): Found => ({ count: names.length, names });
