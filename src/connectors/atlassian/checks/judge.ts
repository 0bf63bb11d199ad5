import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Counted, DomainFacts, PeopleFacts, PolicyFacts, TokenFacts } from "../posture.ts";

export interface Facts {
  people: PeopleFacts;
  policies: PolicyFacts;
  domains: DomainFacts;
  tokens: TokenFacts;
}

export const nobody: Counted = { count: 0, names: [] };
export const somebody: Counted = { count: 1, names: ["mira.holt@acme.test"] };

const good: Facts = {
  people: {
    ...{ managed: 80, withoutFactor: nobody, orgAdmins: { count: 3, names: [] }, admins: 5, outsiders: nobody },
    ...{ adminsWithoutFactor: nobody, outsideAdmins: nobody, staleAdmins: nobody, stale: nobody },
  },
  policies: { enabled: ["data-security", "ip-allowlist"] },
  domains: { verified: ["acme.test"], unverified: [] },
  tokens: { tokens: 6, endless: nobody, stale: nobody },
};

interface Judged<K extends keyof Facts>
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  judge: (facts: Facts[K]) => CheckResult;
  /** What makes good facts fail. */
  failing: Partial<Facts[K]>;
}

export function checkOf<K extends keyof Facts>(key: K, { judge, failing, ...about }: Judged<K>): Check {
  return {
    ...about,
    needs: [key],
    evaluate: (snapshot) => judge(snapshot.get(key) as Facts[K]),
    examples: { pass: { [key]: good[key] }, fail: { [key]: { ...good[key], ...failing } } },
  };
}

export const verdict = (isGood: boolean, evidence: Record<string, unknown>): CheckResult => ({
  result: isGood ? "pass" : "fail",
  evidence,
});

/** How many of several are bad. Nothing to look at proves nothing. */
export function share(all: number, bad: Counted, none: string): CheckResult {
  if (all === 0) return { result: "unknown", because: none };
  return { ...verdict(bad.count === 0, { of: all, ...bad }), share: 1 - Math.min(1, bad.count / all) };
}
