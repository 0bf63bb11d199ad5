import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { GroupFacts, PeopleFacts } from "../posture-people.ts";
import type { SharingFacts } from "../posture-sharing.ts";

export interface Facts {
  people: PeopleFacts;
  groups: GroupFacts;
  sharing: SharingFacts;
}

const good: Facts = {
  people: {
    ...{ systemAdmins: { count: 3, names: [] }, admins: 5, members: 80 },
    ...{ inactiveAdmins: [], outsideAdmins: [], invitedAdmins: [] },
    ...{ staleMembers: { count: 0, names: [] }, outsideSeats: { count: 0, names: [] } },
  },
  groups: { groups: 12, withOutsiders: [], withoutActiveOwner: [] },
  sharing: { looked: 40, published: [], outside: [], outsideSharers: [] },
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
export function share(all: number, bad: number, evidence: Record<string, unknown>, none: string): CheckResult {
  if (all === 0) return { result: "unknown", because: none };
  return { ...verdict(bad === 0, evidence), share: 1 - Math.min(1, bad / all) };
}
