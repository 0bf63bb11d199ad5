import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import { type Counted, type PeopleFacts, type PreferenceFacts, type SignOnFacts, staleDays } from "../posture.ts";

interface Facts {
  preferences: PreferenceFacts;
  signOn: SignOnFacts;
  people: PeopleFacts;
}

const none: Counted = { count: 0, names: [] };
const some: Counted = { count: 1, names: ["mira.holt@acme.test"] };
const good: Facts = {
  preferences: {
    ...{ twoFactor: true, passwordLength: 12, passwordNumbers: 1, passwordSpecials: 1, passwordHistory: 5 },
    ...{ lockoutAttempts: 5, lockoutSeconds: 300, idleMinutes: 60, refreshTokenMinutes: 43_200, linksNeedSignIn: true },
    ...{ linkDays: 30, antivirus: true, fileTransfer: false, addresses: "203.0.113.0/24" },
  },
  signOn: { isOn: true, isForced: true },
  people: {
    ...{ employees: 40, passwordOnly: none, admins: { count: 3, names: [] }, staleAdmins: none },
    ...{ clients: 90, staleClients: none },
  },
};

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

/** What the account does not show proves nothing. */
function shown<T>(value: T | null, isGood: (value: T) => boolean, name: string): CheckResult {
  if (value === null) return { result: "unknown", because: `ShareFile does not show ${name}.` };
  return verdict(isGood(value), { [name.replaceAll(" ", "_")]: value });
}

/** How many of several are bad. Nothing to look at proves nothing. */
function share(all: number, bad: Counted, nothing: string): CheckResult {
  if (all === 0) return { result: "unknown", because: nothing };
  return { ...verdict(bad.count === 0, { of: all, ...bad }), share: 1 - Math.min(1, bad.count / all) };
}

const security = "*Settings > Admin Settings > Security*";
const people = "*People*";
const mostAdmins = 5;
const noEmployee = "ShareFile shows no active employee.";

