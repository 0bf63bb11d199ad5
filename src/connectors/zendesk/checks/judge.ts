import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { AccountFacts, Counted, PeopleFacts, SecurityFacts, TokenFacts } from "../posture.ts";

export interface Facts {
  security: SecurityFacts;
  account: AccountFacts;
  people: PeopleFacts;
  tokens: TokenFacts;
}

export const nobody: Counted = { count: 0, names: [] };
export const somebody: Counted = { count: 1, names: ["mira.holt@acme.test"] };

const good: Facts = {
  security: {
    ...{ twoFactor: true, singleSignOn: true, bypass: 1, passwordLevel: 350, passwordLength: 12, failedAttempts: 10 },
    ...{ idleMinutes: 480, isSessionLimited: true, sessionMinutes: 720, isAssumable: false, isIpRestricted: true },
    ...{ adminsSetPasswords: false, notifiesOfChanges: true },
  },
  account: { passwordAccess: false, privateAttachments: true },
  people: { admins: { count: 3, names: [] }, staleAdmins: nobody, adminsWithoutFactor: nobody, outsiders: nobody },
  tokens: { tokens: 4, stale: nobody, unlimited: nobody },
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

/** What the account does not show proves nothing. */
export function shown<T>(value: T | null, isGood: (value: T) => boolean, name: string): CheckResult {
  if (value === null) return { result: "unknown", because: `Zendesk does not show ${name}.` };
  return verdict(isGood(value), { [name.replaceAll(" ", "_")]: value });
}

/** How many of several are bad. Nothing to look at proves nothing. */
export function share(all: number, bad: Counted, none: string): CheckResult {
  if (all === 0) return { result: "unknown", because: none };
  return { ...verdict(bad.count === 0, { of: all, ...bad }), share: 1 - Math.min(1, bad.count / all) };
}
