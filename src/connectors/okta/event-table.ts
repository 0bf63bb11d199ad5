import { pastTense } from "#src/connector-kit/sentence.ts";

/**
 * Event types and their sentence.
 * A key is a type; `(a|b)` stands for each of its alternatives, `+` after one marks what our event hook asks for, and a final `.*`
 * covers all types below, where Okta lists dozens of messages of one integration.
 * In a sentence {did} is the past tense of the type's last word, {thing} the first alternative in words and {words} the last one;
 * describe.ts fills the other places.
 * Source: https://developer.okta.com/docs/reference/api/event-types/
 */
export type EventTable = Readonly<Record<string, string>>;

export interface EventName {
  name: string;
  /** The alternative taken in the first place that offers some, and in the last. */
  first: string;
  last: string;
  hook: boolean;
}

/** `a.(b+|c).d` is a.b.d and a.c.d, and the hook asks for the first. */
export function expand(key: string): EventName[] {
  let expanded: EventName[] = [{ name: "", first: "", last: "", hook: false }];
  for (const part of key.split(/[()]/)) {
    const fixed = !part.includes("|");
    expanded = expanded.flatMap((before) =>
      part.split("|").map((alternative) => {
        const taken = alternative.replace("+", "");
        return {
          name: before.name + taken,
          first: before.first || (fixed ? "" : taken),
          last: fixed ? before.last : taken,
          hook: before.hook || alternative.includes("+"),
        };
      }),
    );
  }
  return expanded;
}

export function withWords(template: string, { name, first, last }: Pick<EventName, "name" | "first" | "last">): string {
  return template
    .replaceAll("{did}", () => pastOf(name.slice(name.lastIndexOf(".") + 1)))
    .replaceAll("{thing}", () => inWords(first.slice(first.lastIndexOf(".") + 1)))
    .replaceAll("{words}", () => inWords(last || name.slice(name.lastIndexOf(".") + 1)));
}

/** Where the verb's own past tense reads oddly, or Okta's word is no verb. */
const pasts: Readonly<Record<string, string>> = {
  action: "acted on",
  applied: "applied",
  apply: "applied",
  bind: "bound",
  bootstrap: "created",
  canceled: "cancelled",
  capture: "captured",
  connect: "connected",
  decide: "decided on",
  delegate: "delegated",
  deprovision: "removed",
  detect: "detected",
  disconnect: "disconnected",
  discover: "discovered",
  duplicate: "duplicated",
  enroll: "enrolled",
  evaluation: "evaluated",
  extend: "extended",
  ignore: "ignored",
  invalidate: "invalidated",
  launch: "launched",
  match: "matched",
  modify: "changed",
  overwrite: "overwrote",
  reactivate: "reactivated",
  reassign: "reassigned",
  reauthorize: "reauthorized",
  reconnect: "reconnected",
  remediate: "remediated",
  renew: "renewed",
  reschedule: "rescheduled",
  reveal: "looked at",
  revert: "reverted",
  rollback: "rolled back",
  save: "saved",
  stage: "staged",
  unassign: "unassigned",
  unignore: "stopped ignoring",
  unsuspend: "lifted the suspension of",
  update: "changed",
  updated: "changed",
  upgrade: "upgraded",
  authorize: "authorized",
};

/** `enable_delauth_outbound` → `enabled`: the first word that is a verb. */
function pastOf(segment: string): string {
  for (const word of segment.split("_")) {
    const past = pasts[word] ?? pastTense(word);
    if (past) return past;
  }
  throw new Error(`No verb in the event type segment ${segment}.`);
}

/** What Okta abbreviates, or calls by a name of its own. */
const names: Readonly<Record<string, string>> = {
  a2a: "A2A",
  ad: "Active Directory",
  api: "API",
  as: "authorization server",
  captcha: "CAPTCHA",
  custom_signin: "sign-in",
  custom_signout: "sign-out",
  custom_error: "error",
  csv: "CSV",
  desktop_mfa: "Desktop MFA",
  client_enrollment_policies: "client enrolment policy",
  dirsync: "DirSync",
  email: "e-mail",
  entitlement_sudo: "sudo entitlement",
  ids: "IDs",
  iwa: "desktop single sign-on",
  ldap: "LDAP",
  mcp: "MCP",
  ou: "organizational unit",
  password_sync: "Desktop Password Sync",
  platform_sso: "Platform SSO",
  privileged_accounts: "privileged account",
  protected_action: "protected actions",
  powershell: "PowerShell",
  toplogy: "topology",
  truststore: "trust store",
  user_csv: "CSV user",
};

function inWords(segment: string): string {
  return (
    names[segment] ??
    segment
      .split(/[._-]/)
      .map((word) => names[word] ?? word)
      .join(" ")
  );
}
