import type { Check } from "#src/connector-kit/contract/checks.ts";
import { isServiceAgent } from "../members.ts";
import { isAdminRole } from "../policies.ts";
import { bindings, cis, isContainer, judge } from "./judge.ts";

const maxOwners = 3;

const project = "//cloudresourcemanager.googleapis.com/projects/acme-prod";
const organization = "//cloudresourcemanager.googleapis.com/organizations/123456789012";
const binding = (role: string, member: string, resource = project) => ({
  policies: [{ resource, role, members: [member], isConditional: false }],
});

export const identityChecks: readonly Check[] = [
  {
    slug: "gcp-consumer-accounts",
    title: "Give roles to accounts of the organization only",
    description:
      "No consumer account, such as one of gmail.com, holds a role on the organization, a folder or a project, or one that is kept for administrators.",
    remediation:
      "**IAM & Admin** → **IAM**: remove the principals listed. Restrict members with the organization policy *Domain restricted sharing*.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("1.1"),
    needs: ["policies"],
    evaluate(snapshot) {
      const people = bindings(snapshot).flatMap(({ members, resource, role }) =>
        members.filter((member) => member.startsWith("user:")).map((member) => ({ member, resource, role })),
      );
      return judge(
        people,
        people.filter(({ member }) => /@(gmail|googlemail)\.com$/.test(member)),
        (one) => one,
      );
    },
    examples: {
      pass: binding("roles/owner", "user:mira.holt@acme.test"),
      fail: binding("roles/owner", "user:mira.holt.private@gmail.com"),
    },
  },
  {
    slug: "gcp-admin-service-accounts",
    title: "Let no service account be an administrator",
    description:
      "No service account that people made holds Owner, Editor or a role of administrators on the organization, a folder or a project. Google's own service agents are left out.",
    remediation:
      "**IAM & Admin** → **IAM**: replace the roles listed by the few permissions that the account uses (*Role recommendations*).",
    severity: "HIGH",
    maxPoints: 7,
    benchmark: cis("1.5"),
    needs: ["policies"],
    evaluate(snapshot) {
      const held = bindings(snapshot)
        .filter(({ resource }) => isContainer(resource))
        .flatMap(({ members, role, resource }) =>
          members.filter(isOwnServiceAccount).map((member) => ({ member, role, resource })),
        );
      return judge(
        held,
        held.filter(({ role }) => isAdminRole(role)),
        (one) => one,
      );
    },
    examples: {
      pass: binding("roles/viewer", "serviceAccount:ci@acme-prod.iam.gserviceaccount.com"),
      fail: binding("roles/editor", "serviceAccount:ci@acme-prod.iam.gserviceaccount.com"),
    },
  },
  {
    slug: "gcp-service-account-impersonation",
    title: "Let nobody act as every service account of a project",
    description:
      "Service Account User and Service Account Token Creator are granted on single service accounts, not on a project, a folder or the organization.",
    remediation: "Take the roles listed away and grant them on the one service account that is needed.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("1.6"),
    needs: ["policies"],
    evaluate(snapshot) {
      const all = bindings(snapshot).filter(({ resource }) => isContainer(resource));
      const bad = all.filter(({ role }) => /^roles\/iam\.serviceAccount(User|TokenCreator)$/.test(role));
      return judge(all, bad, (one) => one);
    },
    examples: {
      pass: binding("roles/viewer", "user:mira.holt@acme.test"),
      fail: binding("roles/iam.serviceAccountTokenCreator", "user:mira.holt@acme.test"),
    },
  },
  {
    slug: "gcp-separate-service-account-duties",
    title: "Separate who manages service accounts from who may act as them",
    description: "Nobody holds Service Account Admin and Service Account User on the same resource.",
    remediation: "Take one of the two roles from each principal listed.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("1.8"),
    needs: ["policies"],
    evaluate: (snapshot) =>
      separated(bindings(snapshot), /^roles\/iam\.serviceAccountAdmin$/, /^roles\/iam\.serviceAccountUser$/),
    examples: {
      pass: binding("roles/iam.serviceAccountAdmin", "user:mira.holt@acme.test"),
      fail: {
        policies: ["roles/iam.serviceAccountAdmin", "roles/iam.serviceAccountUser"].map((role) => ({
          ...{ resource: project, role, members: ["user:mira.holt@acme.test"] },
        })),
      },
    },
  },
  {
    slug: "gcp-separate-key-duties",
    title: "Separate who manages encryption keys from who uses them",
    description: "Nobody holds Cloud KMS Admin and a role that encrypts or decrypts on the same resource.",
    remediation: "Take one of the two roles from each principal listed.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("1.11"),
    needs: ["policies"],
    evaluate: (snapshot) =>
      separated(bindings(snapshot), /^roles\/cloudkms\.admin$/, /^roles\/cloudkms\.cryptoKey(Encrypter|Decrypter)/),
    examples: {
      pass: binding("roles/cloudkms.admin", "user:mira.holt@acme.test"),
      fail: {
        policies: ["roles/cloudkms.admin", "roles/cloudkms.cryptoKeyEncrypterDecrypter"].map((role) => ({
          ...{ resource: project, role, members: ["user:mira.holt@acme.test"] },
        })),
      },
    },
  },
  {
    slug: "gcp-owners",
    title: `Have at most ${maxOwners} owners of a project`,
    description: `No project, folder or organization names more than ${maxOwners} owners, nobody's groups counted as one.`,
    remediation: "**IAM & Admin** → **IAM**: replace Owner by roles for what each person does.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["policies"],
    evaluate(snapshot) {
      const owned = bindings(snapshot).filter(({ role, resource }) => role === "roles/owner" && isContainer(resource));
      return judge(
        owned,
        owned.filter(({ members }) => members.length > maxOwners),
        (one) => one,
      );
    },
    examples: {
      pass: binding("roles/owner", "user:mira.holt@acme.test"),
      fail: {
        policies: [
          {
            resource: project,
            role: "roles/owner",
            members: ["a", "b", "c", "d"].map((name) => `user:${name}@acme.test`),
          },
        ],
      },
    },
  },
  {
    slug: "gcp-basic-roles",
    title: "Use no basic roles on the organization",
    description: "Owner, Editor and Viewer on the organization or a folder hold for every project below it.",
    remediation: "Replace the basic roles listed by predefined ones.",
    severity: "HIGH",
    maxPoints: 5,
    needs: ["policies"],
    evaluate(snapshot) {
      const all = bindings(snapshot).filter(({ resource }) => /\/(organizations|folders)\//.test(resource));
      return judge(
        all,
        all.filter(({ role }) => /^roles\/(owner|editor|viewer)$/.test(role)),
        (one) => one,
      );
    },
    examples: {
      pass: binding("roles/resourcemanager.organizationAdmin", "group:admins@acme.test", organization),
      fail: binding("roles/editor", "group:staff@acme.test", organization),
    },
  },
];

/** Accounts that people made, and the default ones of Compute Engine and App Engine. */
function isOwnServiceAccount(member: string): boolean {
  if (!member.startsWith("serviceAccount:")) return false;
  return !isServiceAgent(member.slice("serviceAccount:".length));
}

function separated(all: ReturnType<typeof bindings>, one: RegExp, other: RegExp) {
  const holders = (resource: string, role: RegExp) =>
    all.filter((held) => held.resource === resource && role.test(held.role)).flatMap(({ members }) => members);
  const admins = all
    .filter(({ role }) => one.test(role))
    .flatMap(({ resource, members }) => members.map((member) => ({ resource, member })));
  const both = admins.filter(({ resource, member }) => holders(resource, other).includes(member));
  return judge(admins, both, (held) => held);
}
