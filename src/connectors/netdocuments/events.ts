import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable, guessed } from "#src/connector-kit/vocabulary.ts";

/**
 * Names as NetDocuments' help lists them for the history of documents and the logs. It writes some in the past tense elsewhere (`Opened`), and
 * how the log spells them is not published: capitals and tenses do not count.
 * Source: https://support.netdocuments.com/hc/en-us/articles/205217500-History-of-a-Document
 */
const signIns: EventTable = {
  "(login|log in|sign in)": "{actor} signed in to NetDocuments",
  "(logout|log out|sign out)": "{actor} signed out of NetDocuments",
  "(failed login|login failed|log in failed)": "{actor} could not sign in to NetDocuments",
};

const work: EventTable = {
  view: "{actor} viewed[ {document}]",
  open: "{actor} read[ {document}]",
  download: "{actor} downloaded[ {document}]",
  print: "{actor} printed[ {document}]",
  edit: "{actor} edited[ {document}]",
  "edit profile": "{actor} changed the profile[ of {document}]",
  "check out": "{actor} locked[ {document}] by checking it out",
  "check in": "{actor} uploaded[ {document}] by checking it in",
  "new version": "{actor} uploaded a new version[ of {document}]",
  "(designate official version|designating an official version)":
    "{actor} marked a version as official[ of {document}]",
  "delete a version": "{actor} deleted a version[ of {document}]",
  create: "{actor} created[ {document}]",
  copy: "{actor} copied[ {document}]",
  move: "{actor} moved[ {document}]",
  rename: "{actor} renamed[ {document}]",
  delete: "{actor} deleted[ {document}]",
  restore: "{actor} restored[ {document}]",
  sign: "{actor} signed[ {document}]",
  approve: "{actor} approved[ {document}]",
  lock: "{actor} locked[ {document}]",
  unlock: "{actor} unlocked[ {document}]",
  "access modification": "{actor} changed who may open[ {document}][: {text}]",
  "email link": "{actor} shared a link[ to {document}] by e-mail",
  "email copy": "{actor} shared a copy[ of {document}] by e-mail",
  "deliver a secure link": "{actor} shared a secured link[ to {document}]",
  "secured link opened": "A secured link was opened[: {document}]",
};

const administration: EventTable = {
  "repository add users": "{actor} added people to the repository[: {text}]",
  "repository remove users": "{actor} removed people from the repository[: {text}]",
  "repository add groups": "{actor} added groups to the repository[: {text}]",
  "repository remove groups": "{actor} removed groups from the repository[: {text}]",
  "add external users": "{actor} changed whether people from outside may be added[: {text}]",
  "ndthread external expose": "{actor} changed whether ndThread is open to people from outside[: {text}]",
  "cabinet add administrator": "{actor} added an administrator to a cabinet[: {text}]",
  "cabinet remove administrator": "{actor} removed an administrator from a cabinet[: {text}]",
  "cabinet add group": "{actor} gave a group access to a cabinet[: {text}]",
  "cabinet remove group": "{actor} took a group's access to a cabinet[: {text}]",
  "cabinet rights": "{actor} changed rights on a cabinet[: {text}]",
  "cabinet settings": "{actor} changed settings of a cabinet[: {text}]",
};

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: work },
    { category: "ADMIN", events: administration },
  ],
  spell: (type) => type.toLowerCase().trim().replace(/^\w+/, inPresent),
  categoryOf,
  guess: (type) => `${guessed(type).replace("[: {target}]", "")}[: {text}]`,
});

/** `opened` → `open`, `copied` → `copy`, `logged` → `log`, `renamed` → `rename`. */
function inPresent(word: string): string {
  const stem = word.replace(/ied$/, "y").replace(/gged$/, "g").replace(/ed$/, "");
  return [stem, `${stem}e`].find((one) => present.has(one)) ?? word;
}

const present = new Set(
  "view open download print edit check create copy move rename delete restore sign approve lock unlock email deliver log".split(
    " ",
  ),
);

/** What is none of a document's, a sign-in's or a link's is the repository's administration. */
function categoryOf(type: string): ActivityCategory {
  if (/^(log|sign).?(in|out)\b/.test(type)) return "LOG_ON";
  return /repository|cabinet|group|user|administrator|setting|external/.test(type) ? "ADMIN" : "USER";
}
