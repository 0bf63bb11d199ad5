import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import type { Json } from "#src/connector-kit/record.ts";
import { isTrue } from "../map-people.ts";
import type { OfAccount } from "../streams/posture.ts";

type Judge = (values: Json) => boolean | null;

/** Where a setting is right when a test of its account's values holds; null: the account does not state it. */
interface Row {
  slug: string;
  key: "settings" | "passwordRules";
  severity: Severity;
  points: number;
  title: string;
  why: string;
  where: string;
  names: readonly string[];
  judge: Judge;
  good: Json;
  bad: Json;
}

const isOn =
  (name: string): Judge =>
  (values) =>
    values[name] === undefined ? null : isTrue(values[name]);
const isOff =
  (name: string): Judge =>
  (values) =>
    values[name] === undefined ? null : !isTrue(values[name]);
/** DocuSign writes numbers as texts. */
const numberIn = (values: Json, name: string): number | null => {
  const number = Number.parseInt(String(values[name] ?? ""), 10);
  return Number.isNaN(number) ? null : number;
};
const within =
  (name: string, from: number, to: number): Judge =>
  (values) => {
    const number = numberIn(values, name);
    return number === null ? null : number >= from && number <= to;
  };

const maxSessionMinutes = 30;
const minPasswordLength = 12;

/** Sources: accountSettingsInformation and accountPasswordRules of https://developers.docusign.com/docs/esign-rest-api/reference/accounts/ */
const rows: readonly Row[] = [
  {
    ...{ slug: "session-timeout", key: "settings", severity: "MEDIUM", points: 5, names: ["sessionTimeout"] },
    title: "End idle sessions",
    why: `A session ends after at most ${maxSessionMinutes} minutes without activity: a browser that was left open is open to anybody who comes by.`,
    where: "*Security Settings > Session Timeouts*: set the web session to 30 minutes or less.",
    ...{
      judge: within("sessionTimeout", 1, maxSessionMinutes),
      good: { sessionTimeout: "20" },
      bad: { sessionTimeout: "120" },
    },
  },
  {
    ...{ slug: "one-session", key: "settings", severity: "LOW", points: 3, names: ["disableMultipleSessions"] },
    title: "Allow one session at a time",
    why: "A second sign-in ends the first one, so that a stolen password does not go unnoticed beside its owner.",
    where: "*Security Settings > Session Timeouts*: switch off concurrent sessions.",
    judge: isOn("disableMultipleSessions"),
    ...{ good: { disableMultipleSessions: "true" }, bad: { disableMultipleSessions: "false" } },
  },
  {
    ...{ slug: "social-sign-in", key: "settings", severity: "MEDIUM", points: 4, names: ["allowSocialIdLogin"] },
    title: "Allow no sign-in with social accounts",
    why: "A private account elsewhere escapes the rules of your identity provider, and stays when the person leaves.",
    where: "*Security Settings*: switch off sign-in by social identity.",
    ...{
      judge: isOff("allowSocialIdLogin"),
      good: { allowSocialIdLogin: "false" },
      bad: { allowSocialIdLogin: "true" },
    },
  },
  {
    ...{
      slug: "external-users",
      key: "settings",
      severity: "MEDIUM",
      points: 4,
      names: ["requireExternalUserManagement"],
    },
    title: "Manage external users",
    why: "People of other organizations join the account only under management of its administrators.",
    where: "*Account Settings*: require the management of external users.",
    judge: isOn("requireExternalUserManagement"),
    ...{ good: { requireExternalUserManagement: "true" }, bad: { requireExternalUserManagement: "false" } },
  },
  {
    ...{
      slug: "completed-without-sign-in",
      key: "settings",
      severity: "HIGH",
      points: 6,
      names: ["skipAuthCompletedEnvelopes"],
    },
    title: "Ask recipients to authenticate for completed envelopes, too",
    why: "Otherwise anybody with the link of an e-mail opens the signed documents.",
    where: "*Security Settings*: ask recipients to authenticate when they open completed envelopes.",
    judge: isOff("skipAuthCompletedEnvelopes"),
    ...{ good: { skipAuthCompletedEnvelopes: "false" }, bad: { skipAuthCompletedEnvelopes: "true" } },
  },
  {
    ...{
      slug: "documents-by-mail",
      key: "settings",
      severity: "MEDIUM",
      points: 4,
      names: ["attachCompletedEnvelope"],
    },
    title: "Send links instead of signed documents",
    why: "A document that is attached to an e-mail has left DocuSign: no authentication and no retention reaches it.",
    where: "*Email Preferences*: attach no documents to completion e-mails.",
    judge: isOff("attachCompletedEnvelope"),
    ...{ good: { attachCompletedEnvelope: "false" }, bad: { attachCompletedEnvelope: "true" } },
  },
  {
    ...{ slug: "retention", key: "settings", severity: "LOW", points: 3, names: ["documentRetention"] },
    title: "Limit how long documents are kept",
    why: "Documents that nobody needs any more can still be stolen: they are purged after a number of days.",
    where: "*Document Retention*: set the number of days after which documents are purged.",
    judge: within("documentRetention", 1, 36_500),
    ...{ good: { documentRetention: "365" }, bad: { documentRetention: "0" } },
  },
  {
    ...{ slug: "password-length", key: "passwordRules", severity: "HIGH", points: 5, names: ["minimumPasswordLength"] },
    title: "Ask for long passwords",
    why: `A password has at least ${minPasswordLength} characters: length is what makes guessing hopeless.`,
    where: "*Security Settings > Password*: a custom strength of at least 12 characters.",
    judge: within("minimumPasswordLength", minPasswordLength, 1000),
    ...{ good: { minimumPasswordLength: "14" }, bad: { minimumPasswordLength: "6" } },
  },
  {
    ...{ slug: "password-characters", key: "passwordRules", severity: "LOW", points: 3 },
    names: [
      "passwordIncludeDigit",
      "passwordIncludeUpperCase",
      "passwordIncludeLowerCase",
      "passwordIncludeSpecialCharacter",
    ],
    title: "Ask for mixed passwords",
    why: "Words and names are tried first: a password has digits, small and capital letters and special characters.",
    where: "*Security Settings > Password*: require all four kinds of characters.",
    judge: (values) =>
      ["Digit", "UpperCase", "LowerCase", "SpecialCharacter"].every((kind) => isTrue(values[`passwordInclude${kind}`])),
    good: {
      ...{ passwordIncludeDigit: "true", passwordIncludeUpperCase: "true" },
      ...{ passwordIncludeLowerCase: "true", passwordIncludeSpecialCharacter: "true" },
    },
    bad: { passwordIncludeDigit: "true", passwordIncludeUpperCase: "false" },
  },
  {
    ...{ slug: "password-lockout", key: "passwordRules", severity: "MEDIUM", points: 4 },
    names: ["lockoutDurationMinutes", "lockoutDurationType"],
    title: "Lock an account after wrong passwords",
    why: "Without a pause of at least a quarter of an hour a password can be guessed.",
    where: "*Security Settings > Password*: lock out for at least 15 minutes.",
    judge: (values) => {
      const duration = numberIn(values, "lockoutDurationMinutes");
      if (duration === null) return null;
      const factor = /^day/i.test(String(values.lockoutDurationType))
        ? 1440
        : /^hour/i.test(String(values.lockoutDurationType))
          ? 60
          : 1;
      return duration * factor >= 15;
    },
    good: { lockoutDurationMinutes: "1", lockoutDurationType: "hours" },
    bad: { lockoutDurationMinutes: "2", lockoutDurationType: "minutes" },
  },
];

