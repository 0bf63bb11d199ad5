/** What a place of a template is filled with; null or nothing when the event does not say. */
export type Words = (name: string) => string | null | undefined;

/**
 * Fills a template: `{actor} renamed {repo}[ from {old_name}]`.
 * A part in brackets is left out when one of its places is empty. An empty place elsewhere reads as its fallback.
 */
export function sentence(template: string, words: Words, fallbacks: Readonly<Record<string, string>>): string {
  const fill = (text: string, missing: (name: string) => string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => words(name) || missing(name));
  const kept = template.replace(/\[([^\]]*)\]/g, (_, part: string) =>
    [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => words(name as string)) ? part : "",
  );
  return oneLine(fill(kept, (name) => fallbacks[name] ?? "something"));
}

/** Names come from people and may hold anything; a description is one line of reasonable length. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const capital =
    line.charAt(0) === line.charAt(0).toLowerCase() && /^(someone|somebody|an?) /.test(line)
      ? line.charAt(0).toUpperCase() + line.slice(1)
      : line;
  return capital.length > 500 ? `${capital.slice(0, 499)}…` : capital;
}

const irregular: Readonly<Record<string, string>> = {
  add: "added",
  approve: "approved",
  archive: "archived",
  assign: "assigned",
  begin: "began",
  block: "blocked",
  cancel: "cancelled",
  change: "changed",
  clear: "cleared",
  clone: "cloned",
  close: "closed",
  complete: "completed",
  configure: "configured",
  confirm: "confirmed",
  convert: "converted",
  create: "created",
  deactivate: "deactivated",
  activate: "activated",
  delete: "deleted",
  demote: "demoted",
  deny: "denied",
  destroy: "deleted",
  disable: "disabled",
  dismiss: "dismissed",
  download: "downloaded",
  edit: "edited",
  enable: "enabled",
  end: "ended",
  expire: "expired",
  export: "exported",
  fail: "failed",
  fetch: "fetched",
  generate: "generated",
  grant: "granted",
  import: "imported",
  initiate: "started",
  install: "installed",
  invite: "invited",
  issue: "issued",
  join: "joined",
  leave: "left",
  link: "linked",
  lock: "locked",
  mark: "marked",
  merge: "merged",
  move: "moved",
  open: "opened",
  pin: "pinned",
  promote: "promoted",
  publish: "published",
  push: "pushed",
  read: "read",
  register: "registered",
  reject: "rejected",
  release: "released",
  remove: "removed",
  rename: "renamed",
  reopen: "reopened",
  request: "requested",
  rerun: "reran",
  reset: "reset",
  resolve: "resolved",
  restore: "restored",
  resume: "resumed",
  retry: "retried",
  review: "reviewed",
  revoke: "revoked",
  rotate: "rotated",
  run: "ran",
  send: "sent",
  set: "set",
  start: "started",
  stop: "stopped",
  submit: "submitted",
  suspend: "suspended",
  sync: "synchronised",
  test: "tested",
  transfer: "transferred",
  trigger: "triggered",
  unarchive: "unarchived",
  unblock: "unblocked",
  unlink: "unlinked",
  unlock: "unlocked",
  unsuspend: "unsuspended",
  update: "updated",
  upload: "uploaded",
  validate: "validated",
  verify: "verified",
  view: "viewed",
  withdraw: "withdrew",
};

/** `create` → `created`, `prepared` → `prepared`; null when the word is not a verb we know. */
export function pastTense(word: string): string | null {
  return irregular[word] ?? (/[a-z]{2}ed$/.test(word) ? word : null);
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}
