import type { ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { type Json, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import type { Words } from "#src/connector-kit/sentence.ts";
import { tagAt, tagOf } from "./api.ts";

/** What the places of a sentence are filled from. `{target}`: what it was done to; `{member}`: to whom; `{value}`: what it was set to. */
export function wordsOf(event: Json, actor: ActorRecord | null, targets: readonly ActivityTargetRecord[]): Words {
  const details = objectOf(event.details);
  const named = (...types: string[]) => targets.find(({ type }) => types.includes(type))?.name;
  const files = targets.filter(({ type }) => type !== "user" && type !== "group" && type !== "app");
  const places: Readonly<Record<string, () => string | null | undefined>> = {
    actor: () => actor?.name,
    target: () => manyNames(files) ?? named("app", "group", "user"),
    file: () => manyNames(files),
    member: () => named("user"),
    group: () => named("group"),
    app: () => named("app"),
    method: () => loginMethod(details),
    reason: () => textOf(valueAt(details, "error_details.user_friendly_message")),
    value: () => settingIn(details.new_value),
    before: () => settingIn(details.previous_value),
    domain: () => textOf(details.domain_name) ?? textOf((details.domain_names as unknown[] | undefined)?.[0]),
    audience: () => linkAudience(details),
  };
  return (name) => places[name]?.();
}

/** `plan.docx`, `plan.docx and 3 more`. */
function manyNames(targets: readonly ActivityTargetRecord[]): string | null {
  const [first] = targets;
  if (!first?.name) return null;
  return targets.length > 1 ? `${first.name} and ${targets.length - 1} more` : first.name;
}

const methods: Readonly<Record<string, string>> = {
  saml: "single sign-on",
  google_oauth: "Google",
  apple_oauth: "Apple",
  microsoft_oauth: "Microsoft",
  two_factor_authentication: "two-factor authentication",
  qr_code: "a QR code",
  passkey: "a passkey",
};

function loginMethod(details: Json): string | null {
  return methods[tagAt(details, "login_method") ?? ""] ?? null;
}

/** A value that is a tag, a number or a text, in words: `require_tfa_enable` → `require tfa enable`. */
function settingIn(value: unknown): string | null {
  const tag = tagOf(value);
  return tag === null ? null : inWords(tag);
}

function linkAudience(details: Json): string | null {
  const tag = tagAt(details, "new_value") ?? tagAt(details, "shared_content_access_level");
  return tag === null ? null : inWords(tag);
}
