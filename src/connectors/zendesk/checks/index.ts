import type { Check } from "#src/connector-kit/contract/checks.ts";
import { staleAdminDays, staleTokenDays } from "../posture.ts";
import { checkOf, share, shown, somebody, verdict } from "./judge.ts";

const security = "*Admin Center > Account > Security*";
const team = "*Admin Center > People > Team > Team members*";
const [fewest, most] = [2, 5];
const custom = 400;
const recommended = 350;
const noAdmin = "Zendesk shows no active admin.";

/** Levels and bounds follow Zendesk's own "Recommended" level and its guide to security best practices. */
export const checks: readonly Check[] = [
  checkOf("security", {
    slug: "zendesk-second-factor",
    title: "Require a second factor, or single sign-on, of the team",
    description: "Agents and admins sign in with two factors, or by single sign-on, which asks for them elsewhere.",
    remediation: `${security} > *Team member authentication*: require two-factor authentication, or enforce single sign-on.`,
    severity: "CRITICAL",
    maxPoints: 10,
    judge: ({ twoFactor, singleSignOn }) => verdict(twoFactor || singleSignOn, { twoFactor, singleSignOn }),
    failing: { twoFactor: false, singleSignOn: false },
  }),
  checkOf("security", {
    slug: "zendesk-single-sign-on",
    title: "Enforce single sign-on for the team",
    description: "Passwords of Zendesk are off for agents and admins.",
    remediation: `${security} > *Team member authentication*: enforce single sign-on.`,
    severity: "HIGH",
    maxPoints: 7,
    judge: ({ singleSignOn }) => verdict(singleSignOn, { singleSignOn }),
    failing: { singleSignOn: false },
  }),
  checkOf("security", {
    slug: "zendesk-sign-on-bypass",
    title: "Let nobody but the owner pass by single sign-on",
    description: "A link that passes by single sign-on is sent to the account owner alone.",
    remediation: `${security} > *Team member authentication > SSO bypass*: choose the account owner.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ bypass }) => shown(bypass, (value) => value <= 1, "the bypass"),
    failing: { bypass: 2 },
  }),
  checkOf("security", {
    slug: "zendesk-password-level",
    title: "Ask for strong passwords",
    description: "The password level of the team is Recommended, or a custom one that asks for as much.",
    remediation: `${security} > *Team member authentication*: choose the level Recommended.`,
    severity: "MEDIUM",
    maxPoints: 5,
    judge: ({ passwordLevel, passwordLength, failedAttempts }) => {
      if (passwordLevel !== custom) return shown(passwordLevel, (level) => level >= recommended, "the password level");
      const isLong = (passwordLength ?? 0) >= 12;
      const isLocked = (failedAttempts ?? Number.POSITIVE_INFINITY) <= 10;
      return verdict(isLong && isLocked, { passwordLevel, passwordLength, failedAttempts });
    },
    failing: { passwordLevel: 200 },
  }),
  checkOf("security", {
    slug: "zendesk-idle-sessions",
    title: "End sessions that nobody uses",
    description: "A session of the team ends after eight hours without use.",
    remediation: `${security} > *Advanced > Session expiration*: choose at most eight hours.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ idleMinutes }) =>
      shown(idleMinutes, (minutes) => minutes > 0 && minutes <= 480, "the session expiration"),
    failing: { idleMinutes: 20_160 },
  }),
  checkOf("security", {
    slug: "zendesk-session-length",
    title: "Limit how long a session lasts",
    description: "A session ends after twelve hours, however much it is used.",
    remediation: `${security} > *Advanced*: set a maximum session duration of at most twelve hours.`,
    severity: "LOW",
    maxPoints: 3,
    judge: ({ isSessionLimited, sessionMinutes }) =>
      isSessionLimited === true
        ? shown(sessionMinutes, (minutes) => minutes <= 720, "the maximum session duration")
        : shown(isSessionLimited, (is) => is, "whether sessions are limited"),
    failing: { isSessionLimited: false },
  }),
  checkOf("security", {
    slug: "zendesk-account-assumption",
    title: "Let Zendesk's support in only when it is needed",
    description: "Account assumption, by which Zendesk's support may act as an admin, is off.",
    remediation: `${security} > *Advanced > Account assumption*: switch it off, and on for a while when support asks for it.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ isAssumable }) => shown(isAssumable, (is) => !is, "account assumption"),
    failing: { isAssumable: true },
  }),
  checkOf("security", {
    slug: "zendesk-ip-restrictions",
    title: "Restrict the team to known addresses",
    description: "Agents and admins are let in from the organisation's address ranges only.",
    remediation: `${security} > *Advanced > IP restrictions*: enable them and enter the ranges.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ isIpRestricted }) => shown(isIpRestricted, (is) => is, "IP restrictions"),
    failing: { isIpRestricted: false },
  }),
  checkOf("security", {
    slug: "zendesk-admins-set-passwords",
    title: "Let no admin set the passwords of others",
    description: "Who knows a password that was set for another person can sign in as that person.",
    remediation: `${security} > *Advanced > Authentication*: switch off *Admins can set passwords*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ adminsSetPasswords }) => shown(adminsSetPasswords, (is) => !is, "whether admins set passwords"),
    failing: { adminsSetPasswords: true },
  }),
  checkOf("security", {
    slug: "zendesk-change-notices",
    title: "Tell people when their account changes",
    description: "Agents get an e-mail when their password, address or other sensitive fields change.",
    remediation: `${security} > *Advanced > Authentication*: switch on e-mail notifications for changes of the profile.`,
    severity: "LOW",
    maxPoints: 2,
    judge: ({ notifiesOfChanges }) => shown(notifiesOfChanges, (is) => is, "notices of changes"),
    failing: { notifiesOfChanges: false },
  }),
  checkOf("account", {
    slug: "zendesk-api-passwords",
    title: "Let no password be used for the API",
    description: "The API takes tokens only: a password that is guessed gives no access by API.",
    remediation: "*Admin Center > Apps and integrations > APIs > API configuration*: switch off password access.",
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ passwordAccess }) => shown(passwordAccess, (is) => !is, "password access to the API"),
    failing: { passwordAccess: true },
  }),
  checkOf("account", {
    slug: "zendesk-private-attachments",
    title: "Ask for a sign-in before attachments are shown",
    description: "Without it anybody with the link of an attachment can open it.",
    remediation:
      "*Admin Center > Objects and rules > Tickets > Settings > Attachments*: require authentication to download.",
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ privateAttachments }) => shown(privateAttachments, (is) => is, "private attachments"),
    failing: { privateAttachments: false },
  }),
  checkOf("people", {
    slug: "zendesk-admins",
    title: `Have between ${fewest} and ${most} admins`,
    description: "An admin reads and changes everything. One alone locks the account when they leave.",
    remediation: `${team}: make admins agents who do not need the role.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ admins }) => verdict(admins.count >= fewest && admins.count <= most, { admins }),
    failing: { admins: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "zendesk-stale-admins",
    title: "Take the role from admins who no longer sign in",
    description: `Every admin has signed in within the last ${staleAdminDays} days.`,
    remediation: `${team}: make those in the evidence agents, or suspend them.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ admins, staleAdmins }) => share(admins.count, staleAdmins, noAdmin),
    failing: { staleAdmins: somebody },
  }),
  checkOf("people", {
    slug: "zendesk-admins-with-factor",
    title: "Let every admin have a second factor",
    description:
      "Every admin has two-factor authentication on. With single sign-on the factor may be asked for elsewhere.",
    remediation: `${team}: have those in the evidence set up two-factor authentication.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ admins, adminsWithoutFactor }) => share(admins.count, adminsWithoutFactor, noAdmin),
    failing: { adminsWithoutFactor: somebody },
  }),
  checkOf("tokens", {
    slug: "zendesk-stale-tokens",
    title: "Revoke access tokens that nobody uses",
    description: `Every access token was used within the last ${staleTokenDays} days.`,
    remediation: "Gatehouse's OAuth apps page: revoke the apps of the tokens in the evidence.",
    severity: "MEDIUM",
    maxPoints: 3,
    judge: ({ tokens, stale }) => share(tokens, stale, "Zendesk shows no access token."),
    failing: { stale: { count: 1, names: ["token 7"] } },
  }),
  checkOf("tokens", {
    slug: "zendesk-unlimited-tokens",
    title: "Give apps the scopes they need and no more",
    description: "No access token has the scopes `write` or `impersonate`, which reach everything.",
    remediation:
      "Have the apps of the tokens in the evidence ask for scopes such as `tickets:write`, and revoke the old tokens.",
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ tokens, unlimited }) => share(tokens, unlimited, "Zendesk shows no access token."),
    failing: { unlimited: { count: 1, names: ["token 7"] } },
  }),
];
