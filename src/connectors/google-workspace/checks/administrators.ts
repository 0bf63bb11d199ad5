import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { instantOf, listOf, objectOf } from "#src/connector-kit/record.ts";
import type { AdministratorFacts, PeopleFacts } from "../streams/posture.ts";
import { benchmarkOf } from "./setting.ts";

const inactiveAfterDays = 90;
const dayMs = 86_400_000;
const users = "Admin console → **Directory** → **Users**";
const roles = "Admin console → **Account** → **Admin roles**";

const adminsOf = (snapshot: PostureSnapshot) => listOf(snapshot.get("administrators")) as AdministratorFacts[];
const peopleOf = (snapshot: PostureSnapshot) => objectOf(snapshot.get("people")) as unknown as PeopleFacts;
const addresses = (admins: readonly AdministratorFacts[]) => admins.slice(0, 50).map(({ email }) => email);

/** Of administrators, those who are not as they should be. Nobody to look at proves nothing. */
function judge(admins: readonly AdministratorFacts[], bad: readonly AdministratorFacts[]): CheckResult {
  if (admins.length === 0) return { result: "unknown", because: "Google names no administrator to this credential." };
  return {
    result: bad.length === 0 ? "pass" : "fail",
    share: 1 - bad.length / admins.length,
    evidence: { count: admins.length, failing: addresses(bad) },
  };
}

const admin = (facts: Partial<AdministratorFacts> = {}): AdministratorFacts => ({
  email: "mira.holt@acme.test",
  isSuperAdmin: true,
  isDelegatedAdmin: false,
  isEnrolledIn2Sv: true,
  isEnforcedIn2Sv: true,
  lastLoginTime: "2026-11-18T07:42:19.000Z",
  readAt: "2026-11-20T00:00:00.000Z",
  ...facts,
});
const several = (count: number) => Array.from({ length: count }, (_, index) => admin({ email: `p${index}@acme.test` }));

function adminCheck(
  facts: Omit<Check, "needs" | "evaluate" | "examples"> & {
    scuba?: string;
    cis?: string;
    judge: (admins: AdministratorFacts[]) => CheckResult;
    pass?: AdministratorFacts[];
    fail: AdministratorFacts[];
  },
): Check {
  const { scuba, cis, judge: judgeAdmins, pass = several(3), fail, ...about } = facts;
  const benchmark = benchmarkOf({ ...(scuba ? { scuba } : {}), ...(cis ? { cis } : {}) });
  return {
    ...about,
    ...(benchmark ? { benchmark } : {}),
    needs: ["administrators"],
    evaluate: (snapshot) => judgeAdmins(adminsOf(snapshot)),
    examples: { pass: { administrators: pass }, fail: { administrators: fail } },
  };
}

function counted(admins: readonly AdministratorFacts[], low: number, high: number): CheckResult {
  const found = admins.filter(({ isSuperAdmin }) => isSuperAdmin);
  if (found.length === 0) return { result: "unknown", because: "Google names no super admin to this credential." };
  const isGood = found.length >= low && found.length <= high;
  return { result: isGood ? "pass" : "fail", evidence: { count: found.length, superAdmins: addresses(found) } };
}

