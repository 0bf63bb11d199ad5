import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { idOf, type Json, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { sentence, type Words, withArticle } from "#src/connector-kit/sentence.ts";
import type { Phrase } from "#src/connector-kit/vocabulary.ts";

const fallbacks = {
  actor: "someone",
  user: "somebody",
  person: "somebody",
  whose: "somebody's",
  whose_account: "somebody's",
  app: "an app",
};

interface Described {
  event: Json;
  eventType: string;
  targets: readonly Json[];
  outcome: ActivityOutcome;
  actor: ActorRecord | null;
}

/** The sentence of an event. */
export function describe(described: Described, phrase: Phrase): string {
  const template = described.outcome === "FAILURE" ? phrase.failure : phrase.template;
  const words = wordsOf(described, template);
  return sentence(unnamed(template, words), words, fallbacks);
}

/** `the app {app}` is `an app` when the event does not name it. */
function unnamed(template: string, words: Words): string {
  return template.replace(
    /\bthe ((?:(?!(?:the|of|for|to|in|with|by) )[\w-]+ )+?)\{(target|user|app|group|policy|rule)\}/gi,
    (whole, noun: string, place: string) => (words(place) ? whole : withArticle(noun.trim())),
  );
}

/** What the places of a sentence are filled from. */
interface About extends Described {
  /** Whose account it is about; absent when it names nobody. */
  user: Json | undefined;
  isSelf: boolean;
  app: Json | undefined;
  group: Json | undefined;
  /** Has no place of its own in the sentence. */
  other: Json | undefined;
  debug: Json;
  first: (...types: string[]) => Json | undefined;
}

const possessive = (name: string | null | undefined) => (name ? `${name}'s` : null);

const places: Readonly<Record<string, (about: About) => string | null | undefined>> = {
  actor: ({ actor }) => actor?.name,
  user: ({ user }) => nameOf(user),
  person: ({ user, actor }) => nameOf(user) ?? actor?.name,
  whose: ({ user, isSelf }) => (isSelf ? "their own" : possessive(nameOf(user))),
  whose_account: ({ user, actor }) => possessive(nameOf(user) ?? actor?.name),
  app: ({ app }) => nameOf(app),
  group: ({ group }) => nameOf(group),
  policy: ({ first }) => nameOf(first("PolicyEntity", "Policy")),
  rule: ({ first }) => nameOf(first("PolicyRule", "Rule")),
  role: ({ first, debug }) =>
    nameOf(first("ROLE", "Role", "CustomRole")) ?? textOf(debug.privilegeGranted) ?? textOf(debug.privilegeRevoked),
  idp: ({ first }) => nameOf(first("IdentityProvider", "Idp", "IDP")),
  factor: ({ first, debug }) =>
    textOf(debug.factor) ?? nameOf(first("AuthenticatorEnrollment", "Factor", "Authenticator")),
  scopes: ({ debug }) => textOf(debug.grantedScopes) ?? textOf(debug.scopes) ?? textOf(debug.requestedScopes),
  reason: ({ event }) => textOf(valueAt(event, "outcome.reason")),
  message: ({ event, eventType }) =>
    textOf(event.displayMessage) ?? eventType.replace(/^\w+\.(\w+\.(?=.))?/, "").replace(/[._]/g, " "),
  target: ({ other }) => nameOf(other),
  about: ({ other, user }) => nameOf(other) ?? nameOf(user),
};

function wordsOf(described: Described, template: string): Words {
  const { event, targets, actor } = described;
  const first = (...types: string[]) => targets.find((target) => types.includes(textOf(target.type) ?? ""));
  // Creating an account may name its creator among the targets, too.
  const user = first("NewUser") ?? first("User") ?? first("AppUser");
  const isSelf = user === undefined || isSamePerson(user, { id: actor?.externalId, alternateId: actor?.login });
  const app =
    first("AppInstance", "PublicClientApp", "OAuthClient") ??
    targets.find((target) => /app|client/i.test(textOf(target.type) ?? "") && target !== user);
  const group = first("UserGroup", "Group");
  // What has a place of its own in the sentence is not named twice.
  const placed = [user, template.includes("{app}") && app, template.includes("{group}") && group];
  const other = targets.find((target) => !placed.includes(target) && nameOf(target));
  const debug = objectOf(valueAt(event, "debugContext.debugData"));
  const about: About = { ...described, user, isSelf, app, group, other, debug, first };
  return (name) => places[name]?.(about);
}

/** Okta writes "unknown" where it knows nothing. */
export function known(value: unknown): string | null {
  const text = idOf(value);
  return text === null || /^(unknown|null)$/i.test(text) ? null : text;
}

/** By login where both have one: an account of an app has an id of its own, and Okta acts under the id of its subject at times. */
export function isSamePerson(one: Json, other: Json): boolean {
  const [login, otherLogin] = [known(one.alternateId), known(other.alternateId)];
  if (login && otherLogin) return login.toLowerCase() === otherLogin.toLowerCase();
  return known(one.id) !== null && known(one.id) === known(other.id);
}

function nameOf(target: Json | undefined): string | null {
  return target ? (known(target.displayName) ?? known(target.alternateId) ?? known(target.id)) : null;
}
