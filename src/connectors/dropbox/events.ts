import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords, type Lexicon } from "#src/connector-kit/event-names.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";
import { defineVocabulary } from "#src/connector-kit/vocabulary.ts";
import { adminEvents } from "./events-admin.ts";
import { listedEvents } from "./events-listed.ts";
import { failedSignIns, signInEvents } from "./events-sign-in.ts";
import { userEvents } from "./events-user.ts";

/** Categories of Dropbox whose events are administrators' work; those of `logins` are sign-ins, and all others what people do. */
const administration = new Set(
  (
    "admin_alerting data_governance domains encryption groups members protect reports sso team_folders team_policies team_profile " +
    "trusted_teams"
  ).split(" "),
);

/** Ours of an event by Dropbox's, also of types that are added later. */
export function categoryOfEvent(category: string | null): ActivityCategory {
  if (category === "logins") return "LOG_ON";
  return administration.has(category ?? "") ? "ADMIN" : "USER";
}

/** Dropbox's category by type. */
const categories = new Map(
  Object.entries(listedEvents).flatMap(([category, types]) =>
    types.split(" ").map((type) => [type, category] as const),
  ),
);

/** Types that are failures by themselves. */
export const failures: ReadonlySet<string> = new Set([
  ...failedSignIns,
  ...[...categories.keys()].filter((type) => /_(fail|failed|unsuccessful)$/.test(type)),
]);

/** Only words that are no nouns in these types as well, as `link`, `view` and `report` are. */
const verbs = new Set(
  (
    "accepted activate activated add added allow approve archive archived assigned cancel canceled change changed cloned close completed " +
    "connected create created deactivate deactivated decline declined delete deleted disable disabled disconnected dismiss downgrade " +
    "downloaded edit edited enable enabled enroll enrolled exported expired forbid followed grant granted invited launched migrate modified moved " +
    "nest opened organize pinned rejected relinquish release remove removed rename renamed reorder requested reset resolve restore restored " +
    "restricted revert revoked rotate satisfy schedule scheduled sent set signed started submitted suggest trashed triggered unarchived " +
    "undo uninvite unlink unresolve untrashed updated verified viewed"
  ).split(" "),
);
const pasts: Readonly<Record<string, string>> = {
  ...{
    forbid: "forbade",
    nest: "nested",
    undo: "undid",
    reorder: "reordered",
    relinquish: "gave up",
    satisfy: "satisfied",
  },
  ...{ rotate: "rotated", unresolve: "reopened", uninvite: "uninvited", suggest: "suggested", organize: "organized" },
  ...{ downgrade: "downgraded", enroll: "enrolled", migrate: "migrated", canceled: "cancelled" },
  ...{ preview: "previewed", like: "liked" },
};

const lexicon: Lexicon = {
  pasts,
  names: {
    ...{
      sso: "SSO",
      tfa: "two-factor",
      emm: "EMM",
      ip: "IP",
      id: "ID",
      url: "URL",
      ai: "AI",
      cert: "certificate",
      acl: "access",
    },
    ...{ paper: "Paper", dash: "Dash", replay: "Replay", showcase: "Showcase", sf: "shared folder", doc: "document" },
    ...{ google: "Google", microsoft: "Microsoft", apple: "Apple", slack: "Slack", dropbox: "Dropbox", saml: "SAML" },
    ...{
      whitelist: "approved list",
      perm: "permission",
      gen: "creation",
      shmodel: "shared link",
      fb: "Facebook",
      oob: "out-of-band",
    },
  },
};

/**
 * `paper_doc_change_member_role` → `changed member role (Paper document)`, `team_branding_policy_changed` → `changed team branding policy`,
 * `team_activity_create_report_fail` states the failure. Null where there is no verb.
 */
function worded(type: string): string | null {
  const [, report] = /^(.+?)(?:_create)?_report_fail(?:ed)?$/.exec(type) ?? [];
  if (report !== undefined) return `{actor} failed to create a report (${phrase(report.split("_"))})`;
  const words = type.replace(/_(shown_to_.*|deprecated|fail|failed)$/, "").split("_");
  const at = verbAt(words);
  const verb = words[at];
  if (verb === undefined) return null;
  const did = pasts[verb] ?? pastTense(verb) ?? verb;
  const [before, after] = [phrase(words.slice(0, at)), phrase(words.slice(at + 1))];
  const done = after === "" ? `${did} ${before}` : `${did} ${after}${before ? ` (${before})` : ""}`;
  return `{actor} ${done}[: {target}]${failures.has(type) ? " (failed)" : ""}`;
}

/** What was done stands last (`policy_changed`), or else a change is what was done, whatever it is a change of. */
function verbAt(words: readonly string[]): number {
  if (verbs.has(words.at(-1) ?? "") && words.at(-1)?.endsWith("ed")) return words.length - 1;
  const change = words.indexOf("change");
  return change >= 0 ? change : words.findIndex((word) => verbs.has(word));
}

function phrase(words: readonly string[]): string {
  return inWords(words.join("_"), lexicon);
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signInEvents },
    { category: "ADMIN", events: adminEvents },
    { category: "USER", events: userEvents },
  ],
  rules: [(type) => (categories.has(type) ? worded(type) : null)],
  listed: new Set(categories.keys()),
  categoryOf: (type) => categoryOfEvent(categories.get(type) ?? null),
  lexicon,
});
