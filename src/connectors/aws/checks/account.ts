import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, eachCheck } from "./judge.ts";

const policyOf = (entry: Record<string, unknown>) => objectOf(entry.policy);

/** The account itself: contact, root user, password policy, federation. */
export const accountChecks: readonly Check[] = [
  eachCheck({
    slug: "aws-security-contact",
    title: "Name a security contact",
    description: "AWS writes to it when it sees an attack on, or from, the account.",
    remediation:
      "Account menu → **Account** → *Alternate contacts*: enter a security contact that several people read.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("1.2") },
    ...{ key: "contacts", isBad: ({ security }) => security !== true },
    examples: { pass: { security: true }, fail: { security: false } },
  }),
  eachCheck({
    slug: "aws-root-access-key",
    title: "Have no access keys of the root user",
    description: "A key of the root user may do everything, from anywhere, and no policy limits it.",
    remediation: "Sign in as root → **Security credentials** → *Access keys*: delete each.",
    ...{ severity: "CRITICAL", maxPoints: 10, benchmark: cis("1.4") },
    ...{ key: "summaries", isBad: ({ AccountAccessKeysPresent }) => AccountAccessKeysPresent !== 0 },
    examples: { pass: { AccountAccessKeysPresent: 0 }, fail: { AccountAccessKeysPresent: 1 } },
  }),
  eachCheck({
    slug: "aws-root-mfa",
    title: "Protect the root user with a second factor",
    description: "The root user has a second factor, or no password at all.",
    remediation: "Sign in as root → **Security credentials** → *Assign MFA device*.",
    ...{ severity: "CRITICAL", maxPoints: 10, benchmark: cis("1.5"), key: "summaries" },
    isBad: ({ AccountMFAEnabled, AccountPasswordPresent }) => AccountMFAEnabled !== 1 && AccountPasswordPresent !== 0,
    examples: { pass: { AccountMFAEnabled: 1 }, fail: { AccountMFAEnabled: 0, AccountPasswordPresent: 1 } },
  }),
  eachCheck({
    slug: "aws-root-hardware-mfa",
    title: "Give the root user a hardware second factor",
    description: "A virtual device can be copied with the phone that holds it.",
    remediation:
      "Sign in as root → **Security credentials**: replace the authenticator app by a security key or hardware token.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.6"), key: "virtualDevices" },
    isBad: ({ serialNumbers }) =>
      listOf(serialNumbers).some((one) => /:mfa\/root-account-mfa-device$/.test(String(one))),
    examples: {
      pass: { serialNumbers: ["arn:aws:iam::111122223333:mfa/ana"] },
      fail: { serialNumbers: ["arn:aws:iam::111122223333:mfa/root-account-mfa-device"] },
    },
  }),
  eachCheck({
    slug: "aws-password-length",
    title: "Require passwords of 14 characters",
    description: "The password policy of IAM users asks for at least 14 characters. Without a policy it is 8.",
    remediation: "IAM → **Account settings** → *Edit password policy*: set the minimum length to 14 or more.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.8"), key: "passwordPolicies" },
    isBad: (entry) => !(Number(policyOf(entry).MinimumPasswordLength) >= 14),
    examples: { pass: { policy: { MinimumPasswordLength: "16" } }, fail: { policy: null } },
  }),
  eachCheck({
    slug: "aws-password-reuse",
    title: "Prevent passwords from being used again",
    description: "The last 24 passwords of an IAM user cannot be used again.",
    remediation: "IAM → **Account settings** → *Edit password policy*: prevent the reuse of 24 passwords.",
    ...{ severity: "LOW", maxPoints: 3, benchmark: cis("1.9"), key: "passwordPolicies" },
    isBad: (entry) => !(Number(policyOf(entry).PasswordReusePrevention) >= 24),
    examples: {
      pass: { policy: { PasswordReusePrevention: "24" } },
      fail: { policy: { PasswordReusePrevention: "5" } },
    },
  }),
  eachCheck({
    slug: "aws-password-change",
    title: "Let IAM users change their own passwords",
    description: "Who knows that a password is known to others must be able to change it at once.",
    remediation: "IAM → **Account settings** → *Edit password policy*: allow users to change their own password.",
    ...{ severity: "LOW", maxPoints: 1, key: "passwordPolicies" },
    isBad: (entry) => policyOf(entry).AllowUsersToChangePassword !== "true",
    examples: {
      pass: { policy: { AllowUsersToChangePassword: "true" } },
      fail: { policy: { AllowUsersToChangePassword: "false" } },
    },
  }),
  eachCheck({
    slug: "aws-federation",
    title: "Sign people in through an identity provider",
    description:
      "The account has a SAML provider, as IAM Identity Center makes one, so that people who leave lose access here as well.",
    remediation:
      "Set up **IAM Identity Center**, or IAM → **Identity providers**, and replace IAM users of people by it.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.21"), key: "federation" },
    isBad: ({ providers }) => !(Number(providers) > 0),
    examples: { pass: { providers: 1 }, fail: { providers: 0 } },
  }),
];
