import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isServiceAgent } from "../members.ts";
import { isAdminRole } from "../policies.ts";
import { bindings, cis, isContainer, judge, list, verdict } from "./judge.ts";

const maxKeyAgeDays = 90;
const maxOwners = 3;
const dayMs = 86_400_000;

const project = "//cloudresourcemanager.googleapis.com/projects/acme-prod";
const organization = "//cloudresourcemanager.googleapis.com/organizations/123456789012";
const binding = (role: string, member: string, resource = project) => ({
  policies: [{ resource, role, members: [member], isConditional: false }],
});
const keyExample = (validAfterTime: string) => ({
  serviceAccountKeys: {
    readAt: "2026-11-20T00:00:00.000Z",
    keys: [
      {
        name: "projects/acme-prod/serviceAccounts/ci@acme-prod.iam.gserviceaccount.com/keys/1a2b",
        validAfterTime,
        disabled: false,
      },
    ],
  },
});
const apiKeyExample = (restrictions: object | null, createTime = "2026-11-01T00:00:00Z") => ({
  apiKeys: { readAt: "2026-11-20T00:00:00.000Z", keys: [{ displayName: "Maps", createTime, restrictions }] },
});

function isOlder(createdAt: unknown, readAt: unknown): boolean {
  const [created, now] = [instantOf(createdAt), instantOf(readAt)];
  return created === null || now === null || now.getTime() - created.getTime() > maxKeyAgeDays * dayMs;
}

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
    slug: "gcp-service-account-keys",
    title: "Have no service account keys that people keep",
    description:
      "A key is a password that never asks for a second factor. Workload identity federation, impersonation and attached service accounts need none.",
    remediation:
      "**IAM & Admin** → **Service accounts** → **Keys**: replace each key listed, then delete it. Enforce `iam.disableServiceAccountKeyCreation`.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("1.4"),
    needs: ["serviceAccountKeys"],
    evaluate(snapshot) {
      const keys = listOf(objectOf(snapshot.get("serviceAccountKeys")).keys).map(objectOf);
      const active = keys.filter(({ disabled }) => disabled !== true);
      return verdict(active.length === 0, { keys: active.length, found: active.slice(0, 50).map(({ name }) => name) });
    },
    examples: {
      pass: { serviceAccountKeys: { readAt: "2026-11-20T00:00:00.000Z", keys: [] } },
      fail: keyExample("2026-11-01T00:00:00Z"),
    },
  },
  {
    slug: "gcp-service-account-key-age",
    title: `Rotate service account keys within ${maxKeyAgeDays} days`,
    description: `No active key that people keep is older than ${maxKeyAgeDays} days.`,
    remediation: "Create a new key, put it in place, then disable and delete the old one.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("1.7"),
    needs: ["serviceAccountKeys"],
    evaluate(snapshot) {
      const { keys, readAt } = objectOf(snapshot.get("serviceAccountKeys"));
      const active = listOf(keys)
        .map(objectOf)
        .filter(({ disabled }) => disabled !== true);
      const old = active.filter(({ validAfterTime }) => isOlder(validAfterTime, readAt));
      return judge(active, old, ({ name, validAfterTime }) => ({ name, validAfterTime }));
    },
    examples: { pass: keyExample("2026-11-01T00:00:00Z"), fail: keyExample("2026-06-01T00:00:00Z") },
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
  {
    slug: "gcp-api-key-restrictions",
    title: "Restrict API keys to apps and APIs",
    description: "Each API key names the addresses, sites or apps it works for, and the APIs it may call.",
    remediation:
      "**APIs & Services** → **Credentials**: set *Application restrictions* and *API restrictions* of each key listed, or delete it.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("1.13", "1.14"),
    needs: ["apiKeys"],
    evaluate(snapshot) {
      const keys = listOf(objectOf(snapshot.get("apiKeys")).keys).map(objectOf);
      const open = keys.filter(({ restrictions }) => {
        const { apiTargets, ...callers } = objectOf(restrictions);
        return listOf(apiTargets).length === 0 || Object.keys(callers).length === 0;
      });
      return judge(keys, open, ({ displayName, resource }) => textOf(displayName) ?? resource);
    },
    examples: {
      pass: apiKeyExample({
        apiTargets: [{ service: "maps-backend.googleapis.com" }],
        serverKeyRestrictions: { allowedIps: ["192.0.2.7"] },
      }),
      fail: apiKeyExample(null),
    },
  },
  {
    slug: "gcp-api-key-age",
    title: `Rotate API keys within ${maxKeyAgeDays} days`,
    description: `No API key is older than ${maxKeyAgeDays} days.`,
    remediation: "**APIs & Services** → **Credentials**: create a new key, put it in place, then delete the old one.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("1.15"),
    needs: ["apiKeys"],
    evaluate(snapshot) {
      const { keys, readAt } = objectOf(snapshot.get("apiKeys"));
      const all = listOf(keys).map(objectOf);
      return judge(
        all,
        all.filter(({ createTime }) => isOlder(createTime, readAt)),
        ({ displayName, createTime }) => ({ displayName, createTime }),
      );
    },
    examples: { pass: apiKeyExample(null), fail: apiKeyExample(null, "2026-01-01T00:00:00Z") },
  },
  {
    slug: "gcp-crypto-key-rotation",
    title: `Rotate encryption keys within ${maxKeyAgeDays} days`,
    description: `Each symmetric key of Cloud KMS rotates by itself every ${maxKeyAgeDays} days or more often.`,
    remediation: "**Security** → **Key Management**: set the rotation period of each key listed.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("1.10"),
    needs: ["cryptoKeys"],
    evaluate(snapshot) {
      const keys = list(snapshot, "cryptoKeys");
      const slow = keys.filter(({ rotationPeriod }) => {
        const seconds = Number.parseFloat(textOf(rotationPeriod) ?? "");
        return !(seconds * 1000 <= maxKeyAgeDays * dayMs);
      });
      return judge(keys, slow, ({ name, resource }) => name ?? resource);
    },
    examples: {
      pass: { cryptoKeys: [{ name: "k1", rotationPeriod: "7776000s" }] },
      fail: { cryptoKeys: [{ name: "k1", rotationPeriod: null }] },
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
