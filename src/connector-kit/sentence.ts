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
    line.charAt(0) === line.charAt(0).toLowerCase() && /^(someone|somebody|an?|the) /.test(line)
      ? line.charAt(0).toUpperCase() + line.slice(1)
      : line;
  return capital.length > 500 ? `${capital.slice(0, 499)}…` : capital;
}

/** Verbs whose past tense is not `-ed`, and some that read better as another word. */
const irregular: Readonly<Record<string, string>> = {
  begin: "began",
  cancel: "cancelled",
  copy: "copied",
  deny: "denied",
  destroy: "deleted",
  initiate: "started",
  leave: "left",
  pin: "pinned",
  read: "read",
  rerun: "reran",
  reset: "reset",
  retry: "retried",
  run: "ran",
  send: "sent",
  set: "set",
  stop: "stopped",
  submit: "submitted",
  sync: "synchronised",
  transfer: "transferred",
  unpin: "unpinned",
  unset: "unset",
  unverify: "unverified",
  verify: "verified",
  withdraw: "withdrew",
};

const regular = new Set(
  (
    "abort accept activate add allow apply approve archive assign authorize block bypass change clear clone close " +
    "complete configure confirm connect convert correct create deactivate decide decline delegate delete demote " +
    "deprovision detect disable disconnect discover dismiss download edit enable end enroll enter exclude expire " +
    "export extend fail fetch generate grant hire ignore import include install invalidate invite issue join launch " +
    "link load lock maintain manage mark merge move open promote provision publish push reactivate reassign " +
    "reauthorize reconnect recover register reject release remediate remove rename renew reopen replace request " +
    "reschedule rescind resolve restore resume retire revert review revoke rotate save schedule start suspend " +
    "terminate test trigger unarchive unassign unblock unlink unlock unsuspend update upload validate view"
  ).split(" "),
);

/** `create` → `created`, `prepared` → `prepared`; null when the word is not a verb we know. */
export function pastTense(word: string): string | null {
  if (Object.hasOwn(irregular, word)) return irregular[word] ?? null;
  if (regular.has(word)) return `${word.replace(/e$/, "").replace(/(?<=[^aeiou])y$/, "i")}ed`;
  return /[a-z]{2}(?<!e)ed$/.test(word) ? word : null;
}

/** Nouns that are not counted: "enabled authentication". */
const uncounted =
  /(^|\s)(access|authentication|encryption|enforcement|forking|protection|provisioning|scanning|security|synchronization)$/i;
/** Letters pronounced one by one of which the first begins with a vowel: an SSH key, but a SAML response. */
const spelledOut = /^(?!SAML|SCIM|REST|NAT|LAN|RAM|ROM)[AEFHILMNORSX][A-Z]{1,4}\b/;
/** Written with a vowel, pronounced with a consonant: a user, a European, a one-time code. */
const saidWithConsonant =
  /^(u(s[abeu]|ti|r[il]|bi|buntu|k\b|ni(on|t|qu|form|vers|fi|lat|cod))|eu|ewe|(one|once)\b|U[A-Z]{1,4}\b)/i;
const saidWithVowel = /^([aeiou]|hono|hour|heir|8|11\b|18\b)/i;

/** `user` → `a user`, `SSH key` → `an SSH key`, `alerts` → `alerts`; a noun with an article of its own keeps it. */
export function withArticle(noun: string): string {
  if (/^(an?|the) /i.test(noun) || uncounted.test(noun) || /[^isu]s$/i.test(noun)) return noun;
  const vowel = spelledOut.test(noun) || (saidWithVowel.test(noun) && !saidWithConsonant.test(noun));
  return `${vowel ? "an" : "a"} ${noun}`;
}
