import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Facts } from "../streams/posture.ts";

interface Judged<K extends keyof Facts>
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  judge: (facts: Facts[K]) => CheckResult;
  examples: { pass: Facts[K]; fail: Facts[K] };
}

/** A check of one setting, under the key of the posture stream. */
export function checkOf<K extends keyof Facts>(key: K, { judge, examples, ...about }: Judged<K>): Check {
  return {
    ...about,
    needs: [key],
    evaluate: (snapshot) => judge(snapshot.get(key) as Facts[K]),
    examples: { pass: { [key]: examples.pass }, fail: { [key]: examples.fail } },
  };
}

interface SharingCheck
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  policy: string;
  passes: readonly string[];
  fails: string;
}

/** A sharing policy that must have one of some values. One that Dropbox does not show proves nothing. */
export function policyCheck({ policy, passes, fails, ...about }: SharingCheck): Check {
  return checkOf("sharing", {
    ...about,
    judge: (sharing) => judgeValue(sharing[policy] ?? null, passes),
    examples: { pass: { [policy]: passes[0] as string }, fail: { [policy]: fails } },
  });
}

export function judgeValue(value: string | null, passes: readonly string[]): CheckResult {
  if (value === null || value === "other") return { result: "unknown", because: "Dropbox does not show this policy." };
  return { result: passes.includes(value) ? "pass" : "fail", evidence: { value } };
}

export function verdict(isGood: boolean, evidence: unknown): CheckResult {
  return { result: isGood ? "pass" : "fail", evidence };
}
