import { choice, type SettingCheck, secondsOf, toggle } from "./setting.ts";

const console = "Admin console → **Security** → **Authentication** → **Password management**";
const setting = "security.password";

const atLeast = (length: number): Pick<SettingCheck, "fields" | "passes" | "examples"> => ({
  fields: ["minimumLength"],
  passes: ({ minimumLength }) => (typeof minimumLength === "number" ? minimumLength >= length : null),
  examples: { pass: { minimumLength: length }, fail: { minimumLength: length - 4 } },
});

export const passwordSettings: readonly SettingCheck[] = [
  choice("allowedStrength", ["STRONG"], "WEAK", {
    slug: "google-password-strength",
    title: "Enforce strong passwords",
    description: "Google compares new passwords with what is guessed first, and with those known from leaks.",
    remediation: `${console}: tick *Enforce strong password*.`,
    severity: "MEDIUM",
    maxPoints: 5,
    scuba: "COMMONCONTROLS.5.1v1",
    cis: "4.1.5.1",
    setting,
  }),
  {
    slug: "google-password-length",
    title: "Ask for passwords of 12 characters",
    description: "Length is what makes guessing a password hopeless.",
    remediation: `${console} → *Length*: minimum 12.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "COMMONCONTROLS.5.2v1",
    setting,
    ...atLeast(12),
  },
  {
    slug: "google-password-length-16",
    title: "Ask for passwords of 16 characters",
    description: "A passphrase is easier to remember than a short riddle, and harder to guess.",
    remediation: `${console} → *Length*: minimum 16.`,
    severity: "LOW",
    maxPoints: 2,
    scuba: "COMMONCONTROLS.5.3v1",
    setting,
    ...atLeast(16),
  },
  toggle("enforceRequirementsAtLogin", true, {
    slug: "google-password-next-sign-in",
    title: "Enforce new rules for passwords at the next sign-in",
    description: "Otherwise an old, short password stays until its owner changes it.",
    remediation: `${console}: tick *Enforce password policy at next sign-in*.`,
    severity: "LOW",
    maxPoints: 3,
    scuba: "COMMONCONTROLS.5.4v1",
    setting,
  }),
  toggle("allowReuse", false, {
    slug: "google-password-reuse",
    title: "Let passwords not be used again",
    description: "A password that was leaked once stays leaked.",
    remediation: `${console}: clear *Allow password reuse*.`,
    severity: "LOW",
    maxPoints: 3,
    scuba: "COMMONCONTROLS.5.5v1",
    setting,
  }),
  {
    slug: "google-password-expiry",
    title: "Let passwords not expire",
    description: "People who must change their password choose a similar, weaker one.",
    remediation: `${console} → *Expiration*: **Never expires**.`,
    severity: "LOW",
    maxPoints: 2,
    scuba: "COMMONCONTROLS.5.6v1",
    setting,
    fields: ["expirationDuration"],
    passes: ({ expirationDuration }) => {
      const seconds = secondsOf(expirationDuration);
      return seconds === null ? null : seconds === 0;
    },
    examples: { pass: { expirationDuration: "0s" }, fail: { expirationDuration: "7776000s" } },
  },
];
