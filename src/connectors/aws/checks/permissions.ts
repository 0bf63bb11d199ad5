import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, type Json, listOf, objectOf } from "#src/connector-kit/record.ts";
import { anyCheck, cis, eachCheck, judge, list } from "./judge.ts";

const inlineAll = ({ inline }: Json) => listOf(inline).some((one) => objectOf(one).allowsAll === true);
const has = (policy: string) => (entry: Json) => listOf(entry.policies).includes(policy);
const maxAdministrators = 5;
const admin = (name: string) => ({ account: "111122223333", name, policies: ["AdministratorAccess"], inline: [] });
const trust = (principal: string, isConditional: boolean) => ({
  name: "partner",
  trusts: [{ principal, isConditional }],
});

export const permissionChecks: readonly Check[] = [
  eachCheck({
    slug: "aws-user-policies",
    title: "Give permissions through groups",
    description: "No policy is attached to an IAM user, and none is written into one.",
    remediation: "IAM → **User groups**: give the permissions to groups, and detach the policies of each user listed.",
    ...{ severity: "LOW", maxPoints: 3, benchmark: cis("1.15"), key: "users" },
    isBad: ({ policies, inline }) => listOf(policies).some((one) => one !== "AWSDenyAll") || listOf(inline).length > 0,
    examples: { pass: { name: "ana", policies: [], inline: [] }, fail: { name: "ana", policies: ["ReadOnlyAccess"] } },
  }),
  eachCheck({
    slug: "aws-full-policies",
    title: "Attach no policy of your own that allows everything",
    description: "No customer managed policy that is attached allows every action on every resource.",
    remediation: "IAM → **Policies**: narrow each policy listed, or detach it.",
    ...{ severity: "HIGH", maxPoints: 6, benchmark: cis("1.16"), key: "policies" },
    of: ({ attachments }) => Number(attachments) > 0,
    isBad: ({ allowsAll }) => allowsAll === true,
    examples: {
      pass: { name: "deploy", attachments: 1, allowsAll: false },
      fail: { name: "everything", attachments: 1, allowsAll: true },
    },
  }),
  eachCheck({
    slug: "aws-inline-full-user",
    title: "Write no full rights into users",
    description: "No inline policy of an IAM user allows every action on every resource.",
    remediation: "IAM → **Users** → *Permissions*: delete the inline policy of each user listed.",
    ...{ severity: "HIGH", maxPoints: 5, benchmark: cis("1.16"), key: "users", isBad: inlineAll },
    examples: { pass: { name: "ana", inline: [] }, fail: { name: "ana", inline: [{ name: "all", allowsAll: true }] } },
  }),
  eachCheck({
    slug: "aws-inline-full-role",
    title: "Write no full rights into roles",
    description: "No inline policy of a role allows every action on every resource.",
    remediation: "IAM → **Roles** → *Permissions*: narrow the inline policy of each role listed.",
    ...{ severity: "HIGH", maxPoints: 5, key: "roles", isBad: inlineAll },
    examples: { pass: { name: "ci", inline: [] }, fail: { name: "ci", inline: [{ name: "all", allowsAll: true }] } },
  }),
  {
    slug: "aws-few-administrators",
    title: "Have few administrators among IAM users",
    description: `At most ${maxAdministrators} IAM users of all accounts have AdministratorAccess attached.`,
    remediation:
      "IAM → **Users**: detach AdministratorAccess from those who do not need it, and let the others assume a role.",
    ...{ severity: "MEDIUM", maxPoints: 4, needs: ["users"] },
    evaluate(snapshot) {
      const admins = list(snapshot, "users").filter(has("AdministratorAccess"));
      const evidence = {
        count: admins.length,
        found: admins.slice(0, 50).map(({ account, name }) => ({ account, name })),
      };
      return { result: admins.length <= maxAdministrators ? "pass" : "fail", evidence };
    },
    examples: {
      pass: { users: [admin("ana")] },
      fail: { users: ["a", "b", "c", "d", "e", "f"].map(admin) },
    },
  },
  anyCheck({
    slug: "aws-support-role",
    title: "Have a role for incidents with AWS Support",
    description:
      "A role has the AWS managed policy AWSSupportAccess, so that the people on duty can open a case in an emergency.",
    remediation: "IAM → **Roles** → *Create role*: attach `AWSSupportAccess`, and let the people on duty assume it.",
    ...{ severity: "LOW", maxPoints: 1, benchmark: cis("1.17"), key: "roles" },
    isBad: (entry) => !has("AWSSupportAccess")(entry),
    examples: { pass: { name: "support", policies: ["AWSSupportAccess"] }, fail: { name: "ci", policies: [] } },
  }),
  {
    slug: "aws-expired-certificates",
    title: "Remove expired server certificates from IAM",
    description: "An expired certificate that a load balancer takes by mistake stops its site.",
    remediation: "`aws iam delete-server-certificate` for each listed. Use Certificate Manager for new ones.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("1.19"), needs: ["certificates", "credentials"] },
    evaluate(snapshot) {
      const now = instantOf(objectOf(snapshot.get("credentials")).readAt)?.getTime() ?? 0;
      const all = list(snapshot, "certificates");
      const bad = all.filter(({ expiration }) => (instantOf(expiration)?.getTime() ?? 0) < now);
      return judge(all, bad, ({ account, name, expiration }) => ({ account, name, expiration }));
    },
    examples: {
      pass: { certificates: [], credentials: { readAt: "2026-11-20T00:00:00Z", rows: [] } },
      fail: {
        certificates: [{ account: "111122223333", name: "old", expiration: "2025-01-01T00:00:00Z" }],
        credentials: { readAt: "2026-11-20T00:00:00Z", rows: [] },
      },
    },
  },
  eachCheck({
    slug: "aws-access-analyzer",
    title: "Run IAM Access Analyzer in every region",
    description: "An active analyzer finds what is shared outside of the account.",
    remediation: "IAM → **Access Analyzer**: create an analyzer for external access in each region listed.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.20"), key: "analyzers" },
    isBad: ({ isActive }) => isActive !== true,
    examples: { pass: { region: "eu-west-1", isActive: true }, fail: { region: "eu-west-1", isActive: false } },
  }),
  eachCheck({
    slug: "aws-cloudshell-users",
    title: "Restrict full access to CloudShell",
    description: "AWSCloudShellFullAccess lets files be taken out of the account unseen. No user has it attached.",
    remediation: "Replace it by a policy without file upload and download.",
    ...{ severity: "LOW", maxPoints: 1, benchmark: cis("1.22"), key: "users", isBad: has("AWSCloudShellFullAccess") },
    examples: { pass: { name: "ana", policies: [] }, fail: { name: "ana", policies: ["AWSCloudShellFullAccess"] } },
  }),
  eachCheck({
    slug: "aws-cloudshell-roles",
    title: "Restrict full access to CloudShell in roles",
    description: "No role has AWSCloudShellFullAccess attached.",
    remediation: "Replace it by a policy without file upload and download.",
    ...{ severity: "LOW", maxPoints: 1, benchmark: cis("1.22"), key: "roles", isBad: has("AWSCloudShellFullAccess") },
    examples: { pass: { name: "ops", policies: [] }, fail: { name: "ops", policies: ["AWSCloudShellFullAccess"] } },
  }),
  eachCheck({
    slug: "aws-public-roles",
    title: "Let nobody assume a role unconditionally",
    description: "No role trusts everybody (`*`) without a condition.",
    remediation: "IAM → **Roles** → *Trust relationships*: name accounts, or add conditions, for each role listed.",
    ...{ severity: "CRITICAL", maxPoints: 8, key: "roles" },
    isBad: ({ trusts }) =>
      listOf(trusts).some((one) => objectOf(one).principal === "*" && objectOf(one).isConditional !== true),
    examples: { pass: trust("*", true), fail: trust("*", false) },
  }),
  eachCheck({
    slug: "aws-external-id",
    title: "Ask other accounts for an external ID",
    description: "Each role that trusts another account has a condition, such as an external ID.",
    remediation:
      "IAM → **Roles** → *Trust relationships*: add `sts:ExternalId`, or `aws:PrincipalOrgID` for accounts of your own organization.",
    ...{ severity: "MEDIUM", maxPoints: 4, key: "roles" },
    isBad: ({ trusts }) =>
      listOf(trusts).some((one) => objectOf(one).principal !== "*" && objectOf(one).isConditional !== true),
    examples: {
      pass: trust("arn:aws:iam::999988887777:root", true),
      fail: trust("arn:aws:iam::999988887777:root", false),
    },
  }),
];
