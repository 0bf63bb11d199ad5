import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import type { Lexicon } from "#src/connector-kit/event-names.ts";
import { defineVocabulary, guessed } from "#src/connector-kit/vocabulary.ts";
import { peopleEvents } from "./vocabulary/admin-people.ts";
import { listedSettings, settingEvents } from "./vocabulary/admin-settings.ts";
import { groupEvents, membershipEvents, tokenEvents, workEvents } from "./vocabulary/collaboration.ts";
import { deviceEvents, deviceSignIns } from "./vocabulary/devices.ts";
import { driveEvents, sharingEvents } from "./vocabulary/drive.ts";
import { alertEvents, oversightEvents, ruleEvents } from "./vocabulary/oversight.ts";
import { accountEvents, signInEvents } from "./vocabulary/sign-in.ts";

const lexicon: Lexicon = {
  pasts: {
    ...{ drop: "dropped", encrypt: "encrypted", get: "read", pause: "paused", preview: "previewed", print: "printed" },
    ...{ skip: "skipped", trust: "trusted", undelete: "restored", untrust: "stopped trusting" },
    ...{ unsuspend: "lifted the suspension of" },
  },
  names: {
    ...{ acls: "access", im: "messaging addresses", keyword: "keywords", language: "languages", plusone: "like" },
    ...{ oauth2: "OAuth", ssl: "SSL", chrome_os_crd_host_started: "host started" },
  },
};

/**
 * Types are looked up in small letters with the log they are of before them, `admin.suspend_user`: names repeat among logs.
 * Source: https://developers.google.com/workspace/admin/reports/v1/appendix/activity
 */
export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signInEvents },
    { category: "LOG_ON", events: deviceSignIns },
    { category: "USER", events: accountEvents },
    { category: "USER", events: driveEvents },
    { category: "USER", events: tokenEvents },
    { category: "USER", events: workEvents },
    { category: "USER", events: membershipEvents },
    { category: "USER", events: deviceEvents },
    { category: "USER", events: ruleEvents },
    { category: "USER", events: alertEvents },
    { category: "ADMIN", events: peopleEvents },
    { category: "ADMIN", events: settingEvents },
    { category: "ADMIN", events: groupEvents },
    { category: "ADMIN", events: oversightEvents },
  ],
  // `detail`: whether a change of access opens an item or closes it, see sharing-change.ts.
  exceptions: [
    (type, detail) => (detail === "share" || detail === "unshare" ? (sharingEvents[detail][type] ?? null) : null),
  ],
  listed: new Set(listedSettings),
  lexicon,
  spell: (type) => type.toLowerCase(),
  categoryOf,
  guess: (type) => {
    const [log = "", name = ""] = [type.slice(0, type.indexOf(".")), type.slice(type.indexOf(".") + 1)];
    if (name === log) return `{actor} caused a record of the ${log.replaceAll("_", " ")} log[: {target}]`;
    const sentence = guessed(name.replaceAll(".", "_"));
    return log === "admin" ? sentence : sentence.replace("[: {target}]", ` (${log.replaceAll("_", " ")})[: {target}]`);
  },
});

const signInLogs = /^(login|saml|context_aware_access|access_evaluation|ldap)\./;
const adminLogs =
  /^(admin|admin_data_action|access_transparency|vault|groups|groups_enterprise|data_migration|directory_sync)\./;

/** Of types that Google adds later. */
function categoryOf(type: string): ActivityCategory {
  if (signInLogs.test(type)) return "LOG_ON";
  return adminLogs.test(type) ? "ADMIN" : "USER";
}
