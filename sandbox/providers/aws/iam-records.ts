import { mix } from "../../generator.ts";
import { adminPolicy, type IamGroups, type IamUsers, managedPolicies, type Roles, roleNames } from "./iam.ts";

export interface Directory {
  options: { createdAt: number };
  seed: number;
  account: string;
  users: IamUsers;
  groups: IamGroups;
  roles: Roles;
}

export const instant = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
const dayMs = 86_400_000;
const attached = (arns: readonly string[]) => arns.map((arn) => ({ PolicyName: arn.split("/").pop(), PolicyArn: arn }));

export const attachedPolicies = attached;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html */
export function userDetail({ users, groups, seed, options }: Directory, index: number): Record<string, unknown> {
  return {
    Path: "/",
    UserName: users.nameOf(index),
    UserId: users.idOf(index),
    Arn: users.arnOf(index),
    CreateDate: instant(options.createdAt - (200 + (mix(seed, index, 731) % 900)) * dayMs),
    GroupList: groups.of(index).map((group) => groups.nameOf(group)),
    AttachedManagedPolicies: attached(users.policiesOf(index)),
    Tags: [{ Key: "email", Value: users.emailOf(index) }],
  };
}

export function groupDetail({ groups, account, options }: Directory, group: number): Record<string, unknown> {
  const name = groups.nameOf(group);
  return {
    Path: "/",
    GroupName: name,
    GroupId: groups.idOf(group),
    Arn: `arn:aws:iam::${account}:group/${name}`,
    CreateDate: instant(options.createdAt - 900 * dayMs),
    GroupPolicyList: [],
    AttachedManagedPolicies: attached(groups.policiesOf(group)),
  };
}

export function roleDetail({ roles, account, options }: Directory, index: number): Record<string, unknown> {
  const trusted = index === 3 ? "arn:aws:iam::999988887777:root" : `arn:aws:iam::${account}:root`;
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: trusted }, Action: "sts:AssumeRole" }],
  };
  return {
    Path: "/",
    RoleName: roleNames[index],
    RoleId: roles.idOf(index),
    Arn: roles.arnOf(index),
    CreateDate: instant(options.createdAt - 400 * dayMs),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: attached(index === 0 ? [adminPolicy] : [managedPolicies[1] as string]),
    RoleLastUsed: { LastUsedDate: instant(options.createdAt - dayMs), Region: "us-east-1" },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html */
export function policyDetail({ options }: Directory, arn: string): Record<string, unknown> {
  const name = arn.split("/").pop();
  const all = name === "AdministratorAccess" ? "*" : "iam:Get*";
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: all, Resource: "*" }] };
  const at = instant(options.createdAt - 1000 * dayMs);
  return {
    PolicyName: name,
    PolicyId: `ANPA${Buffer.from(String(name)).toString("hex").toUpperCase().slice(0, 17).padEnd(17, "A")}`,
    Arn: arn,
    Path: "/",
    DefaultVersionId: "v1",
    AttachmentCount: 1,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: at,
    UpdateDate: at,
    PolicyVersionList: [
      {
        Document: encodeURIComponent(JSON.stringify(document)),
        VersionId: "v1",
        IsDefaultVersion: true,
        CreateDate: at,
      },
    ],
  };
}

const reportColumns = [
  ...["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"],
  ...["password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated"],
  ...["access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service"],
  ...["access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date"],
  ...["access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated"],
  ...["cert_2_active", "cert_2_last_rotated"],
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export function credentialReport(directory: Directory): string {
  const { users, seed, options, account } = directory;
  const long = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "+00:00");
  const created = options.createdAt;
  const row = (fields: Record<string, unknown>) => reportColumns.map((name) => String(fields[name] ?? "N/A")).join(",");
  const off = { access_key_1_active: false, access_key_2_active: false, cert_1_active: false, cert_2_active: false };
  const lines = [
    reportColumns.join(","),
    row({
      ...{
        user: "<root_account>",
        arn: `arn:aws:iam::${account}:root`,
        user_creation_time: long(created - 2000 * dayMs),
      },
      ...{
        password_enabled: "not_supported",
        password_last_used: long(created - 90 * dayMs),
        mfa_active: true,
        ...off,
      },
      password_last_changed: "not_supported",
    }),
  ];
  for (let index = 0; index < users.count; index++) {
    if (!users.exists(index)) continue;
    const number = mix(seed, index, 741);
    lines.push(
      row({
        ...off,
        user: users.nameOf(index),
        arn: users.arnOf(index),
        user_creation_time: long(created - (200 + (mix(seed, index, 731) % 900)) * dayMs),
        password_enabled: true,
        password_last_used: number % 5 === 0 ? "no_information" : long(created - (number % 70) * dayMs),
        password_last_changed: long(created - (number % 300) * dayMs),
        mfa_active: number % 4 !== 0,
        access_key_1_active: users.keyIsActive(index),
        access_key_1_last_rotated: long(created - (number % 200) * dayMs),
        access_key_1_last_used_date: long(created - (number % 60) * dayMs),
        access_key_1_last_used_region: "us-east-1",
        access_key_1_last_used_service: "s3",
      }),
    );
  }
  return lines.join("\n");
}
