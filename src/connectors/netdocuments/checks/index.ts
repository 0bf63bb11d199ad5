import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import {
  type CabinetFacts,
  type Counted,
  fewestAdmins,
  type GroupFacts,
  mostAdmins,
  type PeopleFacts,
  staleDays,
} from "../posture.ts";

interface Facts {
  people: PeopleFacts;
  groups: GroupFacts;
  cabinets: CabinetFacts;
}

const none: Counted = { count: 0, names: [] };
const some: Counted = { count: 1, names: ["pat@partner.test"] };
const good: Facts = {
  people: { members: 80, externals: 8, staleExternals: none, staleMembers: none, invited: none },
  groups: { groups: 9, hidden: none },
  cabinets: { cabinets: 3, oddAdmins: none, outsideEditors: none, outsideDefaults: none },
};
const mostExternals = 0.2;

interface Judged<K extends keyof Facts>
  extends Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints"> {
  judge: (facts: Facts[K]) => CheckResult;
  failing: Partial<Facts[K]>;
}

function checkOf<K extends keyof Facts>(key: K, { judge, failing, ...about }: Judged<K>): Check {
  return {
    ...about,
    needs: [key],
    evaluate: (snapshot) => judge(snapshot.get(key) as Facts[K]),
    examples: { pass: { [key]: good[key] }, fail: { [key]: { ...good[key], ...failing } } },
  };
}

const verdict = (isGood: boolean, evidence: Record<string, unknown>): CheckResult => ({
  result: isGood ? "pass" : "fail",
  evidence,
});

/** How many of several are bad. Nothing to look at proves nothing. */
function share(all: number, bad: Counted, nothing: string): CheckResult {
  if (all === 0) return { result: "unknown", because: nothing };
  return { ...verdict(bad.count === 0, { of: all, ...bad }), share: 1 - Math.min(1, bad.count / all) };
}

const members = "*Admin > Users and groups*";
const cabinetPage = "*Admin > Cabinets > Membership and rights*";
const noCabinet = "NetDocuments shows no cabinet of this repository.";

/** Derived from people, groups and cabinets: no benchmark is published, and the settings of sign-in cannot be read. */
export const checks: readonly Check[] = [
  checkOf("people", {
    slug: "netdocuments-stale-externals",
    title: "Remove people from outside who no longer sign in",
    description: `Every external member has signed in within the last ${staleDays} days.`,
    remediation: `${members}: remove those in the evidence.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ externals, staleExternals }) =>
      externals === 0 ? verdict(true, { externals }) : share(externals, staleExternals, ""),
    failing: { staleExternals: some },
  }),
  checkOf("people", {
    slug: "netdocuments-stale-members",
    title: "Remove members who no longer sign in",
    description: `Every internal member has signed in within the last ${staleDays} days.`,
    remediation: `${members}: remove those in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ members: all, staleMembers }) => share(all, staleMembers, "NetDocuments shows no internal member."),
    failing: { staleMembers: some },
  }),
  checkOf("people", {
    slug: "netdocuments-open-invitations",
    title: "Leave no invitation open",
    description: "Every member has registered: who gets hold of an open invitation becomes the member.",
    remediation: `${members}: remove those in the evidence, or invite them again.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ invited }) => verdict(invited.count === 0, { invited }),
    failing: { invited: some },
  }),
  checkOf("people", {
    slug: "netdocuments-share-of-externals",
    title: "Keep people from outside a small part of the repository",
    description: "At most one member in five is external.",
    remediation: `${members}: remove external members whose matters are closed.`,
    severity: "LOW",
    maxPoints: 2,
    judge: ({ members: all, externals }) =>
      all + externals === 0
        ? { result: "unknown", because: "NetDocuments shows no member." }
        : verdict(externals / (all + externals) <= mostExternals, { members: all, externals }),
    failing: { externals: 60 },
  }),
  checkOf("groups", {
    slug: "netdocuments-hidden-groups",
    title: "Have no group whose members are hidden",
    description: "Of a hidden group nobody but its administrators sees who gets access by it.",
    remediation: `${members}: show the members of the groups in the evidence.`,
    severity: "LOW",
    maxPoints: 2,
    judge: ({ groups, hidden }) => share(groups, hidden, "NetDocuments shows no group."),
    failing: { hidden: { count: 1, names: ["Deal team"] } },
  }),
  checkOf("cabinets", {
    slug: "netdocuments-cabinet-admins",
    title: `Have between ${fewestAdmins} and ${mostAdmins} administrators for each cabinet`,
    description: "An administrator of a cabinet opens every document in it. One alone locks it when they leave.",
    remediation: `${cabinetPage}: change who administers the cabinets in the evidence.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ cabinets, oddAdmins }) => share(cabinets, oddAdmins, noCabinet),
    failing: { oddAdmins: { count: 1, names: ["Litigation"] } },
  }),
  checkOf("cabinets", {
    slug: "netdocuments-outside-editors",
    title: "Let no group from outside edit, share or administer a cabinet",
    description: "External groups have the right to view at most.",
    remediation: `${cabinetPage}: reduce the rights of external groups on the cabinets in the evidence.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ cabinets, outsideEditors }) => share(cabinets, outsideEditors, noCabinet),
    failing: { outsideEditors: { count: 1, names: ["Litigation"] } },
  }),
  checkOf("cabinets", {
    slug: "netdocuments-outside-defaults",
    title: "Open new documents to nobody from outside",
    description: "The default rights of a cabinet name no external group: access is given to each document on purpose.",
    remediation: `${cabinetPage}: take external groups out of the default rights of the cabinets in the evidence.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ cabinets, outsideDefaults }) => share(cabinets, outsideDefaults, noCabinet),
    failing: { outsideDefaults: { count: 1, names: ["Litigation"] } },
  }),
];
