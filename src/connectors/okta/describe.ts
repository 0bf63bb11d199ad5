import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { idOf, type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { pastTense, sentence, type Words, withArticle } from "#src/connector-kit/sentence.ts";
import type { Phrase } from "./events.ts";
import { failures } from "./events-sign-in.ts";

const fallbacks = {
  actor: "someone",
  user: "somebody",
  person: "somebody",
  whose: "somebody's",
  whose_account: "somebody's",
  app: "an app",
};

/** Sentences that need no "(failed)": they give the reason, or are about a failure. */
const readsAsFailure = /\{reason\}|\bfailed\b|\bcould not\b|\breported\b/;

interface Described {
  event: Json;
  eventType: string;
  targets: readonly Json[];
  outcome: ActivityOutcome;
  actor: ActorRecord | null;
}

/** The sentence of an event; without a phrase it is made from the type or Okta's own message. */
export function describe(described: Described, phrase: Phrase | null): string {
  const { event, eventType, outcome } = described;
  const failed = outcome === "FAILURE";
  const own = (failed ? failures[eventType] : undefined) ?? phrase?.template;
  const words = wordsOf(described, own ?? "");
  const template = own ?? genericTemplate(event, eventType, words);
  const whole = failed && !readsAsFailure.test(template) ? `${template} (failed[: {reason}])` : template;
  return sentence(unnamed(whole, words), words, fallbacks);
}

/** `the app {app}` is `an app` when the event does not name it. */
function unnamed(template: string, words: Words): string {
  return template.replace(
    /\bthe ((?:(?!(?:the|of|for|to|in|with|by) )[\w-]+ )+?)\{(target|user|app|group|policy|rule)\}/gi,
    (whole, noun: string, place: string) => (words(place) ? whole : withArticle(noun.trim())),
  );
}

function wordsOf({ event, eventType, targets, actor }: Described, template: string): Words {
  const debug = objectOf(objectOf(event.debugContext).debugData);
  const first = (...types: string[]) => targets.find((target) => types.includes(textOf(target.type) ?? ""));
  // Creating an account may name its creator among the targets, too.
  const user = first("NewUser") ?? first("User") ?? first("AppUser");
  const self = user === undefined || isSamePerson(user, { id: actor?.externalId, alternateId: actor?.login });
  const app =
    first("AppInstance", "PublicClientApp", "OAuthClient") ??
    targets.find((target) => /app|client/i.test(textOf(target.type) ?? "") && target !== user);
  const group = first("UserGroup", "Group");
  // What has a place of its own in the sentence is not named twice.
  const placed = [user, template.includes("{app}") && app, template.includes("{group}") && group];
  const possessive = (name: string | null | undefined) => (name ? `${name}'s` : null);
  return (name) => {
    switch (name) {
      case "actor":
        return actor?.name;
      case "user":
        return nameOf(user);
      case "person":
        return nameOf(user) ?? actor?.name;
      case "whose":
        return self ? "their own" : possessive(nameOf(user));
      case "whose_account":
        return possessive(nameOf(user) ?? actor?.name);
      case "app":
        return nameOf(app);
      case "group":
        return nameOf(group);
      case "policy":
        return nameOf(first("PolicyEntity", "Policy"));
      case "rule":
        return nameOf(first("PolicyRule", "Rule"));
      case "role":
        return (
          nameOf(first("ROLE", "Role", "CustomRole")) ??
          textOf(debug.privilegeGranted) ??
          textOf(debug.privilegeRevoked)
        );
      case "idp":
        return nameOf(first("IdentityProvider", "Idp", "IDP"));
      case "factor":
        return textOf(debug.factor) ?? nameOf(first("AuthenticatorEnrollment", "Factor", "Authenticator"));
      case "scopes":
        return textOf(debug.grantedScopes) ?? textOf(debug.scopes) ?? textOf(debug.requestedScopes);
      case "reason":
        return textOf(objectOf(event.outcome).reason);
      case "message":
        return textOf(event.displayMessage) ?? eventType.replace(/^\w+\.(\w+\.(?=.))?/, "").replace(/[._]/g, " ");
      case "target":
        return nameOf(targets.find((target) => !placed.includes(target) && nameOf(target)));
      default:
        return null;
    }
  };
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

/** From the type, `gadget.lifecycle.suspend` → `{actor} suspended a gadget ({target})`, or `{actor}: display message`. */
function genericTemplate(event: Json, eventType: string, words: Words): string {
  const about = words("target") ? " ({target})" : words("user") ? " ({user})" : "";
  const parts = eventType.split(".").map((part) => part.replace(/[_{}[\]]/g, " ").trim());
  const last = parts.at(-1) ?? "";
  // `rate_limit_exceeded` ends like a verb but is none.
  const verb = last.includes(" ") ? null : pastTense(last);
  const noun = parts
    .slice(0, -1)
    .filter((part) => part !== "lifecycle")
    .join(" ");
  if (verb && noun) return `{actor} ${verb} ${withArticle(noun)}${about}`;
  const message = textOf(event.displayMessage)?.replace(/[{}[\]]/g, "");
  return `{actor}: ${message ?? parts.join(" ")}${about}`;
}
