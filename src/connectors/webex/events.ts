import { pastTense, withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable, type Wording } from "#src/connector-kit/vocabulary.ts";

/** Of the audit logs, whose types are sentences: in small letters, without the full stop that some have. */
const logOns: EventTable = {
  "an admin logged in": "{actor} signed in to Control Hub",
  "an admin logged out": "{actor} signed out of Control Hub",
  "user login attempted": "{actor} signed in[ to {client}]",
  "user logout attempted": "{actor} signed out[ of {client}]",
};

const administration: EventTable = {
  "an org setting was created or updated": "{actor} changed the setting {setting}[ to {value}]",
  "org display name was changed": "{actor} renamed the organization[ to {target}]",
  "role was assigned": "{actor} gave {target} an administrator role[: {role}]",
  "role was removed": "{actor} took an administrator role from {target}[: {role}]",
  "user's token was revoked by an admin": "{actor} revoked a token of {target}",
  "integration was authorized": "{actor} authorized an integration[: {target}]",
  "service app was authorized": "{actor} authorized a Service App[: {target}]",
  "service app was deauthorized": "{actor} withdrew the authorization of a Service App[: {target}]",
};

/** Compliance events: resource and what happened to it. https://developer.webex.com/docs/api/v1/events */
const inSpaces: EventTable = {
  "messages.created": "{actor} posted a message in a space",
  "messages.(updated|deleted)": "{actor} {did} a message in a space",
  "memberships.created": "{actor} added {member} to a space",
  "memberships.updated": "{actor} changed the membership of {member} in a space",
  "memberships.deleted": "{actor} removed {member} from a space",
  "rooms.created": "{actor} created a space[: {title}]",
  "rooms.updated": "{actor} changed a space[: {title}]",
  "rooms.deleted": "{actor} deleted a space[: {title}]",
  "tabs.(created|updated|deleted)": "{actor} {did} a tab of a space",
  "attachmentActions.created": "{actor} submitted a card in a space",
  "files.*": "{actor} downloaded a file",
  "file_transcodings.*": "{actor} viewed the preview of a file",
  "meetings.(created|updated|deleted)": "{actor} {did} a meeting[: {title}]",
  "meetings.ended": "{actor} closed a meeting[: {title}]",
  "meetingMessages.created": "{actor} posted a message in a meeting",
  "meetingMessages.(updated|deleted)": "{actor} {did} a message in a meeting",
  "meetingTranscripts.(created|updated|deleted)": "{actor} {did} the transcript of a meeting",
  "convergedRecordings.(created|updated|deleted)": "{actor} {did} the recording of a call",
  "call_records.created": "{actor} started or received a call",
  "businessTexts.(created|updated|deleted)": "{actor} {did} a text message",
};

/** What a person does to their own membership, and a message that carries a file. */
const special: Readonly<Record<string, string>> = {
  "self memberships.created": "{actor} joined a space",
  "self memberships.deleted": "{actor} removed themselves from a space",
  "files messages.created": "{actor} shared a file in a space",
};
const specially: Wording = (eventType, detail) => special[`${detail} ${eventType}`] ?? null;

/** `Device Was Created` → `{actor} created a device[: {target}]`: most types of the audit log are written so. */
const passive: Wording = (_type, _detail, written) => {
  const [, noun = "", verb = "", other = "", rest = ""] =
    /^(?:an? |the )?(.+?) (?:was|were) (\w+)((?: (?:or|and) \w+)?)(.*?)(?: by an admin)?\.?$/i.exec(written) ?? [];
  const did = pastTense(verb.toLowerCase());
  if (did === null) return null;
  return `{actor} ${did}${other.toLowerCase()} ${withArticle(small(noun))}${small(rest)}[: {target}]`;
};

/** `An Admin Uploaded A CSV File` */
const active: Wording = (_type, _detail, written) => {
  const [, verb = "", rest = ""] = /^an? admin (\w+) (.+?)\.?$/i.exec(written) ?? [];
  const did = pastTense(verb.toLowerCase());
  return did === null ? null : `{actor} ${did} ${small(rest)}[: {target}]`;
};

/** Titles are written in capitals; abbreviations keep theirs. */
function small(text: string): string {
  return text.replace(/\b[A-Z](?=[a-z]*\b)(?![A-Z])/g, (letter) => letter.toLowerCase());
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: logOns },
    { category: "ADMIN", events: administration },
    { category: "USER", events: inSpaces },
  ],
  failures: {
    "user login attempted": "{actor} failed to sign in[ to {client}][: {reason}]",
    "user logout attempted": "{actor} failed to sign out[ of {client}][: {reason}]",
  },
  exceptions: [specially],
  rules: [passive, active],
  spell: (eventType) => (isOfSpaces(eventType) ? eventType : eventType.trim().replace(/\.$/, "").toLowerCase()),
  categoryOf: (eventType) => (isOfSpaces(eventType) ? "USER" : "ADMIN"),
});

/** `messages.created`: types of the audit logs have blanks. */
function isOfSpaces(eventType: string): boolean {
  return /^\w+\.\w+$/.test(eventType);
}
