import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "aws",
  name: "Amazon Web Services",
  description: "IAM identities, CloudTrail management events and the sharing of S3 buckets in one AWS account.",
  docs: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html",
  lifecycle: "PREVIEW",
  authorization: "AWS_ASSUME_ROLE",
  prerequisites: `
- You may create IAM roles in the account to connect.
- Create a role that trusts Gatehouse's own AWS principal **only with the external ID** shown when connecting.
- Attach the AWS managed policy \`SecurityAudit\`; for actions on buckets add \`s3:PutBucketAcl\`, \`s3:PutBucketPolicy\` and \`s3:PutBucketPublicAccessBlock\`.
- CloudTrail keeps management events for 90 days without further set-up.
`.trim(),
  settings: {
    roleArn: {
      label: "Role ARN",
      help: "The role Gatehouse assumes in your account.",
      pattern: /arn:aws(-us-gov|-cn)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/,
      example: "arn:aws:iam::111122223333:role/Gatehouse",
    },
    region: {
      label: "Home region",
      help: "Where sign-ins and global events are read.",
      pattern: /[a-z]{2}(-[a-z]+)+-\d/,
      example: "eu-west-1",
    },
    regions: {
      label: "Other regions to read",
      help: "Separated by commas. Empty: all that are enabled.",
      required: false,
      pattern: /[a-z]{2}(-[a-z]+)+-\d( *, *[a-z]{2}(-[a-z]+)+-\d)*/,
      example: "us-east-1, eu-central-1",
    },
  },
  hosts: ["*.amazonaws.com", "*.{region}.amazonaws.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: { note: "IAM users and, where used, IAM Identity Center." },
    LOG_ON_ACTIVITY: { note: "Console sign-ins." },
    USER_ACTIVITY: { support: "NOT_APPLICABLE" },
    ADMIN_ACTIVITY: { note: "CloudTrail management events, some 15 minutes late." },
    VIEW_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    DLP_NEAR_REAL_TIME_SCAN: { note: "Discovery of S3 buckets only." },
    SHARING_CONTROL: { note: "S3 buckets." },
    FILE_GOVERNANCE: { note: "S3 buckets." },
    SENSITIVITY_LABELS: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
