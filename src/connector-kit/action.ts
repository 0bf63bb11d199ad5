import type { ActivityAction, ActivityCategory } from "./contract/kinds.ts";

/**
 * What an activity does, read from the sentence that describes its type: `{actor} deleted the group {group}` is DELETE. The sentences are
 * ours, in the past tense, so their verbs are few and known; names of people and things stand in places, and are not looked at.
 */
export function actionOf(template: string, category: ActivityCategory): ActivityAction {
  const text = ` ${template
    .replace(/\{\w+\}/g, "_")
    .replace(/[[\]“”"]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase()} `;
  const found = phrases.find(([pattern]) => pattern.test(text))?.[1] ?? byVerb(text);
  if (found && found !== "OTHER") return found;
  return category === "LOG_ON" ? "SIGN_IN" : "OTHER";
}

/** The first verb that is known. */
function byVerb(text: string): ActivityAction | null {
  for (const [, word = ""] of text.matchAll(/([a-z-]+)/g)) {
    const action = actions.get(word);
    if (action) return action;
  }
  return null;
}

const any = (words: string) => new RegExp(` (?:${words.replaceAll(" | ", "|")}) `);

/** Verbs whose meaning depends on what follows them; the first that fits. */
const phrases: readonly (readonly [RegExp, ActivityAction])[] = [
  [
    any(
      "signed out | logged out | ended all sessions | ended the session | ended a session | session ended | session expired",
    ),
    "SIGN_OUT",
  ],
  [
    any(
      "signed in | logged in | sign in | sign-in | signed on | single sign-on | entered the password | authenticated | was authenticated | began to act as | began a session | started a session",
    ),
    "SIGN_IN",
  ],
  [
    / (?:reset|changed|expired|set|updated) (?:_ |the |a |an |their |own |his |her |_'s )*(?:temporary )?passwords? /,
    "RESET_CREDENTIAL",
  ],
  [/ reset (?:all |a |an |the )*(?:factors?|second factor|two-step|mfa|multi-factor)/, "RESET_CREDENTIAL"],
  [/ (?:gave|granted|assigned) .*(?:access|right|privilege|permission|role|licen|admin|consent|scope)/, "GRANT"],
  [
    / (?:took|lost) .*access |(?: (?:took|removed|lost) .*(?:rights?|privileges?|permissions?|licen[cs]es?|consent|scopes?|grants?) )/,
    "REVOKE",
  ],
  [/ took people out of /, "UNSHARE"],
  [/ (?:made|appointed) .*(?:admin|owner|manager)/, "GRANT"],
  [/ made .*public | opened .* to (?:anybody|everybody|anyone|the public)/, "SHARE"],
  [/ made .*private | stopped sharing /, "UNSHARE"],
  [
    / added .*(?:collaborator| to (?:the |a |an )?(?:group|team|role|space|channel|folder|file|repository|project))/,
    "GRANT",
  ],
  [
    / removed .*(?:collaborator| from (?:the |a |an )?(?:group|team|role|space|channel|folder|file|repository|project))/,
    "REVOKE",
  ],
  [/ reset .*(?:secret|token|key|authentication) /, "RESET_CREDENTIAL"],
  [/ (?:switched|turned) (?:_ )?on | lifted the (?:suspension|block) /, "ENABLE"],
  [/ (?:switched|turned) (?:_ )?off | stopped (?!_ )\w+ing /, "DISABLE"],
  [/ kept _ from /, "DENY"],
  [/ asked (?:for|to) /, "CREATE"],
  [/ (?:rolled|turned) .*back | took back /, "RESTORE"],
  [/ moved .*(?:trash|bin) /, "DELETE"],
  [/ gave /, "GRANT"],
  [/ took .* from /, "REVOKE"],
  [/ let (?!nobody)/, "GRANT"],
  [/ let nobody /, "REVOKE"],
];

const verbs: Readonly<Record<Exclude<ActivityAction, "OTHER" | "SIGN_IN" | "SIGN_OUT" | "RESET_CREDENTIAL">, string>> =
  {
    CREATE:
      "created added made generated registered wrote opened started began scheduled requested submitted posted commented published " +
      "invited issued hired enrolled joined installed forked recorded imported provisioned linked connected found raised saved " +
      "liked mentioned suggested",
    READ: "viewed read listed searched previewed accessed looked queried visited watched retrieved displayed followed received",
    UPDATE:
      "changed updated edited renamed set modified configured replaced transferred assigned reassigned converted merged " +
      "extended rotated renewed corrected verified completed closed reopened resolved dismissed tagged pinned marked locked unlocked " +
      "archived synchronised pushed reran reviewed applied protected bypassed " +
      "restricted signed confirmed refreshed opted prepared put",
    DELETE:
      "deleted removed erased purged destroyed terminated cancelled emptied discarded cleared disposed uninstalled unregistered deprovisioned",
    RESTORE: "restored recovered undeleted reverted unarchived",
    COPY: "copied cloned duplicated",
    MOVE: "moved",
    UPLOAD: "uploaded",
    DOWNLOAD: "downloaded exported fetched",
    SHARE: "shared",
    UNSHARE: "unshared",
    GRANT: "granted approved allowed authorized authorised delegated accepted promoted consented",
    REVOKE: "revoked withdrew unassigned demoted unlinked disconnected",
    DENY: "denied rejected declined refused blocked forbade violated",
    ENABLE: "enabled activated reactivated unsuspended unblocked resumed",
    DISABLE: "disabled deactivated suspended paused retired expired",
    EXECUTE: "ran executed triggered launched invoked called tested sent printed used",
  };

const actions: ReadonlyMap<string, ActivityAction> = new Map(
  Object.entries(verbs).flatMap(([action, words]) => words.split(" ").map((word) => [word, action as ActivityAction])),
);
