import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { permissions, posturePermissions } from "./permissions.ts";

const { authorizationDetails, generateReport, readReport, listBuckets } = permissions;
const readBucket = [listBuckets, permissions.bucketBlock, permissions.policyStatus, permissions.readPolicy] as const;

export const manifest = {
  slug: "aws",
  name: "Amazon Web Services",
  description: "IAM identities, CloudTrail events, the sharing of S3 buckets and security settings of AWS accounts.",
  docs: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html",
  lifecycle: "PREVIEW",
  authorization: "AWS_ASSUME_ROLE",
  prerequisites: `
- You may create IAM roles in the accounts to connect, and one IAM user for Gatehouse with an access key. That user needs no right but \`sts:AssumeRole\` on these roles.
- In each account create a role that trusts this user **only with the external ID** shown when connecting (condition \`sts:ExternalId\`). Roles of further accounts have the same name and external ID.
- Attach the AWS managed policy \`SecurityAudit\`, and allow \`iam:GenerateCredentialReport\` and \`cloudtrail:LookupEvents\`.
- For actions add \`s3:PutBucketPublicAccessBlock\`, \`s3:PutBucketPolicy\`, \`s3:DeleteBucketPolicy\`, and of IAM \`UpdateAccessKey\`, \`AttachUserPolicy\`, \`DetachUserPolicy\`, \`AddUserToGroup\`, \`RemoveUserFromGroup\` and \`UpdateLoginProfile\`.
- CloudTrail keeps management events for 90 days without further set-up.
`.trim(),
  settings: {
    externalId: {
      label: "External ID",
      help: "Enter it in the condition sts:ExternalId of the role's trust policy.",
      generated: "external-id",
    },
    roleArn: {
      label: "Role ARN",
      help: "The role Gatehouse assumes in your account.",
      pattern: /arn:aws(-us-gov|-cn)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/,
      example: "arn:aws:iam::111122223333:role/Gatehouse",
    },
    accessKeyId: {
      label: "Access key ID",
      help: "Of the IAM user that assumes the role.",
      pattern: /AKIA[A-Z0-9]{12,124}/,
      example: "AKIAIOSFODNN7EXAMPLE",
    },
    secretAccessKey: { label: "Secret access key", secret: true },
    region: {
      label: "Home region",
      help: "Whose endpoints are used where any will do.",
      pattern: /[a-z]{2}(-[a-z]+)+-\d/,
      example: "eu-west-1",
    },
    regions: {
      label: "Regions to read",
      help: "Separated by commas. Empty: all that are enabled. Global events, IAM's among them, are in us-east-1.",
      required: false,
      pattern: /[a-z]{2}(-[a-z]+)+-\d( *, *[a-z]{2}(-[a-z]+)+-\d)*/,
      example: "us-east-1, eu-central-1",
    },
    accounts: {
      label: "Further accounts",
      help: "Account IDs, separated by commas. Each has a role of the same name, with the same external ID.",
      required: false,
      pattern: /\d{12}( *, *\d{12})*/,
      example: "222233334444, 333344445555",
    },
  },
  hosts: ["*.amazonaws.com", "*.amazonaws.com.cn"],
  rateLimit: { defaultWaitSeconds: 5, concurrency: 4 },
  streams: {
    USERS: { everySeconds: 3600, scopes: [authorizationDetails, generateReport, readReport] },
    GROUPS: { everySeconds: 3600, scopes: [authorizationDetails] },
    PRIVILEGES: { everySeconds: 3600, scopes: [authorizationDetails] },
    ACTIVITIES: {
      everySeconds: 60,
      realTime: true,
      parts: true,
      providerDelay: "PT15M",
      retroactivePeriod: "P7D",
      scopes: [permissions.lookupEvents, permissions.listRegions],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      everySeconds: 3600,
      realTime: true,
      backlog: false,
      scopes: [...readBucket, permissions.readAcl, permissions.accountBlock],
    },
    POSTURE: { everySeconds: 86_400, scopes: posturePermissions },
  },
  actions: {
    SUSPEND_USER: {
      scopes: [
        permissions.listUserPolicies,
        permissions.listKeys,
        permissions.attachUserPolicy,
        permissions.updateAccessKey,
      ],
      endsSessions: true,
      undo: "UNSUSPEND_USER",
      note: "Attaches the AWS managed policy AWSDenyAll to an IAM user, which ends its sessions as well, and makes its access keys inactive.",
    },
    UNSUSPEND_USER: {
      scopes: [
        permissions.listUserPolicies,
        permissions.listKeys,
        permissions.detachUserPolicy,
        permissions.updateAccessKey,
      ],
      undo: "SUSPEND_USER",
      note: "Access keys become active again only when it undoes a suspension of Gatehouse's.",
    },
    RESET_PASSWORD: {
      scopes: [permissions.readLoginProfile, permissions.updateLoginProfile],
      note: "The IAM user has to set a new password at the next console sign-in. Refused for users without a password.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: [
        permissions.listUserPolicies,
        permissions.listUserGroups,
        permissions.listGroupPolicies,
        permissions.attachUserPolicy,
        permissions.detachUserPolicy,
        permissions.addToGroup,
        permissions.removeFromGroup,
      ],
      undo: "REVOKE_ADMIN_PRIVILEGES",
      note: "Detaches AWS managed policies of administrators from an IAM user and takes it out of groups that have them. Undoing puts the same back.",
    },
    MAKE_PRIVATE: {
      scopes: [listBuckets, permissions.bucketBlock, permissions.writeBlock],
      undo: "RESTORE_FILE",
      note: "Blocks public access to a bucket, by all four settings. Access of other accounts that are named stays.",
    },
    REMOVE_COLLABORATOR: {
      scopes: [listBuckets, permissions.readPolicy, permissions.writePolicy, permissions.deletePolicy],
      undo: "RESTORE_FILE",
      note: "Takes a principal, or all of another account, out of the bucket policy. `externalId` is the principal as the bucket's collaborators name it.",
    },
    QUARANTINE_FILE: {
      scopes: [listBuckets, permissions.readPolicy, permissions.writePolicy],
      undo: "RESTORE_FILE",
      note: "A statement in the bucket policy denies reading, writing and listing of objects to everybody. Accounts that may change the policy can lift it.",
    },
    RESTORE_FILE: {
      scopes: [
        listBuckets,
        permissions.readPolicy,
        permissions.writePolicy,
        permissions.deletePolicy,
        permissions.bucketBlock,
        permissions.writeBlock,
      ],
      note: "Puts policy and public access settings of a bucket back; without a state of before it lifts Gatehouse's quarantine.",
    },
  },
  webhooks: "manual",
  capabilities: {
    LIST_ACCOUNTS: { note: "IAM users, roles, and the root user of each account." },
    LIST_PRIVILEGES: { note: "Managed policies, attached to users and roles or held through groups." },
    LOG_ON_ACTIVITY: { note: "Console sign-ins, and sessions of roles." },
    ADMIN_ACTIVITY: { note: "CloudTrail management events, up to some 15 minutes late; at once through EventBridge." },
    USER_ACTIVITY: { note: "Management events that read settings or work with resources. No data events." },
    USER_GOVERNANCE: { note: "IAM users." },
    VIEW_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    SECURITY_POSTURE: { note: "CIS AWS Foundations Benchmark, where it concerns identity, storage and logging." },
    DLP_BACKLOG_SCAN: { note: "Objects in buckets are not read." },
    DLP_NEAR_REAL_TIME_SCAN: { note: "Discovery of S3 buckets only." },
    SHARING_CONTROL: { note: "S3 buckets." },
    FILE_GOVERNANCE: { note: "S3 buckets." },
    SENSITIVITY_LABELS: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