export const administratorChecks: readonly Check[] = [
  adminCheck({
    slug: "google-super-admins",
    title: "Have two to eight super admins",
    description: "One alone may be ill or locked out; each one more is another account that may do everything.",
    remediation: `${roles} → **Super Admin**: assign it to between two and eight people.`,
    severity: "HIGH",
    maxPoints: 7,
    scuba: "COMMONCONTROLS.6.2v1",
    cis: "1.1.1",
    judge: (admins) => counted(admins, 2, 8),
    fail: several(1),
  }),
  adminCheck({
    slug: "google-super-admins-few",
    title: "Have at most four super admins",
    description: "Most of what they do can be done with a smaller role.",
    remediation: `${roles}: give those who do not need everything a smaller role.`,
    severity: "MEDIUM",
    maxPoints: 3,
    cis: "1.1.2",
    judge: (admins) => counted(admins, 1, 4),
    fail: several(6),
  }),
  adminCheck({
    slug: "google-super-admins-only",
    title: "Use super admin accounts for nothing else",
    description: "An account with further roles is used for daily work, where it meets mail and links.",
    remediation: `${roles}: take the other roles from super admins, and give them a second account for their daily work.`,
    severity: "MEDIUM",
    maxPoints: 3,
    cis: "1.1.3",
    judge: (admins) => {
      const supers = admins.filter(({ isSuperAdmin }) => isSuperAdmin);
      return judge(
        supers,
        supers.filter(({ isDelegatedAdmin }) => isDelegatedAdmin),
      );
    },
    fail: [admin({ isDelegatedAdmin: true })],
  }),
  adminCheck({
    slug: "google-admins-2sv-enrolled",
    title: "Have all administrators enrolled in 2-Step Verification",
    description: "The password of an administrator alone must open nothing.",
    remediation: `${users}: ask the people named in the evidence to enrol, or suspend the accounts.`,
    severity: "CRITICAL",
    maxPoints: 10,
    judge: (admins) =>
      judge(
        admins,
        admins.filter(({ isEnrolledIn2Sv }) => !isEnrolledIn2Sv),
      ),
    fail: [admin({ isEnrolledIn2Sv: false })],
  }),
  adminCheck({
    slug: "google-admins-2sv-enforced",
    title: "Enforce 2-Step Verification for all administrators",
    description: "Who is not made to use it can switch it off again, and so can an intruder.",
    remediation:
      "Admin console → **Security** → **Authentication** → **2-Step Verification**: *Enforcement* **On** for the units and groups that administrators are in.",
    severity: "HIGH",
    maxPoints: 8,
    cis: "4.1.1.1",
    judge: (admins) =>
      judge(
        admins,
        admins.filter(({ isEnforcedIn2Sv }) => !isEnforcedIn2Sv),
      ),
    fail: [admin({ isEnforcedIn2Sv: false })],
  }),
  adminCheck({
    slug: "google-admins-inactive",
    title: "Keep no administrators who do not sign in",
    description: `Nobody notices when an account is used that its owner has not used for ${inactiveAfterDays} days.`,
    remediation: `${roles}: take the roles from the people named in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: (admins) =>
      judge(
        admins,
        admins.filter(({ lastLoginTime, readAt }) => {
          const [last, now] = [instantOf(lastLoginTime), instantOf(readAt)];
          return last !== null && now !== null && now.getTime() - last.getTime() > inactiveAfterDays * dayMs;
        }),
      ),
    fail: [admin({ lastLoginTime: "2026-06-01T00:00:00.000Z" })],
  }),
  {
    slug: "google-users-2sv-enrolled",
    title: "Have everybody enrolled in 2-Step Verification",
    description: "Counts active accounts; a password alone, once guessed or phished, opens those that are not.",
    remediation: "Admin console → **Reporting** → **User reports** → **Security**: ask those without to enrol.",
    severity: "HIGH",
    maxPoints: 8,
    needs: ["people"],
    evaluate(snapshot) {
      const { active, enrolled } = peopleOf(snapshot);
      if (!active) return { result: "unknown", because: "Google names no active account to this credential." };
      return {
        result: enrolled === active ? "pass" : "fail",
        share: enrolled / active,
        evidence: { active, enrolled, without: active - enrolled },
      };
    },
    examples: {
      pass: { people: { active: 80, enrolled: 80, enforced: 80 } },
      fail: { people: { active: 80, enrolled: 60, enforced: 80 } },
    },
  },
];

export const sharedDriveChecks: readonly Check[] = [
  {
    slug: "google-shared-drives-outsiders",
    title: "Keep shared drives to people of the organisation",
    description: "The default for new shared drives does not change those that exist.",
    remediation:
      "Admin console → **Apps** → **Google Workspace** → **Drive and Docs** → **Manage shared drives** → the drive → *Settings*: clear *Allow people outside of the organisation to access files*.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["sharedDrives"],
    evaluate(snapshot) {
      const drives = listOf(snapshot.get("sharedDrives")).map(objectOf);
      const open = drives.filter(({ domainUsersOnly }) => domainUsersOnly !== true);
      return {
        result: open.length === 0 ? "pass" : "fail",
        ...(drives.length > 0 ? { share: 1 - open.length / drives.length } : {}),
        evidence: { count: drives.length, open: open.slice(0, 50).map(({ name }) => name) },
      };
    },
    examples: {
      pass: { sharedDrives: [{ name: "Finance", domainUsersOnly: true }] },
      fail: { sharedDrives: [{ name: "Finance", domainUsersOnly: false }] },
    },
  },
];
