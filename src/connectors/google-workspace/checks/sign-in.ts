import { instantOf } from "#src/connector-kit/record.ts";
import { choice, type SettingCheck, secondsOf, toggle } from "./setting.ts";

const security = "Admin console → **Security** → **Authentication**";
const twoStep = `${security} → **2-Step Verification**`;

const halfADay = 43_200;
const aDay = 86_400;

export const signInSettings: readonly SettingCheck[] = [
  {
    slug: "google-2sv-enforced",
    title: "Enforce 2-Step Verification for everybody",
    description: "A password alone, once guessed or phished, opens everything that its owner may open.",
    remediation: `${twoStep}: *Enforcement* **On**, for the whole organisation and every unit that has a setting of its own.`,
    severity: "CRITICAL",
    maxPoints: 10,
    scuba: "COMMONCONTROLS.1.2v1",
    cis: "4.1.1.3",
    setting: "security.two_step_verification_enforcement",
    fields: ["enforcedFrom"],
    // Not enforced is the beginning of time; a day that is to come enforces nothing yet, and is shown as it is.
    passes: ({ enforcedFrom }) => {
      const at = instantOf(enforcedFrom);
      return at === null ? null : at.getTime() > 0;
    },
    examples: { pass: { enforcedFrom: "2025-03-01T00:00:00Z" }, fail: { enforcedFrom: "1970-01-01T00:00:00Z" } },
  },
  choice("allowedSignInFactorSet", ["PASSKEY_ONLY"], "NO_TELEPHONY", {
    slug: "google-2sv-phishing-resistant",
    title: "Allow only passkeys and security keys as the second step",
    description: "A code can be passed on to anybody who asks convincingly; a passkey answers to the right site only.",
    remediation: `${twoStep} → *Methods*: **Only security key**.`,
    severity: "HIGH",
    maxPoints: 6,
    scuba: "COMMONCONTROLS.1.1v1",
    cis: "4.1.1.2",
    setting: "security.two_step_verification_enforcement_factor",
  }),
  {
    slug: "google-2sv-no-telephony",
    title: "Allow no codes by text message or call",
    description: "Phone numbers are taken over, and messages are read by others, without the owner noticing.",
    remediation: `${twoStep} → *Methods*: **Any except verification codes via text, phone call**, or **Only security key**.`,
    severity: "MEDIUM",
    maxPoints: 5,
    scuba: "COMMONCONTROLS.1.3v1",
    setting: "security.two_step_verification_enforcement_factor",
    fields: ["allowedSignInFactorSet"],
    passes: ({ allowedSignInFactorSet }) => allowedSignInFactorSet !== "ALL",
    examples: { pass: { allowedSignInFactorSet: "NO_TELEPHONY" }, fail: { allowedSignInFactorSet: "ALL" } },
  },
  {
    slug: "google-2sv-enrollment-period",
    title: "Let new people enrol in 2-Step Verification within a week",
    description: "Until they have, their password alone is enough; without a day of time they cannot sign in at all.",
    remediation: `${twoStep} → *New user enrollment period*: 1 day to 1 week.`,
    severity: "LOW",
    maxPoints: 3,
    scuba: "COMMONCONTROLS.1.4v1",
    setting: "security.two_step_verification_grace_period",
    fields: ["enrollmentGracePeriod"],
    passes: ({ enrollmentGracePeriod }) => {
      const seconds = secondsOf(enrollmentGracePeriod);
      return seconds === null ? null : seconds > 0 && seconds <= 7 * aDay;
    },
    examples: { pass: { enrollmentGracePeriod: "604800s" }, fail: { enrollmentGracePeriod: "2592000s" } },
  },
  toggle("allowTrustingDevice", false, {
    slug: "google-2sv-device-trust",
    title: "Ask for the second step on every device, every time",
    description: "A device that is trusted once never asks again, even when it is stolen.",
    remediation: `${twoStep} → *Frequency*: clear **Allow user to trust the device**.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "COMMONCONTROLS.1.5v1",
    setting: "security.two_step_verification_device_trust",
  }),
  {
    slug: "google-session-length",
    title: "End web sessions within 12 hours",
    description: "A session that lasts for weeks is worth stealing.",
    remediation:
      "Admin console → **Security** → **Access and data control** → **Google session control**: *Web session duration* 12 hours or less.",
    severity: "MEDIUM",
    maxPoints: 5,
    scuba: "COMMONCONTROLS.4.1v1",
    cis: "4.2.4.1",
    setting: "security.session_controls",
    fields: ["webSessionDuration"],
    passes: ({ webSessionDuration }) => {
      const seconds = secondsOf(webSessionDuration);
      return seconds === null ? null : seconds > 0 && seconds <= halfADay;
    },
    examples: { pass: { webSessionDuration: "43200s" }, fail: { webSessionDuration: "1209600s" } },
  },
  toggle("enableAccountRecovery", false, {
    slug: "google-super-admin-recovery",
    title: "Let super admins not recover their accounts by themselves",
    description: "The holder of a super admin's recovery phone or address could take over the organisation.",
    remediation: `${security} → **Account recovery**: clear *Allow Super Admins to recover their account*.`,
    severity: "HIGH",
    maxPoints: 7,
    scuba: "COMMONCONTROLS.8.1v1",
    cis: "4.1.2.1",
    setting: "security.super_admin_account_recovery",
  }),
  toggle("enableAccountRecovery", false, {
    slug: "google-user-recovery",
    title: "Let people not recover their accounts by themselves",
    description:
      "A recovery address at another provider is protected by whatever that provider asks for. The CIS benchmark weighs this the other way (4.1.2.2).",
    remediation: `${security} → **Account recovery**: clear *Allow users and non-super admins to recover their account*.`,
    severity: "LOW",
    maxPoints: 2,
    scuba: "COMMONCONTROLS.8.2v1",
    setting: "security.user_account_recovery",
  }),
  {
    slug: "google-advanced-protection",
    title: "Offer the Advanced Protection Program, without security codes",
    description: "People at risk can then protect their accounts with Google's strongest set of rules.",
    remediation: `${security} → **Advanced Protection Program**: *Enable user enrollment*, and *Do not allow users to generate security codes*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    cis: "4.1.3.1",
    setting: "security.advanced_protection_program",
    fields: ["enableAdvancedProtectionSelfEnrollment", "securityCodeOption"],
    passes: ({ enableAdvancedProtectionSelfEnrollment, securityCodeOption }) =>
      enableAdvancedProtectionSelfEnrollment === true && securityCodeOption === "CODES_NOT_ALLOWED",
    examples: {
      pass: { enableAdvancedProtectionSelfEnrollment: true, securityCodeOption: "CODES_NOT_ALLOWED" },
      fail: { enableAdvancedProtectionSelfEnrollment: false, securityCodeOption: "CODES_NOT_ALLOWED" },
    },
  },
  toggle("allowLessSecureApps", false, {
    slug: "google-less-secure-apps",
    title: "Keep apps out that sign in with a password",
    description: "They know no second step, and keep the password.",
    remediation: "Admin console → **Security** → **Access and data control** → **Less secure apps**: *Disable access*.",
    severity: "HIGH",
    maxPoints: 6,
    scuba: "COMMONCONTROLS.10.5v1",
    cis: "4.2.6.1",
    setting: "security.less_secure_apps",
  }),
];
