import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

const maxFullAdministrators = 5;
const maxIdleDays = 90;
const maxWaitingDays = 30;

const full = "Full Administrator";
const isFull = ({ roles }: Json) => listOf(roles).some((role) => String(role).toLowerCase() === full.toLowerCase());

function administratorsIn(snapshot: PostureSnapshot): Json[] {
  return listOf(snapshot.get("administrators")).map(objectOf);
}

/** At least one administrator reads this. */
const nobody: CheckResult = { result: "unknown", because: "Webex shows no administrator to this account." };

const sample = (count: number, more: Json = {}) =>
  Array.from({ length: count }, (_, index) => ({ email: `p${index}@acme.test`, roles: [full], idleDays: 3, ...more }));

export const peopleChecks: readonly Check[] = [
  {
    slug: "webex-full-administrators",
    title: "Have two to five Full Administrators",
    description: "One may become unavailable; each further one can change everything.",
    remediation: "Control Hub → **Users** → the user → **Administrator roles**: give the roles that are really needed.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["administrators"],
    evaluate(snapshot) {
      const administrators = administratorsIn(snapshot);
      if (administrators.length === 0) return nobody;
      const emails = administrators.filter(isFull).map(({ email }) => email);
      const isFew = emails.length >= 2 && emails.length <= maxFullAdministrators;
      return {
        result: isFew ? "pass" : "fail",
        evidence: { count: emails.length, administrators: emails.slice(0, 50) },
      };
    },
    examples: { pass: { administrators: sample(3) }, fail: { administrators: sample(9) } },
  },
  {
    slug: "webex-idle-administrators",
    title: "Let no administrator be idle",
    description: `An administrator who has not used Webex for ${maxIdleDays} days would not notice that another person uses the account.`,
    remediation: "Control Hub → **Users** → the user → **Administrator roles**: take the role away.",
    severity: "MEDIUM",
    maxPoints: 3,
    needs: ["administrators"],
    evaluate(snapshot) {
      const known = administratorsIn(snapshot).filter(({ idleDays }) => typeof idleDays === "number");
      if (known.length === 0)
        return { result: "unknown", because: "Webex does not show when administrators were last active." };
      const idle = known.filter(({ idleDays }) => Number(idleDays) > maxIdleDays);
      return {
        result: idle.length === 0 ? "pass" : "fail",
        evidence: { known: known.length, idle: idle.slice(0, 50) },
      };
    },
    examples: { pass: { administrators: sample(2) }, fail: { administrators: sample(2, { idleDays: 200 }) } },
  },
  {
    slug: "webex-separate-compliance",
    title: "Keep Compliance Officers and Full Administrators apart",
    description:
      "Who can read everybody's messages should not be able to change the log of it, and give the role to others.",
    remediation:
      "Control Hub → **Users** → the user → **Administrator roles**: give one of the roles to another account. Gatehouse can be connected with each.",
    severity: "LOW",
    maxPoints: 2,
    needs: ["administrators"],
    evaluate(snapshot) {
      const administrators = administratorsIn(snapshot);
      if (administrators.length === 0) return nobody;
      const both = administrators.filter(
        (one) => isFull(one) && listOf(one.roles).some((role) => /compliance officer/i.test(String(role))),
      );
      const emails = both.map(({ email }) => email);
      return { result: both.length === 0 ? "pass" : "fail", evidence: { both: emails.slice(0, 50) } };
    },
    examples: {
      pass: { administrators: sample(2) },
      fail: { administrators: sample(1, { roles: [full, "Compliance Officer"] }) },
    },
  },
  {
    slug: "webex-stale-invitations",
    title: "Withdraw invitations that nobody accepted",
    description: `An invitation of more than ${maxWaitingDays} days ago may reach another person's mailbox by now.`,
    remediation: "Control Hub → **Users**, filter *Invite pending*: invite again, or delete the user.",
    severity: "LOW",
    maxPoints: 2,
    needs: ["invited"],
    evaluate(snapshot) {
      const stale = listOf(snapshot.get("invited"))
        .map(objectOf)
        .filter(({ waitingDays }) => Number(waitingDays ?? 0) > maxWaitingDays);
      return {
        result: stale.length === 0 ? "pass" : "fail",
        evidence: { count: stale.length, stale: stale.slice(0, 50) },
      };
    },
    examples: {
      pass: { invited: [{ email: "p@acme.test", waitingDays: 2 }] },
      fail: { invited: [{ email: "p@acme.test", waitingDays: 80 }] },
    },
  },
];
