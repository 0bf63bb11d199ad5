import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { AppFacts, Counted, PeopleFacts, WorkspaceFacts } from "../posture.ts";

export interface Facts {
  people: PeopleFacts;
  apps: AppFacts;
  workspaces: WorkspaceFacts;
}

export const nobody: Counted = { count: 0, names: [] };
export const somebody: Counted = { count: 1, names: ["mira.holt@acme.test"] };

const good: Facts = {
  people: {
    ...{ members: 100, withoutSignOn: nobody, withoutFactor: nobody, adminsWithoutFactor: nobody },
    ...{ admins: { count: 4, names: [] }, owners: { count: 3, names: [] }, staleAdmins: nobody },
    ...{ staleMembers: nobody, guests: 5, endlessGuests: nobody, staleGuests: nobody },
  },
  apps: { apps: 7, sensitive: nobody, unlisted: nobody },
  workspaces: { workspaces: 3, open: nobody },
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

/** The same, where having none of it is as good as it gets. */
export const none = (all: number, bad: Counted): CheckResult =>
  all === 0 ? verdict(true, { of: 0 }) : share(all, bad, "");
