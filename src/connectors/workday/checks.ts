import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import type { AccountHabits, SignOnHabits } from "./posture.ts";

const signOns = (snapshot: PostureSnapshot) => snapshot.get("signOns") as SignOnHabits;
const accounts = (snapshot: PostureSnapshot) => snapshot.get("accounts") as AccountHabits;
const unknown = (because: string) => ({ result: "unknown" as const, because });
const unknownStates = (count: number, statesDenied: string | null) =>
  unknown(`It is unknown whether ${count} of the accounts are enabled${statesDenied ? `: ${statesDenied}` : "."}`);

const someSignOns: SignOnHabits = {
  days: 30,
  successfulUi: 400,
  bySaml: 392,
  passwordUsers: ["ana.ruiz"],
  mfaStated: 400,
  mfaExemptUsers: [],
  integrationUsersOnUi: [],
};
const someAccounts: AccountHabits = {
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

export const checks: readonly Check[] = [
  {
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
    needs: ["signOns"],
    evaluate: (snapshot) => {
      const { successfulUi, bySaml, passwordUsers, days } = signOns(snapshot);
      if (successfulUi === 0) return unknown("Nobody signed in through the UI in the days looked at.");
      const share = bySaml / successfulUi;
      return {
        result: share >= 0.95 ? "pass" : "fail",
        share: share >= 0.95 ? 1 : share,
        evidence: { successfulUi, bySaml, passwordUsers, days },
      };
    },
    examples: { pass: { signOns: someSignOns }, fail: { signOns: { ...someSignOns, bySaml: 120 } } },
  },
  {
    slug: "workday-mfa-exemptions",
    title: "Exempt nobody from multi-factor authentication",
    description: "Nobody who signed on in the last 30 days was exempt from multi-factor authentication.",
    remediation:
      "*Edit Workday Account* of each person named in the evidence: untick **Exempt from Multi-Factor Authentication**.",
    severity: "HIGH",
    maxPoints: 8,
    needs: ["signOns"],
    evaluate: (snapshot) => {
      const { mfaStated, mfaExemptUsers, days } = signOns(snapshot);
      if (mfaStated === 0) return unknown("No sign-on states whether it was exempt from multi-factor authentication.");
      return { result: mfaExemptUsers.length === 0 ? "pass" : "fail", evidence: { mfaExemptUsers, days } };
    },
    examples: { pass: { signOns: someSignOns }, fail: { signOns: { ...someSignOns, mfaExemptUsers: ["tom.berg"] } } },
  },
  {
    slug: "workday-integration-users-ui",
    title: "Keep integration system users out of the UI",
    description:
      "No integration system user (named ISU_…) signed in through the UI in the last 30 days. They have wide rights and no second factor.",
    remediation:
      "*Edit Workday Account* of each integration system user named: tick **Do Not Allow UI Sessions**, and find out who signed in.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["signOns"],
    evaluate: (snapshot) => {
      const { integrationUsersOnUi, days } = signOns(snapshot);
      return { result: integrationUsersOnUi.length === 0 ? "pass" : "fail", evidence: { integrationUsersOnUi, days } };
    },
    examples: {
      pass: { signOns: someSignOns },
      fail: { signOns: { ...someSignOns, integrationUsersOnUi: ["isu_payroll"] } },
    },
  },
  {
    slug: "workday-inactive-accounts",
    title: "Disable accounts nobody uses",
    description: "Every worker with an enabled account signed on in the last 90 days.",
    remediation:
      "Ask the managers of those named. *Edit Workday Account*: tick **Account Disabled** where the account is not needed.",
    severity: "LOW",
    maxPoints: 4,
    needs: ["accounts"],
    evaluate: (snapshot) => {
      const { inactive, inactiveCount, inactiveUnknown, workers, signOnDays, statesDenied } = accounts(snapshot);
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
    examples: {
      pass: { accounts: someAccounts },
      fail: { accounts: { ...someAccounts, inactive: ["kim.lee"], inactiveCount: 1 } },
    },
  },
  {
    slug: "workday-terminated-accounts",
    title: "Disable the accounts of terminated workers",
    description: "No terminated worker has an account that can still be used.",
    remediation:
      "*Edit Workday Account* of each person named: tick **Account Disabled**. Let the termination business process do so from now on.",
    severity: "HIGH",
    maxPoints: 8,
    needs: ["accounts"],
    evaluate: (snapshot) => {
      const { terminatedEnabled, terminatedUnknown, terminated, statesDenied } = accounts(snapshot);
      if (terminatedEnabled.length === 0 && terminatedUnknown > 0)
        return unknownStates(terminatedUnknown, statesDenied);
      return {
        result: terminatedEnabled.length === 0 ? "pass" : "fail",
        evidence: { terminatedEnabled, terminatedUnknown, terminated },
      };
    },
    examples: {
      pass: { accounts: someAccounts },
      fail: { accounts: { ...someAccounts, terminatedEnabled: ["lea.moor"] } },
    },
  },
  {
    slug: "workday-terminated-signons",
    title: "Nobody signs on after leaving",
    description: "No terminated worker signed on after the day of termination.",
    remediation: "Disable the accounts named, and look at what was done in their sessions.",
    severity: "CRITICAL",
    maxPoints: 10,
    needs: ["accounts"],
    evaluate: (snapshot) => {
      const { terminatedSignedOn, terminatedDated, terminated } = accounts(snapshot);
      if (terminatedSignedOn.length === 0 && terminatedDated < terminated)
        return unknown(
          `Workday does not show the user name or the date of termination of ${terminated - terminatedDated} workers.`,
        );
      return {
        result: terminatedSignedOn.length === 0 ? "pass" : "fail",
        evidence: { terminatedSignedOn, terminatedDated },
      };
    },
    examples: {
      pass: { accounts: someAccounts },
      fail: { accounts: { ...someAccounts, terminatedSignedOn: ["lea.moor"] } },
    },
  },
  {
    slug: "workday-activity-logging",
    title: "Keep user activity logging switched on",
    description: "The user activity log has rows of the last 24 hours. Without it nobody can tell who looked at what.",
    remediation: "*Edit Tenant Setup - System*: tick **Enable User Activity Logging**.",
    severity: "HIGH",
    maxPoints: 6,
    needs: ["activityLog"],
    evaluate: (snapshot) => {
      const { rowsLastDay } = snapshot.get("activityLog") as { rowsLastDay: number };
      return { result: rowsLastDay > 0 ? "pass" : "fail", evidence: { rowsLastDay } };
    },
    examples: { pass: { activityLog: { rowsLastDay: 1200 } }, fail: { activityLog: { rowsLastDay: 0 } } },
  },
];
