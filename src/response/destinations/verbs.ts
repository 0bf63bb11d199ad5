/** The verb of an event type, if its words contain one. */
export type Verb = "create" | "read" | "update" | "delete" | "enable" | "disable" | "lock" | "other";

const words: Record<Exclude<Verb, "other">, string> = {
  create: "add added create created import invite invited new provision register registered upload uploaded",
  read: "access accessed download downloaded export exported list read search view viewed",
  update:
    "assign change changed edit edited grant granted modify modified move moved rename renamed reset set transfer update updated",
  delete: "delete deleted destroy destroyed remove removed revoke revoked terminate terminated trash trashed unassign",
  enable: "activate activated enable enabled reactivate restore unblock unsuspend unsuspended",
  disable: "block blocked deactivate deactivated disable disabled suspend suspended",
  lock: "lock locked lockout",
};
const verbOf = new Map(
  Object.entries(words).flatMap(([verb, list]) => list.split(" ").map((word) => [word, verb as Verb])),
);

/** `user.lifecycle.deactivate`, `org.add_member`, `UserDeleted`: the words of it, in lower case. */
export function wordsOf(eventType: string): string[] {
  return eventType
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/** Verbs mostly stand last. */
export function verbIn(eventWords: readonly string[]): Verb {
  return eventWords.map((word) => verbOf.get(word)).findLast((verb) => verb !== undefined) ?? "other";
}