export const settingChecks: readonly Check[] = rows.map((row) => ({
  slug: `docusign-${row.slug}`,
  title: row.title,
  description: row.why,
  remediation: row.where,
  severity: row.severity,
  maxPoints: row.points,
  needs: [row.key],
  evaluate(snapshot) {
    const judged = (snapshot.get(row.key) as OfAccount<Json>[]).map(({ account, value }) => ({
      account,
      holds: row.judge(value),
      found: Object.fromEntries(row.names.map((name) => [name, value[name] ?? null])),
    }));
    const failing = judged.filter(({ holds }) => holds === false).map(({ account, found }) => ({ account, ...found }));
    const silent = judged.filter(({ holds }) => holds === null).map(({ account }) => account);
    if (failing.length > 0) return { result: "fail", evidence: { failing } };
    if (silent.length > 0)
      return { result: "unknown", because: `DocuSign does not state it for ${silent.join(", ")}.` };
    return { result: "pass", evidence: { accounts: judged.map(({ account, found }) => ({ account, ...found })) } };
  },
  examples: {
    pass: { [row.key]: [{ account: "Tern", value: row.good }] },
    fail: {
      [row.key]: [
        { account: "Tern", value: row.good },
        { account: "Tern Europe", value: row.bad },
      ],
    },
  },
}));
