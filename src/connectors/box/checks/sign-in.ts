import type { Check } from "#src/connector-kit/contract/checks.ts";
import { isObject, textOf } from "#src/connector-kit/record.ts";
import { atLeast, isTrue, settingCheck } from "./setting.ts";

const security = "Admin Console → **Enterprise Settings** → **Security**";

const secondsOf: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400, week: 604_800 };

/** `30 minutes`, `1 hour`, or a number of seconds; null for what Box does not document. */
export function durationOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  const [, count, unit] = /^(\d+)\s*(minute|hour|day|week)s?$/i.exec(textOf(value) ?? "") ?? [];
  return count && unit ? Number(count) * (secondsOf[unit.toLowerCase()] ?? 0) : null;
}

export const signInChecks: readonly Check[] = [
  settingCheck({
    slug: "box-multi-factor",
    title: "Require two-step verification of everybody",
    description: "A password alone, once guessed or phished, opens everything that its owner may open.",
    remediation: `${security}: tick *Require 2-step verification for unsuccessful and new login attempts* for managed users.`,
    severity: "HIGH",
    maxPoints: 10,
    category: "security",
    settings: ["is_multi_factor_auth_required"],
    passes: isTrue,
    examples: { pass: [true], fail: [false] },
  }),
  settingCheck({
    slug: "box-single-sign-on",
    title: "Require single sign-on",
    description: "Where the identity provider alone lets people in, an account ends with the person's employment.",
    remediation:
      "Admin Console → **Enterprise Settings** → **User Settings** → *Configure Single Sign On*: SSO Required.",
    severity: "MEDIUM",
    maxPoints: 7,
    category: "userSettings",
    settings: ["is_enterprise_sso_required"],
    passes: isTrue,
    examples: { pass: [true], fail: [false] },
  }),
  settingCheck({
    slug: "box-password-length",
    title: "Ask for passwords of 12 characters",
    description: "Length is what makes guessing a password hopeless.",
    remediation: `${security} → *Password Requirements*: at least 12 characters.`,
    severity: "MEDIUM",
    maxPoints: 4,
    category: "security",
    settings: ["password_min_length"],
    passes: atLeast(12),
    examples: { pass: [12], fail: [8] },
  }),
  settingCheck({
    slug: "box-password-complexity",
    title: "Ask for mixed passwords",
    description: "Passwords hold an upper case letter, a digit and a special character.",
    remediation: `${security} → *Password Requirements*: at least one upper case letter, one number and one special character.`,
    severity: "LOW",
    maxPoints: 3,
    category: "security",
    settings: [
      "password_min_uppercase_characters",
      "password_min_numeric_characters",
      "password_min_special_characters",
    ],
    passes: (...values) => values.every(atLeast(1)),
    examples: { pass: [1, 1, 1], fail: [1, 1, 0] },
  }),
  settingCheck({
    slug: "box-weak-passwords",
    title: "Refuse weak and leaked passwords",
    description: "Passwords that everybody tries first, or that were found in a leak, are no secret.",
    remediation: `${security} → *Password Requirements*: prevent common passwords, and detect passwords that were exposed.`,
    severity: "MEDIUM",
    maxPoints: 5,
    category: "security",
    settings: ["is_weak_password_prevention_enabled", "is_password_leak_detection_enabled"],
    passes: (weak, leaked) => isTrue(weak) && isTrue(leaked),
    examples: { pass: [true, true], fail: [true, false] },
  }),
  settingCheck({
    slug: "box-session-duration",
    title: "End sessions within a day",
    description: "A session that lasts for weeks is worth stealing.",
    remediation: `${security} → *Session Duration*: one day or less.`,
    severity: "MEDIUM",
    maxPoints: 4,
    category: "security",
    settings: ["session_duration"],
    passes: (value) => {
      const seconds = durationOf(value);
      return seconds === null ? null : seconds <= 86_400;
    },
    examples: { pass: ["1 hour"], fail: ["2 weeks"] },
  }),
  settingCheck({
    slug: "box-failed-sign-in-notice",
    title: "Notify administrators of repeated failed sign-ins",
    description: "Administrators should learn of it while a password is being guessed.",
    remediation: `${security}: notify administrators after a number of failed sign-ins, ten or fewer.`,
    severity: "LOW",
    maxPoints: 2,
    category: "security",
    settings: ["failed_login_attempts_to_trigger_admin_notification"],
    passes: (value) => typeof value === "number" && value > 0 && value <= 10,
    examples: { pass: [5], fail: [0] },
  }),
  settingCheck({
    slug: "box-external-multi-factor",
    title: "Require two-step verification of external collaborators",
    description: "Content that is shared with another enterprise is as safe as the accounts over there.",
    remediation: `${security} → *External Collaborators*: require 2-step verification.`,
    severity: "MEDIUM",
    maxPoints: 5,
    category: "security",
    settings: ["external_collab_multi_factor_auth_settings"],
    passes: (value) => {
      const state = isObject(value) ? textOf(value.state) : null;
      return state === null ? null : !/^(disabled|off|none)$/i.test(state);
    },
    examples: { pass: [{ state: "enabled" }], fail: [{ state: "disabled" }] },
  }),
];
