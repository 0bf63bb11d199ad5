import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

/** Recommendations of the CIS Amazon Web Services Foundations Benchmark v3.0.0. */
export const cis = (...ids: string[]) => `CIS AWS Foundations Benchmark v3.0.0: ${ids.join(", ")}`;

export const list = (snapshot: PostureSnapshot, key: string): Json[] => listOf(snapshot.get(key)).map(objectOf);

/** How many of several are good, and which are not; at most 50 are named. */
export function judge(all: readonly Json[], bad: readonly Json[], write: (item: Json) => unknown): CheckResult {
  return {
    result: bad.length === 0 ? "pass" : "fail",
    share: all.length === 0 ? 1 : 1 - bad.length / all.length,
    evidence: { looked: all.length, found: bad.slice(0, 50).map(write) },
  };
}

/** A check of each entry under one key. */
export interface EachCheck extends Omit<Check, "needs" | "evaluate" | "examples"> {
  key: string;
  /** Entries that the check is about. Default: all. */
  of?: (entry: Json) => boolean;
  isBad: (entry: Json) => boolean;
  /** For evidence. Default: account with name or region. */
  write?: (entry: Json) => unknown;
  /** An entry that passes and one that fails, without the account. */
  examples: { pass: Json; fail: Json };
}

const usual = ({ account, name, region }: Json) => ({
  account,
  ...(name ? { name } : {}),
  ...(region ? { region } : {}),
});

export function eachCheck({ key, of = () => true, isBad, write = usual, examples, ...facts }: EachCheck): Check {
  const example = (entry: Json) => ({ [key]: [{ account: "111122223333", ...entry }] });
  return {
    ...facts,
    needs: [key],
    evaluate(snapshot) {
      const all = list(snapshot, key).filter(of);
      return judge(all, all.filter(isBad), write);
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

/** A check that each account has at least one entry under a key that passes. */
export function anyCheck({ key, isBad, examples, ...facts }: EachCheck): Check {
  const example = (entry: Json) => ({
    summaries: [{ account: "111122223333" }],
    [key]: [{ account: "111122223333", ...entry }],
  });
  return {
    ...facts,
    needs: ["summaries", key],
    evaluate(snapshot) {
      const accounts = list(snapshot, "summaries");
      const good = list(snapshot, key).filter((entry) => !isBad(entry));
      const bad = accounts.filter(({ account }) => !good.some((entry) => entry.account === account));
      return judge(accounts, bad, ({ account }) => ({ account }));
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

export const dayMs = 86_400_000;
