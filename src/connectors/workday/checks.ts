import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { AccountFigures, SignOnFigures } from "./streams/posture.ts";

const unknown = (because: string): CheckResult => ({ result: "unknown", because });
const unknownStates = (count: number, statesDenied: string | null) =>
  unknown(`It is unknown whether ${count} of the accounts are enabled${statesDenied ? `: ${statesDenied}` : "."}`);

const someSignOns: SignOnFigures = {
  days: 30,
  successfulUi: 400,
  bySaml: 392,
  passwordUsers: ["ana.ruiz"],
  mfaStated: 400,
  mfaExemptUsers: [],
  integrationUsersOnUi: [],
};
const someAccounts: AccountFigures = {
  workers: 120,
  signOnDays: 90,
  inactive: [],
  inactiveCount: 0,
  inactiveUnknown: 0,
  terminatedEnabled: [],
  terminatedUnknown: 0,
  terminatedSignedOn: [],
  terminatedDated: 4,
  terminated: 4,
  statesDenied: null,
};

type Facts<F> = Omit<Check, "needs" | "evaluate" | "examples"> & {
  evaluate: (figures: F) => CheckResult;
  /** What makes the passing example fail. */
  fails: Partial<F>;
};

function checkOf<F extends object>(key: string, some: F, { evaluate, fails, ...facts }: Facts<F>): Check {
  return {
    ...facts,
    needs: [key],
    evaluate: (snapshot) => evaluate(snapshot.get(key) as F),
    examples: { pass: { [key]: some }, fail: { [key]: { ...some, ...fails } } },
  };
}
const signOns = (facts: Facts<SignOnFigures>) => checkOf("signOns", someSignOns, facts);
const accounts = (facts: Facts<AccountFigures>) => checkOf("accounts", someAccounts, facts);

