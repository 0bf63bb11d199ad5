import type { Check } from "#src/connector-kit/contract/checks.ts";
import { oldPasswordDays, staleAdminDays, staleDays, waitingDays } from "../posture.ts";
import { checkOf, share, somebody, verdict } from "./judge.ts";

const [fewest, most] = [2, 4];
const usersPage = "*Administration > Users*";
const noAccount = "OneLogin shows no active account.";
const noAdmin = "OneLogin shows no active administrator.";
const noApp = "OneLogin shows no app.";

/** Source of what can be asked: https://developers.onelogin.com/api-docs/2/getting-started/dev-overview */
export const checks: readonly Check[] = [
  checkOf("factors", {
    slug: "onelogin-admins-with-factor",
    title: "Let every administrator have a second factor",
    description: "Every active account that holds a privilege has registered an authentication factor.",
    remediation:
      "*Security > Policies*: require a factor for administrators, and have those in the evidence register one.",
    severity: "CRITICAL",
    maxPoints: 10,
    judge: ({ lookedAdmins, adminsWithout }) => share(lookedAdmins, adminsWithout, noAdmin),
    failing: { adminsWithout: somebody },
  }),
  checkOf("factors", {
    slug: "onelogin-people-with-factor",
    title: "Let everybody have a second factor",
    description: "Every active account that was looked at has registered an authentication factor.",
    remediation: "*Security > Policies*: require a factor at sign-in for all groups.",
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ looked, without }) => share(looked, without, noAccount),
    failing: { without: somebody },
  }),
  checkOf("privileges", {
    slug: "onelogin-super-users",
    title: `Have between ${fewest} and ${most} super users`,
    description: "A super user may change everything. One alone locks the account when they leave.",
    remediation: "*Users > Privileges*: take the privilege Super user from those who do not need it.",
    severity: "HIGH",
    maxPoints: 7,
    judge: ({ superUsers }) => verdict(superUsers.count >= fewest && superUsers.count <= most, { superUsers }),
    failing: { superUsers: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("privileges", {
    slug: "onelogin-stale-admins",
    title: "Take privileges from administrators who no longer sign in",
    description: `Every active account with a privilege has signed in within the last ${staleAdminDays} days.`,
    remediation: `*Users > Privileges*: take the privileges from those in the evidence, or suspend them under ${usersPage}.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ admins, staleAdmins }) => share(admins, staleAdmins, noAdmin),
    failing: { staleAdmins: somebody },
  }),
  checkOf("people", {
    slug: "onelogin-stale-accounts",
    title: "Suspend accounts that no longer sign in",
    description: `Every active account has signed in within the last ${staleDays} days.`,
    remediation: `${usersPage}: suspend those in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ active, stale }) => share(active, stale, noAccount),
    failing: { stale: somebody },
  }),
  checkOf("people", {
    slug: "onelogin-accounts-with-group",
    title: "Give every account a group",
    description:
      "The security policy of an account comes with its group. One without a group has the default policy only.",
    remediation: `${usersPage}: give those in the evidence a group, or map one to them.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ active, withoutGroup }) => share(active, withoutGroup, noAccount),
    failing: { withoutGroup: somebody },
  }),
  checkOf("people", {
    slug: "onelogin-old-passwords",
    title: "Let no password be older than a year",
    description: `Every active account whose password OneLogin keeps has changed it within ${oldPasswordDays} days.`,
    remediation: "*Security > Policies*: set an expiration, or have those in the evidence choose a new password.",
    severity: "LOW",
    maxPoints: 3,
    judge: ({ active, oldPasswords }) => share(active, oldPasswords, noAccount),
    failing: { oldPasswords: somebody },
  }),
  checkOf("people", {
    slug: "onelogin-waiting-accounts",
    title: "Leave no account waiting for its activation",
    description: `No account was created more than ${waitingDays} days ago and never activated: its invitation is enough to take it over.`,
    remediation: `${usersPage}: delete those in the evidence, or invite them again.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ waiting }) => verdict(waiting.count === 0, { waiting }),
    failing: { waiting: somebody },
  }),
  checkOf("apps", {
    slug: "onelogin-apps-with-policy",
    title: "Give every app a policy",
    description: "An app without a policy of its own is opened with whatever the sign-in to OneLogin asked for.",
    remediation: "*Applications*: choose a policy under *Access* of the apps in the evidence.",
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ apps, withoutPolicy }) => share(apps, withoutPolicy, noApp),
    failing: { withoutPolicy: { count: 1, names: ["Payroll"] } },
  }),
  checkOf("apps", {
    slug: "onelogin-apps-not-assumable",
    title: "Let nobody enter apps as another person",
    description: "An administrator who acts as another person cannot open that person's apps.",
    remediation: "*Applications*: switch off *Allow assumed users to sign into this app* of those in the evidence.",
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ apps, assumable }) => share(apps, assumable, noApp),
    failing: { assumable: { count: 1, names: ["Payroll"] } },
  }),
  checkOf("risk", {
    slug: "onelogin-risk-rules",
    title: "Have rules for risky sign-ins",
    description: "At least one risk rule states what OneLogin may trust and what not.",
    remediation: "*Security > Risk rules*: add a rule, for instance for countries where nobody works.",
    severity: "LOW",
    maxPoints: 2,
    judge: ({ rules }) => verdict(rules > 0, { rules }),
    failing: { rules: 0 },
  }),
];
