import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import type { Json } from "#src/connector-kit/record.ts";
import type { Surveyed } from "../streams/posture.ts";

/** Recommendations of the CIS benchmark, version 3.0.0. */
export const cis = (...ids: string[]): string => `CIS Microsoft Azure Foundations Benchmark 3.0.0: ${ids.join(", ")}`;

export const unknown = (because: string): CheckResult => ({ result: "unknown", because });

export const verdict = (isGood: boolean, evidence: unknown): CheckResult => ({
  result: isGood ? "pass" : "fail",
  evidence,
});

type Facts = Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints" | "benchmark">;

/** For evidence: at most 50. */
const some = <T>(items: readonly T[]): T[] => items.slice(0, 50);

export function surveyed(snapshot: PostureSnapshot, key: string): Surveyed {
  return snapshot.get(key) as Surveyed;
}

/** What was found wrong. With a subscription that could not be read, nothing wrong in the others is no pass. */
export function judge(
  { denied }: Pick<Surveyed, "denied">,
  bad: readonly unknown[],
  { of, ...evidence }: { of: number } & Record<string, unknown>,
): CheckResult {
  const whole = { ...evidence, bad: some(bad), ...(denied.length > 0 ? { unread: some(denied) } : {}) };
  if (bad.length > 0) return { result: "fail", share: Math.max(0, 1 - bad.length / Math.max(of, 1)), evidence: whole };
  if (denied.length === 0) return { result: "pass", evidence: whole };
  const names = some(denied).map(({ subscription }) => subscription);
  return { result: "unknown", because: `Not every subscription can be read: ${names.join(", ")}.`, evidence: whole };
}

interface ResourceCheck extends Facts {
  /** Key of the posture stream. */
  key: string;
  good: (resource: Json) => boolean;
  /** Fields that the evidence shows of a bad one, beside its name and subscription. */
  shown: readonly string[];
  /** Fields of a resource that passes and of one that fails. */
  examples: { pass: Json; fail: Json };
}

/** Every resource of a kind is as it should be. None at all passes: there is nothing to expose. */
export function resourceCheck({ key, good, shown, examples, ...facts }: ResourceCheck): Check {
  const example = (fields: Json): Record<string, Surveyed> => ({
    [key]: { found: [{ name: "acme", subscription: "Production", ...fields }], read: ["Production"], denied: [] },
  });
  return {
    ...facts,
    needs: [key],
    evaluate(snapshot) {
      const all = surveyed(snapshot, key);
      const bad = all.found.filter((one) => !good(one));
      const fields = ["name", "subscription", ...shown];
      const evidence = bad.map((one) => Object.fromEntries(fields.map((field) => [field, one[field] ?? null])));
      return judge(all, evidence, { of: all.found.length, checked: all.found.length });
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

interface SubscriptionCheck extends Facts {
  key: string;
  /** What of a subscription's records is amiss; empty: nothing. */
  amiss: (records: readonly Json[]) => readonly string[];
  /** Records of one subscription that pass and that fail. */
  examples: { pass: readonly Json[]; fail: readonly Json[] };
}

/** Every subscription has what it should have. */
export function subscriptionCheck({ key, amiss, examples, ...facts }: SubscriptionCheck): Check {
  const example = (records: readonly Json[]): Record<string, Surveyed> => ({
    [key]: { found: records.map((one) => ({ ...one, subscription: "Production" })), read: ["Production"], denied: [] },
  });
  return {
    ...facts,
    needs: [key],
    evaluate(snapshot) {
      const all = surveyed(snapshot, key);
      const bad = all.read.flatMap((subscription) => {
        const found = amiss(all.found.filter((one) => one.subscription === subscription));
        return found.length > 0 ? [{ subscription, missing: some(found) }] : [];
      });
      return judge(all, bad, { of: all.read.length, subscriptions: all.read.length });
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}