export const checks: readonly Check[] = [
  signOns({
    slug: "workday-sso",
    title: "Sign in to Workday through your identity provider",
    description:
      "At least 95 of 100 sign-ons through the UI in the last 30 days used SAML. Passwords kept in Workday escape the rules of your identity provider.",
    remediation: [
      "1. *Edit Tenant Setup - Security*: set up the SAML identity provider.",
      "2. *Manage Authentication Policies*: restrict the types allowed to people to SAML.",
      "3. Ask those named in the evidence to sign in through single sign-on.",
    ].join("\n"),
    severity: "HIGH",
    maxPoints: 10,
    evaluate: ({ successfulUi, bySaml, passwordUsers, days }) => {
      if (successfulUi === 0) return unknown("Nobody signed in through the UI in the days looked at.");
      const share = bySaml / successfulUi;
      return {
        result: share >= 0.95 ? "pass" : "fail",
        share: share >= 0.95 ? 1 : share,
        evidence: { successfulUi, bySaml, passwordUsers, days },
      };
    },
    fails: { bySaml: 120 },
  }),
  signOns({
    slug: "workday-mfa-exemptions",
    title: "Exempt nobody from multi-factor authentication",
    description: "Nobody who signed on in the last 30 days was exempt from multi-factor authentication.",
    remediation:
      "*Edit Workday Account* of each person named in the evidence: untick **Exempt from Multi-Factor Authentication**.",
    severity: "HIGH",
    maxPoints: 8,
    evaluate: ({ mfaStated, mfaExemptUsers, days }) => {
      if (mfaStated === 0) return unknown("No sign-on states whether it was exempt from multi-factor authentication.");
      return { result: mfaExemptUsers.length === 0 ? "pass" : "fail", evidence: { mfaExemptUsers, days } };
    },
    fails: { mfaExemptUsers: ["tom.berg"] },
  }),
  signOns({
    slug: "workday-integration-users-ui",
    title: "Keep integration system users out of the UI",
    description:
      "No integration system user (named ISU_…) signed in through the UI in the last 30 days. They have wide rights and no second factor.",
    remediation:
      "*Edit Workday Account* of each integration system user named: tick **Do Not Allow UI Sessions**, and find out who signed in.",
    severity: "MEDIUM",
    maxPoints: 5,
    evaluate: ({ integrationUsersOnUi, days }) => {
      return { result: integrationUsersOnUi.length === 0 ? "pass" : "fail", evidence: { integrationUsersOnUi, days } };
    },
    fails: { integrationUsersOnUi: ["isu_payroll"] },
  }),
  accounts({
    slug: "workday-inactive-accounts",
    title: "Disable accounts nobody uses",
    description: "Every worker with an enabled account signed on in the last 90 days.",
    remediation:
      "Ask the managers of those named. *Edit Workday Account*: tick **Account Disabled** where the account is not needed.",
    severity: "LOW",
    maxPoints: 4,
    evaluate: ({ inactive, inactiveCount, inactiveUnknown, workers, signOnDays, statesDenied }) => {
      // Without the whole span, a person who was merely on leave would look inactive.
      if (signOnDays < 85) return unknown(`Workday keeps only ${signOnDays} days of sign-ons; 90 are needed.`);
      if (inactiveCount === 0 && inactiveUnknown > 0) return unknownStates(inactiveUnknown, statesDenied);
      return {
        result: inactiveCount === 0 ? "pass" : "fail",
        // An unknown account earns nothing.
        share: workers === 0 ? 1 : 1 - (inactiveCount + inactiveUnknown) / workers,
        evidence: { inactiveCount, inactiveUnknown, inactive },
      };
    },
    fails: { inactive: ["kim.lee"], inactiveCount: 1 },
  }),
  accounts({
    slug: "workday-terminated-accounts",
    title: "Disable the accounts of terminated workers",
    description: "No terminated worker has an account that can still be used.",
    remediation:
      "*Edit Workday Account* of each person named: tick **Account Disabled**. Let the termination business process do so from now on.",
    severity: "HIGH",
    maxPoints: 8,
    evaluate: ({ terminatedEnabled, terminatedUnknown, terminated, statesDenied }) => {
      if (terminatedEnabled.length === 0 && terminatedUnknown > 0)
        return unknownStates(terminatedUnknown, statesDenied);
      return {
        result: terminatedEnabled.length === 0 ? "pass" : "fail",
        evidence: { terminatedEnabled, terminatedUnknown, terminated },
      };
    },
    fails: { terminatedEnabled: ["lea.moor"] },
  }),
  accounts({
    slug: "workday-terminated-signons",
    title: "Nobody signs on after leaving",
    description: "No terminated worker signed on after the day of termination.",
    remediation: "Disable the accounts named, and look at what was done in their sessions.",
    severity: "CRITICAL",
    maxPoints: 10,
    evaluate: ({ terminatedSignedOn, terminatedDated, terminated }) => {
      if (terminatedSignedOn.length === 0 && terminatedDated < terminated)
        return unknown(
          `Workday does not show the user name or the date of termination of ${terminated - terminatedDated} workers.`,
        );
      return {
        result: terminatedSignedOn.length === 0 ? "pass" : "fail",
        evidence: { terminatedSignedOn, terminatedDated },
      };
    },
    fails: { terminatedSignedOn: ["lea.moor"] },
  }),
  checkOf(
    "activityLog",
    { rowsLastDay: 1200 },
    {
      slug: "workday-activity-logging",
      title: "Keep user activity logging switched on",
      description:
        "The user activity log has rows of the last 24 hours. Without it nobody can tell who looked at what.",
      remediation: "*Edit Tenant Setup - System*: tick **Enable User Activity Logging**.",
      severity: "HIGH",
      maxPoints: 6,
      evaluate: ({ rowsLastDay }) => ({ result: rowsLastDay > 0 ? "pass" : "fail", evidence: { rowsLastDay } }),
      fails: { rowsLastDay: 0 },
    },
  ),
];