/** Of what the API shows: no benchmark is published. */
export const checks: readonly Check[] = [
  checkOf("preferences", {
    slug: "sharefile-two-step",
    title: "Have two-step verification available",
    description: "The account offers two-step verification.",
    remediation: `${security} > *Two-Step Verification*: enable it, and require it of employees and clients.`,
    severity: "CRITICAL",
    maxPoints: 8,
    judge: ({ twoFactor }) => shown(twoFactor, (is) => is, "two-step verification"),
    failing: { twoFactor: false },
  }),
  checkOf("people", {
    slug: "sharefile-employees-with-two-steps",
    title: "Let no employee sign in with a password alone",
    description: "Every active employee signs in with two steps or by single sign-on.",
    remediation: `${security}: require two-step verification or single sign-on of employees.`,
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ employees, passwordOnly }) => share(employees, passwordOnly, noEmployee),
    failing: { passwordOnly: some },
  }),
  checkOf("signOn", {
    slug: "sharefile-single-sign-on",
    title: "Require single sign-on of employees",
    description: "Single sign-on is on and required: the organisation decides who gets in.",
    remediation: `${security} > *Login & Security Policy > Single sign-on*: enable SAML and require it of employees.`,
    severity: "HIGH",
    maxPoints: 7,
    judge: ({ isOn, isForced }) => verdict(isOn && isForced, { isOn, isForced }),
    failing: { isForced: false },
  }),
  checkOf("preferences", {
    slug: "sharefile-passwords",
    title: "Ask for strong passwords",
    description:
      "A password has at least twelve characters with a number and a special one, and none of the last five.",
    remediation: `${security} > *Password requirements*: raise what is in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ passwordLength, passwordNumbers, passwordSpecials, passwordHistory }) =>
      shown(
        passwordLength,
        (length) =>
          length >= 12 && (passwordNumbers ?? 0) >= 1 && (passwordSpecials ?? 0) >= 1 && (passwordHistory ?? 0) >= 5,
        "the password policy",
      ),
    failing: { passwordLength: 8 },
  }),
  checkOf("preferences", {
    slug: "sharefile-lockout",
    title: "Lock accounts after failed sign-ins",
    description: "At most ten failed sign-ins lock an account, for five minutes at least.",
    remediation: `${security} > *Login & Security Policy*: set the number of attempts and the time.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ lockoutAttempts, lockoutSeconds }) =>
      shown(lockoutAttempts, (times) => times >= 1 && times <= 10 && (lockoutSeconds ?? 0) >= 300, "the lock-out"),
    failing: { lockoutAttempts: 0 },
  }),
  checkOf("preferences", {
    slug: "sharefile-idle-sessions",
    title: "End sessions that nobody uses",
    description: "A session ends after an hour without use.",
    remediation: `${security} > *Login & Security Policy*: set the inactivity time to an hour at most.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ idleMinutes }) => shown(idleMinutes, (minutes) => minutes >= 1 && minutes <= 60, "the inactivity time"),
    failing: { idleMinutes: 480 },
  }),
  checkOf("preferences", {
    slug: "sharefile-refresh-tokens",
    title: "Let apps sign in again after ninety days",
    description: "A refresh token of an app ends after ninety days at most.",
    remediation: `${security} > *Login & Security Policy > OAuth tokens*: set at most ninety days.`,
    severity: "LOW",
    maxPoints: 2,
    judge: ({ refreshTokenMinutes }) =>
      shown(refreshTokenMinutes, (minutes) => minutes > 0 && minutes <= 129_600, "the life of refresh tokens"),
    failing: { refreshTokenMinutes: 0 },
  }),
  checkOf("preferences", {
    slug: "sharefile-links-with-sign-in",
    title: "Ask for a sign-in before links open",
    description: "A link that is shared asks for a sign-in, unless its owner decides otherwise.",
    remediation: "*Settings > Admin Settings > Advanced preferences > File settings*: require a login by default.",
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ linksNeedSignIn }) => shown(linksNeedSignIn, (is) => is, "whether links need a sign-in"),
    failing: { linksNeedSignIn: false },
  }),
  checkOf("preferences", {
    slug: "sharefile-links-that-end",
    title: "Let links end",
    description: "A link that is shared ends after ninety days at most.",
    remediation: "*Settings > Admin Settings > Advanced preferences > File settings*: set the longest life of links.",
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ linkDays }) => shown(linkDays, (days) => days >= 1 && days <= 90, "the longest life of links"),
    failing: { linkDays: 0 },
  }),
  checkOf("preferences", {
    slug: "sharefile-antivirus",
    title: "Scan files for malware",
    description: "Files are scanned when they are uploaded.",
    remediation: "*Settings > Admin Settings > Advanced preferences*: enable the virus scan.",
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ antivirus }) => shown(antivirus, (is) => is, "the virus scan"),
    failing: { antivirus: false },
  }),
  checkOf("preferences", {
    slug: "sharefile-ftp",
    title: "Switch off FTP",
    description: "Files cannot be reached by FTP, which passes by two-step verification and single sign-on.",
    remediation: "*Settings > Admin Settings > Advanced preferences*: disable FTP.",
    severity: "HIGH",
    maxPoints: 4,
    judge: ({ fileTransfer }) => shown(fileTransfer, (is) => !is, "whether FTP is on"),
    failing: { fileTransfer: true },
  }),
  checkOf("preferences", {
    slug: "sharefile-addresses",
    title: "Let people in from known addresses only",
    description: "Sign-ins are restricted to the organisation's address ranges.",
    remediation: `${security} > *Login & Security Policy > IP restrictions*: enter the ranges.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ addresses }) => shown(addresses, (text) => text.trim() !== "", "address restrictions"),
    failing: { addresses: "" },
  }),
  checkOf("people", {
    slug: "sharefile-admins",
    title: `Have at most ${mostAdmins} administrators`,
    description: "An employee with an administrator's role changes settings, accounts or everybody's files.",
    remediation: `${people}: take the roles from those who do not need them.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ employees, admins }) =>
      employees === 0 ? { result: "unknown", because: noEmployee } : verdict(admins.count <= mostAdmins, { admins }),
    failing: { admins: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "sharefile-stale-admins",
    title: "Take roles from administrators who no longer sign in",
    description: `Every administrator has signed in within the last ${staleDays} days.`,
    remediation: `${people}: take the roles from those in the evidence, or disable them.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ admins, staleAdmins }) => share(admins.count, staleAdmins, "ShareFile shows no active administrator."),
    failing: { staleAdmins: some },
  }),
  checkOf("people", {
    slug: "sharefile-stale-clients",
    title: "Disable clients who no longer sign in",
    description: `Every active client has signed in within the last ${staleDays} days.`,
    remediation: `${people} > *Browse clients*: disable or delete those in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 3,
    judge: ({ clients, staleClients }) =>
      clients === 0 ? verdict(true, { clients }) : share(clients, staleClients, ""),
    failing: { staleClients: some },
  }),
];
