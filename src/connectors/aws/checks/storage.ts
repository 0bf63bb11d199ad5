import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { blockFlags, noBlock } from "../buckets.ts";
import { cis, eachCheck } from "./judge.ts";

const isWhole = (block: unknown) => blockFlags.every((flag) => objectOf(block)[flag] === true);
const whole = Object.fromEntries(blockFlags.map((flag) => [flag, true]));
const bucket = (fields: Record<string, unknown>) => ({ name: "acme-data", region: "eu-west-1", ...fields });

export const storageChecks: readonly Check[] = [
  eachCheck({
    slug: "aws-bucket-tls",
    title: "Deny buckets to connections without TLS",
    description: "The policy of each bucket denies everybody what does not come by HTTPS.",
    remediation: "Add a statement that denies `s3:*` where `aws:SecureTransport` is `false` to each bucket listed.",
    ...{ severity: "MEDIUM", maxPoints: 3, benchmark: cis("2.1.1"), key: "buckets" },
    isBad: ({ requiresTls }) => requiresTls !== true,
    examples: { pass: bucket({ requiresTls: true }), fail: bucket({ requiresTls: false }) },
  }),
  eachCheck({
    slug: "aws-bucket-mfa-delete",
    title: "Ask for a second factor to delete versions",
    description: "Each versioned bucket has MFA delete.",
    remediation:
      "As root: `aws s3api put-bucket-versioning --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa …`.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("2.1.2"), key: "buckets" },
    of: ({ isVersioned }) => isVersioned === true,
    isBad: ({ hasMfaDelete }) => hasMfaDelete !== true,
    examples: {
      pass: bucket({ isVersioned: true, hasMfaDelete: true }),
      fail: bucket({ isVersioned: true, hasMfaDelete: false }),
    },
  }),
  eachCheck({
    slug: "aws-account-public-access",
    title: "Block public access for the whole account",
    description: "All four public access settings of S3 are on for the account.",
    remediation: "S3 → **Block Public Access settings for this account**: turn all on.",
    ...{ severity: "HIGH", maxPoints: 6, benchmark: cis("2.1.4"), key: "accountBlocks" },
    isBad: ({ block }) => !isWhole(block),
    examples: { pass: { block: whole }, fail: { block: null } },
  }),
  eachCheck({
    slug: "aws-bucket-public-access",
    title: "Block public access of each bucket",
    description: "All four public access settings are on for each bucket.",
    remediation: "S3 → the bucket → **Permissions** → *Block public access*: turn all on.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("2.1.4"), key: "buckets" },
    isBad: ({ block }) => !isWhole(block),
    examples: { pass: bucket({ block: whole }), fail: bucket({ block: noBlock }) },
  }),
  eachCheck({
    slug: "aws-bucket-public-policy",
    title: "Have no bucket policy that is public",
    description: "No bucket policy lets everybody in, whatever blocks it for the moment.",
    remediation: "S3 → the bucket → **Permissions** → *Bucket policy*: name principals instead of `*`.",
    ...{ severity: "HIGH", maxPoints: 6, key: "buckets", isBad: ({ hasPublicPolicy }) => hasPublicPolicy === true },
    examples: { pass: bucket({ hasPublicPolicy: false }), fail: bucket({ hasPublicPolicy: true }) },
  }),
  eachCheck({
    slug: "aws-bucket-public-acl",
    title: "Have no access control list that is public",
    description:
      "No bucket grants anything to everybody, or to everybody with an AWS account, by its access control list.",
    remediation: "S3 → the bucket → **Permissions**: disable ACLs (*Bucket owner enforced*).",
    ...{ severity: "HIGH", maxPoints: 5, key: "buckets", isBad: ({ hasPublicAcl }) => hasPublicAcl === true },
    examples: { pass: bucket({ hasPublicAcl: false }), fail: bucket({ hasPublicAcl: true }) },
  }),
  eachCheck({
    slug: "aws-bucket-encryption",
    title: "Encrypt buckets by default",
    description: "Each bucket encrypts new objects.",
    remediation: "S3 → the bucket → **Properties** → *Default encryption*.",
    ...{ severity: "LOW", maxPoints: 2, key: "buckets", isBad: ({ encryption }) => listOf(encryption).length === 0 },
    examples: { pass: bucket({ encryption: ["AES256"] }), fail: bucket({ encryption: [] }) },
  }),
  eachCheck({
    slug: "aws-bucket-versioning",
    title: "Keep versions of objects",
    description: "Each bucket keeps what was overwritten or deleted.",
    remediation: "S3 → the bucket → **Properties** → *Bucket Versioning*.",
    ...{ severity: "LOW", maxPoints: 2, key: "buckets", isBad: ({ isVersioned }) => isVersioned !== true },
    examples: { pass: bucket({ isVersioned: true }), fail: bucket({ isVersioned: false }) },
  }),
];
